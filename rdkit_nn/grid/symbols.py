"""Multipliers of the Laplacians for the modes of a box, and their fastest decay.

See `stencils` for the Laplacians themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import numpy as np

from .boundary import Robin, Sides
from .transforms import Transform, angles, parities

REACH = {"5-point": 1, "9-point": 1, "4th-order": 2}
"""Cells that each stencil reaches along an axis."""

NAMES = (*REACH, "spectral")


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


def _combined(lines: Sequence[Any], spacing: Sequence[float], stencil: str) -> Any:
    """Symbol of a stencil from those of the second differences along each axis."""
    if stencil == "4th-order":
        lines = [s - s**2 * h**2 / 12 for s, h in zip(lines, spacing)]
    total = sum(lines)
    if stencil == "9-point":
        crossed = (a * b * spacing[0] ** 2 / 6 for a, b in combinations(lines, 2))
        total = total + sum(crossed)
    return total


def _whole(halves: Sequence[np.ndarray], spacing: Sequence[float], stencil: str) -> Any:
    """Symbol over all modes, from half the phase from cell to cell along each axis."""
    lines = []
    for axis, (half, h) in enumerate(zip(halves, spacing)):
        bent = half if stencil == "spectral" else np.sin(half)
        line = -4 / h**2 * bent**2
        lines.append(line.reshape((-1,) + (1,) * (len(halves) - axis - 1)))
    return np.zeros([len(x) for x in halves]) + _combined(lines, spacing, stencil)


def symbol(
    shape: Sequence[int],
    spacing: Sequence[float],
    boundary: Sequence[Sides],
    stencil: str = "5-point",
) -> np.ndarray:
    """Multiplier of the Laplacian for each mode of a box.

        s_a = -(4/h²) sin²(q_a h / 2) along each axis, combined as the stencil says

    and -q² for the spectral one. Modes are those of `transforms`: Fourier modes (FFT order)
    along periodic axes, cosines and sines between walls.

    Returns:
        Shape of the grid, unit 1/length².

    Raises:
        ValueError: If a wall has no plain modes.
    """
    check(stencil, spacing)
    halves = [angles(line, n) for line, n in zip(parities(boundary), shape)]
    return _whole(halves, spacing, stencil)


@lru_cache(maxsize=4)
def modal(
    shape: tuple[int, ...],
    spacing: tuple[float, ...],
    boundary: tuple[Sides, ...],
    stencil: str,
    mirrored: bool,
) -> np.ndarray:
    """The symbol in the order and shape of what `Transform.forward` returns."""
    modes = Transform(shape, boundary, mirrored)
    halves = [modes.halves(line, n) for line, n in zip(modes.parities, modes.periods)]
    return modes.cut(_whole(halves, spacing, stencil))


def stiffness(
    shape: Sequence[int],
    spacing: Sequence[float],
    boundary: Sequence[Sides],
    stencil: str = "5-point",
) -> float:
    """Upper bound on the fastest decay of the Laplacian, 1/length².

    From the fastest second difference along each axis: exact where a boundary has plain
    modes; behind a Robin wall 4/h², and more only where it feeds the field (Gershgorin's
    circle of the last cell).
    """
    check(stencil, spacing)
    fastest = []
    for n, h, (low, high) in zip(shape, spacing, boundary):
        if not isinstance(low, Robin) and not isinstance(high, Robin):
            (line,) = parities([(low, high)])
            half = np.abs(angles(line, n)).max()
            bent = half if stencil == "spectral" else np.sin(half)
            fastest.append(-4 / h**2 * bent**2)
        else:
            alphas = low.ghost(h)[0], high.ghost(h)[0]
            fastest.append(-max(4.0, *(2 + abs(1 - a) for a in alphas)) / h**2)
    # Linear in each axis' symbol (or falling, at 4th order): extreme at the corners.
    corners = product(*((0.0, s) for s in fastest))
    return float(max((-_combined(c, spacing, stencil) for c in corners), default=0.0))


def of_waves(
    vectors: np.ndarray, spacing: Sequence[float], stencil: str = "5-point"
) -> np.ndarray:
    """Multiplier of the Laplacian for plane waves of any wavevectors on a grid.

    Args:
        vectors: (wave, axis).
        spacing: Of the axes.
        stencil: Which Laplacian.

    Returns:
        One a wave, unit 1/length².
    """
    check(stencil, spacing)
    lines = []
    for k, h in zip(np.asarray(vectors, dtype=float).T, spacing):
        bent = k * h / 2 if stencil == "spectral" else np.sin(k * h / 2)
        lines.append(-4 / h**2 * bent**2)
    return np.asarray(_combined(lines, spacing, stencil))
