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
    "ring": "the rings: (level, slot, species, line, cell)",
    "rows width": "addresses that `row` is handed, by level and slot; bytes of such a list",
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


def addresses(made: Plan, reads: np.ndarray, ring: int) -> np.ndarray:
    """Lists of addresses for `row`: (level from 1 on, slot of the first plane, k).

    First the lines that are read, one level below; in a Runge-Kutta step those of its
    earlier stages (its base, and for the last stage all but one); then those written.

    Args:
        made: The plan.
        reads: (species, dz, dy) of the lines that are read.
        ring: Address of the rings.
    """
    origin = ring + made.before * made.stride + made.lead * made.size
    slot = np.arange(made.slots)
    told = []
    for t in range(1, made.levels + 1):
        stage = (t - 1) % made.stages
        lines = [(t - 1, s, dz, dy) for s, dz, dy in reads.tolist()]
        if made.stages > 1:
            for back in range(3 if stage == 3 else 1):
                for s in range(made.species):
                    lines += [
                        (t - 1 - stage + back, s, e, 0) for e in range(made.group)
                    ]
        for e in range(made.group):
            lines += [(t, s, e, 0) for s in range(made.species)]
        level, s, dz, dy = np.array(lines).T[:, :, None]
        plane = ((slot + dz) & (made.slots - 1)) * made.slot
        place = origin + level * made.level + plane + s * made.sheet + dy * made.stride
        told.append(place.T)
    wide = max(x.shape[1] for x in told)
    padded = [np.pad(x, ((0, 0), (0, wide - x.shape[1]))) for x in told]
    return np.ascontiguousarray(padded, np.int64)


def job(made: Plan, **told: int) -> np.void:
    """Record that is handed to the functions of `tiles`: numbers, and addresses."""
    names = (*made._fields, *" ".join(FIELDS).split())
    one = np.zeros(1, [(name, np.int64) for name in names])[0]
    for name, value in {**made._asdict(), **told}.items():
        one[name] = value
    return one
