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
