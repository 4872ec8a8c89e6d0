"""Cells beyond the edge, for one plane of one level of a ring.

A plane has ghost cells beside its lines, then ghost lines beside those (with the ghosts of
the corners), then ghost planes: axis after axis, as `rdkit_nn.stencils.padded` does it. The
k-th ghost behind a wall is α · (k-th cell before it) + β; along a periodic axis it is the
cell at the other end. Where a tile is cut off from its neighbours no ghost is needed: it
has cells of theirs.

`job` and `blend` are described in `tiles`. Places are addresses: of cell 0 of a line,
of line 0 of a plane.
"""

from __future__ import annotations

from .compiled import call_blend, compiled, copy, word


@compiled
def wraps(job, s, axis):
    """Whether axis 0, 1 or 2 (z, y or x) of species s is periodic."""
    return word(job.wraps, 3 * s + axis) != 0


@compiled
def wall(job, s, axis, side, k):
    """Where α and β of ghost k behind a wall are kept."""
    return job.walls + 2 * (2 * (2 * (3 * s + axis) + side) + k) * job.size


@compiled
def real(ghost, n, periodic):
    """Cell, or line, or plane, that a ghost is made from; an axis may be very short."""
    if periodic:
        return ghost % n
    depth = -1 - ghost if ghost < 0 else ghost - n
    depth = depth if depth < n else n - 1
    return depth if ghost < 0 else n - 1 - depth


@compiled
def beside(blend, job, line, s):
    """Ghost cells at both ends of a line."""
    n, periodic, size = job.x1 - job.x0, wraps(job, s, 2), job.size
    for side in range(2):
        for k in range(0 if (job.cut_x1 if side else job.cut_x0) else job.reach_x):
            ghost = n + k if side else -1 - k
            source = line + real(ghost, n, periodic) * size
            if periodic:
                copy(line + ghost * size, source, size)
            else:
                w = wall(job, s, 2, side, k)
                call_blend(blend, line + ghost * size, source, 0, 1, w)


@compiled
def around(blend, job, plane, low, high, s):
    """Ghosts of lines low to high of a plane of one species."""
    for y in range(low, high):
        beside(blend, job, plane + y * job.stride, s)
    n, periodic = job.y1 - job.y0, wraps(job, s, 1)
    for side in range(2):
        for k in range(0 if (job.cut_y1 if side else job.cut_y0) else job.reach_y):
            ghost = n + k if side else -1 - k
            source = plane + real(ghost, n, periodic) * job.stride
            ab = job.one if periodic else wall(job, s, 1, side, k)
            again(blend, job, plane + ghost * job.stride, source, ab)


@compiled
def again(blend, job, target, source, ab):
    """A line, with its ghosts or its rim, from another."""
    first = -job.reach_x - job.halo * job.cut_x0
    last = job.x1 - job.x0 + job.reach_x + job.halo * job.cut_x1
    call_blend(blend, target, source, first, last, ab)


@compiled
def mirror(blend, job, target, source, low, high, ab):
    """A ghost plane of one species from another plane, line by line."""
    begin = low - job.reach_y * (1 - job.cut_y0)
    for y in range(begin, high + job.reach_y * (1 - job.cut_y1)):
        again(blend, job, target + y * job.stride, source + y * job.stride, ab)
