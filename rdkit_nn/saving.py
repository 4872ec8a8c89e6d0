"""Write a run that is in memory as a store, like one that was stored as it went."""

from __future__ import annotations

from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from . import __version__
from .frames import Frames, Seen
from .labels import origin_of
from .simulation import versions


def save_run(
    run: xr.Dataset, path: str | PathLike, *, overwrite: bool = False
) -> xr.Dataset:
    """Write a run as a store with a ledger, as `simulate(store=…)` does while it goes.

    For runs that were kept in memory, read from netCDF, or made of other frames than a
    simulation keeps. The store is opened, verified, continued and browsed like any other.

    Args:
        run: With `time` and `step` along its frames, and in its attributes what moved it.
        path: Folder (`….zarr`).
        overwrite: Whether an existing store may be replaced.

    Returns:
        The run, read back lazily.

    Raises:
        TypeError: If it is no Dataset.
        ValueError: If it is no single run in time, does not say what moved it, or is lazy
            where a store is to be replaced.
        FileExistsError: If the store exists and `overwrite` is not set.
        OSError: If the disk is full or the folder cannot be made.

    Example:
        >>> import rdkit_nn as rd
        >>> stored = rd.save_run(run, "runs/pearson.zarr")     # doctest: +SKIP
    """
    _check(run)
    lazy = any(field.chunks is not None for field in run.values())
    if overwrite and lazy and Path(path).exists():
        raise ValueError(
            f"The run is still read from a disk, perhaps from {path} itself, which is "
            "to be replaced. Load it first, run.load(), or write elsewhere."
        )
    run = run.copy()
    steps, times = run["step"].values.astype(np.int64), run["time"].values.astype(float)
    attrs: dict[str, Any] = {
        "Conventions": "CF-1.11",
        "rdkit_nn": __version__,
        "versions": versions(),
    }
    attrs |= {"created": datetime.now(UTC).isoformat(), **run.attrs}
    gaps = np.diff(times) / np.diff(steps) if len(steps) > 1 else np.ones(1)
    dt = float(attrs.setdefault("dt", float(gaps[0])))
    run = run.assign_attrs(attrs).transpose("time", ...)
    for field in run.values():
        field.attrs.pop("actual_range", None)  # found anew, of what is written
    watch = [str(n) for n, f in run.items() if "time" in f.dims and f.ndim == 1]
    plan = {
        "dynamics": str(attrs["dynamics"]),
        "dt": dt,
        "steps": int(steps[-1] - steps[0]),
        "every": [int(step - steps[0]) for step in steps],
        "first": int(steps[0]),
        "origin": _origin(run, dt),
        "watch": watch,
        "until": False,
        "versions": str(attrs["versions"]),
    }
    seen = Seen([str(name) for name in run], {})
    first = run.isel(time=0).load()
    frames = Frames.stored(seen, first, steps, times, path, plan, overwrite)
    try:
        frame = first
        for number in range(len(steps)):
            frame = run.isel(time=number).load() if number else first
            frames.keep(frame)
        frames.checkpoint(frame)
    except BaseException as error:
        frames.close(f"failed: {error}")
        raise
    return frames.close()


def _check(run: xr.Dataset) -> None:
    if not isinstance(run, xr.Dataset):
        raise TypeError(f"A run is an xarray Dataset, but got {type(run).__name__}.")
    if "time" not in run.dims or "step" not in run.coords:
        raise ValueError(
            "A run has frames along `time`, with a coordinate `step`; this has dims "
            f"{tuple(map(str, run.dims))}. Write a single state by to_netcdf or to_zarr."
        )
    if run["step"].dims != ("time",) or run["time"].dims != ("time",):
        raise ValueError(
            "`time` and `step` must go along the frames, but `step` has dims "
            f"{run['step'].dims}. Sweeps are stored by sweep(store=…)."
        )
    still = [str(name) for name, field in run.items() if "time" not in field.dims]
    if still:
        raise ValueError(
            f"{', '.join(still)} does not change in time, but every variable of a run "
            "has frames. Make it a coordinate, or leave it out."
        )
    if not run.sizes["time"] or (np.diff(run["step"].values) <= 0).any():
        raise ValueError("The steps of a run must rise from frame to frame.")
    if not str(run.attrs.get("dynamics", "")):
        raise ValueError(
            "The run does not say what moved it: its attribute `dynamics` is missing."
        )


def _origin(run: xr.Dataset, dt: float) -> list[float]:
    """Origin of the run's time, as a store keeps it."""
    origin = origin_of(run.isel(time=0), dt)
    return [origin.time, origin.step]
