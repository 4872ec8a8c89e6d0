"""Limits and colormaps, of a whole run and not of its first frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

SIGNED = 0.01  # share of the range on the other side of zero that makes a sign


def colours(low: float, high: float) -> dict[str, Any]:
    """Limits and colormap of a range: diverging about zero for what has both signs."""
    if min(-low, high) > SIGNED * max(-low, high):
        high = max(-low, high)
        return {"contrast_limits": (-high, high), "colormap": "PiYG"}
    if low == high:
        low, high = low - 0.5, high + 0.5
    return {"contrast_limits": (low, high), "colormap": "viridis"}


def range_of(field: xr.DataArray) -> tuple[float, float]:
    """Scale of a whole run: told by the run itself, else looked up in two frames."""
    told = field.attrs.get("actual_range")
    if told is None and "time" in field.dims:
        last = field.sizes["time"] - 1
        field = field.isel(time=sorted({last // 2, last}))
    if told is None:
        told = float(field.min()), float(field.max())
    low, high = (float(x) for x in told)
    return (low, high) if np.isfinite([low, high]).all() else (0.0, 1.0)
