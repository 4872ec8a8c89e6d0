"""How like a pattern is to itself some way off."""

from __future__ import annotations

import numpy as np
import scipy.fft
import scipy.sparse
import xarray as xr

from .modes import above_rounding, collected, heading, length_unit, ratio, resolution
from .space import Dims, reduced, space_of, wraps


def autocorrelation(
    field: xr.DataArray, dim: Dims = None, *, periodic: bool | None = None
) -> xr.DataArray:
    """Correlation of a pattern with itself, shifted by r.

        C(r) = ⟨z(x) z(x + r)⟩ / ⟨z²⟩,   z = u - ⟨u⟩

    over all pairs of cells that lie r apart: round the torus where it is periodic, else
    those inside, fewer the longer the lag (unbiased, so that |C| may pass 1 there). One
    at r = 0. The correlation of white noise on N periodic cells is -1/(N - 1) elsewhere;
    a pattern has rings of high C about the centre, at whole wavelengths. On a torus it is
    the transform of the power.

    Args:
        field: Any shape, evenly spaced along `dim`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say
            (open where nothing is said).

    Returns:
        Shape of `field`, with lags of up to half a side as the coordinates of `dim`: zero
        in the centre, at n // 2. Dimensionless. NaN where the field is homogeneous. Lazy
        where `field` is.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.

    Source:
        Wiener, Acta Math. 55 (1930) 117, doi:10.1007/BF02546511.
    """
    spacing, eps = space_of(field, dim), resolution(field)
    closed = _closed(field, spacing, periodic)
    axes = tuple(range(-len(spacing), 0))

    def centred(array: np.ndarray) -> np.ndarray:
        return scipy.fft.fftshift(_correlation(array, closed, eps), axes=axes)

    attrs = _told("autocorrelation", spacing, closed)
    new = {f"lag along {d}": field.sizes[d] for d in spacing}
    result = reduced(centred, field, spacing, gives=new, attrs=attrs)
    result = result.rename({f"lag along {d}": d for d in spacing})
    lags = {}
    for d, h in spacing.items():
        n = field.sizes[d]
        unit = field[d].attrs.get("units", "1") if d in field.coords else "1"
        lag = heading(field, d) * h * (np.arange(n) - n // 2)
        lags[d] = (d, lag, {"long_name": "lag", "units": unit, "spacing": h})
    return result.assign_coords(lags)


def radial_autocorrelation(
    field: xr.DataArray, dim: Dims = None, *, periodic: bool | None = None
) -> xr.DataArray:
    """Correlation of a pattern with itself at a distance, in the mean over directions.

        C(r) = mean of the autocorrelation over lags with  r - h/2 ≤ |lag| < r + h/2

    with h the largest spacing. One at zero, near zero elsewhere for white noise. A pattern
    of one wavelength has cos(2πr/λ) along a line and, in whatever directions its waves go,
    J₀(2πr/λ) in a plane: lowest at 0.61 λ, high again at 1.12 λ. Shells go on to the corner
    of half the box.

    Args:
        field: Any shape, evenly spaced along `dim`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`, plus `lag`: the mean |lag| of each shell, which in
        the small shells is not their middle. NaN where the field is homogeneous. Lazy
        where `field` is.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.
    """
    spacing, eps = space_of(field, dim), resolution(field)
    closed = _closed(field, spacing, periodic)
    shells, lags = _shells(field, spacing)

    def radial(array: np.ndarray) -> np.ndarray:
        return collected(_correlation(array, closed, eps), shells, len(spacing))

    attrs = _told("radial_autocorrelation", spacing, closed)
    result = reduced(radial, field, spacing, gives={"lag": len(lags)}, attrs=attrs)
    told = {"long_name": "lag", "units": length_unit(field, spacing) or "1"}
    return result.assign_coords(lag=("lag", lags, told))


def correlation_length(
    field: xr.DataArray, dim: Dims = None, *, periodic: bool | None = None
) -> xr.DataArray:
    """Distance over which a pattern forgets itself: where its correlation falls below 1/e.

        C(ξ) = 1/e  for the first time, linear between the shells of the radial C(r)

    ξ for C = e^{-r/ξ}, √2 ℓ for C = e^{-r²/2ℓ²}. For waves of one length 0.19 λ along a
    line, 0.28 λ in a plane (where J₀ falls below 1/e). Less than a cell for white noise.

    Args:
        field: Any shape, evenly spaced along `dim`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`. Unit: length. NaN where the field is homogeneous, or
        correlated over all of half the box. Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.
    """
    spacing, eps = space_of(field, dim), resolution(field)
    closed = _closed(field, spacing, periodic)
    shells, lags = _shells(field, spacing)

    def length(array: np.ndarray) -> np.ndarray:
        told = collected(_correlation(array, closed, eps), shells, len(spacing))
        below = told < np.exp(-1)
        at = np.maximum(below.argmax(axis=-1), 1 if len(lags) > 1 else 0)
        before = np.maximum(at - 1, 0)
        high, low = (
            np.take_along_axis(told, n[..., None], -1)[..., 0] for n in (before, at)
        )
        share = ratio(high - np.exp(-1), high - low)
        found = lags[before] + share * (lags[at] - lags[before])
        return np.where(below.any(axis=-1), found, np.nan)

    attrs = _told("correlation_length", spacing, closed)
    attrs["units"] = length_unit(field, spacing) or "1"
    attrs["undefined"] += ", nor a length one that is correlated throughout"
    return reduced(length, field, spacing, attrs=attrs)


def _correlation(array: np.ndarray, closed: list[bool], eps: float) -> np.ndarray:
    """C of all lags up to half a side, in the order of a transform: zero first.

    Open sides are padded by what the longest lag reaches over, and each sum is divided by
    its number of pairs.
    """
    dim = len(closed)
    axes, sizes = tuple(range(-dim, 0)), array.shape[-dim:]
    with np.errstate(invalid="ignore"):
        z = array - array.mean(axis=axes, keepdims=True)
        padded = [
            n if wrap else scipy.fft.next_fast_len(n + n // 2, real=True)
            for n, wrap in zip(sizes, closed)
        ]
        transform = scipy.fft.rfftn(z, padded, axes=axes)
        power = transform.real**2 + transform.imag**2
        total = scipy.fft.irfftn(power, padded, axes=axes)
    variance = (z * z).mean(axis=axes)
    for axis, n, wrap in zip(axes, sizes, closed):
        lag = (scipy.fft.fftfreq(n) * n).round().astype(int)
        pairs = np.full(n, n) if wrap else n - np.abs(lag)
        total = np.take(total, lag, axis=axis) / pairs.reshape(-1, *(1,) * (-axis - 1))
    variance = above_rounding(array, variance, dim, eps)
    return ratio(total, variance.reshape(variance.shape + (1,) * dim))


def _shells(
    field: xr.DataArray, spacing: dict[str, float]
) -> tuple[scipy.sparse.csr_array, np.ndarray]:
    """Matrix that averages lags over shells, and the mean distance of each."""
    sides = [
        h * np.round(scipy.fft.fftfreq(field.sizes[d]) * field.sizes[d])
        for d, h in spacing.items()
    ]
    mesh = np.meshgrid(*sides, indexing="ij", sparse=True)
    distance = np.sqrt(sum((r**2 for r in mesh), np.zeros([1] * len(mesh)))).ravel()
    shell = np.rint(distance / max(spacing.values())).astype(int)
    count = np.bincount(shell)
    matrix = scipy.sparse.csr_array(
        (1 / count[shell], (np.arange(shell.size), shell)),
        shape=(shell.size, count.size),
    )
    return matrix, distance @ matrix


def _closed(
    field: xr.DataArray, spacing: dict[str, float], periodic: bool | None
) -> list[bool]:
    return [wraps(field, d) if periodic is None else bool(periodic) for d in spacing]


def _told(name: str, spacing: dict[str, float], closed: list[bool]) -> dict[str, str]:
    return {
        "name": name,
        "long_name": name.replace("_", " "),
        "units": "1",
        "periodic": ", ".join(d for d, c in zip(spacing, closed) if c) or "none",
        "undefined": "NaN: a homogeneous field has no correlation",
    }
