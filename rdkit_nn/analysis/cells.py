"""Which cells of a field are looked at, and what is told of each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from .space import reduced, wraps


def inside_of(
    field: xr.DataArray, dims: Sequence[str], mask: xr.DataArray | None
) -> np.ndarray | None:
    """Cells that belong, over `dims` in their order; None where all do. Read at once.

    In a grid with a domain, whose open cells stand in the coordinate `domain`, only these
    can belong.

    Raises:
        TypeError: If the mask is no DataArray.
        ValueError: If it is not boolean, has other dims, sizes or places than the field,
            or holds no cell.
    """
    domain = field.coords.get("domain")
    if mask is None:
        if domain is None or set(domain.dims) - set(dims):
            return None
        mask = domain
    elif domain is not None and isinstance(mask, xr.DataArray) and mask.dtype == bool:
        mask = mask & domain
    if not isinstance(mask, xr.DataArray):
        raise TypeError(
            f"`mask` must be a DataArray such as run.v > 0, but is {type(mask).__name__}."
        )
    if mask.dtype != bool:
        raise ValueError(
            f"`mask` must be boolean (True = belongs), but holds {mask.dtype}."
        )
    if other := [d for d in mask.dims if d not in dims]:
        raise ValueError(
            f"`mask` must lie over {', '.join(dims)} alone, but also has "
            f"{', '.join(map(str, other))}."
        )
    for d in mask.dims:
        if mask.sizes[d] != field.sizes[d]:
            raise ValueError(
                f"`mask` must have as many cells along {d} as the field, "
                f"{field.sizes[d]}, but has {mask.sizes[d]}."
            )
        both = d in mask.coords and d in field.coords
        if both and not np.allclose(mask[d].astype(float), field[d].astype(float)):
            raise ValueError(f"`mask` must lie where the field does, but {d} differs.")
    there = mask.transpose(*[d for d in dims if d in mask.dims]).values
    there = there.reshape([field.sizes[d] if d in mask.dims else 1 for d in dims])
    if not there.any():
        raise ValueError("`mask` must hold one cell at least, but holds none.")
    return np.broadcast_to(there, [field.sizes[d] for d in dims])


def picked(array: np.ndarray, dim: int, inside: np.ndarray | None) -> np.ndarray:
    """Values of the cells that belong, side by side: from (…, *dims) to (…, n)."""
    if inside is not None:
        return array[..., inside]
    return array.reshape(*array.shape[:-dim], -1)


def homogeneous(values: np.ndarray, square: np.ndarray) -> np.ndarray:
    """Whether Σ (u - ⟨u⟩)² over the last axis is what rounding alone would leave."""
    greatest = np.maximum(values.max(-1), -values.min(-1))
    return square <= (4 * np.finfo(float).eps * greatest) ** 2 * values.shape[-1]


def closed_of(
    field: xr.DataArray, dims: Sequence[str], periodic: bool | None
) -> list[bool]:
    """Whether opposite sides touch, dim by dim: as told, else as the walls say."""
    return [wraps(field, d) if periodic is None else bool(periodic) for d in dims]


def worded(dims: Sequence[str], closed: Sequence[bool]) -> str:
    """Names of the dims that are periodic, for the attributes of a result."""
    return ", ".join(d for d, wrap in zip(dims, closed) if wrap) or "none"


def mapped(
    function: Callable,
    field: xr.DataArray,
    dims: Sequence[str],
    *,
    attrs: dict[str, Any],
) -> xr.DataArray:
    """Like `reduced`, but a number for every cell: from (…, *dims) to (…, *dims)."""
    sizes = {d: field.sizes[d] for d in dims}
    return reduced(function, field, dims, gives=sizes, attrs=attrs).transpose(
        *field.dims
    )
