"""Orbium, a creature of Lenia that glides."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ..grid import Grid

HUNDREDTHS = """
0 0 0 0 0 0 10 14 10 0 0 3 3 0 0 30 0 0 0 0
0 0 0 0 0 8 24 30 30 18 14 15 16 15 9 20 0 0 0 0
0 0 0 0 0 15 34 44 46 38 18 14 11 13 19 18 45 0 0 0
0 0 0 0 6 13 39 50 50 37 6 0 0 0 2 16 68 0 0 0
0 0 0 11 17 17 33 40 38 28 14 0 0 0 0 0 18 42 0 0
0 0 9 18 13 6 8 26 32 32 27 0 0 0 0 0 0 82 0 0
27 0 16 12 0 0 0 25 38 44 45 34 0 0 0 0 0 22 17 0
0 7 20 2 0 0 0 31 48 57 60 57 0 0 0 0 0 0 49 0
0 59 19 0 0 0 0 20 57 69 76 76 49 0 0 0 0 0 36 0
0 58 19 0 0 0 0 0 67 83 90 92 87 12 0 0 0 0 22 7
0 0 46 0 0 0 0 0 70 93 100 100 100 61 0 0 0 0 18 11
0 0 82 0 0 0 0 0 47 100 100 98 100 96 27 0 0 0 19 10
0 0 46 0 0 0 0 0 25 100 100 84 92 97 54 14 4 10 21 5
0 0 0 40 0 0 0 0 9 80 100 82 80 85 63 31 18 19 20 1
0 0 0 36 10 0 0 0 5 54 86 79 74 72 60 39 28 24 13 0
0 0 0 1 30 7 0 0 8 36 64 70 64 60 51 39 29 19 4 0
0 0 0 0 10 24 14 10 15 29 45 53 52 46 40 31 21 8 0 0
0 0 0 0 0 8 21 21 22 29 36 39 37 33 26 18 9 0 0 0
0 0 0 0 0 0 3 13 19 22 24 24 23 18 13 5 0 0 0 0
0 0 0 0 0 0 0 0 2 6 8 9 7 5 1 0 0 0 0 0
"""


def orbium(grid: Grid, name: str = "u") -> xr.Dataset:
    """One Orbium in the middle of an empty plane, for `lenia()` at its defaults.

    Args:
        grid: A periodic plane of 33 x 33 cells or more.
        name: Variable of the plane.

    Raises:
        ValueError: If the plane is too small for it.

    Source:
        Chan, Complex Systems 28 (2019) 251, doi:10.25088/ComplexSystems.28.3.251; its
        figures to two places as in the author's tutorial.
    """
    creature = np.array([row.split() for row in HUNDREDTHS.split("\n")[1:-1]], float)
    if len(grid.shape) != 2 or min(grid.shape) < 33:
        raise ValueError(f"Orbium needs a plane of 33 x 33 cells, not {grid.shape}.")
    plane = np.zeros(grid.shape)
    y, x = ((n - m) // 2 for n, m in zip(grid.shape, creature.shape))
    plane[y : y + creature.shape[0], x : x + creature.shape[1]] = creature / 100
    return grid.state(**{name: plane})
