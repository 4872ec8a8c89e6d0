"""The same simulation over a grid of parameters."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import xarray as xr

from .dynamics import Dynamics
from .simulation import simulate
from .stacking import together


def sweep(
    build: Callable[..., Dynamics],
    start: xr.Dataset | Callable[..., xr.Dataset],
    over: Mapping[str, Sequence],
    steps: int,
    every: int | Sequence[int] | None = None,
    *,
    workers: int = 1,
    progress: bool | None = None,
    **options: Any,
) -> xr.Dataset:
    """Simulate once for every combination of parameters.

    Runs that differ in numbers alone, and whose flow is a sum of laws and diffusions, are
    computed together, in one call that all cores share; the bits are those of single runs.

    Args:
        build: Function from the swept parameters, by name, to a dynamics.
        start: A state; or a function of the swept parameters, by name, that makes one.
        over: Values of each swept parameter: `{"F": [0.02, 0.03], "k": [0.055, 0.06]}`.
        steps: How many steps each run takes.
        every: Frames to keep; see `simulate`.
        workers: Local processes. With more than one, `build` (and a `start` function)
            must be defined at the top of a module, and a script must start its work
            under `if __name__ == "__main__":`. Bits do not depend on the number.
        progress: Show a bar over the runs: True, False, or None for terminals only.
        options: `save`, `watch`, … of `simulate`.

    Returns:
        A Dataset whose first dims are the swept names. Attributes are those that all
        runs share.

    Raises:
        ValueError: If nothing is swept, or the runs keep different frames.
        RuntimeError: If a run fails: its parameters, and the error as cause.

    Example:
        >>> import rdkit_nn as rd
        >>> from rdkit_nn import start
        >>> def build(D):
        ...     return rd.Flow(rd.Diffusion(u=D), rd.Euler(dt=0.1))
        >>> begin = start.noise(rd.Grid((8, 8)), u=1.0, seed=0)
        >>> sweep(build, begin, {"D": [0.5, 1.0]}, steps=10).sizes
        Frozen({'D': 2, 'time': 2, 'y': 8, 'x': 8})
    """
    axes = {name: np.asarray(values) for name, values in over.items()}
    _check(axes, workers, options)
    points = [
        dict(zip(axes, (_plain(v) for v in point)))
        for point in itertools.product(*axes.values())
    ]
    tasks = [(build, start, point, steps, every, options) for point in points]
    runs = []
    for run in _bar(_results(tasks, workers), len(tasks), progress):
        runs.append(run)
    return _assembled(runs, axes)


def _stacked(tasks: list[tuple]) -> Iterator[xr.Dataset]:
    """Runs in one batched call where they differ in numbers alone, else one by one."""
    build, start, _, steps, every, options = tasks[0]
    # `watch` and `until` are asked about one run; they must not see many.
    trouble: Exception | None = None
    if set(options) <= {"save"} and len(tasks) > 1:
        try:
            points = [task[2] for task in tasks]
            starts = [start(**p) if callable(start) else start for p in points]
            told = [build(**point) for point in points], starts, steps, every
            runs = together(*told, progress=False, **options)
            if runs is not None:
                yield from list(runs)
                return
        except Exception as error:  # the run that fails is found, and named, one by one
            trouble = error
    yield from map(_one, tasks)
    if trouble is not None:
        warnings.warn(
            f"The runs were computed one by one, because together they failed: {trouble}",
            RuntimeWarning,
            stacklevel=4,
        )


def _check(axes: Mapping[str, np.ndarray], workers: int, options: Mapping) -> None:
    if not axes:
        raise ValueError('Nothing is swept: over={"F": [0.02, 0.03]}.')
    for name, values in axes.items():
        if values.ndim != 1 or len(values) == 0:
            raise ValueError(
                f"`over` needs a list of values for `{name}`: {values!r:.80}."
            )
        if len(set(values.tolist())) < len(values):
            raise ValueError(f"`over` lists a value of `{name}` twice.")
    if workers < 1:
        raise ValueError(f"`workers` must be at least 1, but is {workers}.")
    if "store" in options:
        raise TypeError(
            "A sweep returns its runs in memory; `store` is for `simulate`."
        )


def _one(task: tuple) -> xr.Dataset:
    build, start, point, steps, every, options = task
    try:
        begin = start(**point) if callable(start) else start
        return simulate(build(**point), begin, steps, every, progress=False, **options)
    except Exception as error:
        told = ", ".join(f"{name}={value!r}" for name, value in point.items())
        raise RuntimeError(f"The run at {told} failed: {error}") from error


def _results(tasks: list[tuple], workers: int) -> Iterator[xr.Dataset]:
    if workers == 1:
        yield from _stacked(tasks)
        return
    import pickle
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    try:
        pickle.dumps(tasks[0])
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            "`build` (and a `start` function) must be defined at the top of a module to "
            f"travel to other processes: {error}. Or take workers=1."
        ) from None

    with (
        one_thread_each(),
        ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool,
    ):
        yield from pool.map(_one, tasks)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """One thread a task: set where the workers will find it, before they begin.

    Bits then do not depend on the number of workers.
    """
    names = [f"{kind}_NUM_THREADS" for kind in ("OMP", "OPENBLAS", "MKL", "NUMBA")]
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _bar(results: Iterator, total: int, progress: bool | None) -> Any:
    from tqdm.auto import tqdm

    hidden = None if progress is None else not progress
    return tqdm(results, total=total, disable=hidden, unit="run", leave=False)


def _assembled(runs: list[xr.Dataset], axes: Mapping[str, np.ndarray]) -> xr.Dataset:
    if len({tuple(run.sizes.items()) for run in runs}) > 1:
        raise ValueError(
            "The runs kept different frames (did `until` end some early?), so they do "
            "not fit into one array. Leave `until` out, or simulate one by one."
        )
    shape = tuple(len(values) for values in axes.values())
    first = runs[0]
    fields = {}
    for name, field in first.items():
        stack = np.stack([run[name].values for run in runs])
        attrs = dict(field.attrs)
        if "actual_range" in attrs:
            ranges = [run[name].attrs["actual_range"] for run in runs]
            attrs["actual_range"] = [
                min(low for low, _ in ranges),
                max(high for _, high in ranges),
            ]
        whole = stack.reshape(*shape, *field.shape)
        fields[name] = ((*axes, *field.dims), whole, attrs)
    shared = {
        key: value
        for key, value in first.attrs.items()
        if all(run.attrs.get(key) == value for run in runs)
    }
    swept: dict[Any, Any] = {name: (name, v) for name, v in axes.items()}
    coords = {**first.coords, **swept}
    return xr.Dataset(fields, coords=coords, attrs=shared)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
