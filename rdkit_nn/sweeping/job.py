"""The same simulation at many points."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from ..dynamics import Dynamics
from ..interrupts import Interrupted
from ..machine import memory
from ..simulation import frames_of, versions
from . import workers as _workers
from .assembling import assembled, shell_of
from .points import Over, Points
from .tasks import Outcome, Recipe, stacked


def sweep(
    build: Callable[..., Dynamics],
    initial: xr.Dataset | Callable[..., xr.Dataset],
    over: Over,
    steps: int,
    every: int | list[int] | None = None,
    *,
    workers: int = 1,
    client: Any = None,
    store: str | PathLike | None = None,
    overwrite: bool = False,
    retry: bool = False,
    progress: bool | None = None,
    **options: Any,
) -> xr.Dataset:
    """Simulate once for every combination of parameters, or every point of a list.

    Runs that differ in numbers alone, and whose flow is a sum of laws and diffusions, are
    computed together, in one call that all cores share; the bits are those of single runs.
    A run that fails does not stop the rest: its place holds NaN, the coordinate `failure`
    says why, and a warning counts.

    Args:
        build: Function from the swept parameters, by name, to a dynamics.
        initial: A state; or a function of the swept parameters, by name, that makes one. A
            frame of a run is one, too: all runs then branch off from there.
        over: Values of each swept parameter, of which all combinations are taken:
            `{"F": [0.02, 0.03], "seed": range(5)}`; or a list of points, as
            `latin_hypercube` and `sobol` make: `[{"F": 0.02, "k": 0.05}, …]`.
        steps: How many steps each run takes.
        every: Frames to keep; see `simulate`.
        workers: Local processes. With more than one, `build` (and an `initial` function)
            must be defined at the top of a module, and a script must start its work
            under `if __name__ == "__main__":`. Bits do not depend on the number.
        client: A `dask.distributed.Client`: its workers compute, one thread a task. A
            store must then be a path that all of them see.
        store: Folder (`….zarr`) into which every run is written as soon as it is done.
            Sweeps larger than memory go there. The same call again does only what is
            missing; a lost worker costs the run that it was at.
        overwrite: Whether an existing store may be replaced.
        retry: Whether runs that failed are computed again.
        progress: Show a bar over the runs: True, False, or None for terminals only.
        options: `save`, `watch`, … of `simulate`.

    Returns:
        A Dataset whose first dims are the swept names (of a list of points: `run`), with
        a coordinate for each parameter. Attributes are those that all runs share.

    Raises:
        ValueError: If nothing is swept, the runs keep different frames, or there is no
            room in memory.
        FileExistsError: If the store holds another sweep: what differs is named.
        RuntimeError: If all runs fail.
        Interrupted: After Ctrl-C, when there is a store.

    Example:
        >>> import rdkit_nn as rd
        >>> from rdkit_nn import initial
        >>> def build(D):
        ...     return rd.Flow(rd.Diffusion(u=D), rd.Euler(dt=0.1))
        >>> state = initial.noise(rd.Grid((8, 8)), u=1.0, seed=0)
        >>> sweep(build, state, {"D": [0.5, 1.0]}, steps=10).sizes
        Frozen({'D': 2, 'time': 2, 'y': 8, 'x': 8})
    """
    points = Points.of(over)
    recipe = Recipe(build, initial, steps, every, options)
    if workers < 1:
        raise ValueError(f"`workers` must be at least 1, but is {workers}.")
    frames_of(steps, every)
    if workers > 1 or client is not None:
        _workers.check(recipe)
    built = _built(recipe, points)
    tasks = list(enumerate(points.points))
    if store is None:
        outcomes = _outcomes(recipe, tasks, None, workers, client)
        return _in_memory(recipe, points, outcomes, progress)
    if "until" in options:
        raise TypeError(
            "The places of a stored sweep are of one length: leave `until` out."
        )
    return _stored(
        recipe, points, built, Path(store), overwrite, retry, workers, client, progress
    )


def _outcomes(
    recipe: Recipe, tasks: list, store: str | None, workers: int, client: Any
) -> Iterator[Outcome]:
    if client is not None:
        return _workers.on_cluster(recipe, tasks, store, client)
    if workers > 1:
        return _workers.on_processes(recipe, tasks, store, min(workers, len(tasks)))
    return stacked(recipe, tasks, store)


def _built(recipe: Recipe, points: Points) -> list[str]:
    """Descriptions of all dynamics.

    Raises:
        ValueError: If their steps span different times.
    """
    told, spans = [], set()
    for point in points.points:
        try:
            dynamics = recipe.build(**point)
        except Exception as error:  # told as the failure of its run
            told.append(f"{type(error).__name__}: {error}")
        else:
            told.append(repr(dynamics))
            spans.add(dynamics.dt)
    if len(spans) > 1:
        raise ValueError(
            f"The runs take steps of {len(spans)} different lengths ({min(spans):g} to "
            f"{max(spans):g}), so they share no times. Sweep each dt by itself, or use a "
            "method that cuts its own steps, such as Adaptive(dt)."
        )
    return told


def _in_memory(
    recipe: Recipe, points: Points, outcomes: Iterator[Outcome], progress: bool | None
) -> xr.Dataset:
    found: dict[int, Outcome] = {}
    for outcome in _bar(outcomes, len(points), 0, progress):
        if not found and outcome.run is not None:
            _room(outcome.run, len(points))
        found[outcome.index] = outcome
    done = [found[index] for index in range(len(points))]
    _tell_failures({o.index: o.failure for o in done if o.failure}, points)
    return assembled([o.run for o in done], [o.failure for o in done], points)


def _room(run: xr.Dataset, count: int) -> None:
    need, there = run.nbytes * count, memory()
    if there and need > there:
        raise ValueError(
            f"{count} runs of {run.nbytes / 2**20:.3g} MiB need {need / 2**30:.3g} GiB, "
            f"but this machine has {there / 2**30:.3g} GiB of memory to give. Write them "
            "to disk (`store`), keep fewer frames (`every`) or variables (`save`)."
        )


def _stored(
    recipe: Recipe,
    points: Points,
    built: list[str],
    path: Path,
    overwrite: bool,
    retry: bool,
    workers: int,
    client: Any,
    progress: bool | None,
) -> xr.Dataset:
    from ..store import open_run, places

    plan = {
        "points": [{k: _json(v) for k, v in p.items()} for p in points.points],
        "steps": recipe.steps,
        "every": None if recipe.every is None else np.asarray(recipe.every).tolist(),
        "dynamics": hashlib.sha256("\n".join(built).encode()).hexdigest()[:32],
        "initial": _initial(recipe.initial),
        "save": recipe.options.get("save"),
        "watch": sorted(recipe.options.get("watch") or {}),
        "versions": versions(),
    }
    if not path.exists() or overwrite:
        shell, one = shell_of(recipe, points)
        places.reserve(path, shell, one, points.sizes, plan, overwrite)
    else:
        _check_same(path, plan)
    finished, lock = places.take(path)
    try:
        before = {} if finished.blocks else places.records(path)
        if retry:
            for index in [i for i, record in before.items() if record["failure"]]:
                places.forget(path, index)
                del before[index]
        done = set(range(len(points))) if finished.blocks else set(before)
        tasks = [(i, p) for i, p in enumerate(points.points) if i not in done]
        failures = {i: r["failure"] for i, r in before.items() if r["failure"]}
        if tasks:
            outcomes = _outcomes(recipe, tasks, str(path), workers, client)
            for outcome in _bar(outcomes, len(points), len(done), progress):
                if outcome.failure:
                    failures[outcome.index] = outcome.failure
        places.close(path)
    except KeyboardInterrupt:
        raise Interrupted(
            f"Stopped, as asked. What is finished is kept in {path}; the same call again "
            "does what is missing."
        ) from None
    finally:
        lock.release()
    _tell_failures(failures, points)
    return open_run(path)


def _check_same(path: Path, plan: dict) -> None:
    from ..store import status

    told = status(path)
    if told.get("kind") != "sweep":
        raise FileExistsError(
            f"{path} exists already, and is no sweep. Choose another path, or say "
            "overwrite=True to replace it."
        )
    differs = [
        key
        for key, value in plan.items()
        if key != "versions" and told.get(key) != value
    ]
    if differs:
        raise FileExistsError(
            f"{path} holds another sweep: {', '.join(differs)} differ. Choose another "
            "path, or say overwrite=True to replace it."
        )
    if told["versions"] != plan["versions"]:
        warnings.warn(
            f"The sweep was begun with {told['versions']}: the last bits of what is "
            "missing may differ.",
            RuntimeWarning,
            stacklevel=4,
        )


def _tell_failures(failures: dict[int, str], points: Points) -> None:
    if not failures:
        return
    index, words = next(iter(sorted(failures.items())))
    at = ", ".join(f"{name}={value!r}" for name, value in points.points[index].items())
    if len(failures) == len(points):
        raise RuntimeError(f"All runs failed; the run at {at} failed: {words}")
    warnings.warn(
        f"{len(failures)} of {len(points)} runs failed; the run at {at}: {words} Their "
        "places hold NaN, and the coordinate `failure` says why.",
        RuntimeWarning,
        stacklevel=4,
    )


def _initial(initial: Any) -> str:
    """What tells one initial state from another."""
    if callable(initial):
        owner = getattr(initial, "__self__", "")  # of a method: what it was told
        return (
            f"{initial.__module__}.{initial.__qualname__}{owner and f' of {owner!r}'}"
        )
    sums = hashlib.sha256()
    for name in sorted(map(str, initial.variables)):
        sums.update(
            name.encode() + np.ascontiguousarray(initial[name].values).tobytes()
        )
    return sums.hexdigest()[:32]


def _json(value: Any) -> Any:
    return value if isinstance(value, (int, float, str, bool)) else repr(value)


def _bar(results: Iterator, total: int, done: int, progress: bool | None) -> Any:
    from tqdm.auto import tqdm

    hidden = None if progress is None else not progress
    return tqdm(
        results, total=total, initial=done, disable=hidden, unit="run", leave=False
    )
