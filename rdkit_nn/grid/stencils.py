"""Laplacians on cell-centred boxes.

Each is said once, through second differences along the axes, δ_a u = (u₊ + u₋ - 2u) / h²:

    5-point      Σ δ_a                            second order
    9-point      Σ δ_a + (h²/6) Σ_{a<b} δ_a δ_b   second order, its error isotropic
    4th-order    Σ (δ_a - (h²/12) δ_a δ_a)        fourth order
    spectral     -q² of each mode                 as smooth as the field

(in two dimensions the weights of the 9-point one are 2/3, 1/6 and -10/3 over h²; it needs
even spacing). In plain arithmetic, for numpy and torch alike. Everything here takes the
spacings and one pair of boundary for each grid axis; grid axes come last in an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from ..arrays import aslike, cut, is_tensor, namespace
from .boundary import Condition, NoFlux, Periodic, Sides
from .domain import Domain
from .symbols import REACH, check, modal
from .transforms import Transform, parities


def padded(
    array: Any, spacing: Sequence[float], boundary: Sequence[Sides], width: int = 1
) -> Any:
    """Array with ghost cells on every side, filled as the conditions say.

    Axis after axis, so that corners are those of the conditions too. The k-th ghost behind
    a boundary mirrors the k-th cell before it, (2k - 1) spacings away.

    Args:
        array: Numpy or torch, grid axes last.
        spacing: One for each axis.
        boundary: One pair of conditions for each axis.
        width: Ghost cells on each side.
    """
    for axis, h, pair in zip(_axes(boundary), spacing, boundary):
        array = padded_axis(array, axis, h, pair, width)
    return array


def padded_axis(array: Any, axis: int, h: float, pair: Sides, width: int = 1) -> Any:
    """Array with ghost cells on both sides of one axis; see `padded`."""
    xp, n = namespace(array), array.shape[axis]
    low, high = pair
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
    return xp.concatenate((before, array, after), axis)


def laplacian(
    array: Any,
    spacing: Sequence[float],
    boundary: Sequence[Sides],
    stencil: str = "5-point",
    domain: Domain | None = None,
) -> Any:
    """∇²u by one of the stencils above.

    Args:
        array: Numpy or torch, grid axes last.
        spacing: One for each axis.
        boundary: One pair of conditions for each axis.
        stencil: Which one.
        domain: Open cells, across whose edge no gradient is taken (5-point alone).

    Returns:
        Shape and dtype of `array`. Unit: that of the array over length².

    Raises:
        ValueError: If the stencil is unknown, or asks for even spacing.
    """
    check(stencil, spacing)
    axes = _axes(boundary)
    if domain is not None:
        check_domain(stencil)
        return _inside(array, spacing, boundary, domain)
    if stencil == "spectral":
        if not axes:
            return 0 * array
        shape = tuple(array.shape[a] for a in axes)
        check_boundary(stencil, shape, boundary)
        modes = Transform(shape, boundary, is_tensor(array))
        s = modal(shape, tuple(spacing), tuple(boundary), stencil, is_tensor(array))
        return modes.back(modes.forward(array) * aslike(s, array))
    big = padded(array, spacing, boundary, REACH[stencil])
    return laplacian_of_padded(big, array, spacing, stencil)


def laplacian_of_padded(
    big: Any, array: Any, spacing: Sequence[float], stencil: str
) -> Any:
    """∇²u of an array that has its ghost cells already, as many as the stencil reaches.

    Args:
        big: With ghost cells on every side.
        array: Without, for its shape.
        spacing: One for each axis.
        stencil: `5-point`, `9-point` or `4th-order`.
    """
    axes, total = range(-len(spacing), 0), None
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


def mirrored_where_closed(big: Any, boundary: Sequence[Sides], width: int) -> Any:
    """An array with ghost cells, those behind `NoFlux` replaced by mirror images."""
    xp = namespace(big)
    for axis, pair in zip(_axes(boundary), boundary):
        n = big.shape[axis]
        for side, condition in enumerate(pair):
            if not isinstance(condition, NoFlux):
                continue
            if side == 0:
                image = xp.flip(cut(big, axis, width, 2 * width), (axis,))
                big = xp.concatenate((image, cut(big, axis, width, n)), axis)
            else:
                image = xp.flip(cut(big, axis, n - 2 * width, n - width), (axis,))
                big = xp.concatenate((cut(big, axis, 0, n - width), image), axis)
    return big


def _inside(
    array: Any, spacing: Sequence[float], boundary: Sequence[Sides], domain: Domain
) -> Any:
    """The 5-point Laplacian in a domain: differences across its edge are left out."""
    total: Any = 0 * array
    for axis, h, pair in zip(_axes(boundary), spacing, boundary):
        line = padded_axis(array, axis, h, pair)
        n = line.shape[axis]
        steps = cut(line, axis, 1, n) - cut(line, axis, 0, n - 1)
        mask = domain.faces(axis, isinstance(pair[0], Periodic), steps)
        steps = namespace(steps).where(mask, steps, namespace(steps).zeros_like(steps))
        bend = cut(steps, axis, 1, n - 1) - cut(steps, axis, 0, n - 2)
        total = total + bend * (1 / h**2)
    return total


def check_domain(stencil: str) -> None:
    """Refuse a stencil that reaches across the edge of a domain.

    Raises:
        ValueError: If it is not the 5-point one.
    """
    if stencil != "5-point":
        raise ValueError(
            f"The {stencil} Laplacian reaches across the edge of a domain: in a grid with "
            "`domain=` take stencil='5-point'."
        )


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
    """Refuse boundary that stand closer together than the stencil reaches.

    Raises:
        ValueError: With the cells that there are and must be; for `spectral`, if a wall
            holds anything but zero.
    """
    if stencil == "spectral":
        parities(boundary)
        for wall in (w for pair in boundary for w in pair):
            if wall.ghost(1.0)[1] if not isinstance(wall, Periodic) else 0:
                raise ValueError(
                    f"The spectral Laplacian has no modes for {wall!r}: conditions hold zero "
                    "there (no-flux, Dirichlet(0)) or are periodic. Take another stencil."
                )
        return
    for n, (low, _) in zip(shape, boundary):
        if not isinstance(low, Periodic):
            _wide_enough(n, REACH[stencil])


def _wide_enough(cells: int, width: int) -> None:
    if cells < width:
        raise ValueError(
            f"This stencil needs {width} cells between boundary, but there are {cells}."
        )


def _axes(boundary: Sequence[Sides]) -> range:
    return range(-len(boundary), 0)


def _ghost(wall: Condition, distance: float, cells: Any) -> Any:
    if isinstance(wall, NoFlux):  # the cell itself, whole numbers staying whole
        return cells
    alpha, beta = wall.ghost(distance)
    if is_tensor(beta) or np.ndim(
        beta
    ):  # it has no ghosts yet, where the cells may have
        beta = _stretched(beta, tuple(cells.shape))
        beta = beta if is_tensor(beta) else aslike(beta, cells)
    return alpha * cells + beta


def _stretched(face: Any, shape: tuple[int, ...]) -> Any:
    """Values along a boundary, continued in straight lines beyond its corners."""
    xp = namespace(face)
    for axis in range(-face.ndim, 0):
        n = face.shape[axis]
        more = (shape[axis] - n) // 2 if n > 1 else 0
        if not more:
            continue
        first, last = cut(face, axis, 0, 1), cut(face, axis, n - 1, n)
        inner = [min(k, n - 1) for k in range(1, more + 1)]
        low = [2 * first - cut(face, axis, k, k + 1) for k in reversed(inner)]
        high = [2 * last - cut(face, axis, n - 1 - k, n - k) for k in inner]
        face = xp.concatenate((*low, face, *high), axis)
    return face
