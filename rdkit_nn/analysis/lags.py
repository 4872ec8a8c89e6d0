"""How unlike two places are, by how far apart they lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.fft
import scipy.sparse
import xarray as xr

from .cells import closed_of, inside_of, worded
from .modes import length_unit, square
from .space import Dims, reduced, space_of


def variogram(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    bins: int | Sequence[float] | None = None,
    periodic: bool | None = None,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """Half the mean squared difference of two places, by their distance.

        γ(h) = ½ ⟨(u(x) - u(x + h))²⟩  over all pairs with  low < |h| ≤ high

    Zero for a homogeneous field. For white noise its expectation is the variance σ² at
    every lag; over all lags of a periodic field the mean is exactly n/(n - 1) times the
    population variance. A pattern rises to σ² over its correlation length and swings
    about it, back to near zero after one wavelength if it is regular. Every pair counts,
    found by Fourier transforms; around a periodic side the shorter way is the lag.

    Args:
        field: Any shape, evenly spaced along `dim`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        bins: Number of equal shells up to half of the shortest side, or their edges.
            Default: shells as wide as the smallest spacing, centred on its multiples, up
            to half of the shortest side.
        periodic: Whether opposite sides touch. Default: as the field's walls say
            (open where nothing is said).
        mask: Cells that belong (True), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`, plus `lag`: the mean distance of the pairs in each
        shell (its middle where there are none), with their number as coordinate `pairs`.
        Unit: field². NaN in shells without pairs. Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order, its coordinate is not evenly spaced, the edges
            do not rise from zero or more, or the mask does not fit the field.

    Source:
        Matheron, Econ. Geol. 58 (1963) 1246, doi:10.2113/gsecongeo.58.8.1246; Marcotte,
        Comput. Geosci. 22 (1996) 1175, doi:10.1016/S0098-3004(96)00026-X, by Fourier.
    """
    spacing = space_of(field, dim)
    dims = tuple(spacing)
    closed = closed_of(field, dims, periodic)
    inside = inside_of(field, dims, mask)
    sizes = [field.sizes[d] for d in dims]
    edges = _edges(bins, sizes, list(spacing.values()))

    # An open side is padded so far that no pair is met around it.
    padded = [
        n if wrap else scipy.fft.next_fast_len(2 * n - 1, real=True)
        for n, wrap in zip(sizes, closed)
    ]
    axes = tuple(range(-len(dims), 0))
    belongs = np.ones(sizes) if inside is None else inside.astype(float)
    there = scipy.fft.rfftn(belongs, padded, axes)
    counts = np.rint(scipy.fft.irfftn(np.abs(there) ** 2, padded, axes)).ravel()
    shells, lag, pairs = _shells(edges, padded, list(spacing.values()), counts)

    def halved(array: np.ndarray) -> np.ndarray:
        values = array if inside is None else np.where(inside, array, 0.0)
        cells = values.sum(axis=axes, keepdims=True) / belongs.sum()
        z = (values - cells) * belongs
        # Shells hold h and -h: both squares of the difference have the same sum.
        square = scipy.fft.rfftn(z * z, padded, axes)
        z = scipy.fft.rfftn(z, padded, axes)
        gap = scipy.fft.irfftn(square * there.conj() - np.abs(z) ** 2, padded, axes)
        total = gap.reshape(-1, counts.size) @ shells
        told = np.maximum(total, 0) / np.where(pairs > 0, 2 * pairs, np.nan)
        return told.reshape(*array.shape[: -len(dims)], len(lag))

    unit = field.attrs.get("units", "1")
    attrs = {
        "name": "variogram",
        "long_name": "semivariance",
        "units": square(unit),
        "periodic": worded(dims, closed),
        "undefined": "NaN: a shell without pairs has no mean",
    }
    result = reduced(halved, field, dims, gives={"lag": len(lag)}, attrs=attrs)
    length = length_unit(field, spacing) or "1"
    return result.assign_coords(
        lag=("lag", lag, {"long_name": "lag", "units": length}),
        pairs=("lag", pairs, {"long_name": "number of pairs", "units": "1"}),
    )


def _edges(
    bins: int | Sequence[float] | None, sizes: list[int], spacing: list[float]
) -> np.ndarray:
    sides = [n * h for n, h in zip(sizes, spacing) if n > 1]
    if not sides:
        raise ValueError("A variogram needs two cells at least, but the field has one.")
    reach, step = min(sides) / 2, min(spacing)
    if bins is None:
        return (np.arange(max(int(reach / step), 1) + 1) + 0.5) * step
    if isinstance(bins, (int, np.integer)):
        if bins < 1:
            raise ValueError(f"`bins` must be at least 1, but is {bins}.")
        return np.linspace(0, reach, int(bins) + 1)
    edges = np.asarray(bins, float)
    if (
        edges.ndim != 1
        or len(edges) < 2
        or edges[0] < 0
        or not (np.diff(edges) > 0).all()
    ):
        raise ValueError(
            f"Edges of `bins` must rise from zero or more, but are {bins}."
        )
    return edges


def _shells(
    edges: np.ndarray, padded: list[int], spacing: list[float], counts: np.ndarray
) -> tuple[scipy.sparse.csr_array, np.ndarray, np.ndarray]:
    """Matrix that sums lags over shells; mean lag and number of pairs of each."""
    square = np.zeros([1] * len(padded))
    for axis, (n, h) in enumerate(zip(padded, spacing)):
        steps = np.rint(scipy.fft.fftfreq(n, 1 / n)) * h
        square = square + np.expand_dims(
            steps**2, [a for a in range(len(padded)) if a != axis]
        )
    lags = np.sqrt(square).ravel()
    # Rounding must not move a lag that lies on an edge out of its shell.
    which = np.searchsorted(edges, lags * (1 - 1e-12)) - 1
    met = (which >= 0) & (which < len(edges) - 1) & (counts > 0) & (lags > 0)
    where = (np.flatnonzero(met), which[met])
    count = len(edges) - 1
    shells = scipy.sparse.csr_array(
        (np.ones(met.sum()), where), shape=(lags.size, count)
    )
    each = np.bincount(which[met], counts[met], count)
    far = np.bincount(which[met], counts[met] * lags[met], count)
    middle = (edges[1:] + edges[:-1]) / 2
    # Each pair was met twice, at h and at -h.
    return shells, np.where(each > 0, far / np.where(each, each, 1), middle), each / 2
