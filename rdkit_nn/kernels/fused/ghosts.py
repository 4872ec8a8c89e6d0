"""Cells beyond the edge, for one plane of one level of a ring.

A plane has ghost cells beside its lines, then ghost lines beside those (with the ghosts of
the corners), then ghost planes: axis after axis, as `rdkit_nn.stencils.padded` does it. The
k-th ghost behind a wall is α · (k-th cell before it) + β; along a periodic axis it is the
cell at the other end. Where a tile is cut off from its neighbours no ghost is needed: it
has cells of theirs.

`job` is described in `tiles`. Places are addresses, of cell 0 of a line, or of line 0.
"""

from __future__ import annotations

from .compiled import compiled, copy, peek, poke, word


@compiled
def wraps(job, s, axis):
    """Whether axis 0, 1 or 2 (z, y or x) of species s is periodic."""
    return word(job.wraps, 3 * s + axis) != 0


@compiled
def wall(like, job, s, axis, side, k):
    """α and β of ghost k behind a wall."""
    place = 2 * (2 * (2 * (3 * s + axis) + side) + k)
    return peek(like, job.walls, place), peek(like, job.walls, place + 1)


@compiled
def blend(like, target, source, first, last, alpha, beta):
    """Cells first to last, without the last: target = alpha · source + beta."""
    for j in range(first, last):
        poke(like, target, j, alpha * peek(like, source, j) + beta)


@compiled
def other(k, n):
    """Cell k of a periodic axis of n cells; k is seldom beyond it."""
    return k if 0 <= k < n else k % n


@compiled
def beside(like, job, line, s):
    """Ghost cells at both ends of a line."""
    n, periodic = job.x1 - job.x0, wraps(job, s, 2)
    for k in range(job.reach_x):
        own = min(k, n - 1)
        if not job.cut_x0:
            if periodic:
                cell = peek(like, line, other(n - 1 - k, n))
            else:
                alpha, beta = wall(like, job, s, 2, 0, k)
                cell = alpha * peek(like, line, own) + beta
            poke(like, line, -1 - k, cell)
        if not job.cut_x1:
            if periodic:
                cell = peek(like, line, other(k, n))
            else:
                alpha, beta = wall(like, job, s, 2, 1, k)
                cell = alpha * peek(like, line, n - 1 - own) + beta
            poke(like, line, n + k, cell)


@compiled
def around(like, job, plane, low, high, s):
    """Ghosts of lines low to high of a plane of one species."""
    for y in range(low, high):
        beside(like, job, plane + y * job.stride, s)
    n, periodic = job.y1 - job.y0, wraps(job, s, 1)
    for k in range(job.reach_y):
        own = min(k, n - 1)
        for side in range(2):
            if job.cut_y1 if side else job.cut_y0:
                continue
            ghost = n + k if side else -1 - k
            if periodic:
                duplicate(like, job, plane, other(ghost, n), ghost, 1, 0)
            else:
                alpha, beta = wall(like, job, s, 1, side, k)
                real = n - 1 - own if side else own
                duplicate(like, job, plane, real, ghost, alpha, beta)


@compiled
def duplicate(like, job, plane, real, ghost, alpha, beta):
    """One line of a plane from another, with its ghost cells."""
    first = -job.reach_x - job.halo * job.cut_x0
    last = job.x1 - job.x0 + job.reach_x + job.halo * job.cut_x1
    target, source = plane + ghost * job.stride, plane + real * job.stride
    blend(like, target, source, first, last, alpha, beta)


@compiled
def mirror(like, job, target, source, low, high, s, side, k):
    """A ghost plane of one species from the plane that it mirrors, line by line."""
    alpha, beta = wall(like, job, s, 0, side, k)
    first = -job.reach_x - job.halo * job.cut_x0
    last = job.x1 - job.x0 + job.reach_x + job.halo * job.cut_x1
    begin = low - job.reach_y * (1 - job.cut_y0)
    for y in range(begin, high + job.reach_y * (1 - job.cut_y1)):
        down = y * job.stride
        blend(like, target + down, source + down, first, last, alpha, beta)


@compiled
def repeat(job, sheets):
    """Ghost planes of a periodic species, where a ring holds all its planes."""
    mask, n = job.slots - 1, job.planes
    for k in range(job.reach_z):
        for side in range(2):
            ghost = n + k if side else -1 - k
            here = sheets + (other(ghost, n) & mask) * job.slot
            copy(sheets + (ghost & mask) * job.slot, here, job.sheet)
