"""One flow on one grid, ready to run: its loops, its numbers and room for its rings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import prod

import numpy as np

from ...arrays import Values
from ...dynamics import START, Origin
from ...machine import threads
from .bands import bands, together
from .memory import addresses, aligned, job
from .plan import Plan, boxes
from .walk import march


class Room:
    """Takes steps of a flow.

    Args:
        names: Species, in the order of the loops.
        rows: The loop of a step, or of the stages of a Runge-Kutta step and of its last.
        made: How the grid is cut.
        reads: (species, dz, dy) of the lines that a loop reads.
        wraps: (species, axis) of z, y, x: whether it is periodic.
        w: α and β behind walls: (species, axis, side, depth, 2).
        numbers: c0, c1, … of the loops: (run or 1, kind of stage, number).
        shape: Of a field; leading dims are runs of their own.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        rows: tuple[Callable, Callable],
        made: Plan,
        reads: np.ndarray,
        wraps: np.ndarray,
        w: np.ndarray,
        numbers: np.ndarray,
        shape: tuple[int, ...],
    ):
        self.names, self.made, self.shape = names, made, shape
        self.rows, self.reads, self.dtype = rows, reads, w.dtype
        self.runs = prod(shape) // (made.planes * made.lines * made.cells)
        several = np.repeat(numbers, self.runs // len(numbers), 0)
        # Many runs, or small ones: each is one thread's. Else the tiles of each are shared.
        self.apart = self.runs >= threads() or bands(made) == 1
        self.threads = min(threads(), self.runs) if self.apart else bands(made)
        self.arrays = {
            "wraps": wraps.astype(np.int64),
            "walls": w,
            "one": np.array([1, 0], w.dtype),
            "numbers": np.ascontiguousarray(several),
            "box": boxes(made, wraps, 1 if self.apart else self.threads),
        }
        self._lock = threading.Lock()
        self._kept: list[tuple] = []

    def __call__(self, values: Values, steps: range, origin: Origin = START) -> Values:
        """Values after some steps; nothing here depends on time."""
        # Rings are kept from call to call; who comes meanwhile makes his own.
        mine = self._lock.acquire(blocking=False)
        try:
            if mine and self._kept:
                jobs, spare = self._kept[0]
            else:
                jobs, spare = [self._job() for _ in range(self.threads)], {}
                if mine:
                    self._kept.append((jobs, spare))
            return {**values, **self._taken(values, len(steps), jobs, spare)}
        finally:
            if mine:
                self._lock.release()

    def _job(self) -> tuple[np.void, tuple]:
        """Record for one thread (see `memory.job`), and the arrays that it points to."""
        made = self.made
        ring = aligned((made.levels + 1) * made.level)
        rows = addresses(made, self.reads, ring.ctypes.data)
        places = {name: array.ctypes.data for name, array in self.arrays.items()}
        numbers = self.arrays["numbers"]
        told = job(
            made,
            **places,
            ring=ring.ctypes.data,
            rows=rows.ctypes.data,
            width=rows[0, 0].nbytes,
            kinds=numbers[0, 0].nbytes,
            block=numbers[0].nbytes,
            boxes=len(self.arrays["box"]),
        )
        return told, (ring, rows)

    def _taken(
        self, values: Values, steps: int, jobs: list[tuple], spare: dict
    ) -> dict[str, np.ndarray]:
        made, levels = self.made, steps * self.made.stages
        old = {n: np.ascontiguousarray(values[n], self.dtype) for n in self.names}
        new = {name: np.empty(self.shape, self.dtype) for name in self.names}
        if levels > made.levels and not spare:
            spare |= {name: np.empty_like(new[name]) for name in self.names}
        states = [
            [told[n].ctypes.data for n in self.names]
            for told in (old, new, spare or new)
        ]
        each = made.planes * made.lines * made.cells * made.size
        places = np.array(states, np.int64) + each * np.arange(self.runs)[:, None, None]
        gate = None if self.apart else np.zeros(1, np.int64)
        for one, _ in jobs:
            one["gate"] = 0 if gate is None else gate.ctypes.data
            one["crowd"] = 1 if gate is None else self.threads

        def share(k: int) -> None:
            self._march(jobs[k][0], k, levels, places)

        together(self.threads, share, gate)
        return new

    def _march(self, one: np.void, k: int, levels: int, places: np.ndarray) -> None:
        """Thread k: its runs, or its tiles of all runs."""
        numbers, box = self.arrays["numbers"], self.arrays["box"]
        of = self.runs if self.apart else len(box)
        first, end = of * k // self.threads, of * (k + 1) // self.threads
        runs = (first, end) if self.apart else (0, self.runs)
        if not self.apart:
            one["box"], one["boxes"] = box[first:].ctypes.data, end - first
        one["numbers"] = numbers[runs[0] :].ctypes.data
        start = places[runs[0] :].ctypes.data
        march(self.dtype, *self.rows, one, levels, runs[1] - runs[0], start)
