"""Which way stripes run, and where they do not: disclinations and dislocations."""

from __future__ import annotations

import numpy as np
import scipy.fft
import xarray as xr

from .cells import closed_of, mapped, worded
from .phases import singularities
from .pictures import axis_of, boundary_of, plane_of
from .scales import wavelength
from .space import Dims


def director(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    sigma: float | None = None,
    periodic: bool | None = None,
) -> xr.Dataset:
    """Direction of the wave vector of stripes in each cell, and how plain it is.

        J = G_σ * (∇u ∇uᵀ),    angle = ½ atan2(2 J_xy, J_xx - J_yy)
        coherence = √((J_xx - J_yy)² + 4 J_xy²) / (J_xx + J_yy)

    with G_σ a Gaussian. The gradient is spectral along periodic sides, so that a plane wave
    has its angle exactly and coherence 1; along open ones it is that of central
    differences, one-sided at the walls, where the Gaussian is mirrored. Stripes run across
    their wave vector: at angle + π/2. Isotropic noise has a small coherence, the smaller
    the wider the Gaussian.

    Args:
        field: Any shape, with two dims of space.
        dim: The two dims. Default: those of z, y, x that `field` has.
        sigma: Width of the Gaussian, a length. Default: half the wavelength of each picture
            (`wavelength`, by its mean wavenumber).
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field`: `angle` from x towards y, in [0, π), and `coherence`, 0 to 1; NaN
        where there is no gradient, such as in a homogeneous picture. Lazy where `field` is.

    Raises:
        ValueError: If there are not two dims, one has no order, or `sigma` is negative.

    Source:
        Bigün & Granlund, Proc. ICCV (1987) 433; Jähne, Digital Image Processing (Springer,
        2005), chapter 13.
    """
    plane = plane_of(field, dim, "Orientations")
    closed = closed_of(field, tuple(plane), periodic)
    if sigma is not None and not sigma >= 0:
        raise ValueError(f"`sigma` must be a length of zero or more, but is {sigma}.")
    wide = wavelength(field, tuple(plane)) / 2 if sigma is None else xr.DataArray(sigma)
    steps = [axis_of(field, d, h)[1] for d, h in plane.items()]

    def oriented(array: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        array = array.astype(np.float64, copy=False)
        up, right = (_slope(array, a, h, c) for a, h, c in zip((-2, -1), steps, closed))
        parts = [right * right, up * up, right * up]
        for axis, h, wrap in zip((-2, -1), steps, closed):
            parts = [_smooth(part, axis, width / abs(h), wrap) for part in parts]
        xx, yy, xy = parts
        total = xx + yy
        scale = np.abs(array).max(axis=(-2, -1), keepdims=True) / min(map(abs, steps))
        # Gaussian tails and rounding leave this much where there is no gradient at all.
        none = ~(total > (16 * np.finfo(float).eps * scale) ** 2)
        angle = np.mod(0.5 * np.arctan2(2 * xy, xx - yy), np.pi)
        angle = np.where(angle >= np.pi, 0.0, angle)
        plain = np.hypot(xx - yy, 2 * xy) / np.where(none, 1, total)
        return np.where(none, np.nan, angle), np.where(
            none, np.nan, np.minimum(plain, 1)
        )

    dims = list(plane)
    whole = field if field.chunks is None else field.chunk(dict.fromkeys(dims, -1))
    found = xr.apply_ufunc(
        oriented,
        whole,
        wide,
        input_core_dims=[dims, []],
        output_core_dims=[dims, dims],
        dask="parallelized",
        output_dtypes=[np.float64, np.float64],
    )
    words = {
        "angle": ("angle of the wave vector", "rad"),
        "coherence": ("coherence", "1"),
    }
    result = xr.Dataset(dict(zip(words, found))).transpose(*field.dims)
    for name, (sentence, unit) in words.items():
        result[name].attrs = {
            "long_name": sentence,
            "units": unit,
            "undefined": "NaN: where nothing changes there is no direction",
            **boundary_of(field),
        }
    result.attrs = {"periodic": worded(tuple(plane), closed)}
    return result


def _slope(array: np.ndarray, axis: int, step: float, wrap: bool) -> np.ndarray:
    """Derivative along an axis: spectral round a torus, differences between walls."""
    n = array.shape[axis]
    if not wrap:
        return np.gradient(array, step, axis=axis) if n > 1 else np.zeros_like(array)
    wavenumber = 2 * np.pi * scipy.fft.rfftfreq(n, step)
    if n % 2 == 0:
        wavenumber[-1] = 0.0  # the shortest wave has no slope at its cells
    shape = (-1, 1) if axis == -2 else (-1,)
    turned = 1j * wavenumber.reshape(shape) * scipy.fft.rfft(array, axis=axis)
    return scipy.fft.irfft(turned, n, axis=axis)


def _smooth(array: np.ndarray, axis: int, width: np.ndarray, wrap: bool) -> np.ndarray:
    """Gaussian of a width (…) in cells along an axis, mirrored at open walls."""
    n = array.shape[axis]
    if not wrap:
        array = np.concatenate([array, np.flip(array, axis)], axis=axis)
    long = array.shape[axis]
    wavenumber = 2 * np.pi * scipy.fft.rfftfreq(long)
    wavenumber = wavenumber.reshape((-1, 1) if axis == -2 else (-1,))
    passed = np.exp(-0.5 * (width[..., None, None] * wavenumber) ** 2)
    smooth = scipy.fft.irfft(passed * scipy.fft.rfft(array, axis=axis), long, axis=axis)
    return np.take(smooth, np.arange(n), axis=axis)


def disclinations(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    sigma: float | None = None,
    periodic: bool | None = None,
) -> xr.Dataset:
    """Points round which stripes turn by half a turn: ends (+½) and triangles (-½).

    Args:
        field: Any shape, with two dims of space.
        dim: The two dims. Default: those of z, y, x that `field` has.
        sigma: Width of the Gaussian of `director`.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        As `singularities`, with charges ±½ (±1 where two lie within a cell). They add up to
        zero over a torus. White noise is full of them.

    Raises:
        ValueError: As `director` and `singularities`.

    Source:
        Cross & Hohenberg, Rev. Mod. Phys. 65 (1993) 851, doi:10.1103/RevModPhys.65.851,
        section V.
    """
    angle = director(field, dim, sigma=sigma, periodic=periodic)["angle"]
    return singularities(angle, dim, turn=np.pi, periodic=periodic)


def dislocations(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    sigma: float | None = None,
    periodic: bool | None = None,
) -> xr.Dataset:
    """Points where a stripe ends inside the pattern: zeros of its slow amplitude.

        u ≈ Re A exp(iq·r),   A = demodulated u, filtered by exp(-σ²|k|²/2)

    with q the wave vector of the greatest power, q_x > 0 (or q_x = 0 and q_y > 0). The
    phase of A winds by ±2π round a dislocation. There is one q: where stripes run another
    way, A is small and its zeros mean nothing.

    Args:
        field: Any shape, with two dims of space.
        dim: The two dims. Default: those of z, y, x that `field` has.
        sigma: Width of the filter in space, a length. Default: half of 2π/|q|.
        periodic: Whether opposite sides touch. Default: as the field's walls say. The
            filter goes round the torus in any case: within a few `sigma` of open walls
            what is found is not to be trusted.

    Returns:
        As `singularities`, with charges ±1. They add up to zero over a torus.

    Raises:
        ValueError: If there are not two dims, one has no order, `sigma` is negative, or
            the field is lazy.

    Source:
        Cross & Hohenberg, Rev. Mod. Phys. 65 (1993) 851, doi:10.1103/RevModPhys.65.851,
        section V.
    """
    plane = plane_of(field, dim, "Dislocations")
    if sigma is not None and not sigma >= 0:
        raise ValueError(f"`sigma` must be a length of zero or more, but is {sigma}.")
    if field.chunks is not None:
        raise ValueError(
            "How many dislocations there are is not known before they are found: load the "
            "field first, field.load()."
        )
    steps = [axis_of(field, d, h)[1] for d, h in plane.items()]
    angle = mapped(
        lambda array: _slow_phase(array, steps, sigma),
        field,
        tuple(plane),
        attrs=boundary_of(field),
    )
    return singularities(angle, tuple(plane), periodic=periodic)


def _slow_phase(
    array: np.ndarray, steps: list[float], sigma: float | None
) -> np.ndarray:
    """Phase of the amplitude of the strongest wave of each picture (…, y, x)."""
    ky, kx = (
        2 * np.pi * scipy.fft.fftfreq(n, h) for n, h in zip(array.shape[-2:], steps)
    )
    kyx = np.meshgrid(ky, kx, indexing="ij")
    half = (kyx[1] > 0) | ((kyx[1] == 0) & (kyx[0] > 0))
    waves = scipy.fft.fft2(array - array.mean(axis=(-2, -1), keepdims=True)) * half
    angle = np.full(array.shape, np.nan)
    for place in np.ndindex(*array.shape[:-2]):
        power = np.abs(waves[place])
        floor = 4 * np.finfo(float).eps * np.abs(array[place]).max() * power.size
        if not power.max() > floor:  # homogeneous, or not finite
            continue
        at = np.unravel_index(power.argmax(), power.shape)
        width = np.pi / np.hypot(ky[at[0]], kx[at[1]]) if sigma is None else sigma
        passed = np.exp(-0.5 * width**2 * (kyx[0] ** 2 + kyx[1] ** 2))
        slow = np.roll(waves[place], (-at[0], -at[1]), (0, 1)) * passed
        angle[place] = np.angle(scipy.fft.ifft2(slow))
    return angle
