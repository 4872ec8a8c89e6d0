"""How far a field is from being the same everywhere."""

from __future__ import annotations

import itertools
from typing import Literal

import numpy as np
import xarray as xr

from .space import SPACE, Dims, dims_of, reduced, space_of, wraps


def contrast(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """Root-mean-square contrast: the population standard deviation over `dim`.

    Zero for a homogeneous field; σ for white noise.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`. Unit: that of the field. Lazy where `field` is.
    """
    dims = dims_of(field, dim)
    axes = tuple(range(-len(dims), 0))
    unit = field.attrs.get("units", "1")
    return reduced(
        lambda array: array.std(axis=axes),
        field,
        dims,
        attrs={"name": "contrast", "long_name": "contrast", "units": unit},
    )


def variation(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """Coefficient of variation: standard deviation over |mean|.

    Zero for a homogeneous field. NaN where the mean is zero: signed fields such as
    weights have a contrast, but no meaningful variation.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, dimensionless. Lazy where `field` is.
    """
    dims = dims_of(field, dim)
    axes = tuple(range(-len(dims), 0))

    def ratio(array: np.ndarray) -> np.ndarray:
        mean = np.abs(array.mean(axis=axes))
        return np.where(
            mean == 0, np.nan, array.std(axis=axes) / np.where(mean, mean, 1)
        )

    attrs = {
        "name": "variation",
        "long_name": "coefficient of variation",
        "units": "1",
        "undefined": "NaN: a field of zero mean has no coefficient of variation",
    }
    return reduced(ratio, field, dims, attrs=attrs)


def entropy(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    bins: int = 64,
    within: tuple[float, float] | None = None,
) -> xr.DataArray:
    """Shannon entropy of the histogram of values, over that of a flat one.

        H = -Σ p_b ln p_b / ln(bins)

    Zero for a homogeneous field, near one for values spread evenly over the range. It
    knows how often values occur, not where.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        bins: Number of bins.
        within: Lowest and highest value of the histogram, the same for all; values
            outside count in the outermost bins. Default: each field's own range, so that
            faint noise counts like strong; fields are compared within one range.

    Returns:
        Shape of `field` without `dim`, 0 to 1. Lazy where `field` is.

    Raises:
        ValueError: If `bins` is less than 2 or the range is empty.
    """
    if bins < 2:
        raise ValueError(f"`bins` must be at least 2, but is {bins}.")
    if within is not None and not within[0] < within[1]:
        raise ValueError(f"`within` must be (low, high) with low < high, got {within}.")
    dims = dims_of(field, dim)

    def spread(array: np.ndarray) -> np.ndarray:
        lead = array.shape[: -len(dims)]
        flat = array.reshape(-1, int(np.prod(array.shape[-len(dims) :])))
        low, high = within or (flat.min(-1)[:, None], flat.max(-1)[:, None])
        wide = np.where(np.subtract(high, low) > 0, np.subtract(high, low), 1.0)
        place = np.nan_to_num((flat - low) / wide * bins)
        which = np.clip(place.astype(int), 0, bins - 1)
        which = which + bins * np.arange(len(flat))[:, None]
        counts = np.bincount(which.ravel(), minlength=bins * len(flat))
        p = counts.reshape(-1, bins) / flat.shape[1]
        told = -(p * np.log(np.where(p > 0, p, 1))).sum(-1) / np.log(bins)
        return np.where(np.isfinite(flat).all(-1), np.abs(told), np.nan).reshape(lead)

    attrs = {"name": "entropy", "long_name": "histogram entropy", "units": "1"}
    return reduced(spread, field, dims, attrs=attrs)


def moran(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    neighbours: Literal["rook", "queen"] = "rook",
    periodic: bool | None = None,
) -> xr.DataArray:
    """Moran's I: whether neighbours are alike.

        I = (n / Σ w) Σ_ij w_ij z_i z_j / Σ z_i²,   z = u - ⟨u⟩,  w = 1 for neighbours

    Near 1 for a smooth field, -1 for a checkerboard (rook); for values put anywhere by
    chance its expectation is -1/(n - 1), *not* zero.

    Args:
        field: Any shape.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        neighbours: `rook` shares a face, `queen` a face, an edge or a corner.
        periodic: Whether opposite sides touch. Default: as the field's walls say
            (open where nothing is said).

    Returns:
        Shape of `field` without `dim`. NaN for a homogeneous field, where it is 0/0.

    Raises:
        ValueError: If a dim has no order, such as hidden neurons.

    Source:
        Moran, Biometrika 37 (1950) 17, doi:10.1093/biomet/37.1-2.17.
    """
    if neighbours not in ("rook", "queen"):
        raise ValueError(f"`neighbours` must be rook or queen, but is {neighbours!r}.")
    dims = tuple(space_of(field, dim))
    closed = [wraps(field, d) if periodic is None else bool(periodic) for d in dims]
    axes = tuple(range(-len(dims), 0))
    # Half of the neighbours: each pair is met once.
    every = [
        o for o in itertools.product((-1, 0, 1), repeat=len(dims)) if o > (0,) * len(o)
    ]
    offsets = [o for o in every if neighbours == "queen" or sum(map(abs, o)) == 1]

    def statistic(array: np.ndarray) -> np.ndarray:
        z = array - array.mean(axis=axes, keepdims=True)
        square = (z * z).sum(axis=axes)
        cells = int(np.prod(array.shape[-len(dims) :]))
        total, pairs = np.zeros(square.shape), 0
        for offset in offsets:
            here, there = _pair(z, offset, closed)
            if 0 not in here.shape:
                total = total + (here * there).sum(axis=axes)
                pairs += int(np.prod(here.shape[-len(dims) :]))
        floor = (4 * np.finfo(float).eps * np.abs(array).max(axis=axes)) ** 2 * cells
        none = (square <= floor) | (pairs == 0)
        return np.where(
            none, np.nan, cells / max(pairs, 1) * total / np.where(none, 1, square)
        )

    attrs = {
        "name": "moran",
        "long_name": "Moran's I",
        "units": "1",
        "neighbours": neighbours,
        "periodic": ", ".join(d for d, c in zip(dims, closed) if c) or "none",
        "undefined": "NaN: neighbours of a homogeneous field cannot be compared",
    }
    return reduced(statistic, field, dims, attrs=attrs)


def _pair(
    z: np.ndarray, offset: tuple[int, ...], closed: list[bool]
) -> tuple[np.ndarray, np.ndarray]:
    """Every cell that has a neighbour at `offset`, and that neighbour."""
    here, there = z, z
    for axis, (step, wrap) in enumerate(zip(offset, closed), start=-len(offset)):
        n = z.shape[axis]
        if step == 0:
            continue
        if wrap and n > 1:  # a single cell is no neighbour of its own
            there = np.roll(there, -step, axis=axis)
            continue
        low, high = (slice(0, n - 1), slice(1, n))[:: 1 if step > 0 else -1]
        tail: tuple = (slice(None),) * (-axis - 1)
        near: tuple = (..., low, *tail)
        far: tuple = (..., high, *tail)
        here, there = here[near], there[far]
    return here, there


def displacement(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """How far a field has gone from where it began: ‖u(t) - u(t₀)‖₂ over `dim`.

    Args:
        field: With a `time` dimension.
        dim: Dimensions of the norm. Default: those of z, y, x that `field` has, else
            `input`: neuron by neuron for a bank of receptive fields. For the norm of
            the whole matrix name all of them: dim=("hidden", "y", "x").

    Returns:
        Shape of `field` without `dim`. Unit: that of the field.

    Raises:
        ValueError: If there is no `time` dimension.
    """
    if "time" not in getattr(field, "dims", ()):
        raise ValueError(
            "Displacement is measured along a run: the field needs a `time` dimension."
        )
    if dim is None and not set(SPACE) & set(field.dims) and "input" in field.dims:
        dim = "input"
    dims = dims_of(field, dim)
    axes = tuple(range(-len(dims), 0))
    exact = field.astype(float)  # unsigned numbers would wrap around below zero
    gone = exact - exact.isel(time=0, drop=True)
    return reduced(
        lambda array: np.sqrt((array * array).sum(axis=axes)),
        gone,
        dims,
        attrs={
            "name": "displacement",
            "long_name": "displacement",
            "units": field.attrs.get("units", "1"),
        },
    )
