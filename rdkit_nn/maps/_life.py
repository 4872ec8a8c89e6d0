"""Conway's game of life."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Values, cut
from ..grid import Grid
from ..grid.boundary import NoFlux, Periodic
from ..grid.ghosts import padded
from .base import Map


@dataclass(frozen=True)
class Life:
    """Born with three living neighbours of eight, survives with two or three."""

    name: str = "cells"

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse a board that is no plane of zeros and ones."""
        if self.name not in values:
            raise KeyError(
                f"The game of life moves `{self.name}`, but the state has only "
                f"{', '.join(values)}."
            )
        board = np.asarray(values[self.name])
        if len(grid.shape) != 2:
            raise ValueError(
                f"The game of life needs a plane, not a grid {grid.shape}."
            )
        if not np.isin(board, (0, 1)).all():
            raise ValueError(f"`{self.name}` must hold zeros and ones only.")
        if not all(isinstance(s, (Periodic, NoFlux)) for p in grid.boundary for s in p):
            raise ValueError(
                "The game of life knows periodic walls and no-flux ones, which mirror "
                f"the cells at the edge; the grid has {grid!r}."
            )

    def __call__(self, values: Values, grid: Grid) -> Values:
        """Apply the rule once to the whole board."""
        board = values[self.name]
        big = padded(board, grid.spacing, grid.boundary)
        block = sum(
            cut(cut(big, -2, 1 + i, i - 1 or None), -1, 1 + j, j - 1 or None)
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
        )
        alive = (block == 3) | (
            (board == 1) & (block == 4)
        )  # the block counts the cell
        return {self.name: alive.astype(board.dtype)}


def life(name: str = "cells") -> Map:
    """Conway's game of life on the torus (or with mirrored edges).

    Args:
        name: Variable that holds the board: zeros and ones, any dtype, last dims (y, x).

    Returns:
        A map of one generation a step.

    Source:
        Gardner, Scientific American 223(4) (1970) 120,
        doi:10.1038/scientificamerican1070-120.
    """
    return Map(Life(name))
