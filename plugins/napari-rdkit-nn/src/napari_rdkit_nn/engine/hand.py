"""The run in hand: begun, gone back, turned, painted into, and written."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from os import PathLike
from time import perf_counter

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.dynamics import START
from rdkit_nn.labels import (
    ordered,
    origin_at,
    origin_of,
    step_of,
    strip,
    time_of,
)

from ..history import Frame, History, save
from ..recipes import Recipe
from ..sentences import sentence_of
from .view import ranges_of
from .wishes import Wishes


class InHand(Wishes):
    """A run that is asked for things, and what is done to it; it computes nothing.

    Args:
        steps: Steps from one frame to the next.
        pace: Frames a second at most; 0 for as many as there can be.
        most: Bytes that the history may take.
    """

    def __init__(self, steps: int, pace: float, most: int):
        super().__init__(steps, pace)
        self._most = most
        self._number, self._kernel = 0, ""
        self._trouble: tuple[int, str] = (0, "")
        self._saved: tuple[int, str] = (0, "")
        self._recipe: Recipe | None = None
        self._flow: rd.Flow | None = None
        self._initial: xr.Dataset | None = None
        self._grid: rd.Grid | None = None
        self._origin = START
        self._frame: Frame | None = None
        self._ranges: dict[str, tuple[float, float]] = {}
        self._history = History(most)
        self._marks: deque[tuple[float, int]] = deque(maxlen=240)
        self._piece = 1
        self._saver: threading.Thread | None = None

    def _begun(self, recipe: Recipe | Callable[[], Recipe], seed: int) -> None:
        recipe = recipe if isinstance(recipe, Recipe) else recipe()
        state = recipe.flow.spread(ordered(recipe.initial(seed)))
        if state.sizes.keys() - {"z", "y", "x"}:
            raise ValueError("A live run is one run: a start without members.")
        values, grid = strip(state), rd.Grid.of(state)
        recipe.flow.check(values, grid)
        kernel = str(recipe.flow.describe(values, grid)["kernel"])
        first = Frame(step_of(state), time_of(state), values)
        history = History(self._most)
        history.keep(first)
        ranges = ranges_of(first)
        with self._lock:
            self._recipe, self._flow, self._initial = recipe, recipe.flow, state
            self._grid, self._kernel, self._history = grid, kernel, history
            self._origin = origin_of(state, recipe.flow.dt)
            self._piece = 1
            self._marks.clear()
            self._show(first, ranges)

    def _gone_back(self, index: int) -> None:
        with self._lock:
            if self._frame is None or self._flow is None:
                return
            index = min(max(index, 0), len(self._history.frames) - 1)
            frame = self._history.cut(index)
            self._origin = self._origin_at(frame, self._flow)
            self._marks.clear()
            self._show(frame, ranges_of(frame))

    def _origin_at(self, frame: Frame, flow: rd.Flow) -> rd.Origin:
        return origin_at(frame.time, frame.step, flow.dt, self._origin)

    def _turned(self, flow: rd.Flow) -> None:
        before, frame = self._flow, self._frame
        if before is None or frame is None or self._grid is None or flow == before:
            return
        flow.check(frame.values, self._grid)
        kernel = str(flow.describe(frame.values, self._grid)["kernel"])
        with self._lock:
            self._flow, self._kernel, self._piece = flow, kernel, 1
            self._origin = self._origin_at(frame, flow)
            self._history.note(f"goes on by {flow!r}")
            self._number += 1

    def _painted(self, paint: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
        frame = self._frame
        if frame is None:
            return
        values = dict(frame.values)
        for name, (under, new) in paint.items():
            there = values.get(name)
            if there is None or there.shape != under.shape:
                continue  # painted on a run that is no more
            if not np.isfinite(new[under]).all():
                raise ValueError(f"What is painted into `{name}` must be finite.")
            values[name] = np.where(under, new.astype(there.dtype), there)
        made = Frame(frame.step, frame.time, values)
        ranges = ranges_of(made)
        with self._lock:
            self._history.replace(made)
            self._history.note(f"painted into {', '.join(paint)}")
            self._show(made, ranges)

    def _written(self, path: str | PathLike, overwrite: bool) -> None:
        """Write on a thread of its own, so that the run goes on meanwhile."""
        if self._saver is not None and self._saver.is_alive():
            raise BlockingIOError("A live run is being saved already; wait for it.")
        with self._lock:
            history, flow, state = self._history.copy(), self._flow, self._initial

        def work() -> None:
            try:
                if flow is None or state is None:
                    raise ValueError("There is no run to save yet: begin one first.")
                with np.errstate(all="ignore"):  # of this thread alone
                    save(history, flow, state, path, overwrite=overwrite)
            except Exception as error:
                self._tell(error, halt=False)
            else:
                with self._lock:
                    self._saved = self._saved[0] + 1, str(path)
                    self._lock.notify_all()

        self._saver = threading.Thread(target=work, name="live run saver", daemon=True)
        self._saver.start()

    def _show(self, frame: Frame, ranges: dict[str, tuple[float, float]]) -> None:
        self._frame, self._ranges = frame, ranges
        self._number += 1

    def _tell(self, error: Exception, halt: bool = True) -> None:
        words = sentence_of(error)
        with self._lock:
            if halt:
                self._running, self._ahead = False, 0
            self._trouble = self._trouble[0] + 1, words
            self._number += 1
            self._lock.notify_all()

    def _speed(self) -> tuple[float, float]:
        """Steps and frames a second, of the last second."""
        now = perf_counter()
        marks = [mark for mark in self._marks if now - mark[0] < 1.0]
        if len(marks) < 2 or not self._running:
            return 0.0, 0.0
        span = marks[-1][0] - marks[0][0]
        if span <= 0:
            return 0.0, 0.0
        return (marks[-1][1] - marks[0][1]) / span, (len(marks) - 1) / span
