"""How far the values of a field are from those of another: distances to a reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from .space import SPACE, Dims, dims_of, reduced


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
    dims = _cells(field, dim)
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


def ks_distance(
    field: xr.DataArray, reference: xr.DataArray | None = None, dim: Dims = None
) -> xr.DataArray:
    """Largest gap between the shares of values below a level: Kolmogorov and Smirnov's.

        D = max_v |F(v) - G(v)|,   F, G the shares of values ≤ v

    Zero for the same values in whatever places, one where the two do not overlap. For two
    fields of n independent values each from one law it is of order 1/√n: about 0.87 √(2/n)
    in the mean. It knows how values are ordered, not how far apart they lie.

    Args:
        field: Any shape.
        reference: Whose values it is held against: with the same `dim`, of any size, and
            no other dims than `field`. Default: the first frame of a run.
        dim: Dimensions whose values are taken together. Default: those of z, y, x that
            `field` has, else `input`. For all weights name all: ("hidden", "y", "x").

    Returns:
        Shape of `field` without `dim`, 0 to 1. NaN where either holds a NaN. Lazy where
        either is.

    Raises:
        ValueError: If there is neither a reference nor a `time` dimension.

    Source:
        Smirnov, Ann. Math. Stat. 19 (1948) 279, doi:10.1214/aoms/1177730256.
    """

    def gap(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
        last = np.ones(values.shape, bool)  # equal values are passed together
        last[..., :-1] = values[..., 1:] > values[..., :-1]
        return np.where(last, np.abs(shares), 0).max(-1)

    def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return gap(*_merged(one, other))

    attrs = {"long_name": "Kolmogorov-Smirnov distance", "units": "1"}
    return _between(distance, field, reference, dim, "ks_distance", attrs)


def wasserstein(
    field: xr.DataArray, reference: xr.DataArray | None = None, dim: Dims = None
) -> xr.DataArray:
    """How far values must be moved to become those of another field: the first Wasserstein.

        W₁ = ∫ |F(v) - G(v)| dv = ⟨|u_(i) - r_(i)|⟩  for as many values, both in order

    Zero for the same values in whatever places; |c| for a field to which c was added. It
    is never more than the mean distance cell by cell.

    Args:
        field: Any shape.
        reference: Whose values it is held against: with the same `dim`, of any size, and
            no other dims than `field`. Default: the first frame of a run.
        dim: Dimensions whose values are taken together. Default: those of z, y, x that
            `field` has, else `input`. For all weights name all: ("hidden", "y", "x").

    Returns:
        Shape of `field` without `dim`. Unit: that of the field. NaN where either holds a
        NaN. Lazy where either is.

    Raises:
        ValueError: If there is neither a reference nor a `time` dimension.

    Source:
        Ramdas, García Trillos & Cuturi, Entropy 19 (2017) 47, doi:10.3390/e19020047.
    """

    def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        if one.shape[-1] == other.shape[-1]:
            return np.abs(np.sort(one) - np.sort(other)).mean(-1)
        values, shares = _merged(one, other)
        return (np.abs(shares[..., :-1]) * np.diff(values)).sum(-1)

    attrs = {
        "long_name": "Wasserstein distance",
        "units": field.attrs.get("units", "1"),
    }
    return _between(distance, field, reference, dim, "wasserstein", attrs)


def _cells(field: xr.DataArray, dim: Dims) -> tuple[str, ...]:
    if dim is None and not set(SPACE) & set(field.dims) and "input" in field.dims:
        dim = "input"
    return dims_of(field, dim)


def _merged(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of both in order, and F - G behind each of them."""
    n, m = one.shape[-1], other.shape[-1]
    lead = np.broadcast_shapes(one.shape[:-1], other.shape[:-1])
    both = np.empty((*lead, n + m))
    both[..., :n], both[..., n:] = one, other
    order = np.argsort(both, axis=-1)
    # In whole numbers, so that shares which are equal differ by nothing.
    steps = np.where(order < n, m, -n).cumsum(-1)
    return np.take_along_axis(both, order, -1), steps / (n * m)


def _between(
    distance: Callable,
    field: xr.DataArray,
    reference: xr.DataArray | None,
    dim: Dims,
    name: str,
    attrs: dict[str, Any],
) -> xr.DataArray:
    """Apply `distance` to the values of both over `dim`, lazily where either is lazy."""
    dims = _cells(field, dim)
    if reference is None:
        if "time" not in field.dims or "time" in dims:
            raise ValueError(
                "Without a `reference` the distance is from the first frame of a run, "
                f"which needs a `time` dimension; the field has dims {field.dims}."
            )
        reference = field.isel(time=0, drop=True)
    dims_of(reference, dims)  # refuses one that lacks them
    if more := [str(d) for d in reference.dims if d not in field.dims]:
        raise ValueError(
            f"`reference` must have no other dims than the field {field.dims}, but has "
            f"{', '.join(more)}."
        )
    # Places do not matter, sizes may differ: the cells of both lie side by side.
    first, second = (
        each.drop_vars(dims, errors="ignore") for each in (field, reference)
    )
    second = second.rename({d: f"{d} of the reference" for d in dims})
    others = [f"{d} of the reference" for d in dims]
    if first.chunks is not None:
        first = first.chunk(dict.fromkeys(dims, -1))
    if second.chunks is not None:
        second = second.chunk(dict.fromkeys(others, -1))

    def flat(array: np.ndarray) -> np.ndarray:
        lead = array.shape[: array.ndim - len(dims)]
        return array.astype(float, copy=False).reshape(*lead, -1)

    def function(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        one, other = flat(one), flat(other)
        known = ~(np.isnan(one).any(-1) | np.isnan(other).any(-1))
        return np.where(known, distance(one, other), np.nan)

    told = xr.apply_ufunc(
        function,
        first,
        second,
        input_core_dims=[list(dims), others],
        dask="parallelized",
        output_dtypes=[np.float64],
    ).rename(name)
    told.attrs = {**attrs, "undefined": "NaN: a value that is not known has no place"}
    return told
