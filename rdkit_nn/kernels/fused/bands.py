"""Several threads, each a band of rows: they meet once for as many steps as a tile takes.

A band computes what it needs beyond its edges itself (see `tiles.tile`), so that the
number of threads changes no bit. The compiled part lets go of the interpreter.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from ...grid import Grid
from .rooms import Room
from .tiles import ghosts, once, tile

SMALLEST = 2_000_000  # cell-updates of a meeting, below which threads do not pay


def threads() -> int:
    """Threads that may be used: as the environment says, else the cores we may run on."""
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS"):
        told = os.environ.get(name, "")
        if told.isdigit() and int(told) > 0:
            return int(told)
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def bands(grid: Grid, levels: int) -> int:
    """How many bands a plane is cut into: one where threads would not pay."""
    if levels == 1 or len(grid.shape) != 2:
        return 1
    work = int(np.prod(grid.shape)) * levels
    rows = grid.shape[0] // (4 * levels)  # a band much taller than what it does twice
    return max(1, min(threads(), work // SMALLEST + 1, rows))


@cache
def _pool(count: int, process: int) -> ThreadPoolExecutor:
    """Threads of this process: a forked one has none of its parent's."""
    return ThreadPoolExecutor(count, thread_name_prefix="rdkit_nn")


def together(
    row: Any, room: Room, levels: int, cells: tuple, numbers: tuple, steps: int
) -> bool:
    """Take `steps` like `tiles.advance`, one thread for each ring of the room.

    Args:
        row: Compiled row of the law.
        room: Arrays to work in.
        levels: Steps that a tile takes.
        cells: lead, cells, g0, g1 of `tiles`.
        numbers: p, d, dt, wraps, w of `tiles`.
        steps: How many to take.

    Returns:
        Whether the result is in `room.new`.
    """
    wraps, w = numbers[-2:]
    n, count = room.old.shape[2] - 2, len(room.rings)
    edges = [n * k // count for k in range(count + 1)]
    pool, done, turned = _pool(count, os.getpid()), 0, False

    def band(k: int, now: int) -> None:
        # The compiled part lets go of the interpreter.
        place = room.rings[k], now, edges[k], edges[k + 1], *cells[:2]
        tile(row, old, new, *place, *numbers, room.rows[k])

    while done < steps:
        old, new = (room.new, room.old) if turned else (room.old, room.new)
        now = min(levels, steps - done)
        if now > 1:
            ghosts(old, *cells, wraps, w)
            for meeting in [pool.submit(band, k, now) for k in range(count)]:
                meeting.result()
        else:
            once(row, old, new, *cells, *numbers, room.rows[0])
        done += now
        turned = not turned
    return turned
