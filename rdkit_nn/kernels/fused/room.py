"""One flow on one grid, ready to run: its loops, its numbers and room for its rings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import prod

import numpy as np

from ...arrays import Values
from .bands import bands, threads, together
from .memory import aligned, job
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
        self.rows, self.dtype = rows, w.dtype
        self.runs = prod(shape) // (made.planes * made.lines * made.cells)
        several = np.repeat(numbers, self.runs // len(numbers), 0)
        # Many runs: each is one thread's. Few: the tiles of each are shared.
        self.apart = self.runs >= threads()
        self.threads = min(threads(), self.runs) if self.apart else bands(made)
        self.arrays = {
            "reads": np.stack(
                [reads[:, 0] * made.sheet + reads[:, 2] * made.stride, reads[:, 1]], 1
            ),
            "wraps": wraps.astype(np.int64),
            "walls": w,
            "one": np.array([1, 0], w.dtype),
            "numbers": np.ascontiguousarray(several),
            "box": boxes(made, wraps, 1 if self.apart else self.threads),
        }
        self._lock = threading.Lock()
        self._kept: list[tuple] = []

    def __call__(self, values: Values, steps: range) -> Values:
        """Values after some steps."""
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
        """Record for one thread (see `plan.job`), and the arrays that it points to."""
        made, reads = self.made, self.arrays["reads"]
        ring = aligned((made.levels + 1) * made.level)
        rows = np.zeros(len(reads) + 4 * made.species * made.group, np.int64)
        places = {name: array.ctypes.data for name, array in self.arrays.items()}
        numbers = self.arrays["numbers"]
        told = job(
            made,
            **places,
            ring=ring.ctypes.data,
            rows=rows.ctypes.data,
            count=len(reads),
            kinds=numbers[0, 0].nbytes,
            block=numbers[0].nbytes,
            boxes=len(self.arrays["box"]),
        )
        return told, (ring, rows)

    def _taken(
        self, values: Values, steps: int, jobs: list[tuple], spare: dict
    ) -> dict[str, np.ndarray]:
        made, levels = self.made, steps * self.made.stages
        old = {name: np.ascontiguousarray(values[name]) for name in self.names}
        new = {name: np.empty(self.shape, old[name].dtype) for name in self.names}
        if levels > made.levels and not spare:
            spare |= {name: np.empty_like(new[name]) for name in self.names}
        states = [
            [told[n].ctypes.data for n in self.names]
            for told in (old, new, spare or new)
        ]
        each = made.planes * made.lines * made.cells * made.size
        places = np.array(states, np.int64) + each * np.arange(self.runs)[:, None, None]
        if self.threads == 1 or self.apart:
            self._apart(jobs, levels, places)
        else:
            for m in range(self.runs):
                self._shared(jobs, levels, places[m], m)
        return new

    def _apart(self, jobs: list[tuple], levels: int, places: np.ndarray) -> None:
        """All runs, each of them by one thread."""
        edges = [self.runs * k // self.threads for k in range(self.threads + 1)]
        numbers = self.arrays["numbers"]

        def work(k: int) -> None:
            first, one = edges[k], jobs[k][0]
            one["numbers"] = numbers[first].ctypes.data
            told = levels, edges[k + 1] - first, places[first].ctypes.data
            march(self.dtype, *self.rows, one, *told)

        together(self.threads, work)

    def _shared(
        self, jobs: list[tuple], levels: int, places: np.ndarray, m: int
    ) -> None:
        """One run, its tiles shared; what `tiles.march` does alone."""
        box, numbers = self.arrays["box"], self.arrays["numbers"]
        edges = [len(box) * k // self.threads for k in range(self.threads + 1)]
        meetings, old = -(-levels // self.made.levels), places[0]
        for k in range(meetings):
            new = places[1 + (meetings - 1 - k) % 2]
            now = min(self.made.levels, levels)
            pair = np.array([old, new])
            for (one, _), first, end in zip(jobs, edges, edges[1:]):
                one["numbers"] = numbers[m].ctypes.data
                one["box"], one["boxes"] = box[first:].ctypes.data, end - first
            told = now, 1, pair.ctypes.data

            def work(j: int, told: tuple = told) -> None:
                march(self.dtype, *self.rows, jobs[j][0], *told)

            together(self.threads, work)
            old, levels = new, levels - now
