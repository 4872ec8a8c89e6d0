"""Several threads: each takes some of the tiles, or some of the runs.

Tiles know nothing of each other, so threads meet only when a tile's steps are done, and
their number changes no bit. Runs never meet. The compiled part lets go of the interpreter.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import nullcontext
from functools import cache

import numpy as np

from ...machine import threads
from .plan import Plan

SMALLEST = 1_000_000  # cell-updates of a thread's part, below which it does not pay


def bands(plan: Plan) -> int:
    """How many threads share one run: one where more would not pay."""
    if plan.whole:  # its planes cannot be cut: see `plan.boxes`
        return 1
    work = plan.planes * plan.lines * plan.cells * plan.levels // plan.stages
    rows = plan.planes // (4 * max(1, plan.reach_z * plan.levels))
    return max(1, min(threads(), work // SMALLEST, rows))


@cache
def _pool(count: int, process: int) -> ThreadPoolExecutor:
    """Threads of this process: a forked one has none of its parent's."""
    return ThreadPoolExecutor(count, thread_name_prefix="rdkit_nn")


@cache
def _turn(process: int) -> threading.Lock:
    """Whose turn it is to have threads that wait for one another."""
    return threading.Lock()


def together(
    parts: int, work: Callable[[int], None], gate: np.ndarray | None = None
) -> None:
    """Do parts 0, 1, … of some work, the first here, the others on threads; wait for all.

    Args:
        parts: How many.
        work: Does one of them.
        gate: Where the parts meet on their way, if they do: a count that begins at zero.
            One such work is done at a time, since the parts of two could wait for those
            that stand behind the other's. If a part cannot begin, the gate is opened.
    """
    if parts == 1:
        work(0)
        return
    pool, others = _pool(parts - 1, os.getpid()), []
    with _turn(os.getpid()) if gate is not None else nullcontext():
        try:
            for k in range(1, parts):
                others.append(pool.submit(work, k))
            work(0)
        except BaseException:
            if gate is not None:
                gate[0] = 2**62
            raise
        finally:
            wait(others)  # whatever happens: they work on arrays that are ours
        for other in others:
            other.result()
