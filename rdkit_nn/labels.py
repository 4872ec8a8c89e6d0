"""Labelled states to plain arrays: axes by name, members by label, time by its origin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import xarray as xr

from .core.parameters import SPACE, Members
from .dynamics import START, Origin


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
    """The same numbers in this machine's byte order, last axis fastest.

    Files may bring another; sums over cells would differ in their last bits.
    """
    return np.asarray(array, array.dtype.newbyteorder("="), order="C")


def step_of(state: xr.Dataset) -> int:
    """Step number that a state stands at: 0 unless it comes from a run."""
    return int(state.coords["step"]) if "step" in state.coords else 0


def time_of(state: xr.Dataset) -> float:
    """Model time that a state stands at: 0 unless it comes from a run."""
    return float(state.coords["time"]) if "time" in state.coords else 0.0


def origin_of(state: xr.Dataset, dt: float) -> Origin:
    """Origin of the time of a run that begins at a state with this `dt`.

    That of the run the state comes from, if its own clock with `dt` shows the state's time
    at the state's step; else the state's time and step themselves.
    """
    time, step = time_of(state), step_of(state)
    attrs = state.coords["time"].attrs if "time" in state.coords else {}
    known = Origin(float(attrs.get("origin", 0.0)), int(attrs.get("origin_step", 0)))
    return origin_at(time, step, dt, known)


def origin_at(time: float, step: int, dt: float, known: Origin = START) -> Origin:
    """The origin that is known, if it shows this time at this step; else a new one."""
    gap = abs(time - known.at(step, dt))
    return known if gap <= 1e-9 * max(abs(time), dt) else Origin(time, step)


def ordered(state: xr.Dataset) -> xr.Dataset:
    """State with the axes of every variable in the order z, y, x, behind all others.

    Cells stand in the order of their coordinates; a coordinate that falls is turned round.
    """
    if not isinstance(state, xr.Dataset):
        return state
    for dim in SPACE:
        if dim in state.dims and dim in state.coords and state.sizes[dim] > 1:
            centres = np.asarray(state[dim].values)
            if centres.ndim == 1 and (np.diff(centres) < 0).all():
                state = state.isel({dim: slice(None, None, -1)})
    changed = {}
    for name, field in state.items():
        space = [d for d in SPACE if d in field.dims]
        dims = [*(d for d in field.dims if d not in SPACE), *space]
        if list(field.dims) != dims:
            changed[name] = field.transpose(*dims)
    return state.assign(changed) if changed else state


def spread(
    members: Members | None, names: Iterable[str], state: xr.Dataset
) -> xr.Dataset:
    """State with a member for each value, in front; each begins alike if it has none.

    Args:
        members: What the parameters share; None leaves the state as it is.
        names: Variables that have members.
        state: Any state.

    Raises:
        ValueError: If the state has another number of members, or other labels.
    """
    if members is None:
        return state
    dim, count = members.dim, members.size
    if state.sizes.get(dim, count) != count:
        raise ValueError(
            f"The parameters have {count} members along {dim!r}, but the state has "
            f"{state.sizes[dim]}."
        )
    labels = list(members.labels or ())
    if labels and dim in state.coords and dim in state.dims:
        state = _relabelled(state, dim, labels)
    spread_out = {}
    for name in names:
        if name in state:
            field = state[name]
            if dim not in field.dims:
                field = field.drop_vars(dim, errors="ignore")
                field = field.expand_dims({dim: count}).copy()
            spread_out[name] = field.transpose(dim, ...)
    if dim in state.coords and dim not in state.dims:
        state = state.drop_vars(dim)  # one run out of a family, made a family again
    state = state.assign(spread_out)
    if dim in state.coords or len(set(labels)) < count:
        return state
    return state.assign_coords({dim: labels})


def _relabelled(state: xr.Dataset, dim: str, labels: list[Any]) -> xr.Dataset:
    """The state with its members in the order of the labels."""
    own = state[dim].values.tolist()
    if own == labels:
        return state
    if sorted(map(str, own)) == sorted(map(str, labels)) and len(set(own)) == len(own):
        return state.isel({dim: [own.index(label) for label in labels]})
    raise ValueError(
        f"The members of the state are labelled {dim} = {_few(own)}, but those of the "
        f"parameters {_few(labels)}. To give its members other parameters, drop the "
        f"labels: "
        f"state.drop_vars({dim!r})."
    )


def _few(labels: list[Any]) -> str:
    return ", ".join(map(str, labels[:4])) + (", …" if len(labels) > 4 else "")
