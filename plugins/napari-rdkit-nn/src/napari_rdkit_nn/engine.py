"""A run that goes on while somebody watches, turns its numbers and paints into it.

One thread computes; whoever watches asks for the newest frame. Nothing is queued: what is
asked for twice before it is done is asked for once. No Qt and no napari.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.labels import shift_of, step_of, strip, time_of

from .history import MOST, Frame, History, save
from .recipes import Recipe

PIECE = 0.02  # seconds of computing between two looks at whether to stop
AHEAD = 16  # single frames that may be asked for in advance


@dataclass(frozen=True)
class View:
    """What there is to see: made anew whenever something changes.

    Args:
        number: Counts what can be seen; another number is another picture.
        recipe: What runs; None before the first `load`.
        flow: What moves it now.
        frame: The newest frame; None before the first.
        ranges: Least and greatest value of each variable in it.
        running: Whether it goes on by itself.
        busy: Whether something is being computed or prepared.
        frames: Steps of the frames in the history.
        speed: Steps a second and frames a second, of the last second.
        kernel: Name of the kernel.
        trouble: Number and sentence of the last thing that went wrong.
        saved: Number and path of the last run that was saved.
    """

    number: int = 0
    recipe: Recipe | None = None
    flow: rd.Flow | None = None
    frame: Frame | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    running: bool = False
    busy: bool = False
    frames: tuple[int, ...] = ()
    speed: tuple[float, float] = (0.0, 0.0)
    kernel: str = ""
    trouble: tuple[int, str] = (0, "")
    saved: tuple[int, str] = (0, "")


class Engine:
    """Computes a live run on a thread of its own.

    Every method returns at once; what comes of it is seen in `view`. What goes wrong is a
    sentence there, and the last good frame is kept.

    Args:
        steps: Steps from one frame to the next.
        pace: Frames a second at most; 0 for as many as there can be.
        most: Bytes that the history may take.
    """

    def __init__(self, *, steps: int = 20, pace: float = 30.0, most: int = MOST):
        self._lock = threading.Condition()
        self._steps, self._pace, self._most = int(steps), float(pace), most
        self._load: tuple[Recipe | Callable[[], Recipe], int] | None = None
        self._wanted: rd.Flow | None = None
        self._back: int | None = None
        self._paint: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._save: tuple[str | PathLike, bool] | None = None
        self._running, self._ahead, self._halt, self._closed = False, 0, False, False
        self._busy, self._computing = False, False
        self._number, self._kernel = 0, ""
        self._trouble: tuple[int, str] = (0, "")
        self._saved: tuple[int, str] = (0, "")
        self._recipe: Recipe | None = None
        self._flow: rd.Flow | None = None
        self._begin: xr.Dataset | None = None
        self._grid: rd.Grid | None = None
        self._shift = 0.0
        self._frame: Frame | None = None
        self._ranges: dict[str, tuple[float, float]] = {}
        self._history = History(most)
        self._marks: deque[tuple[float, int]] = deque(maxlen=240)
        self._piece = 1
        self._saver: threading.Thread | None = None
        self._thread = threading.Thread(target=self._work, name="live run", daemon=True)
        self._thread.start()

    # What may be asked for, from any thread.

    def load(self, recipe: Recipe | Callable[[], Recipe], seed: int = 0) -> None:
        """Begin another run; it stands at its start until it is started.

        Args:
            recipe: What it is made of, or a function that is called on the thread.
            seed: Where chance begins.
        """
        with self._lock:
            self._load, self._halt = (recipe, seed), True
            self._wanted, self._back, self._ahead = None, None, 0
            self._paint.clear()
            self._running = False
            self._lock.notify_all()

    def start(self) -> None:
        """Go on by itself."""
        with self._lock:
            self._running, self._halt = True, False
            self._lock.notify_all()

    def pause(self) -> None:
        """Go no further than the frame in hand."""
        with self._lock:
            self._running, self._ahead = False, 0
            self._lock.notify_all()

    def step(self) -> None:
        """Compute one frame, and pause there."""
        with self._lock:
            self._running, self._halt = False, False
            self._ahead = min(self._ahead + 1, AHEAD)
            self._lock.notify_all()

    def stop(self) -> None:
        """Halt at once, in the midst of a frame as well; the last whole one stays."""
        with self._lock:
            self._running, self._ahead, self._halt = False, 0, True
            self._wanted, self._back = None, None
            self._paint.clear()
            self._lock.notify_all()

    def turn(self, flow: rd.Flow) -> None:
        """Go on with other numbers: the state stays, and so does the time."""
        with self._lock:
            self._wanted = flow
            self._lock.notify_all()

    def paint(self, under: np.ndarray, values: Mapping[str, float]) -> None:
        """Put values into cells, before the next step.

        Args:
            under: True for the cells, of the grid's shape.
            values: New value by variable; others are left alone.
        """
        with self._lock:
            for name, value in values.items():
                there = self._paint.get(name)
                if there is None or there[0].shape != under.shape:
                    there = np.zeros(under.shape, bool), np.zeros(under.shape)
                there[0][under], there[1][under] = True, value
                self._paint[name] = there
            self._lock.notify_all()

    def restart(self, index: int) -> None:
        """Go back to a frame of the history; what came after it is forgotten."""
        with self._lock:
            self._back, self._halt, self._ahead = index, True, 0
            self._paint.clear()
            self._lock.notify_all()

    def save(self, path: str | PathLike, overwrite: bool = False) -> None:
        """Write the history as a run, while the computing goes on."""
        with self._lock:
            self._save = path, overwrite
            self._lock.notify_all()

    def pacing(self, steps: int, pace: float) -> None:
        """Change how many steps make a frame, and how many frames a second at most."""
        with self._lock:
            self._steps, self._pace = max(1, int(steps)), max(0.0, float(pace))
            self._lock.notify_all()

    def close(self, timeout: float = 5.0) -> bool:
        """End the thread. Returns whether it has ended within so many seconds."""
        with self._lock:
            self._closed, self._halt = True, True
            self._lock.notify_all()
        for thread in (self._thread, self._saver):
            if thread is not None and thread is not threading.current_thread():
                thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def view(self) -> View:
        """What there is to see now."""
        with self._lock:
            return View(
                number=self._number,
                recipe=self._recipe,
                flow=self._flow,
                frame=self._frame,
                ranges=self._ranges,
                running=self._running,
                busy=self._busy or self._asked(),
                frames=tuple(f.step for f in self._history.frames),
                speed=self._speed(),
                kernel=self._kernel,
                trouble=self._trouble,
                saved=self._saved,
            )

    def frame(self, index: int) -> Frame | None:
        """One frame of the history, or None if there is none."""
        with self._lock:
            frames = self._history.frames
            return frames[index] if -len(frames) <= index < len(frames) else None

    def wait(self, timeout: float = 30.0) -> View:
        """Wait until nothing is left to do but to run on; for scripts and tests.

        Raises:
            TimeoutError: If it takes longer.
        """
        with self._lock:
            if not self._lock.wait_for(self._done, timeout):
                raise TimeoutError(f"The live run was not done within {timeout} s.")
        return self.view

    # What the thread does.

    def _asked(self) -> bool:
        told = self._load, self._wanted, self._back, self._save
        return any(x is not None for x in told) or bool(self._paint)

    def _done(self) -> bool:
        rest = self._running or not self._computing
        return rest and not (self._busy or self._asked() or self._ahead)

    def _work(self) -> None:
        due = 0.0
        # Values that run away are told in a sentence, not in numpy's warnings.
        with np.errstate(all="ignore"):
            while True:
                with self._lock:
                    self._busy = self._computing = False
                    self._lock.notify_all()
                    while not self._closed and not self._asked():
                        if self._frame is not None and (self._ahead or self._running):
                            left = 0.0 if self._ahead else due - perf_counter()
                            if left <= 0:
                                break
                            self._lock.wait(left)
                        else:
                            self._lock.wait()
                    if self._closed:
                        return
                    self._busy = self._asked() or self._ahead > 0
                    gap = 1 / self._pace if self._pace else 0.0
                due = max(due + gap, perf_counter())
                try:
                    self._heed()
                except Exception as error:  # a thread has nobody to raise it to
                    self._tell(error, halt=False)
                try:
                    self._go_on()
                except Exception as error:
                    self._tell(error)

    def _heed(self) -> None:
        """Do what was asked for, the newest wish of each kind."""
        with self._lock:
            load, self._load = self._load, None
            wanted, self._wanted = self._wanted, None
            back, self._back = self._back, None
            paint, self._paint = self._paint, {}
            saved, self._save = self._save, None
            if load or back is not None:
                self._halt = False
        if load is not None:
            try:
                self._begun(*load)
            except Exception:
                with self._lock:  # the run before must not go on in its place
                    self._running, self._ahead = False, 0
                raise
        if back is not None:
            self._gone_back(back)
        if wanted is not None:
            self._turned(wanted)
        if paint:
            self._painted(paint)
        if saved is not None:
            self._written(*saved)

    def _begun(self, recipe: Recipe | Callable[[], Recipe], seed: int) -> None:
        recipe = recipe if isinstance(recipe, Recipe) else recipe()
        begin = recipe.flow.spread(recipe.begin(seed))
        if begin.sizes.keys() - {"z", "y", "x"}:
            raise ValueError("A live run is one run: a start without members.")
        values, grid = strip(begin), rd.Grid.of(begin)
        recipe.flow.check(values, grid)
        kernel = str(recipe.flow.describe(values, grid)["kernel"])
        first = Frame(step_of(begin), time_of(begin), values)
        history = History(self._most)
        history.keep(first)
        ranges = ranges_of(first)
        with self._lock:
            self._recipe, self._flow, self._begin = recipe, recipe.flow, begin
            self._grid, self._kernel, self._history = grid, kernel, history
            self._shift = shift_of(begin, recipe.flow.dt)
            self._piece = 1
            self._marks.clear()
            self._show(first, ranges)

    def _gone_back(self, index: int) -> None:
        with self._lock:
            if self._frame is None or self._flow is None:
                return
            index = min(max(index, 0), len(self._history.frames) - 1)
            frame = self._history.cut(index)
            self._shift = frame.time - frame.step * self._flow.dt
            self._marks.clear()
            self._show(frame, ranges_of(frame))

    def _turned(self, flow: rd.Flow) -> None:
        before, frame = self._flow, self._frame
        if before is None or frame is None or self._grid is None or flow == before:
            return
        flow.check(frame.values, self._grid)
        kernel = str(flow.describe(frame.values, self._grid)["kernel"])
        with self._lock:
            self._flow, self._kernel, self._piece = flow, kernel, 1
            self._shift = frame.time - frame.step * flow.dt
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
            history, flow, begin = self._history.copy(), self._flow, self._begin

        def work() -> None:
            try:
                if flow is None or begin is None:
                    raise ValueError("There is no run to save yet: begin one first.")
                with np.errstate(all="ignore"):  # of this thread alone
                    save(history, flow, begin, path, overwrite=overwrite)
            except Exception as error:
                self._tell(error, halt=False)
            else:
                with self._lock:
                    self._saved = self._saved[0] + 1, str(path)
                    self._lock.notify_all()

        self._saver = threading.Thread(target=work, name="live run saver", daemon=True)
        self._saver.start()

    def _go_on(self) -> None:
        """Compute one frame, if one is wanted and nothing else was asked for."""
        with self._lock:
            wanted = self._running or self._ahead > 0
            if not wanted or self._asked() or self._halt or self._closed:
                return
            flow, frame, steps = self._flow, self._frame, self._steps
            shift = self._shift
            if flow is None or frame is None:
                return
            self._computing = True
        values = self._advanced(flow, frame, steps)
        if values is None:
            return
        step = frame.step + steps
        made = Frame(step, step * flow.dt + shift, values)
        ranges = ranges_of(made)
        with self._lock:
            if self._halt or self._load is not None:
                return
            self._ahead = max(0, self._ahead - 1)
            self._history.keep(made)
            self._marks.append((perf_counter(), step))
            self._show(made, ranges)

    def _advanced(self, flow: rd.Flow, frame: Frame, steps: int) -> Any:
        """Values after some steps; None when told to halt on the way."""
        values, done = frame.values, 0
        grid = self._grid
        while done < steps:
            if self._halt:
                return None
            count = min(self._piece, steps - done)
            begun = perf_counter()
            first = frame.step + done
            values = flow.advance(values, grid, range(first, first + count))  # type: ignore[arg-type]
            done += count
            spent = perf_counter() - begun
            grow = 4.0 if spent == 0 else min(4.0, PIECE / spent)
            self._piece = max(1, int(count * grow))
        if broken(values):
            # The core finds the step, and the words.
            state = self._labelled(frame)
            rd.simulate(flow, state, steps=steps, progress=False)
            raise FloatingPointError(
                "A value is no longer finite; the run has stopped."
            )
        return dict(values)

    def _labelled(self, frame: Frame) -> xr.Dataset:
        begin: Any = self._begin
        told = {n: (begin[n].dims, array) for n, array in frame.values.items()}
        return begin.assign(told).assign_coords(step=frame.step, time=frame.time)

    def _show(self, frame: Frame, ranges: dict[str, tuple[float, float]]) -> None:
        self._frame, self._ranges = frame, ranges
        self._number += 1

    def _tell(self, error: Exception, halt: bool = True) -> None:
        words = str(error.args[0]) if error.args else type(error).__name__
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


def ranges_of(frame: Frame) -> dict[str, tuple[float, float]]:
    """Least and greatest value of each variable."""
    return {
        name: (float(array.min()), float(array.max()))
        for name, array in frame.values.items()
        if array.size
    }


def broken(values: Mapping[str, np.ndarray]) -> bool:
    """Whether a value is not finite."""
    return any(
        array.dtype.kind == "f"
        and not np.isfinite(float(array.sum()))
        and not np.isfinite(array).all()
        for array in values.values()
    )


def brush_values(begin: xr.Dataset) -> dict[str, float]:
    """Values that a brush may put into a start so that something happens.

    Those of the cell that differs most from the others; where all are alike but for
    noise, twenty times as far away.
    """
    fields = {str(name): np.asarray(f.values, float) for name, f in begin.items()}
    fields = {n: f for n, f in fields.items() if f.ndim}
    middle = {n: float(np.median(f)) for n, f in fields.items()}
    spans = {n: float(np.ptp(f)) or 1.0 for n, f in fields.items()}
    off = [abs(f - middle[n]) / spans[n] for n, f in fields.items()]
    if not off:
        return {}
    where = np.unravel_index(int(np.argmax(sum(off))), off[0].shape)
    told = {}
    for name, f in fields.items():
        gap = float(f[where]) - middle[name]
        faint = spans[name] < 0.1 * max(abs(middle[name]), 1.0)
        told[name] = middle[name] + (20 * gap if faint else gap)
    return told
