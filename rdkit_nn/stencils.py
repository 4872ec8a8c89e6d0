"""Laplacians on cell-centred boxes: their stencils, symbols and stiffness.

Each is said once, through second differences along the axes, δ_a u = (u₊ + u₋ - 2u) / h²:

    5-point      Σ δ_a                            second order
    9-point      Σ δ_a + (h²/6) Σ_{a<b} δ_a δ_b   second order, its error isotropic
    4th-order    Σ (δ_a - (h²/12) δ_a δ_a)        fourth order

(in two dimensions the weights of the 9-point one are 2/3, 1/6 and -10/3 over h²; it needs
even spacing). In plain arithmetic, for numpy and torch alike. Everything here takes the
spacings and one pair of walls for each grid axis; grid axes come last in an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations, product
from typing import Any

import numpy as np

from .arrays import cut, namespace
from .walls import Dirichlet, NoFlux, Periodic, Sides, Wall

REACH = {"5-point": 1, "9-point": 1, "4th-order": 2}
"""Cells that each stencil reaches along an axis."""

NAMES = tuple(REACH)


def padded(
    array: Any, spacing: Sequence[float], walls: Sequence[Sides], width: int = 1
) -> Any:
    """Array with ghost cells on every side, filled as the walls say.

    Axis after axis, so that corners are those of the walls too. The k-th ghost behind a
    wall mirrors the k-th cell before it, (2k - 1) spacings away.

    Args:
        array: Numpy or torch, grid axes last.
        spacing: One for each axis.
        walls: One pair of sides for each axis.
        width: Ghost cells on each side.
    """
    xp = namespace(array)
    for axis, h, (low, high) in zip(_axes(walls), spacing, walls):
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
    walls: Sequence[Sides],
    stencil: str = "5-point",
) -> Any:
    """∇²u by one of the stencils above.

    Returns:
        Shape and dtype of `array`. Unit: that of the array over length².

    Raises:
        ValueError: If the stencil is unknown, or asks for even spacing.
    """
    check(stencil, spacing)
    axes, total = _axes(walls), None
    big = padded(array, spacing, walls, REACH[stencil])
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


def check(stencil: str, spacing: Sequence[float]) -> None:
    """Refuse a stencil that is unknown, or does not suit the spacing.

    Raises:
        ValueError: With those there are.
    """
    if stencil not in NAMES:
        raise ValueError(
            f"`stencil` must be one of {', '.join(NAMES)}, but is {stencil!r}."
        )
    if stencil == "9-point" and len(set(spacing)) > 1:
        raise ValueError(
            f"The 9-point stencil is isotropic only on even spacing, but got {spacing}."
        )


def check_walls(stencil: str, shape: Sequence[int], walls: Sequence[Sides]) -> None:
    """Refuse walls that stand closer together than the stencil reaches.

    Raises:
        ValueError: With the cells that there are and must be.
    """
    for n, (low, _) in zip(shape, walls):
        if not isinstance(low, Periodic):
            _wide_enough(n, REACH[stencil])


def _wide_enough(cells: int, width: int) -> None:
    if cells < width:
        raise ValueError(
            f"This stencil needs {width} cells between walls, but there are {cells}."
        )


def _combined(lines: Sequence[Any], spacing: Sequence[float], stencil: str) -> Any:
    """Symbol of a stencil from those of the second differences along each axis."""
    if stencil == "4th-order":
        lines = [s - s**2 * h**2 / 12 for s, h in zip(lines, spacing)]
    total = sum(lines)
    if stencil == "9-point":
        crossed = (a * b * spacing[0] ** 2 / 6 for a, b in combinations(lines, 2))
        total = total + sum(crossed)
    return total


def symbol(
    shape: Sequence[int],
    spacing: Sequence[float],
    walls: Sequence[Sides],
    stencil: str = "5-point",
) -> np.ndarray:
    """Multiplier of the Laplacian for each mode of a box.

        s_a = -(4/h²) sin²(q_a h / 2) along each axis, combined as the stencil says

    Fourier modes (FFT order) along periodic axes, cosines along no-flux ones, sines along
    those held at zero.

    Returns:
        Shape of the grid, unit 1/length².

    Raises:
        ValueError: If the two sides of an axis differ or are of another kind.
    """
    check(stencil, spacing)
    lines = []
    for axis, n, h, (low, high) in zip(_axes(walls), shape, spacing, walls):
        if isinstance(low, Periodic):
            angle = np.pi * np.fft.fftfreq(n)
        elif type(low) is type(high) and isinstance(low, (NoFlux, Dirichlet)):
            angle = np.pi * (np.arange(n) + isinstance(low, Dirichlet)) / (2 * n)
        else:
            raise ValueError(f"Walls {low!r}, {high!r} have no plain modes.")
        line = -4 / h**2 * np.sin(angle) ** 2
        lines.append(line.reshape((-1,) + (1,) * (-axis - 1)))
    return np.zeros(tuple(shape)) + _combined(lines, spacing, stencil)


def stiffness(
    shape: Sequence[int],
    spacing: Sequence[float],
    walls: Sequence[Sides],
    stencil: str = "5-point",
) -> float:
    """Upper bound on the fastest decay of the Laplacian, 1/length².

    From the fastest second difference along each axis: exact on periodic axes, 4/h²
    behind other walls, and more only where a Robin wall feeds the field (Gershgorin's
    circle of the last cell).
    """
    check(stencil, spacing)
    fastest = []
    for n, h, (low, high) in zip(shape, spacing, walls):
        if isinstance(low, Periodic):
            fastest.append(-4 / h**2 * np.sin(np.pi * (n // 2) / n) ** 2)
        else:
            alphas = low.ghost(h)[0], high.ghost(h)[0]
            fastest.append(-max(4.0, *(2 + abs(1 - a) for a in alphas)) / h**2)
    # Linear in each axis' symbol (or falling, at 4th order): extreme at the corners.
    corners = product(*((0.0, s) for s in fastest))
    return float(max((-_combined(c, spacing, stencil) for c in corners), default=0.0))


def _axes(walls: Sequence[Sides]) -> range:
    return range(-len(walls), 0)


def _ghost(wall: Wall, distance: float, cells: Any) -> Any:
    if isinstance(wall, NoFlux):  # the cell itself, whole numbers staying whole
        return cells
    alpha, beta = wall.ghost(distance)
    return alpha * cells + beta
