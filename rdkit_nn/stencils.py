"""Laplacians on cell-centred boxes.

Each is said once, through second differences along the axes, δ_a u = (u₊ + u₋ - 2u) / h²:

    5-point      Σ δ_a                            second order
    9-point      Σ δ_a + (h²/6) Σ_{a<b} δ_a δ_b   second order, its error isotropic
    4th-order    Σ (δ_a - (h²/12) δ_a δ_a)        fourth order
    spectral     -q² of each mode                 as smooth as the field

(in two dimensions the weights of the 9-point one are 2/3, 1/6 and -10/3 over h²; it needs
even spacing). In plain arithmetic, for numpy and torch alike. Everything here takes the
spacings and one pair of walls for each grid axis; grid axes come last in an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from .arrays import aslike, cut, is_tensor, namespace
from .boundary import Condition, NoFlux, Periodic, Sides
from .symbols import REACH, check, modal
from .transforms import Transform, parities


def padded(
    array: Any, spacing: Sequence[float], boundary: Sequence[Sides], width: int = 1
) -> Any:
    """Array with ghost cells on every side, filled as the walls say.

    Axis after axis, so that corners are those of the walls too. The k-th ghost behind a
    wall mirrors the k-th cell before it, (2k - 1) spacings away.

    Args:
        array: Numpy or torch, grid axes last.
        spacing: One for each axis.
        boundary: One pair of sides for each axis.
        width: Ghost cells on each side.
    """
    xp = namespace(array)
    for axis, h, (low, high) in zip(_axes(boundary), spacing, boundary):
        n = array.shape[axis]
        if isinstance(low, Periodic):
            # An axis narrower than its own ghosts wraps around several times.
            turns = -(-width // n)
            whole = array if turns == 1 else xp.concatenate((array,) * turns, axis)
            before = cut(whole, axis, turns * n - width, turns * n)
            after = cut(whole, axis, 0, width)
        else:
            _wide_enough(n, width)
            first = [cut(array, axis, k, k + 1) for k in range(width)]
            last = [cut(array, axis, n - 1 - k, n - k) for k in range(width)]
            far = [(2 * k + 1) * h for k in range(width)]
            ghosts = [_ghost(low, d, cell) for d, cell in zip(far, first)]
            before = xp.concatenate(ghosts[::-1], axis)
            after = xp.concatenate(
                [_ghost(high, d, cell) for d, cell in zip(far, last)], axis
            )
        array = xp.concatenate((before, array, after), axis)
    return array


def laplacian(
    array: Any,
    spacing: Sequence[float],
    boundary: Sequence[Sides],
    stencil: str = "5-point",
) -> Any:
    """∇²u by one of the stencils above.

    Returns:
        Shape and dtype of `array`. Unit: that of the array over length².

    Raises:
        ValueError: If the stencil is unknown, or asks for even spacing.
    """
    check(stencil, spacing)
    axes, total = _axes(boundary), None
    if stencil == "spectral":
        if not axes:
            return 0 * array
        shape = tuple(array.shape[a] for a in axes)
        check_boundary(stencil, shape, boundary)
        modes = Transform(shape, boundary, is_tensor(array))
        s = modal(shape, tuple(spacing), tuple(boundary), stencil, is_tensor(array))
        return modes.back(modes.forward(array) * aslike(s, array))
    big = padded(array, spacing, boundary, REACH[stencil])
    if stencil == "9-point":
        bends = [_bend(big, axis, h, 1) for axis, h in zip(axes, spacing)]
        crossed = [
            _bend(bends[a], axes[b], spacing[b], 1) * (spacing[b] ** 2 / 6)
            for a, b in combinations(range(len(axes)), 2)
        ]
        # A bend along one axis keeps the ghosts of the others: cut what is left.
        parts = [_core(x, array) for x in (*bends, *crossed)]
    elif stencil == "4th-order":
        parts = [
            _core(
                4 / 3 * _bend(big, axis, h, 1, 2) - _bend(big, axis, h, 2, 2) / 12,
                array,
            )
            for axis, h in zip(axes, spacing)
        ]
    else:
        parts = []
        for axis, h in zip(axes, spacing):
            line = big
            for other in axes:
                if other != axis:
                    line = cut(line, other, 1, -1)
            parts.append(_bend(line, axis, h, 1))
    for part in parts:
        total = part if total is None else total + part
    return 0 * array if total is None else total


def divergence(
    array: Any,
    diffusivity: Sequence[Any],
    spacing: Sequence[float],
    boundary: Sequence[Sides],
) -> Any:
    """∇·(D ∇u) with a diffusivity of its own in every cell, along every axis.

    The flux through a face takes the harmonic mean of the two cells, which is right where
    D jumps and zero where one of them is closed: an obstacle is where D = 0. Second
    order, and what leaves one cell enters the next.

    Args:
        array: Numpy or torch, grid axes last.
        diffusivity: One for each axis: a number, or what broadcasts against the array.
        spacing: One for each axis.
        boundary: One pair of sides for each axis. The face at a wall has its cell's D.
    """
    total: Any = 0 * array
    for axis, h, (low, high), D in zip(_axes(boundary), spacing, boundary, diffusivity):
        turned: list[Sides] = [(Periodic(), Periodic())] * len(boundary)
        turned[axis] = (low, high)
        big = padded(array, spacing, turned)
        for other in _axes(boundary):
            if other != axis:
                big = cut(big, other, 1, -1)
        n = big.shape[axis]
        steps = cut(big, axis, 1, n) - cut(big, axis, 0, n - 1)
        wide = D + 0 * array
        if isinstance(low, Periodic):
            ends = cut(wide, axis, -1, None), cut(wide, axis, 0, 1)
        else:
            ends = cut(wide, axis, 0, 1), cut(wide, axis, -1, None)
        wide = namespace(array).concatenate((ends[0], wide, ends[1]), axis)
        one, other_ = cut(wide, axis, 0, n - 1), cut(wide, axis, 1, n)
        both = one + other_
        mean = 2 * one * other_ / (both + (both == 0))
        flux = mean * steps
        faces = flux.shape[axis]
        total = total + (cut(flux, axis, 1, faces) - cut(flux, axis, 0, faces - 1)) * (
            1 / h**2
        )
    return total


def _bend(line: Any, axis: int, h: float, step: int, width: int = 1) -> Any:
    """(u₊ + u₋ - 2u) / h² with neighbours `step` cells away; `width` shorter each end."""
    n = line.shape[axis]
    pair = cut(line, axis, width + step, n - width + step) + cut(
        line, axis, width - step, n - width - step
    )
    return (pair - 2 * cut(line, axis, width, n - width)) * (1 / h**2)


def _core(array: Any, like: Any) -> Any:
    """Middle of a padded array, of the shape of `like`."""
    for axis in range(-array.ndim, 0):
        ghosts = (array.shape[axis] - like.shape[axis]) // 2
        if ghosts:
            array = cut(array, axis, ghosts, array.shape[axis] - ghosts)
    return array


@cache
def rings(
    stencil: str, spacing: tuple[float, ...]
) -> tuple[tuple[float, tuple[tuple[int, ...], ...]], ...]:
    """Weights of a stencil, neighbours of one weight together.

        ∇²u = Σ w (Σ u(offset) - n u)        over rings of n offsets and weight w

    Read off by `laplacian` of a single raised cell.

    Returns:
        Pairs of w, 1/length², and offsets along the axes, opposite ones side by side.
    """
    axes = len(spacing)
    point = np.zeros((5,) * axes)
    point[(2,) * axes] = 1
    around = laplacian(point, spacing, [(Periodic(), Periodic())] * axes, stencil)
    found: dict[str, tuple[float, list[tuple[int, ...]]]] = {}
    for place in np.ndindex(point.shape):
        offset, weight = tuple(int(k) - 2 for k in place), float(around[place])
        if weight and offset > (0,) * axes:
            alike = f"{weight:.12g}"  # equal but for rounding
            ring = found.setdefault(alike, (weight, []))[1]
            ring.extend((offset, tuple(-k for k in offset)))
    return tuple((w, tuple(offsets)) for w, offsets in found.values())


def check_boundary(
    stencil: str, shape: Sequence[int], boundary: Sequence[Sides]
) -> None:
    """Refuse walls that stand closer together than the stencil reaches.

    Raises:
        ValueError: With the cells that there are and must be; for `spectral`, if a wall
            holds anything but zero.
    """
    if stencil == "spectral":
        parities(boundary)
        for wall in (w for pair in boundary for w in pair):
            if wall.ghost(1.0)[1] if not isinstance(wall, Periodic) else 0:
                raise ValueError(
                    f"The spectral Laplacian has no modes for {wall!r}: walls hold zero "
                    "there (no-flux, Dirichlet(0)) or are periodic. Take another stencil."
                )
        return
    for n, (low, _) in zip(shape, boundary):
        if not isinstance(low, Periodic):
            _wide_enough(n, REACH[stencil])


def _wide_enough(cells: int, width: int) -> None:
    if cells < width:
        raise ValueError(
            f"This stencil needs {width} cells between walls, but there are {cells}."
        )


def _axes(boundary: Sequence[Sides]) -> range:
    return range(-len(boundary), 0)


def _ghost(wall: Condition, distance: float, cells: Any) -> Any:
    if isinstance(wall, NoFlux):  # the cell itself, whole numbers staying whole
        return cells
    alpha, beta = wall.ghost(distance)
    if np.ndim(beta):  # it has no ghosts yet, where the cells may have
        beta = aslike(_stretched(beta, tuple(cells.shape)), cells)
    return alpha * cells + beta


def _stretched(face: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Values along a wall, continued in straight lines beyond its corners."""
    wide = []
    for n, m in zip(face.shape, shape[len(shape) - face.ndim :]):
        more = (m - n) // 2 if n > 1 else 0
        wide.append((more, more))
    if not any(more for more, _ in wide):
        return face
    return np.pad(face, wide, mode="reflect", reflect_type="odd")
