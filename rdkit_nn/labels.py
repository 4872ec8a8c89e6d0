"""The wall between labelled states and the plain arrays of the rooms."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr


def strip(state: xr.Dataset, lazy: bool = False) -> dict[str, Any]:
    """Arrays of a state by name, without labels.

    Args:
        state: Labelled.
        lazy: Whether arrays in pieces (dask) stay so.

    Raises:
        TypeError: If the state is no Dataset.
        ValueError: If it is a whole run.
    """
    if not isinstance(state, xr.Dataset):
        raise TypeError(
            f"A state is an xarray Dataset, but got {type(state).__name__}. "
            "Label arrays with `grid.state(u=array, ...)`."
        )
    if "time" in state.dims:
        raise ValueError(
            "An initial state has no `time` dimension: take one frame, run.isel(time=-1)."
        )
    return {
        str(name): field.data
        if lazy and field.chunks is not None
        else _native(field.values)
        for name, field in state.items()
    }


def _native(array: np.ndarray) -> np.ndarray:
    """The same numbers in this machine's byte order (files may bring the other)."""
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def step_of(state: xr.Dataset) -> int:
    """Step number that a state stands at: 0 unless it comes from a run."""
    return int(state.coords["step"]) if "step" in state.coords else 0


def time_of(state: xr.Dataset) -> float:
    """Model time that a state stands at: 0 unless it comes from a run."""
    return float(state.coords["time"]) if "time" in state.coords else 0.0


def shift_of(state: xr.Dataset, dt: float) -> float:
    """Model time of a state less its step times dt, which a run that goes on keeps.

    Zero but for what is more than rounding: time is step · dt, to the bit the same whether
    a run is continued or not.
    """
    birth = time_of(state)
    shift = birth - step_of(state) * dt
    return 0.0 if abs(shift) <= 1e-9 * max(abs(birth), dt) else shift
