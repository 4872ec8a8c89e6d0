"""Ghost cells: an array continued beyond its edges, as the boundary conditions say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from ..arrays import aslike, cut, is_tensor, namespace
from .boundary import Condition, NoFlux, Periodic, Sides


def padded(
    array: Any,
    spacing: Sequence[float],
    boundary: Sequence[Sides],
    width: int = 1,
    corners: bool = False,
) -> Any:
    """Array with ghost cells on every side, filled as the conditions say.

    Axis after axis, so that corners are those of the conditions too. The k-th ghost behind
    a boundary mirrors the k-th cell before it, (2k - 1) spacings away. Where the walls of a
    corner disagree, its ghosts depend on the order of the axes: see `corners`.

    Args:
        array: Numpy or torch, grid axes last.
        spacing: One for each axis.
        boundary: One pair of conditions for each axis.
        width: Ghost cells on each side.
        corners: Whether they are the mean over both orders.
    """
    rings = tuple(a for a, p in zip(axes_of(boundary), boundary) if _ring(p))

    def in_order(axes: Sequence[int]) -> Any:
        result = array
        for axis in axes:
            pair, h = boundary[axis], spacing[axis]
            result = padded_axis(result, axis, h, pair, width, rings)
        return result

    axes = list(axes_of(boundary))
    first = in_order(axes)
    if corners and corners_disagree(spacing, boundary):
        return 0.5 * (first + in_order(axes[::-1]))
    return first


def corners_disagree(spacing: Sequence[float], boundary: Sequence[Sides]) -> bool:
    """Whether ghosts of some corner depend on the order in which axes are continued."""
    told = [
        [condition.ghost(h) for condition in pair]
        for h, pair in zip(spacing, boundary)
        if not _ring(pair)
    ]
    return any(
        not _commute(one, other)
        for a, b in combinations(told, 2)
        for one in a
        for other in b
    )


def _commute(one: tuple[float, Any], other: tuple[float, Any]) -> bool:
    """Whether two ghosts, α u + β, may be taken in any order."""
    (a, b), (c, d) = one, other
    if np.ndim(b) or np.ndim(d):
        return any(x == 1 and not np.ndim(y) and y == 0 for x, y in (one, other))
    return bool(b * (c - 1) == d * (a - 1))


def _ring(pair: Sides) -> bool:
    return isinstance(pair[0], Periodic)


def padded_axis(
    array: Any,
    axis: int,
    h: float,
    pair: Sides,
    width: int = 1,
    rings: tuple[int, ...] = (),
) -> Any:
    """Array with ghost cells on both sides of one axis; see `padded`.

    `rings` are the axes around which values held on the boundary go.
    """
    xp, n = namespace(array), array.shape[axis]
    low, high = pair
    if isinstance(low, Periodic):
        # An axis narrower than its own ghosts wraps around several times.
        turns = -(-width // n)
        whole = array if turns == 1 else xp.concatenate((array,) * turns, axis)
        before = cut(whole, axis, turns * n - width, turns * n)
        after = cut(whole, axis, 0, width)
    else:
        check_width(n, width)
        first = [cut(array, axis, k, k + 1) for k in range(width)]
        last = [cut(array, axis, n - 1 - k, n - k) for k in range(width)]
        far = [(2 * k + 1) * h for k in range(width)]
        ghosts = [_ghost(low, d, cell, rings) for d, cell in zip(far, first)]
        before = xp.concatenate(ghosts[::-1], axis)
        after = xp.concatenate(
            [_ghost(high, d, cell, rings) for d, cell in zip(far, last)], axis
        )
    return xp.concatenate((before, array, after), axis)


def closed(boundary: Sequence[Sides]) -> tuple[Sides, ...]:
    """Conditions that mirror, except along axes that close on themselves."""
    return tuple(
        pair if isinstance(pair[0], Periodic) else (NoFlux(), NoFlux())
        for pair in boundary
    )


def mirrored_where_closed(big: Any, boundary: Sequence[Sides], width: int) -> Any:
    """An array with ghost cells, those behind `NoFlux` replaced by mirror images."""
    xp = namespace(big)
    for axis, pair in zip(axes_of(boundary), boundary):
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


def check_width(cells: int, width: int) -> None:
    """Refuse boundaries that stand closer together than a stencil reaches."""
    if cells < width:
        raise ValueError(
            f"This stencil needs {width} cells between walls, but there are {cells}."
        )


def _ghost(
    wall: Condition, distance: float, cells: Any, rings: tuple[int, ...] = ()
) -> Any:
    if isinstance(wall, NoFlux):  # the cell itself, whole numbers staying whole
        return cells
    alpha, beta = wall.ghost(distance)
    if is_tensor(beta) or np.ndim(
        beta
    ):  # it has no ghosts yet, where the cells may have
        beta = _stretched(beta, tuple(cells.shape), rings)
        beta = beta if is_tensor(beta) else aslike(beta, cells)
    return alpha * cells + beta


def _stretched(face: Any, shape: tuple[int, ...], rings: tuple[int, ...]) -> Any:
    """Values along a boundary, continued beyond it: around rings, else straight."""
    xp = namespace(face)
    for axis in range(-face.ndim, 0):
        n = face.shape[axis]
        more = (shape[axis] - n) // 2 if n > 1 else 0
        if not more:
            continue
        if axis in rings:
            turns = -(-more // n)
            whole = face if turns == 1 else xp.concatenate((face,) * turns, axis)
            before = cut(whole, axis, turns * n - more, turns * n)
            face = xp.concatenate((before, face, cut(whole, axis, 0, more)), axis)
            continue
        first, last = cut(face, axis, 0, 1), cut(face, axis, n - 1, n)
        inner = [min(k, n - 1) for k in range(1, more + 1)]
        low = [2 * first - cut(face, axis, k, k + 1) for k in reversed(inner)]
        high = [2 * last - cut(face, axis, n - 1 - k, n - k) for k in inner]
        face = xp.concatenate((*low, face, *high), axis)
    return face


def axes_of(boundary: Sequence[Sides]) -> range:
    """Where the axes stand in an array."""
    return range(-len(boundary), 0)
