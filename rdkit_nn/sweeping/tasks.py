"""One run of a sweep, wherever it is computed; and what became of it."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import xarray as xr

from ..dynamics import Dynamics
from ..machine import one_thread_each
from ..simulation import simulate
from ..stacking import together


@dataclass(frozen=True)
class Recipe:
    """What all runs of a sweep share.

    Args:
        build: From parameters to a dynamics.
        initial: A state, or a function of the parameters.
        steps: How many.
        every: Frames to keep.
        options: Of `simulate`.
        store: Folder where results go; None for memory.
    """

    build: Callable[..., Dynamics]
    initial: xr.Dataset | Callable[..., xr.Dataset]
    steps: int
    every: Any
    options: Mapping[str, Any] = field(default_factory=dict)

    def state(self, point: Mapping[str, Any]) -> xr.Dataset:
        """Initial state of one run."""
        return self.initial(**point) if callable(self.initial) else self.initial

    def one(self, point: Mapping[str, Any]) -> xr.Dataset:
        """One run."""
        dynamics = self.build(**point)
        state = self.state(point)
        told = (self.steps, self.every)
        return simulate(dynamics, state, *told, progress=False, **self.options)


@dataclass(frozen=True)
class Outcome:
    """What became of one run.

    Args:
        index: Which.
        run: Its frames, where they did not go to a store.
        record: What the store keeps about it.
        failure: The error in words; empty when all went well.
    """

    index: int
    run: xr.Dataset | None = None
    record: dict[str, Any] | None = None
    failure: str = ""


def alone(
    recipe: Recipe, index: int, point: Mapping[str, Any], store: str | None
) -> Outcome:
    """Compute one run with one thread, and put it in its place."""
    with one_thread_each():
        try:
            run = recipe.one(point)
        except Exception as error:
            return failed(index, f"{type(error).__name__}: {error}", store)
        return _placed(index, run, store)


def failed(index: int, words: str, store: str | None) -> Outcome:
    """Outcome of a run that came to nothing."""
    if store is None:
        return Outcome(index, failure=words)
    from ..store.places import put

    return Outcome(index, record=put(store, index, None, words), failure=words)


def _placed(index: int, run: xr.Dataset, store: str | None) -> Outcome:
    if store is None:
        return Outcome(index, run=run)
    from ..store.places import put

    try:
        return Outcome(index, record=put(store, index, run, ""))
    except ValueError as error:  # it kept other frames than the rest
        return failed(index, str(error), store)


def stacked(
    recipe: Recipe, tasks: list[tuple[int, Mapping]], store: str | None
) -> Iterator[Outcome]:
    """Runs of this process: in one batched call where they differ in numbers alone.

    What a store takes is written by a thread of its own while the next are computed.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1, "rdkit_nn-writer") as pool:
        behind: deque = deque()
        held = 0
        for index, run, words in _computed(recipe, tasks):
            if run is None:
                job, size = pool.submit(failed, index, words, store), 0
            else:
                job, size = pool.submit(_placed, index, run, store), run.nbytes
            behind.append((job, size))
            held += size
            while behind and (held > WAITING or behind[0][0].done()):
                job, size = behind.popleft()
                held -= size
                yield job.result()
        for job, _ in behind:
            yield job.result()


WAITING = 2**30  # bytes of runs that wait to be written, at most


def _computed(
    recipe: Recipe, tasks: list[tuple[int, Mapping]]
) -> Iterator[tuple[int, xr.Dataset | None, str]]:
    """Index, run and error of each."""
    done, trouble = 0, ""
    # `watch` and `until` are asked about one run; they must not see many.
    if set(recipe.options) <= {"save"} and len(tasks) > 1:
        try:
            points = [point for _, point in tasks]
            runs = together(
                [recipe.build(**point) for point in points],
                [recipe.state(point) for point in points],
                recipe.steps,
                recipe.every,
                progress=False,
                **recipe.options,
            )
            for run in runs or ():
                yield tasks[done][0], run, ""
                done += 1
        except Exception as error:  # the run that fails is found, and named, one by one
            trouble = str(error)
    for index, point in tasks[done:]:
        try:
            yield index, recipe.one(point), ""
        except Exception as error:
            trouble = ""
            yield index, None, f"{type(error).__name__}: {error}"
    if trouble:
        warnings.warn(
            f"The runs were computed one by one, because together they failed: {trouble}",
            RuntimeWarning,
            stacklevel=2,
        )
