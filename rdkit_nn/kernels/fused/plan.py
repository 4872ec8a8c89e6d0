"""How a grid is cut into tiles, and how many steps a tile takes: what costs least.

A tile takes its steps while it is in the cache, so many steps spare memory; but each level
needs room in a ring, and at a *rim*, where a tile computes cells of its neighbours that its
own will need, more levels mean more work in vain. `plan` weighs that by measured costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from .memory import level2

STEPS = (1, 2, 4, 8, 16, 32)  # that a tile may take at once
PARTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)  # that an axis may be cut into
LARGEST = 2**23  # bytes that the rings of a thread should not exceed

# Costs of a step, in times of computing one cell, measured with Gray-Scott.
LINE = 30  # beginning another line
GHOSTS = 120  # filling the ghosts of a line
MEMORY = 2.5  # reading and writing a cell of a state that is larger than the cache
COPY = 0.8  # the same within the cache
SPILL = 0.05  # rings larger than the second-level cache


class Plan(NamedTuple):
    """Numbers of a plan, all whole."""

    species: int
    planes: int  # cells of the grid along z, y and x: 1 where it has no such axis
    lines: int
    cells: int
    reach_z: int  # cells that a stencil reaches along each axis
    reach_y: int
    reach_x: int
    walled: int  # whether any species has walls along z
    group: int  # planes that are done at once
    stages: int  # levels of a step: 1, or 4 for Runge-Kutta
    levels: int  # of a tile: steps · stages
    whole: int  # whether a ring holds all planes: see `tiles.tile`
    slots: int  # planes of each level that a ring holds, a power of two
    parts_y: int  # tiles along y and x
    parts_x: int
    rim_y: int  # whether there is a rim along them, rather than ghosts, if periodic
    rim_x: int
    halo: int  # cells of the rim along x: whole vectors
    lead: int  # cells in front of a line
    before: int  # lines in front of a plane
    size: int  # bytes of a cell
    lanes: int  # cells of a vector
    stride: int  # bytes of a line
    sheet: int  # bytes of a plane of one species
    slot: int  # bytes of a plane of all species
    level: int  # bytes of a ring's slots


def plan(*told: Any) -> Plan:
    """Find the cheapest of the `plans` there are."""
    return min(plans(*told), key=lambda made: (_cost(made), made.levels))


def plans(
    shape: tuple[int, ...],
    species: int,
    size: int,
    reach: int,
    wraps: np.ndarray,
    group: int,
    stages: int,
    lanes: int,
) -> Iterator[Plan]:
    """Every plan for a case; all give the same bits.

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
    # A plane's rows follow one another along z.
    planes, lines, cells = {1: (1, 1, *shape), 2: (shape[0], 1, shape[-1])}.get(
        len(shape), shape
    )
    reach_z, reach_y = reach * (len(shape) > 1), reach * (len(shape) > 2)
    walled, mixed = not wraps[:, 0].all(), len(set(wraps[:, 0].tolist())) > 1
    for steps in (1,) if mixed else STEPS:
        levels = steps * stages
        halo = -(-levels * reach // lanes) * lanes
        whole = stages > 1 and mixed
        # Planes of a level from the last that is still wanted to the ghost that is filled
        # first: behind a wall, plane n - 2 makes ghost n + 1.
        held = reach_z * (4 if stages > 1 else 2) + max(0, walled * (2 * reach_z - 1))
        held = planes + 2 * reach_z if whole else held
        known = dict(
            species=species, planes=planes, lines=lines, cells=cells, reach_z=reach_z,
            reach_y=reach_y, reach_x=reach, walled=int(walled), group=group,
            stages=stages, levels=levels, whole=int(whole),
            slots=1 << (held + group - 1).bit_length(), size=size, lanes=lanes,
        )  # fmt: skip
        for (parts_y, rim_y), (parts_x, rim_x) in product(
            _cuts(lines, 2 * levels * reach_y, wraps[:, 1]),
            _cuts(cells, 2 * halo + lanes, wraps[:, 2]),
        ):
            cut = dict(parts_y=parts_y, parts_x=parts_x, rim_y=rim_y, rim_x=rim_x)
            yield _laid(halo * rim_x, {**known, **cut})


def _cuts(cells: int, smallest: int, wraps: np.ndarray) -> list[tuple[int, bool]]:
    """Numbers of tiles along an axis, and whether their outer edges have a rim."""
    if len(set(wraps.tolist())) > 1 or cells == 1:
        return [(1, False)]
    several = [k for k in PARTS if cells // k >= max(smallest, 2)]
    if wraps[0]:
        return [(1, False), *((k, True) for k in several)]
    return [(1, False), *((k, True) for k in several[1:])]


def _laid(halo: int, known: dict[str, int]) -> Plan:
    """Lay out the rings."""
    lanes, slots = known["lanes"], known["slots"]
    lead = halo + lanes
    vectors = -(-known["cells"] // lanes)
    stride = (-(-vectors // known["parts_x"]) * lanes + 2 * lead) * known["size"]
    # Lines a power of two apart would all lie in the same places of the cache.
    stride += 64 * (stride % 4096 == 0)
    before = known["reach_y"] * (known["levels"] if known["rim_y"] else 1)
    sheet = (-(-known["lines"] // known["parts_y"]) + 2 * before) * stride
    slot = known["species"] * sheet
    return Plan(
        **known, halo=halo, lead=lead, before=before, stride=stride, sheet=sheet,
        slot=slot, level=slots * slot,
    )  # fmt: skip


def _cost(made: Plan) -> float:
    """Time of a step of a cell, in that of computing it once."""
    later = made.levels - 1  # a level's rim is as wide as the levels that follow it
    work = 1.0 if made.walled else 1 + later * made.reach_z / made.planes
    if made.rim_y:
        work *= 1 + later * made.reach_y * made.parts_y / made.lines
    if made.rim_x:
        work *= 1 + 2 * made.halo * made.parts_x / made.cells
    work += (LINE * made.parts_x + GHOSTS * (not made.rim_x)) / made.cells
    state = 2 * made.species * made.planes * made.lines * made.cells * made.size
    rings = (made.levels + 1) * made.level
    memory = MEMORY if state > level2() else COPY
    cost = work + memory * made.stages / made.levels + SPILL * (rings > level2())
    return cost * (1 + max(0, rings - LARGEST) / LARGEST)


def boxes(made: Plan, wraps: np.ndarray, bands: int) -> np.ndarray:
    """Tiles: z0, z1, y0, y1, x0, x1, and the rims at low y, high y, low x and high x.

    Args:
        made: The plan.
        wraps: (species, axis) of z, y, x: whether it is periodic.
        bands: How many parts the planes are cut into, for as many threads.
    """
    if made.whole:
        bands = 1  # each plane may be the neighbour of one at the other end
    vectors = -(-made.cells // made.lanes)
    z = [made.planes * k // bands for k in range(bands + 1)]
    y = [made.lines * k // made.parts_y for k in range(made.parts_y + 1)]
    x = [vectors * k // made.parts_x * made.lanes for k in range(made.parts_x)]
    x.append(made.cells)

    def rims(axis: int, k: int, parts: int, rim: int) -> tuple[int, int]:
        both = rim and wraps[0, axis]
        return int(both or k > 0), int(both or k < parts - 1)

    return np.array(
        [
            (*z[i : i + 2], *y[j : j + 2], *x[k : k + 2])
            + rims(1, j, made.parts_y, made.rim_y)
            + rims(2, k, made.parts_x, made.rim_x)
            for i in range(bands)
            for j in range(made.parts_y)
            for k in range(made.parts_x)
        ]
    )
