"""Several steps in one pass over memory: how a tile moves through the planes.

A front moves through the planes of a tile. When plane q of the old state has been read
(level 0), level 1, one step on, can compute plane q - 1, level 2 plane q - 2, …; the last
level's planes are the new state. Of each level a *ring* keeps the last few planes, and all
rings together stay in the cache: the state itself is read and written once for as many
steps as there are levels. (With a stencil that reaches two cells, level t computes plane
q - 2 t; in one dimension there is one plane, and all levels compute it in turn. The planes
of a two-dimensional grid are its rows.) A group of planes is done at once: see `lanes`.

Where a tile meets another it computes beyond its edge what its own cells will need, so
tiles know nothing of each other and get the same bits; where it meets the edge of the
grid, `ghosts` fills in what lies beyond. In Runge-Kutta steps each stage is a level.

These functions know no law: they call `row`, a compiled function that computes lines of
cells (see `lanes`), and `last`, that of a Runge-Kutta step's last stage. What they are to
do stands in a `job`, a record of numbers (see `memory.FIELDS`). `blend` fills ghosts of the
cells' kind of number (see `walk`), and all places are addresses.
"""

from __future__ import annotations

from .compiled import (
    call_row,
    compiled,
    copy,
    copy_in,
    copy_out,
    flush_tiny,
    inlined,
    wait,
    word,
)
from .ghosts import around, mirror, real, wall, wraps


@compiled
def load(blend, job, q, base):
    """Read plane q of the old state, with all that lies around the tile, into level 0."""
    depth = 0  # behind a wall, the ghost's
    if q < 0:
        depth = -q
    elif q >= job.planes:
        depth = q - job.planes + 1
    rim, size = job.now * job.reach_y, job.size
    low, high = -rim * job.cut_y0, job.y1 - job.y0 + rim * job.cut_y1
    first, last = job.x0 - job.halo * job.cut_x0, job.x1 + job.halo * job.cut_x1
    begin = first if first > 0 else 0
    end = last if last < job.cells else job.cells
    for s in range(job.species):
        z = q % job.planes
        ghost = depth > 0 and not wraps(job, s, 0)
        if ghost:
            if depth > job.reach_z:
                continue
            z = real(q, job.planes, False)
        to = base + (q & (job.slots - 1)) * job.slot + s * job.sheet
        for y in range(low, high):
            row = z * job.lines + (job.y0 + y) % job.lines
            there = word(job.old, s) + row * job.cells * size
            line = to + y * job.stride - job.x0 * size
            copy_in(
                line + begin * size,
                there + begin * size,
                (end - begin) * size,
                job.group * job.lines * job.cells * size,
            )
            if first < 0:
                far = there + (job.cells + first) * size
                copy(line + first * size, far, -first * size)
            if last > job.cells:
                copy(line + job.cells * size, there, (last - job.cells) * size)
        if job.edged:
            around(blend, job, to, low, high, s)
        if ghost:
            ab = wall(job, s, 0, 1 if q > 0 else 0, depth - 1)
            mirror(blend, job, to, to, low, high, ab)


@compiled
def finish(blend, job, i, low, high, base):
    """Fill the ghosts of plane i of a level, and those planes that mirror it."""
    mask, n = job.slots - 1, job.planes
    for s in range(job.species):
        periodic = wraps(job, s, 0)
        if not periodic and not 0 <= i < n:
            continue  # beyond the wall: `mirror` has been there, or will be
        own = base + s * job.sheet
        here = own + (i & mask) * job.slot
        if i >= n and job.whole:  # half of the last group: it is plane 0 again
            first = own + (real(i, n, True) & mask) * job.slot
            mirror(blend, job, here, first, low, high, job.one)
            continue
        around(blend, job, here, low, high, s)
        # A periodic axis needs no ghosts, but where a ring holds all planes: see `tile`.
        if periodic and not job.whole or n - 1 - job.reach_z > i >= job.reach_z:
            continue
        for side in range(2):
            for k in range(job.reach_z):
                ghost = n + k if side else -1 - k
                if real(ghost, n, periodic) == i:
                    ab = job.one if periodic else wall(job, s, 0, side, k)
                    there = own + (ghost & mask) * job.slot
                    mirror(blend, job, there, here, low, high, ab)


@compiled
def unload(job, i, base):
    """Write plane i of the last level to the new state."""
    for s in range(job.species):
        here = base + (i & (job.slots - 1)) * job.slot + s * job.sheet
        for y in range(job.y1 - job.y0):
            cell = (i * job.lines + job.y0 + y) * job.cells + job.x0
            to = word(job.new, s) + cell * job.size
            copy_out(
                to,
                here + y * job.stride,
                (job.x1 - job.x0) * job.size,
                job.group * job.lines * job.cells * job.size,
            )


@compiled
def compute(row, last, blend, job, t, i, stage):
    """Compute the group of planes from i on of level t from the levels before it."""
    mask, group, rim = job.slots - 1, job.group, (job.now - t) * job.reach_y
    origin = job.ring + job.before * job.stride + job.lead * job.size
    low, high = -rim * job.cut_y0, job.y1 - job.y0 + rim * job.cut_y1
    first = -job.halo * job.cut_x0
    cells = job.x1 - job.x0 + job.halo * job.cut_x1 - first
    count = (cells + job.lanes - 1) // job.lanes
    rows = job.rows + ((t - 1) * job.slots + (i & mask)) * job.width
    offset = low * job.stride + first * job.size
    # The stages of a step have three lengths: half, half, whole, sixth.
    kind = stage - 1 if stage > 1 else 0
    numbers = job.numbers + kind * job.kinds
    if stage == 3:
        call_row(last, rows, offset, high - low, job.stride, count, numbers)
    else:
        call_row(row, rows, offset, high - low, job.stride, count, numbers)
    base = origin + t * job.level
    for e in range(group):
        if t < job.now and job.edged:
            finish(blend, job, i + e, low, high, base)
        elif t == job.now and job.z0 <= i + e < job.z1:
            unload(job, i + e, base)


@inlined
def tile(row, last, blend, job):
    """Take as many steps as there are levels, from old to new, in one tile.

    Where species disagree on whether the first axis is periodic, one that wraps around
    would need the rim of another, which has a wall there. Then a ring holds all planes of
    a level, and the levels follow one another as a whole.
    """
    group, reach, n = job.group, job.reach_z, job.planes
    origin = job.ring + job.before * job.stride + job.lead * job.size
    begin, end = job.z0 - reach * job.now, job.z1 + reach * job.now
    turns, several, stage = (end - begin + group - 1) // group, job.now, -1
    if job.whole:
        turns, several = job.now, (n + group - 1) // group
    for turn in range(turns):
        q = begin + turn * group
        first, ahead = q, q + group
        if job.whole:
            first, ahead = -reach, 0 if turn else n + reach
        for plane in range(first, ahead):
            load(blend, job, plane, origin)
        for k in range(several):
            t, i = k + 1, q - reach * (k + 1)
            if job.whole:
                t, i = turn + 1, k * group
            rim = (job.now - t) * reach
            stage = (t - 1) & (job.stages - 1)  # 1 or 4 of them
            if i + group <= job.z0 - rim or i >= job.z1 + rim:
                continue
            if job.walled and (i + group <= 0 or i >= n):
                continue
            compute(row, last, blend, job, t, i, stage)


@inlined
def meet(row, last, blend, job):
    """Take steps in several tiles, one after another."""
    modes = flush_tiny(True, 0)
    for k in range(job.boxes):
        box = job.box + 80 * k  # ten whole numbers: see `plan.boxes`
        job.z0, job.z1 = word(box, 0), word(box, 1)
        job.y0, job.y1 = word(box, 2), word(box, 3)
        job.x0, job.x1 = word(box, 4), word(box, 5)
        job.cut_y0, job.cut_y1 = word(box, 6), word(box, 7)
        job.cut_x0, job.cut_x1 = word(box, 8), word(box, 9)
        job.edged = job.walled or not (job.cut_x0 and job.cut_x1)
        job.edged |= job.reach_y > 0 and not (job.cut_y0 and job.cut_y1)
        tile(row, last, blend, job)
    flush_tiny(False, modes)


@inlined
def march(row, last, blend, job, levels, runs, places):
    """Take all steps of several runs, one after another.

    `levels` are those of all steps together; `places` is the address of, for each run, the
    addresses of its start, its end and a spare state, by species. Threads that share a run
    each have some of its tiles; they meet whenever these have taken their steps.
    """
    met = 0
    for m in range(runs):
        state = 8 * job.species
        start = places + 3 * m * state
        meetings = (levels + job.levels - 1) // job.levels
        job.old, left = start, levels
        for k in range(meetings):
            # The last meeting writes to the end, the one before to the spare, …
            job.new = start + (1 + (meetings - 1 - k) % 2) * state
            job.now = left if left < job.levels else job.levels
            meet(row, last, blend, job)
            if job.crowd > 1:
                met += job.crowd
                wait(job.gate, met)
            job.old, left = job.new, left - job.now
        job.numbers += job.block
