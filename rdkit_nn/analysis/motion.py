"""How a pattern moves."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .space import Dims, dims_of, reduced


def activity(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """How much a pattern still moves: ⟨|u(t₂) - u(t₁)|⟩ / (t₂ - t₁) from frame to frame.

    Args:
        field: With a `time` dimension and its coordinate.
        dim: Dimensions of the mean. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, at the later time of each pair of frames. Unit: that
        of the field, over that of time.

    Raises:
        ValueError: If there is no `time` dimension, or only one frame.
    """
    if "time" not in getattr(field, "dims", ()) or field.sizes["time"] < 2:
        raise ValueError(
            "Activity is measured along a run: the field needs a `time` dimension and two "
            "frames at least."
        )
    dims = dims_of(field, dim)
    axes = tuple(range(-len(dims), 0))
    exact = field.astype(float)  # unsigned numbers would wrap around below zero
    moved = exact.diff("time")
    span = field["time"].astype(float).diff("time")
    told = reduced(
        lambda array: np.abs(array).mean(axis=axes),
        moved,
        dims,
        attrs={"name": "activity"},
    )
    found = (told / span).rename("activity")
    found.attrs = {"long_name": "activity", "units": field.attrs.get("units", "1")}
    return found


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
