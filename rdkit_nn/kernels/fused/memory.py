"""Memory as the walk over tiles sees it: the cache, and the record of what is to do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .plan import Plan

FIELDS = {
    "now": "levels of this pass",
    "old new": "lists of addresses: a field of each species",
    "ring rows": "the rings, and the list of addresses that `row` is handed",
    "reads count": "place in a plane and dz of the lines that `row` reads, and how many",
    "wraps walls": "(species, axis), and α, β by (species, axis, side, depth)",
    "one": "α and β of a ghost that is like what it is made from: 1, 0",
    "numbers kinds block": "c0, c1, … of this run; bytes of a kind of stage, of a run",
    "box boxes": "tiles, and how many",
    "z0 z1 y0 y1 x0 x1": "this tile",
    "cut_y0 cut_y1 cut_x0 cut_x1": "whether it has a rim there",
    "gate crowd": "where threads meet that share a run, and how many they are",
    "edged": "whether any of its planes has ghosts",
}
"""Fields of a job beside those of its plan; lists and arrays are addresses."""


@cache
def level2() -> int:
    """Bytes of a core's second-level cache that rings may fill: three quarters."""
    try:
        told = Path("/sys/devices/system/cpu/cpu0/cache/index2/size").read_text()
        size = int(told.strip().removesuffix("K")) * 1024
    except (OSError, ValueError):  # not told on this system
        size = 2**20
    return 3 * size // 4


def aligned(size: int) -> np.ndarray:
    """Bytes, all zero, that begin on a line of the cache."""
    raw = np.zeros(size + 64, np.uint8)
    first = -raw.ctypes.data % 64
    return raw[first : first + size]


def job(made: Plan, **told: int) -> np.void:
    """Record that is handed to the functions of `tiles`: numbers, and addresses."""
    names = (*made._fields, *" ".join(FIELDS).split())
    one = np.zeros(1, [(name, np.int64) for name in names])[0]
    for name, value in {**made._asdict(), **told}.items():
        one[name] = value
    return one
