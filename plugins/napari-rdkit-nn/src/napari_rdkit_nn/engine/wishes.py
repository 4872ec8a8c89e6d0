"""What may be asked of a live run, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from os import PathLike

import numpy as np

import rdkit_nn as rd

from ..recipes import Recipe

AHEAD = 16  # single frames that may be asked for in advance


class Wishes:
    """The newest wish of each kind, under one lock; the thread that computes heeds them.

    Args:
        steps: Steps from one frame to the next.
        pace: Frames a second at most; 0 for as many as there can be.
    """

    def __init__(self, steps: int, pace: float):
        self._lock = threading.Condition()
        self._steps, self._pace = int(steps), float(pace)
        self._load: tuple[Recipe | Callable[[], Recipe], int] | None = None
        self._wanted: rd.Flow | None = None
        self._back: int | None = None
        self._paint: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._save: tuple[str | PathLike, bool] | None = None
        self._running, self._ahead, self._halt, self._closed = False, 0, False, False

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

    def _asked(self) -> bool:
        told = self._load, self._wanted, self._back, self._save
        return any(x is not None for x in told) or bool(self._paint)
