"""How a grid is cut into tiles, and how many steps a tile takes: what fits into the cache.

A tile takes T steps while it is in the cache. Where it is cut off from its neighbours it
computes the rim that its own cells will need, so a small tile works in vain, a large one
does not fit, and a short one (small T) spends its time on memory.
"""

from __future__ import annotations

from functools import cache
from math import ceil
from pathlib import Path
from typing import NamedTuple

import numpy as np

TALLEST = 16  # steps that a tile takes at most


class Plan(NamedTuple):
    """Numbers of a plan, all whole; lengths in bytes where they say so."""

    species: int
    planes: int  # cells of the grid along z, y and x: 1 where it has no such axis
    lines: int
    cells: int
    reach_z: int  # cells that a stencil reaches along each axis
    reach_y: int
    reach_x: int
    group: int  # planes that are done at once
    stages: int  # levels of a step: 1, or 4 for Runge-Kutta
    levels: int  # of a tile: steps · stages
    slots: int  # planes of each level that a ring holds, a power of two
    halo: int  # cells beside a tile that is cut along x, whole vectors
    lead: int  # cells in front of a line
    before: int  # lines in front of a plane
    size: int  # bytes of a cell
    lanes: int  # cells of a vector
    stride: int  # bytes of a line
    sheet: int  # bytes of a plane of one species
    slot: int  # bytes of a plane of all species
    level: int  # bytes of a ring's slots
    parts_y: int  # tiles along y and x
    parts_x: int
    whole: bool  # whether a ring holds all planes: see `tiles.whole`


_JOB = {
    "now": "levels of this pass",
    "old new": "lists of addresses: a field of each species",
    "ring rows": "the rings, and the list of addresses that `row` is handed",
    "reads count": "(species, dz, dy) of the lines that `row` reads, and how many",
    "wraps walls": "(species, axis), and α, β by (species, axis, side, depth)",
    "numbers kinds block": "c0, c1, … of this run; bytes of a kind of stage, of a run",
    "box boxes": "tiles, and how many",
    "z0 z1 y0 y1 x0 x1": "this tile",
    "cut_y0 cut_y1 cut_x0 cut_x1": "whether it is cut off from neighbours there",
}
"""Fields of a job beside those of a plan; lists and arrays are addresses."""


def job(made: Plan, **told: int) -> np.void:
    """Record that is handed to the functions of `tiles`."""
    fields = [(name, np.int64) for name in (*made._fields, *" ".join(_JOB).split())]
    one = np.zeros(1, fields)[0]
    for name, value in {**made._asdict(), **told}.items():
        one[name] = value
    return one


def plan(
    shape: tuple[int, ...],
    species: int,
    size: int,
    reach: int,
    wraps: np.ndarray,
    group: int,
    stages: int,
    lanes: int,
) -> Plan:
    """Find the cheapest plan whose rings fit into the cache.

    Args:
        shape: Cells of the grid, 1 to 3 axes.
        species: How many fields there are.
        size: Bytes of a cell.
        reach: Cells that the stencil reaches.
        wraps: (species, axis) of z, y, x: whether it is periodic.
        group: Planes that are done at once.
        stages: Levels of a step.
        lanes: Cells of a vector.
    """
    planes, lines, cells = _box(shape)
    reaches = reach * (len(shape) > 1), reach * (len(shape) > 2), reach
    state = 2 * species * planes * lines * cells * size
    best = None
    mixed = len(set(wraps[:, 0].tolist())) > 1
    for steps in (1,) if mixed else (1, 2, 4, 8, 16):
        levels = steps * stages
        halo = -(-levels * reaches[2] // lanes) * lanes
        for parts_x in _parts(cells, max(2 * halo, 16 * lanes), wraps[:, 2]):
            rim_y = levels * reaches[1]
            for parts_y in _parts(lines, max(2 * rim_y, 2), wraps[:, 1]):
                made = _laid(
                    (planes, lines, cells), species, size, reaches, wraps, group,
                    stages, levels, halo, lanes, parts_y, parts_x,
                )  # fmt: skip
                fits = (levels + 1) * made.level <= cache_size()
                if levels > max(stages, TALLEST) or (best and not fits):
                    continue
                cost = _cost(made, wraps, state)
                if best is None or cost < best[0] or not best[2]:
                    best = cost, made, fits
    return best[1]  # type: ignore[index]


def _box(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Cells along z, y and x. A plane's rows follow one another along z."""
    if len(shape) == 1:
        return 1, 1, shape[0]
    if len(shape) == 2:
        return shape[0], 1, shape[1]
    return shape[0], shape[1], shape[2]


def _parts(cells: int, smallest: int, wraps: np.ndarray) -> list[int]:
    """Numbers of tiles that an axis may be cut into; one if its species disagree."""
    if len(set(wraps.tolist())) > 1:
        return [1]
    return [k for k in (1, 2, 3, 4, 6, 8, 12, 16, 32, 64) if k == 1 or cells // k >= smallest]


def _laid(
    box: tuple[int, int, int], species: int, size: int, reaches: tuple, wraps: np.ndarray,
    group: int, stages: int, levels: int, halo: int, lanes: int, parts_y: int, parts_x: int,
) -> Plan:  # fmt: skip
    planes, lines, cells = box
    reach_z, reach_y, reach_x = reaches
    walled = reach_z * (not wraps[:, 0].all())
    back = 4 * reach_z if stages > 1 else 2 * reach_z
    whole = stages > 1 and len(set(wraps[:, 0].tolist())) > 1
    held = planes + 2 * reach_z if whole else back + walled
    slots = 1 << (held + group - 1).bit_length()
    if parts_x == 1:
        halo = 0
    lead = halo + lanes
    wide = ceil(-(-cells // lanes) / parts_x) * lanes + 2 * lead
    stride = wide * size
    # Lines a power of two apart would all lie in the same places of the cache.
    stride += 64 * (stride % 4096 == 0)
    before = levels * reach_y if parts_y > 1 else reach_y
    sheet = (ceil(lines / parts_y) + 2 * before) * stride
    return Plan(
        species, planes, lines, cells, reach_z, reach_y, reach_x, group, stages, levels,
        slots, halo, lead, before, size, lanes, stride, sheet, species * sheet,
        slots * species * sheet, parts_y, parts_x, whole,
    )  # fmt: skip


def _cost(made: Plan, wraps: np.ndarray, state: int) -> float:
    """Time of a step of a cell, in that of computing it once."""
    rim = made.levels - 1
    work = 1 + rim * made.reach_z / made.planes * bool(wraps[:, 0].any())
    if made.parts_y > 1:
        work *= 1 + rim * made.reach_y * made.parts_y / made.lines
    if made.parts_x > 1:
        work *= 1 + 2 * made.halo * made.parts_x / made.cells
    memory = 3.0 if state > cache_size() else 0.6
    return work + memory * made.stages / made.levels


@cache
def cache_size() -> int:
    """Bytes that rings may fill: three quarters of a core's second-level cache."""
    try:
        told = Path("/sys/devices/system/cpu/cpu0/cache/index2/size").read_text()
        size = int(told.strip().removesuffix("K")) * 1024
    except (OSError, ValueError):  # not told on this system
        size = 2**20
    return 3 * size // 4


def boxes(made: Plan, wraps: np.ndarray, bands: int) -> np.ndarray:
    """Tiles: (z0, z1, y0, y1, x0, x1) of each, and whether it is cut off at low y, high y,
    low x and high x.

    Args:
        made: The plan.
        wraps: (species, axis) of z, y, x: whether it is periodic.
        bands: How many parts the planes are cut into, for as many threads.
    """
    vectors = -(-made.cells // made.lanes)
    z = [made.planes * k // bands for k in range(bands + 1)]
    y = [made.lines * k // made.parts_y for k in range(made.parts_y + 1)]
    x = [vectors * k // made.parts_x * made.lanes for k in range(made.parts_x)]
    x.append(made.cells)

    def cut(axis: int, k: int, parts: int) -> tuple[bool, bool]:
        if parts == 1:
            return False, False
        return (True, True) if wraps[0, axis] else (k > 0, k < parts - 1)

    return np.array(
        [
            (*z[i : i + 2], *y[j : j + 2], *x[k : k + 2])
            + (*cut(1, j, made.parts_y), *cut(2, k, made.parts_x))
            for i in range(bands)
            for j in range(made.parts_y)
            for k in range(made.parts_x)
        ]
    )
