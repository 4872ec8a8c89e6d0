"""Which dims of a field are space, how they are spaced, and what wraps around."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np
import xarray as xr

SPACE = ("z", "y", "x")
UNORDERED = ("hidden", "critic", "output", "input", "sample", "member", "seed", "term")

Dims = str | Iterable[Hashable] | None


def dims_of(field: xr.DataArray, dim: Dims) -> tuple[str, ...]:
    """Dims to reduce over: those that are told, else those of z, y, x that are there.

    Raises:
        TypeError: If `field` is no DataArray.
        ValueError: If there are none, or one that is told is missing.
    """
    if not isinstance(field, xr.DataArray):
        raise TypeError(
            f"Analysis reads a DataArray such as run.v, but got {type(field).__name__}."
        )
    if dim is None:
        found = tuple(d for d in SPACE if d in field.dims)
        if not found:
            raise ValueError(
                f"This field has dims {field.dims}, none of z, y, x. Say which to "
                "reduce over: dim=(…)."
            )
        return found
    told = (dim,) if isinstance(dim, str) else tuple(str(d) for d in dim)
    if missing := [d for d in told if d not in field.dims]:
        raise ValueError(
            f"The field has dims {field.dims}, but not {', '.join(missing)}."
        )
    if not told:
        raise ValueError("`dim` names no dimension.")
    return told


def space_of(field: xr.DataArray, dim: Dims) -> dict[str, float]:
    """Spacing of each dim to reduce over; refuse dims without neighbours.

    Raises:
        ValueError: If a dim has no order, or its coordinate is uneven.
    """
    return {d: _spacing(field, d) for d in dims_of(field, dim)}


def _spacing(field: xr.DataArray, dim: str) -> float:
    if dim in UNORDERED:
        raise ValueError(
            f"`{dim}` has no order, so neighbours along it mean nothing: any shuffle of "
            "it is the same system. Measure along space, or use a statistic without "
            "neighbours (contrast, variation, entropy)."
        )
    if dim not in field.coords:
        if dim in SPACE:
            return 1.0
        raise ValueError(
            f"`{dim}` has no coordinate, so it is not known to be space. Give it an even "
            "coordinate if it is."
        )
    centres = field[dim].values
    if centres.dtype.kind not in "fiu":
        raise ValueError(f"Coordinate {dim} must hold numbers, not {centres.dtype}.")
    gaps = np.diff(centres.astype(float))
    if len(gaps) == 0:
        return float(field[dim].attrs.get("spacing", 1.0))
    mean = (float(centres[-1]) - float(centres[0])) / len(gaps)
    if mean == 0 or not np.allclose(gaps, mean, rtol=1e-6, atol=0):
        raise ValueError(
            f"Coordinate {dim} must be evenly spaced, but its steps go from "
            f"{gaps.min():g} to {gaps.max():g}."
        )
    return abs(mean)


def wraps(field: xr.DataArray, dim: str) -> bool:
    """Whether a dim is periodic: as the field's own walls say, else its coordinate."""
    for entry in str(field.attrs.get("boundary", "")).split(";"):
        axis, _, wall = entry.partition(":")
        if axis.strip() == dim:
            return wall.strip() == "periodic"
    if dim in field.coords:
        return field[dim].attrs.get("boundary") == "periodic"
    return False


def reduced(
    function: Callable,
    field: xr.DataArray,
    dims: Iterable[str],
    *,
    gives: dict[str, int] | None = None,
    attrs: dict[str, Any],
) -> xr.DataArray:
    """Apply `function(array)` over trailing `dims`, lazily where the field is lazy.

    Args:
        function: From (…, *dims) to (…) or (…, *gives), in float64.
        field: What is measured.
        dims: Dims that are reduced.
        gives: New dims and their sizes.
        attrs: `long_name`, `units`, … of the result.
    """
    dims, new = list(dims), gives or {}
    if field.chunks is not None:
        field = field.chunk(dict.fromkeys(dims, -1))
    result = xr.apply_ufunc(
        lambda array: function(array.astype(np.float64, copy=False)),
        field,
        input_core_dims=[dims],
        output_core_dims=[list(new)],
        dask="parallelized",
        output_dtypes=[np.float64],
        dask_gufunc_kwargs={"output_sizes": new} if new else None,
    )
    result = result.rename(attrs.pop("name", None) or field.name)
    result.attrs = attrs
    return result
