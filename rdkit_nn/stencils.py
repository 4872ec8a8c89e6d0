"""The second-order Laplacian on cell-centred boxes: its stencil, its symbol, its stiffness.

Said once, in plain arithmetic, for numpy and torch alike. Everything here takes the
spacings and one pair of walls for each grid axis; grid axes come last in an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .arrays import cut, namespace
from .walls import Dirichlet, NoFlux, Periodic, Sides, Wall


def padded(array: Any, spacing: Sequence[float], walls: Sequence[Sides]) -> Any:
    """Array with one ghost cell on every side, filled as the walls say.

    Axis after axis, so that corners are those of the walls too.
    """
    xp = namespace(array)
    for axis, h, (low, high) in zip(_axes(walls), spacing, walls):
        first, last = cut(array, axis, 0, 1), cut(array, axis, -1, None)
        if isinstance(low, Periodic):
            before, after = last, first
        else:
            before, after = _ghost(low, h, first), _ghost(high, h, last)
        array = xp.concatenate((before, array, after), axis)
    return array


def laplacian(array: Any, spacing: Sequence[float], walls: Sequence[Sides]) -> Any:
    """Sum of second differences: ∇²u to second order in the spacing.

        (∇²u)_i = Σ over axes (u_{i+1} + u_{i-1} - 2 u_i) / h²

    Returns:
        Shape and dtype of `array`. Unit: that of the array over length².
    """
    axes = _axes(walls)
    big = padded(array, spacing, walls)
    total = None
    for axis, h in zip(axes, spacing):
        line = big
        for other in axes:
            if other != axis:
                line = cut(line, other, 1, -1)
        pair = cut(line, axis, 2, None) + cut(line, axis, None, -2)
        bend = (pair - 2 * array) * (1 / h**2)
        total = bend if total is None else total + bend
    return 0 * array if total is None else total


def symbol(
    shape: Sequence[int], spacing: Sequence[float], walls: Sequence[Sides]
) -> np.ndarray:
    """Multiplier of the Laplacian for each mode of a box.

        -Σ over axes (4/h²) sin²(q h / 2)

    Fourier modes (FFT order) along periodic axes, cosines along no-flux ones, sines along
    those held at a value.

    Returns:
        Shape of the grid, unit 1/length².

    Raises:
        ValueError: If the two sides of an axis differ or are of another kind.
    """
    total = np.zeros(tuple(shape))
    for axis, n, h, (low, high) in zip(_axes(walls), shape, spacing, walls):
        if isinstance(low, Periodic):
            angle = np.pi * np.fft.fftfreq(n)
        elif type(low) is type(high) and isinstance(low, (NoFlux, Dirichlet)):
            angle = np.pi * (np.arange(n) + isinstance(low, Dirichlet)) / (2 * n)
        else:
            raise ValueError(f"Walls {low!r}, {high!r} have no plain modes.")
        line = -4 / h**2 * np.sin(angle) ** 2
        total = total + line.reshape((-1,) + (1,) * (-axis - 1))
    return total


def stiffness(
    shape: Sequence[int], spacing: Sequence[float], walls: Sequence[Sides]
) -> float:
    """Upper bound on the fastest decay of the Laplacian, 1/length².

    Exact on periodic axes; 4/h² an axis behind other walls, and more only where a Robin
    wall feeds the field (Gershgorin's circle of the last cell).
    """
    total = 0.0
    for n, h, (low, high) in zip(shape, spacing, walls):
        if isinstance(low, Periodic):
            total += 4 / h**2 * np.sin(np.pi * (n // 2) / n) ** 2
        else:
            alphas = low.ghost(h)[0], high.ghost(h)[0]
            total += max(4.0, *(2 + abs(1 - a) for a in alphas)) / h**2
    return float(total)


def _axes(walls: Sequence[Sides]) -> range:
    return range(-len(walls), 0)


def _ghost(wall: Wall, spacing: float, cells: Any) -> Any:
    if isinstance(wall, NoFlux):  # the cell itself, whole numbers staying whole
        return cells
    alpha, beta = wall.ghost(spacing)
    return alpha * cells + beta
