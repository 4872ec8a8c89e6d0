"""The thread that computes a live run."""

from __future__ import annotations

import threading
from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.kernels.base import select

from ..history import MOST, Frame
from .hand import InHand
from .view import View, broken, ranges_of

PIECE = 0.02  # seconds of computing between two looks at whether to stop


class Engine(InHand):
    """Computes a live run on a thread of its own.

    Every method returns at once; what comes of it is seen in `view`. What goes wrong is a
    sentence there, and the last good frame is kept.

    Args:
        steps: Steps from one frame to the next.
        pace: Frames a second at most; 0 for as many as there can be.
        most: Bytes that the history may take.
    """

    def __init__(self, *, steps: int = 20, pace: float = 30.0, most: int = MOST):
        super().__init__(steps, pace, most)
        self._busy, self._computing = False, False
        self._thread = threading.Thread(target=self._work, name="live run", daemon=True)
        self._thread.start()

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

    def _go_on(self) -> None:
        """Compute one frame, if one is wanted and nothing else was asked for."""
        with self._lock:
            wanted = self._running or self._ahead > 0
            if not wanted or self._asked() or self._halt or self._closed:
                return
            flow, frame, steps = self._flow, self._frame, self._steps
            origin = self._origin
            if flow is None or frame is None:
                return
            self._computing = True
        values = self._advanced(flow, frame, steps)
        if values is None:
            return
        step = frame.step + steps
        made = Frame(step, origin.at(step, flow.dt), values)
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
            steps_now = range(first, first + count)
            values = flow.advance(values, grid, steps_now, self._origin)  # type: ignore[arg-type]
            done += count
            spent = perf_counter() - begun
            grow = 4.0 if spent == 0 else min(4.0, PIECE / spent)
            self._piece = max(1, int(count * grow))
        if broken(select(values, grid, 0.0)):  # type: ignore[arg-type]
            # The core finds the step, and the words.
            state = self._labelled(frame)
            rd.simulate(flow, state, steps=steps, progress=False)
            raise FloatingPointError(
                "A value is no longer finite; the run has stopped."
            )
        return dict(values)

    def _labelled(self, frame: Frame) -> xr.Dataset:
        state: Any = self._initial
        told = {n: (state[n].dims, array) for n, array in frame.values.items()}
        return state.assign(told).assign_coords(step=frame.step, time=frame.time)
