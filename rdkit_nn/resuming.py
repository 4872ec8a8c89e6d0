"""Go on with a run that was interrupted, to the very bits of the run in one go."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .dynamics import Dynamics, Origin
from .following import CHECKPOINT, Course, Until
from .frames import Frames, Seen
from .grid import Grid
from .labels import strip
from .rebuilding import NotOurs, rebuilt, same
from .simulation import frames_of, versions
from .terms.stored import array_from


def resume(
    path: str | PathLike,
    dynamics: Dynamics | None = None,
    *,
    watch: Mapping[str, Callable[[xr.Dataset], Any]] | None = None,
    until: Until | None = None,
    checkpoint: float = CHECKPOINT,
    progress: bool | None = None,
) -> xr.Dataset:
    """Go on with a stored run from its last checkpoint, to its end.

    The run ends in the very bits of the run in one go, whatever stopped it: Ctrl-C, a
    kill, a full disk. A run that is complete is opened and returned.

    Args:
        path: Folder that `simulate(store=…)` wrote.
        dynamics: What moves it. Rebuilt from the run's own description, with fields in
            space and weights from the store; laws and functions of your own, tensors and
            data are handed in again, and compared by digest.
        watch: The functions that the run was begun with, by name.
        until: The condition that the run was begun with. At the checkpoint it is asked
            once more.
        checkpoint: Seconds between two checkpoints; see `simulate`.
        progress: Show a bar: True, False, or None for terminals and notebooks only.

    Returns:
        The whole run, read lazily.

    Raises:
        FileNotFoundError: If there is no run.
        BlockingIOError: If another process is writing it.
        ValueError: If the store is damaged, or what is handed in is not what the run was
            begun with: the difference is named.

    Example:
        >>> import rdkit_nn as rd
        >>> run = rd.resume("runs/pearson.zarr")           # doctest: +SKIP
    """
    from . import store
    from .store import Writer

    folder = Path(path)
    told = store.status(folder)
    if told.get("kind") == "sweep":
        raise ValueError(
            f"{folder} is a sweep: call sweep again as it was begun, and only what is "
            "missing is computed."
        )
    if told["status"] == "complete":
        return store.open_run(folder)
    watch = dict(watch or {})
    _check(told, watch, until)
    if dynamics is None:
        dynamics = _from_description(folder, told)
    writer = Writer.again(folder)
    try:
        begun = store.checkpoint(folder)
        run = store.open_run(folder)
        state = begun.drop_vars(["step", "time"])
        values = strip(state)
        origin = _origin(told)
        last = told["first"] + told["steps"]
        dynamics.check(values, Grid.of(state), range(int(begun["step"]), last), origin)
        given = dynamics.describe(values, Grid.of(state))
        _check_dynamics(folder, told, run, given)
        _check_draws(folder, run, given)
        _check_versions(told)
        boundary = {
            str(n): f.attrs["boundary"]
            for n, f in begun.items()
            if "boundary" in f.attrs
        }
        kept = frames_of(told["steps"], told["every"])
        course = Course(dynamics, state, kept, told["first"], origin, boundary)
        at = int(begun["step"]) - told["first"]
        behind = int(np.searchsorted(kept, at, side="right"))
        writer.skip(behind)
        seen = Seen([n for n in told["variables"] if n not in watch], watch)
        seen.ranges = {k: list(v) for k, v in told.get("ranges", {}).items()}
        like = run.isel(time=0)
        frames = Frames(seen, like, course.steps, course.times, writer, behind)
        here = course.frame(values, at)
        over = until is not None and at in kept and bool(until(here))
    except BaseException:
        writer.leave()
        raise
    return course.follow(values, at, frames, until, checkpoint, progress, over)


def _origin(told: Mapping[str, Any]) -> Origin:
    """Origin of the time of a stored run; 0.1.0 stored the time of step 0 as `shift`."""
    if "origin" in told:
        return Origin(float(told["origin"][0]), int(told["origin"][1]))
    return Origin(float(told["shift"]), 0)


def _check(told: Mapping[str, Any], watch: Mapping, until: Until | None) -> None:
    if set(told["watch"]) != set(watch):
        raise ValueError(
            f"The run watches {', '.join(told['watch']) or 'nothing'}, but `watch` gives "
            f"{', '.join(watch) or 'nothing'}. Hand in the functions it was begun with."
        )
    if told["until"] != (until is not None):
        raise ValueError(
            "The run was begun with `until`: hand the same condition in."
            if told["until"]
            else "The run was begun without `until`: leave it out."
        )


def _from_description(folder: Path, told: Mapping[str, Any]) -> Dynamics:
    from .store import read_arrays

    try:
        kept = read_arrays(folder, told.get("arrays", ""))
        arrays = {key: array_from(entry) for key, entry in kept.items()}
        return rebuilt(told["dynamics"], arrays)
    except (NotOurs, TypeError, ValueError, KeyError) as error:
        raise ValueError(
            f"What moves {folder} cannot be rebuilt from its description, because "
            f"{error}. Hand it in: resume(path, dynamics)."
        ) from None


def _check_dynamics(
    folder: Path, told: Mapping[str, Any], run: xr.Dataset, given: Mapping[str, Any]
) -> None:
    """Refuse a dynamics that is not the run's own.

    Raises:
        ValueError: With what differs.
    """
    there = {"equations": run.attrs.get("equations", ""), **told}
    for key in ("dynamics", "equations"):
        if differs := same(str(there[key]), str(given.get(key, ""))):
            raise ValueError(
                f"{folder} was begun with another dynamics: {differs}. To branch off, "
                "simulate from one of its frames into a store of its own."
            )


def _check_draws(folder: Path, run: xr.Dataset, given: Mapping[str, Any]) -> None:
    """Refuse a run whose noise was drawn in another way.

    Raises:
        ValueError: With both ways.
    """
    before, now = run.attrs.get("draws", "those of 0.1.0"), given.get("draws")
    if now is not None and before != now:
        raise ValueError(
            f"{folder} holds noise of another version: its draws are {before}, and now "
            f"{now}. The run opens and verifies, but does not go on to the same bits: "
            "simulate from one of its frames into a store of its own."
        )


def _check_versions(told: Mapping[str, Any]) -> None:
    """Say so if libraries that decide bits have changed since."""

    def of(text: str) -> dict[str, str]:
        return dict(part.rsplit(" ", 1) for part in text.split(", "))

    before, now = of(told["versions"]), of(versions())
    if other := [
        f"{n} {v} (now {now[n]})" for n, v in before.items() if now.get(n, v) != v
    ]:
        warnings.warn(
            f"The run was begun with {', '.join(other)}: its last bits may differ from "
            "those of a run in one go.",
            RuntimeWarning,
            stacklevel=3,
        )
