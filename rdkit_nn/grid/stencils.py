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
from .boundary import Periodic, Sides
from .domain import Domain
from .ghosts import axes_of, check_width, padded, padded_axis
from .symbols import REACH, check, modal
from .transforms import Transform, parities


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
    axes = axes_of(boundary)
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
    reach = REACH[stencil]
    big = padded(array, spacing, boundary, reach, corners=stencil == "9-point")
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


def _inside(
    array: Any, spacing: Sequence[float], boundary: Sequence[Sides], domain: Domain
) -> Any:
    """The 5-point Laplacian in a domain: differences across its edge are left out."""
    total: Any = 0 * array
    for axis, h, pair in zip(axes_of(boundary), spacing, boundary):
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
            if wall.moving or (
                not isinstance(wall, Periodic) and wall.ghost(1.0)[1] != 0
            ):
                raise ValueError(
                    f"The spectral Laplacian has no modes for {wall!r}: conditions "
                    f"hold zero "
                    "there (no-flux, Dirichlet(0)) or are periodic. Take another stencil."
                )
        return
    for n, (low, _) in zip(shape, boundary):
        if not isinstance(low, Periodic):
            check_width(n, REACH[stencil])
