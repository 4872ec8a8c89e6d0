"""Runs side by side: one Dataset, the swept dims first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from ..labels import origin_of, step_of
from ..simulation import frames_of
from .points import Points
from .tasks import Recipe


def assembled(
    runs: Sequence[xr.Dataset | None], failures: Sequence[str], points: Points
) -> xr.Dataset:
    """One Dataset of all runs; a failed one holds NaN (zero, where there is none).

    Raises:
        ValueError: If the runs kept different frames.
    """
    there = [run for run in runs if run is not None]
    first = there[0]
    if any(
        run.sizes != first.sizes or not np.array_equal(run["time"], first["time"])
        for run in there
    ):
        raise ValueError(
            "The runs kept different frames (did `until` end some early?), so they do "
            "not fit into one array. Leave `until` out, or simulate one by one."
        )
    fields = {}
    for name, field in first.items():
        blank = np.nan if field.dtype.kind == "f" else 0
        whole = np.empty((len(runs), *field.shape), field.dtype)
        for k, run in enumerate(runs):
            whole[k] = blank if run is None else run[name].values
        attrs = dict(field.attrs)
        if "actual_range" in attrs:
            ranges = [run[name].attrs["actual_range"] for run in there]
            attrs["actual_range"] = [
                min(low for low, _ in ranges),
                max(high for _, high in ranges),
            ]
        shape = (*points.shape, *field.shape)
        fields[name] = ((*points.sizes, *field.dims), whole.reshape(shape), attrs)
    shared = {
        key: value
        for key, value in first.attrs.items()
        if all(run.attrs.get(key) == value for run in there)
    }
    coords: dict[Any, Any] = {**first.coords, **points.coords}
    if any(failures):
        words = np.array(failures).reshape(points.shape)
        coords["failure"] = (tuple(points.sizes), words)
    return xr.Dataset(fields, coords=coords, attrs=shared)


def shell_of(recipe: Recipe, points: Points) -> tuple[xr.Dataset, xr.Dataset]:
    """Coordinates and attributes of a sweep, and one frame of it, before it is computed.

    Raises:
        RuntimeError: If no run can even begin.
    """
    from dataclasses import replace

    error: Exception | None = None
    for point in points.points:
        try:
            begun = replace(recipe, steps=0, every=None).one(point)
            dynamics, state = recipe.build(**point), recipe.state(point)
            break
        except Exception as found:
            error = error or found
    else:
        raise RuntimeError(f"No run of the sweep can begin: {error}") from error
    one = begun.isel(time=0)
    kept = np.array(frames_of(recipe.steps, recipe.every), dtype=np.int64)
    first, dt = step_of(state), dynamics.dt
    origin = origin_of(state, dt)
    still = {k: c for k, c in one.coords.items() if k not in ("step", "time")}
    moving = {
        "time": (
            "time",
            [origin.at(int(n), dt) for n in first + kept],
            begun["time"].attrs,
        ),
        "step": ("time", first + kept, begun["step"].attrs),
    }
    own = ("dynamics", "seed", "created")  # what single runs need not share
    attrs = {k: v for k, v in one.attrs.items() if k not in own}
    for field in one.values():
        field.attrs.pop("actual_range", None)
    return xr.Dataset(
        coords={**still, **moving, **points.coords}, attrs=attrs
    ), one.drop_vars(["step", "time"])
