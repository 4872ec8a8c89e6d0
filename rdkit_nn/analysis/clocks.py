"""Clocks on which runs of unlike systems can be laid side by side."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import xarray as xr

from .homogeneity import contrast
from .space import Dims, dims_of

CLOCKS = ("share", "saturation", "growth")


def clock(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    by: Literal["share", "saturation", "growth"] = "saturation",
) -> xr.DataArray:
    """Time without a unit: how far a run has come.

        share:       (t - t₀) / (t_end - t₀)
        saturation:  max over t' ≤ t of |c(t') - c(t₀)|, over its greatest value, with c
                     the contrast: the share of its change that a run has made
        growth:      σ (t - t₀), with σ the steepest growth of ln contrast between frames

    A chemistry and a network in training share no unit of time. At equal saturation both
    have made the same share of their pattern, or lost it: a run whose contrast falls, such
    as coarsening or decay, has a clock as well. At equal growth time both have had as many
    e-foldings of their fastest growth.

    Args:
        field: With `time`, of two frames at least.
        dim: Dimensions of the contrast. Default: those of z, y, x that `field` has.
        by: Which clock.

    Returns:
        Shape of `field` without `dim`, dimensionless, never falling. NaN where the contrast
        never changes (`saturation`), never grows (`growth`), or no time passes (`share`),
        and at frames that are not known.

    Raises:
        ValueError: If there is no `time`, or the clock is unknown.
    """
    if by not in CLOCKS:
        raise ValueError(f"`by` must be one of {', '.join(CLOCKS)}, but is {by!r}.")
    if "time" not in getattr(field, "dims", ()) or field.sizes["time"] < 2:
        raise ValueError("A clock is read along a run: it needs two frames at least.")
    dims = dims_of(field, dim)
    time = field["time"].astype(float)
    gone = time - time.isel(time=0, drop=True)
    whole = gone.isel(time=-1, drop=True)
    attrs = {"long_name": f"clock by {by}", "units": "1"}
    if by == "share":
        size = field.isel(dict.fromkeys(dims, 0), drop=True)  # nothing is measured
        told = (gone / whole.where(whole > 0)).broadcast_like(size)
    elif by == "saturation":
        size = contrast(field, dims)
        moved = abs(size - size.isel(time=0, drop=True))
        most = xr.apply_ufunc(
            np.fmax.accumulate,
            moved.chunk({"time": -1}) if moved.chunks is not None else moved,
            input_core_dims=[["time"]],
            output_core_dims=[["time"]],
            kwargs={"axis": -1},
            dask="parallelized",
            output_dtypes=[float],
        )
        last = most.isel(time=-1, drop=True)
        told = (most / last.where(last > 0)).where(size.notnull())
    else:
        size = contrast(field, dims)
        logs: Any = xr.apply_ufunc(np.log, size.where(size > 0), dask="allowed")
        speed = logs.diff("time") / gone.diff("time")
        fastest = speed.max("time")
        told = gone * fastest.where(fastest > 0)
    told = told.transpose(*size.dims).rename("clock")
    told.attrs = attrs
    return told
