"""Follow a dynamics; keep what is seen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from os import PathLike
from typing import Any

import numpy as np
import xarray as xr

from . import __version__
from .arrays import Values
from .dynamics import Dynamics
from .following import CHECKPOINT, Course
from .frames import Frames, Seen, room_for
from .grid import Grid
from .labels import ordered, origin_of, step_of, strip


def simulate(
    dynamics: Dynamics,
    initial: xr.Dataset,
    steps: int,
    every: int | Sequence[int] | None = None,
    *,
    save: Sequence[str] | None = None,
    watch: Mapping[str, Callable[[xr.Dataset], Any]] | None = None,
    until: Callable[[xr.Dataset], bool] | None = None,
    store: str | PathLike | None = None,
    overwrite: bool = False,
    checkpoint: float = CHECKPOINT,
    progress: bool | None = None,
) -> xr.Dataset:
    """Follow a dynamics from an initial state and return the run.

    Args:
        dynamics: A flow, a map, or anything with `dt` and `advance`.
        initial: A state: fields on a grid, weights of a network, or one frame of a run,
            which is then continued, step numbers and all.
        steps: How many steps to take.
        every: Keep a frame every so many steps (`steps` must be a multiple); or the
            increasing step numbers, counted from the start, to keep. Default: the first
            and the last.
        save: Names of the variables to keep. Default: all.
        watch: Numbers to keep beside the frames: functions of a frame by name.
        until: Asked at each kept frame; the run ends when it says yes. See `at_rest` and
            `extinct`.
        store: Folder (`….zarr`) to write frames to as they come; the run is then read
            back lazily. Ctrl-C ends it in good order, and `resume` goes on from there,
            from a kill as well.
        overwrite: Whether an existing store may be replaced.
        checkpoint: Seconds of computing after which a stored run makes sure of its state,
            whatever frames are kept; at most so much is lost when its process dies.
        progress: Show a bar: True, False, or None for terminals and notebooks only.

    Returns:
        A Dataset, `time` first, with coordinates `time` (model time) and `step`, and the
        provenance in its attributes.

    Raises:
        ValueError: For counts that do not fit, an unstable step, values that are not
            finite, or frames beyond this machine's memory; before the first step.
        FloatingPointError: When a value stops being finite on the way; the complete
            frames are on the error as `error.run`, and in the store.
        FileExistsError: If the store exists and `overwrite` is not set.
        BlockingIOError: If another process is writing there.
        OSError: If the disk is full or the folder lost; complete frames are kept.
        Interrupted: After Ctrl-C, when the run is stored; a KeyboardInterrupt.
    """
    if isinstance(initial, xr.Dataset):
        initial = dynamics.spread(ordered(initial))
        _check_names(initial)
    values: Values = strip(initial, dynamics.lazy)
    grid = Grid.of(initial)
    kept = frames_of(steps, every)
    if not checkpoint > 0:
        raise ValueError(f"`checkpoint` is a time in seconds, but is {checkpoint!r}.")
    first, origin = step_of(initial), origin_of(initial, dynamics.dt)
    dynamics.check(values, grid, range(first, first + int(steps)), origin)
    names = _names(save, values)
    attrs = {k: v for k, v in initial.attrs.items() if not k.startswith("boundary_")}
    told = dynamics.describe(values, grid)
    boundary = {
        name: str(told.pop(f"boundary_{name}"))
        for name in values
        if f"boundary_{name}" in told
    }
    attrs |= told
    attrs |= {"Conventions": "CF-1.11", "rdkit_nn": __version__, "versions": versions()}
    attrs |= {"created": datetime.now(UTC).isoformat()}
    like = initial.assign_attrs(attrs)
    course = Course(dynamics, like, kept, first, origin, boundary)
    opening = course.frame(values, 0)
    seen = Seen(names, dict(watch or {}))
    _check_watch(seen.watch, opening)
    room_for(opening, opening[list(names)], len(kept), store)
    like = seen.of(opening)
    if store is None:
        frames = Frames(seen, like, course.steps, course.times)
    else:
        plan = {
            "dynamics": repr(dynamics),
            "dt": dynamics.dt,
            "steps": int(steps),
            "every": int(kept.step) if isinstance(kept, range) else list(kept),
            "first": first,
            "origin": [origin.time, origin.step],
            "arrays": dynamics.arrays(),
            "watch": list(seen.watch),
            "until": until is not None,
            "versions": attrs["versions"],
        }
        frames = Frames.stored(
            seen, like, course.steps, course.times, store, plan, overwrite
        )
    frames.keep(opening)
    frames.checkpoint(opening)
    over = until is not None and bool(until(opening))
    return course.follow(values, 0, frames, until, checkpoint, progress, over)


def _check_names(initial: xr.Dataset) -> None:
    """Refuse variables that bear the name of a coordinate of every run.

    Raises:
        ValueError: With the name.
    """
    if reserved := {"time", "step", "domain"} & set(initial.data_vars):
        raise ValueError(
            f"A variable is called `{reserved.pop()}`, which is the name of a "
            f"coordinate of "
            "every run: rename it, state.rename(…)."
        )


def versions() -> str:
    """Libraries that may decide a bit, as far as they are loaded."""
    names = ("numpy", "scipy", "xarray", "numba", "torch")
    loaded = {n: getattr(sys.modules.get(n), "__version__", None) for n in names}
    told = [f"{name} {version}" for name, version in loaded.items() if version]
    return ", ".join([f"python {sys.version.split()[0]}", *told])


def frames_of(steps: int, every: int | Sequence[int] | None) -> Sequence[int]:
    """Counts of steps at which frames are kept, from 0.

    Raises:
        ValueError: For counts that do not fit.
    """
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ValueError(
            f"`steps` is a count, a whole number from 0 on, but got {steps!r}. "
            "flow.steps(time) turns a time into its count."
        )
    if every is None:
        return [0, int(steps)] if steps else [0]
    if isinstance(every, (int, np.integer)) and not isinstance(every, bool):
        if every < 1 or steps % every:
            raise ValueError(
                f"`steps` must be a multiple of `every`, but {steps} is not a multiple "
                f"of {every}."
            )
        return range(0, int(steps) + 1, int(every))
    told = np.asarray(every)
    kept = told.tolist() if told.ndim == 1 and told.dtype.kind in "iu" else []
    if not kept or any(b <= a for a, b in pairwise(kept)) or kept[0] < 0:
        raise ValueError(
            "`every` is a count, or a list of increasing whole step numbers, but got "
            f"{every!r:.80}."
        )
    if kept[-1] > steps:
        raise ValueError(f"`every` goes to step {kept[-1]}, but the run has {steps}.")
    return kept if kept[0] == 0 else [0, *kept]


def _names(save: Sequence[str] | None, values: Values) -> tuple[str, ...]:
    if save is None:
        return tuple(values)
    names = (save,) if isinstance(save, str) else tuple(save)
    if unknown := [n for n in names if n not in values]:
        raise KeyError(
            f"`save` names {', '.join(unknown)}, but the state has only "
            f"{', '.join(values)}."
        )
    return names


def _check_watch(watch: Mapping[str, Callable], opening: xr.Dataset) -> None:
    for name, look in watch.items():
        if name in opening:
            raise ValueError(f"`watch` would put a number in the place of `{name}`.")
        if not callable(look):
            raise TypeError(f"`watch` of `{name}` must be a function of a frame.")
