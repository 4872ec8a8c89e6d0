"""What a picture is: where its cells lie, how far it reaches, when it was taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import xarray as xr

from .space import SPACE, Dims, space_of


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


def boundary_of(field: xr.DataArray) -> dict[str, Any]:
    """What a map of a field's cells says of its walls: it wraps as the field does."""
    return {"boundary": field.attrs["boundary"]} if "boundary" in field.attrs else {}


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
