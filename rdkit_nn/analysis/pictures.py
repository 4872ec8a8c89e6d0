"""What a picture is: its cells, its sides, where and when they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import xarray as xr

from .space import SPACE, Dims, reduced, space_of, wraps


def plane_of(field: xr.DataArray, dim: Dims, what: str) -> dict[str, float]:
    """Spacing of the two dims of a plane, the one that points up first.

    Raises:
        ValueError: If there are not two, or one has no order.
    """
    spacing = space_of(field, dim)
    if len(spacing) != 2:
        raise ValueError(
            f"{what} live in a plane, but {', '.join(spacing)} makes {len(spacing)} "
            "dims. Say which two: dim=(…)."
        )
    if set(spacing) <= set(SPACE):
        return {d: spacing[d] for d in SPACE if d in spacing}
    return spacing


def axis_of(field: xr.DataArray, dim: str, spacing: float) -> tuple[float, float]:
    """Place of the first cell along a dim, and the step to the next, with its sign."""
    if dim not in field.coords:
        return 0.0, spacing
    places = field[dim].values.astype(float)
    falls = len(places) > 1 and places[1] < places[0]
    return float(places[0]), -spacing if falls else spacing


def box_of(
    field: xr.DataArray, spacing: dict[str, float], closed: Iterable[bool]
) -> tuple[np.ndarray, np.ndarray]:
    """Lower edge of the box along each dim, and its length where sides touch, else 0."""
    low, length = [], []
    for (d, h), wrap in zip(spacing.items(), closed):
        first, step = axis_of(field, d, h)
        last = first + (field.sizes[d] - 1) * step
        low.append(min(first, last) - h / 2)
        length.append(field.sizes[d] * h if wrap else 0.0)
    return np.array(low), np.array(length)


def into_box(places: np.ndarray, low: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Places (…, dim) carried back between the two sides that touch."""
    size = np.where(length > 0, length, np.inf)
    inside = np.mod(places - low, size)
    inside = np.where(inside >= size, 0.0, inside)  # -1e-17 mod L is L
    return low + np.where(length > 0, inside, places - low)


def cells_inside(
    field: xr.DataArray, mask: xr.DataArray | None, dims: tuple[str, ...]
) -> np.ndarray | None:
    """Cells that belong, over `dims`; None without a mask.

    Raises:
        ValueError: If the mask has other dims or sizes, or is neither true nor false.
    """
    if mask is None:
        return None
    if not isinstance(mask, xr.DataArray) or not set(mask.dims) <= set(dims):
        raise ValueError(
            f"`mask` must be a DataArray over dims of a picture ({', '.join(dims)}), but "
            f"has {getattr(mask, 'dims', type(mask).__name__)}."
        )
    if any(mask.sizes[d] != field.sizes[d] for d in mask.dims):
        raise ValueError(
            f"`mask` must be as large as the field, but is {dict(mask.sizes)} over "
            f"{ {d: field.sizes[d] for d in mask.dims} }."
        )
    values = np.asarray(mask.values)
    if not np.isin(values, (0, 1)).all():
        raise ValueError("`mask` must be true or false in every cell.")
    whole = mask.copy(data=values.astype(bool)).drop_vars(list(mask.coords))
    whole = whole.expand_dims({d: field.sizes[d] for d in dims if d not in mask.dims})
    return whole.transpose(*dims).values


def sides(
    field: xr.DataArray, dims: Iterable[str], periodic: bool | None
) -> list[bool]:
    """Whether the two sides of each dim touch: as told, else as the field's walls say."""
    return [wraps(field, d) if periodic is None else bool(periodic) for d in dims]


def named(dims: Iterable[str], closed: Iterable[bool]) -> str:
    """Dims whose sides touch, in words."""
    return ", ".join(d for d, c in zip(dims, closed) if c) or "none"


def mapped(
    function: Callable,
    field: xr.DataArray,
    dims: Iterable[str],
    attrs: dict[str, Any],
) -> xr.DataArray:
    """Apply `function(array)` to pictures over `dims`, to pictures of the same size."""
    sizes = {d: field.sizes[d] for d in dims}
    found = reduced(function, field, sizes, gives=sizes, attrs=attrs)
    if "walls" in field.attrs:
        found.attrs["walls"] = field.attrs["walls"]
    return found.transpose(*field.dims)


def even_time(field: xr.DataArray, least: int, what: str) -> float:
    """Time from frame to frame.

    Raises:
        ValueError: If there is no `time`, it is uneven, or there are too few frames.
    """
    frames = field.sizes["time"] if "time" in getattr(field, "dims", ()) else 0
    if frames < least:
        raise ValueError(
            f"{what} needs a `time` dimension of at least {least} frames, but the field "
            f"has {frames}."
        )
    if "time" not in field.coords:
        return 1.0
    gaps = np.diff(field["time"].values.astype(float))
    if not (gaps[0] > 0 and np.allclose(gaps, gaps.mean(), rtol=1e-6, atol=0)):
        raise ValueError(
            f"{what} needs evenly spaced frames, but steps of `time` go from "
            f"{gaps.min():g} to {gaps.max():g}."
        )
    return float(gaps.mean())
