"""Power of a pattern by wavenumber."""

from __future__ import annotations

from typing import Literal

import numpy as np
import scipy.fft
import scipy.sparse
import xarray as xr

from .space import Dims, reduced, space_of


def power_spectrum(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """Power of a pattern at each wavenumber, summed over directions.

        P(κ) = Σ |û(q)|²  over the ring  κ - δ/2 ≤ |q| < κ + δ/2

    with δ the fundamental wavenumber of the longest side and û normalised so that all
    modes add up to the population variance. The mean has no ring: a homogeneous field
    has no power. White noise has P(κ) proportional to κ in two dimensions. Rings go on to
    the corner of Fourier space. The field is taken as periodic; one that is not leaks
    power to all wavenumbers.

    Args:
        field: Any shape, evenly spaced along `dim`.
        dim: Dimensions to transform. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, plus `wavenumber` (radians per unit of length).
        Unit: field². Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.

    Example:
        >>> white = xr.DataArray(np.random.default_rng(0).random((64, 64)), dims=("y", "x"))
        >>> spectrum = power_spectrum(white)
        >>> bool(np.isclose(spectrum.sum(), white.var()))
        True

    Source:
        Ouyang & Swinney, Nature 352 (1991) 610, doi:10.1038/352610a0, for its use on
        Turing patterns.
    """
    spacing = space_of(field, dim)
    rings, wavenumbers = _rings(field, spacing)

    def power(array: np.ndarray) -> np.ndarray:
        return _by_ring(array, rings, len(spacing))

    unit = field.attrs.get("units", "1")
    result = reduced(
        power,
        field,
        spacing,
        gives={"wavenumber": len(wavenumbers)},
        attrs={"name": "power", "long_name": "power", "units": _square(unit)},
    )
    length = _length_unit(field, spacing)
    told = {"long_name": "wavenumber", "units": f"rad/{length}" if length else "rad"}
    return result.assign_coords(wavenumber=("wavenumber", wavenumbers, told))


def wavelength(
    field: xr.DataArray, dim: Dims = None, *, by: Literal["mean", "peak"] = "mean"
) -> xr.DataArray:
    """Length of one repeat of a pattern.

        by="mean":  λ = 2π Σ|û(q)|² / Σ|q||û(q)|²     power-weighted mean wavenumber
        by="peak":  λ = 2π / argmax_κ P(κ)            the ring with the most power

    The mean moves smoothly and counts harmonics and noise; the peak is blind to both but
    comes in whole numbers of waves a box. A plane wave has the same by either. White
    noise has about 2.6 cells by the mean in a large square.

    Args:
        field: Any shape, evenly spaced along `dim`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        by: Which of the two.

    Returns:
        Shape of `field` without `dim`. Unit: length. NaN where the field is homogeneous,
        which has no wavelength.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.
    """
    spacing = space_of(field, dim)
    length = _length_unit(field, spacing) or "1"
    attrs = {
        "name": "wavelength",
        "long_name": "wavelength",
        "units": length,
        "undefined": "NaN: a homogeneous field has no wavelength",
    }
    dims = tuple(range(-len(spacing), 0))
    size, weight = _modes(field, spacing)
    rings, wavenumbers = _rings(field, spacing)

    def mean(array: np.ndarray) -> np.ndarray:
        density = _density(array, len(spacing)) * weight
        total, first = density.sum(axis=dims), (size * density).sum(axis=dims)
        return total / np.where(first > 0, first, 1)

    def peak(array: np.ndarray) -> np.ndarray:
        return 1 / wavenumbers[_by_ring(array, rings, len(spacing)).argmax(-1)]

    if by not in ("mean", "peak"):
        raise ValueError(f"`by` must be mean or peak, but is {by!r}.")
    found = mean if by == "mean" else peak

    def length_of(array: np.ndarray) -> np.ndarray:
        # Rounding alone leaves this much in a homogeneous field.
        floor = 4 * np.finfo(float).eps * np.abs(array).max(axis=dims)
        none = array.std(axis=dims) <= floor
        return np.where(none, np.nan, 2 * np.pi * found(array))

    return reduced(length_of, field, spacing, attrs=attrs)


def _rings(
    field: xr.DataArray, spacing: dict[str, float]
) -> tuple[scipy.sparse.csr_array, np.ndarray]:
    """Matrix that sums modes over rings, and the wavenumber of each ring."""
    size, weight = _modes(field, spacing)
    delta = 2 * np.pi / max(field.sizes[d] * h for d, h in spacing.items())
    ring = np.rint(size / delta).astype(int).ravel()
    weights, places = weight.ravel()[ring > 0], np.flatnonzero(ring)
    rings = scipy.sparse.csr_array(
        (weights, (places, ring[ring > 0] - 1)), shape=(ring.size, int(ring.max()))
    )
    return rings, delta * np.arange(1, ring.max() + 1)


def _by_ring(array: np.ndarray, rings: scipy.sparse.csr_array, dim: int) -> np.ndarray:
    density = _density(array, dim)
    lead = density.shape[:-dim]
    return (density.reshape(-1, rings.shape[0]) @ rings).reshape(*lead, rings.shape[1])


def _density(array: np.ndarray, dim: int) -> np.ndarray:
    """|û|² of the modes with q_x ≥ 0, the mean taken out before it can leak."""
    axes = tuple(range(-dim, 0))
    centred = array - array.mean(axis=axes, keepdims=True)
    transform = scipy.fft.rfftn(centred, axes=axes, norm="forward")
    density = transform.real**2 + transform.imag**2
    density[(..., *(0,) * dim)] = 0.0
    return density


def _modes(
    field: xr.DataArray, spacing: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """|q| of each stored mode, and how many modes it stands for: 1 or 2."""
    dims, sizes = list(spacing), [field.sizes[d] for d in spacing]
    total = np.zeros([1] * len(dims))
    for axis, (d, n) in enumerate(zip(dims, sizes)):
        last = axis == len(dims) - 1
        frequency = (scipy.fft.rfftfreq if last else scipy.fft.fftfreq)(n, spacing[d])
        shape = [1] * len(dims)
        shape[axis] = -1
        total = total + (2 * np.pi * frequency.reshape(shape)) ** 2
    weight = np.full(total.shape, 2.0)
    weight[..., 0] = 1.0
    if sizes[-1] % 2 == 0:
        weight[..., -1] = 1.0
    return np.sqrt(total), weight


def _length_unit(field: xr.DataArray, spacing: dict[str, float]) -> str:
    units = {field[d].attrs.get("units", "1") for d in spacing if d in field.coords}
    told = units.pop() if len(units) == 1 else "1"
    return "" if told in ("1", "") else told


def _square(unit: str) -> str:
    return "1" if unit in ("1", "") else f"({unit})**2"
