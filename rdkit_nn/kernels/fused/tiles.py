"""How rows are walked: several steps in one pass over memory, in two dimensions.

These functions know no law: they call `row`, a compiled function that computes one row of
all species (see `source`), so that a new law compiles its row alone. In all of them

    A, B      (species, planes, rows, cells): the old and the new state, padded. Rows are
              `lead` cells in front of the first cell and as many behind the last; axes
              other than the last have one ghost row before and one behind, where the
              grid has that axis at all (`g0`, `g1` are 1), and none where it has not
    wraps     (species, axis): whether the axis is periodic
    w         (species, axis, side, 2): α and β of a ghost cell, α · cell + β
    rows      where the addresses of a row are put: for each species its own row, the same
              row shifted by one cell either way, and its neighbours along the other axes;
              then where each species is written

`row` computes more cells than there are, up to the next multiple of 64, so that no cell is
ever done by another instruction than its neighbours: the same bits, wherever a cell lies.
What it leaves behind the last cell is overwritten by the ghost cell, or never read.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from .cache import warn_once
from .lanes import peek, poke


def compiled(function: Callable) -> Any:
    """Compile, and keep on disk where there is a place that can be written.

    `Any`, because numba hides the arguments of what it compiles from type checkers.
    """
    how: dict[str, Any] = dict(nogil=True, error_model="numpy")
    try:
        return njit(cache=True, **how)(function)
    except RuntimeError:  # numba: no place to keep anything
        warn_once()
        return njit(**how)(function)


@compiled
def address(array):
    """Where an array begins, as a signed whole number: unsigned ones turn to floats."""
    return np.int64(array.ctypes.data)


@compiled
def behind(low, high, wrap, w):
    """Ghost cells before the first cell, `low`, and behind the last, `high`."""
    if wrap:
        return high, low
    return w[0, 0] * low + w[0, 1], w[1, 0] * high + w[1, 1]


@compiled
def ghosts(A, lead, cells, g0, g1, wraps, w):
    """Fill the ghost cells of the whole state, the last axis first."""
    species, planes, lines, _ = A.shape
    last = lead + cells
    for s in range(species):
        wrap, side = wraps[s, g0 + g1], w[s, g0 + g1]
        for i in range(g0, planes - g0):
            for j in range(g1, lines - g1):
                a = A[s, i, j]
                a[lead - 1], a[last] = behind(a[lead], a[last - 1], wrap, side)
        if g1:
            wrap, side = wraps[s, int(g0)], w[s, int(g0)]
            for i in range(g0, planes - g0):
                a = A[s, i]
                for k in range(lead - 1, last + 1):
                    a[0, k], a[-1, k] = behind(a[1, k], a[-2, k], wrap, side)
        if g0:
            wrap, side = wraps[s, 0], w[s, 0]
            for j in range(lines):
                a = A[s, :, j]
                for k in range(lead - 1, last + 1):
                    a[0, k], a[-1, k] = behind(a[1, k], a[-2, k], wrap, side)


@compiled
def around(A, i, j, lead, g0, g1, rows):
    """Put the addresses of row (i, j) and its neighbours of all species into `rows`."""
    species, planes, lines, length = A.shape
    size = A.itemsize
    each = 3 + 2 * g0 + 2 * g1
    for s in range(species):
        k = each * s
        own = address(A) + (((s * planes + i) * lines + j) * length + lead) * size
        rows[k], rows[k + 1], rows[k + 2] = own, own - size, own + size
        if g1:
            rows[k + 3] = own - length * size
            rows[k + 4] = own + length * size
        if g0:
            rows[k + 3 + 2 * g1] = own - lines * length * size
            rows[k + 4 + 2 * g1] = own + lines * length * size


@compiled
def only(A, i, j, lead, first, rows):
    """Put the address of row (i, j) of each species into `rows`, from `first` on."""
    species, planes, lines, length = A.shape
    for s in range(species):
        at = ((s * planes + i) * lines + j) * length + lead
        rows[first + s] = address(A) + at * A.itemsize


@compiled
def once(row, A, B, lead, cells, g0, g1, p, d, dt, wraps, w, rows):
    """Take one step from A to B, row by row; any number of dimensions."""
    species, planes, lines, _ = A.shape
    inputs = species * (3 + 2 * g0 + 2 * g1)
    padded = (cells + 63) // 64 * 64
    ghosts(A, lead, cells, g0, g1, wraps, w)
    for i in range(g0, planes - g0):
        for j in range(g1, lines - g1):
            around(A, i, j, lead, g0, g1, rows)
            only(B, i, j, lead, inputs, rows)
            row(address(rows), padded, address(p), address(d), dt)


@compiled
def stage(row, A, B, base, total, summed, cells, p, d, wraps, w, rows):
    """From the rates k of A: B = base + a k and summed = total + b k; see `source`."""
    lead, n, g0, g1 = cells
    species, planes, lines, _ = A.shape
    inputs = species * (3 + 2 * g0 + 2 * g1)
    padded = (n + 63) // 64 * 64
    ghosts(A, lead, n, g0, g1, wraps, w)
    for i in range(g0, planes - g0):
        for j in range(g1, lines - g1):
            around(A, i, j, lead, g0, g1, rows)
            only(B, i, j, lead, inputs, rows)
            only(summed, i, j, lead, inputs + species, rows)
            only(base, i, j, lead, inputs + 2 * species, rows)
            only(total, i, j, lead, inputs + 3 * species, rows)
            row(address(rows), padded, address(p), address(d), p[0])


@compiled
def runge(row, A, B, X, Y, Z, cells, p, d, dt, wraps, w, rows, steps):
    """Take `steps` of the classical Runge-Kutta method, each stage one pass.

    No array is read and written in one pass. Returns whether the result is in B.
    """
    half, third, sixth = dt / 2, dt / 3, dt / 6
    turned = False
    for _ in range(steps):
        old, new = (B, A) if turned else (A, B)
        p[-2], p[-1] = half, sixth
        stage(row, old, X, old, old, Z, cells, p, d, wraps, w, rows)
        p[-2], p[-1] = half, third
        stage(row, X, Y, old, Z, new, cells, p, d, wraps, w, rows)
        p[-2], p[-1] = dt, third
        stage(row, Y, X, old, new, Z, cells, p, d, wraps, w, rows)
        p[-2], p[-1] = 0, sixth
        stage(row, X, Y, old, Z, new, cells, p, d, wraps, w, rows)
        turned = not turned
    return turned


@compiled
def ends(A, line, s, cells, wraps, w):
    """Fill the two ghost cells of a row of a plane."""
    low, high = peek(A, line, 0), peek(A, line, cells - 1)
    before, after = behind(low, high, wraps[s, 1], w[s, 1])
    poke(A, line, -1, before)
    poke(A, line, cells, after)


@compiled
def mirror(A, ghost, line, s, side, cells, w):
    """Fill the ghost row behind a wall of a plane, with its own two ghost cells."""
    for j in range(-1, cells + 1):
        poke(A, ghost, j, w[s, 0, side, 0] * peek(A, line, j) + w[s, 0, side, 1])


@compiled
def tile(row, A, B, ring, levels, first, last, lead, cells, p, d, dt, wraps, w, rows):
    """Take several steps from A to B in one pass over a band of rows of a plane.

    A front moves down the band: when row q of the old state is reached, level 1 (one step
    on) can compute row q - 1, level 2 row q - 2, … Each level keeps its last four rows in
    a ring that stays in cache; the last level writes to B. Beyond its band (and around the
    plane, where it wraps) the front computes what its own rows will need, up to `levels`
    rows at either end: bands know nothing of each other, and get the same bits.

    The ghost cells of A are filled. `ring` is (levels, species, 4, length); its first
    level is not used. The band is `first` to `last`, without `last`.
    """
    species, length = A.shape[0], A.shape[3]
    size, n = A.itemsize, A.shape[2] - 2
    padded = (cells + 63) // 64 * 64
    bytes_row = length * size
    bytes_species = (n + 2) * bytes_row
    bytes_level = species * 4 * bytes_row
    a = address(A) + (length + lead) * size  # row 0 of species 0
    b = address(B) + (length + lead) * size
    r = address(ring) + lead * size
    around = wraps[0, 0]
    for q in range(first - levels, last + levels + 1):
        for t in range(1, levels + 1):
            i, halo = q - t, levels - t
            if i < first - halo or i >= last + halo:
                continue
            if not around and (i < 0 or i >= n):
                continue
            for s in range(species):
                k = 5 * s
                if t == 1:
                    north, own, south = i - 1, i, i + 1
                    if around:
                        north, own, south = north % n, own % n, south % n
                    base = a + s * bytes_species
                    rows[k] = base + own * bytes_row
                    rows[k + 3] = base + north * bytes_row
                    rows[k + 4] = base + south * bytes_row
                else:
                    base = r + (t - 1) * bytes_level + 4 * s * bytes_row
                    rows[k] = base + (i & 3) * bytes_row
                    rows[k + 3] = base + ((i - 1) & 3) * bytes_row
                    rows[k + 4] = base + ((i + 1) & 3) * bytes_row
                rows[k + 1], rows[k + 2] = rows[k] - size, rows[k] + size
                if t == levels:
                    out = b + s * bytes_species + i * bytes_row
                else:
                    out = r + t * bytes_level + (4 * s + (i & 3)) * bytes_row
                rows[5 * species + s] = out
            row(address(rows), padded, address(p), address(d), dt)
            if t == levels:
                continue
            for s in range(species):
                out = rows[5 * species + s]
                base = r + t * bytes_level + 4 * s * bytes_row
                ends(A, out, s, cells, wraps, w)
                if not around and i == 0:
                    mirror(A, base + 3 * bytes_row, out, s, 0, cells, w)
                if not around and i == n - 1:
                    mirror(A, base + (n & 3) * bytes_row, out, s, 1, cells, w)


@compiled
def advance(
    row, A, B, ring, levels, lead, cells, g0, g1, p, d, dt, wraps, w, rows, steps
):
    """Take `steps`, `levels` at a time. Returns whether the result is in B."""
    done, turned = 0, False
    while done < steps:
        count = min(levels, steps - done)
        old, new = (B, A) if turned else (A, B)
        if count > 1:
            n = A.shape[2] - 2
            ghosts(old, lead, cells, g0, g1, wraps, w)
            tile(
                row, old, new, ring, count, 0, n, lead, cells, p, d, dt, wraps, w, rows
            )
        else:
            once(row, old, new, lead, cells, g0, g1, p, d, dt, wraps, w, rows)
        done += count
        turned = not turned
    return turned
