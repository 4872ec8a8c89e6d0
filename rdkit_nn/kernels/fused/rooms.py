"""Room to work in: padded states, rings and addresses, laid out for the cache."""

from __future__ import annotations

import numpy as np

from ...grid import Grid

CACHE = 2**20  # bytes that the rings of a tile may fill: a core's second-level cache
TALLEST = 16  # steps that a tile takes at most


def lead(dtype: np.dtype) -> int:
    """Cells in front of a row: one line of cache, so that rows begin on one."""
    return 64 // dtype.itemsize


def length(grid: Grid, dtype: np.dtype) -> int:
    """Cells of a padded row: whole vectors, and room for ghosts at both ends.

    Rows of a power of two of bytes would all lie on the same lines of cache; one line
    more keeps them apart.
    """
    cells = -(-grid.shape[-1] // 64) * 64 + 2 * lead(dtype)
    return cells + lead(dtype) * (cells * dtype.itemsize % 4096 == 0)


def tallest(grid: Grid, species: int, dtype: np.dtype, wraps: np.ndarray) -> int:
    """Steps that a tile takes at once; 1 where there are no tiles.

    Tiles are for planes whose species agree on whether the first axis wraps around.
    """
    if len(grid.shape) != 2 or len(set(wraps[:, 0].tolist())) > 1:
        return 1
    level = 4 * species * length(grid, dtype) * dtype.itemsize
    # A periodic plane computes some rows twice at either end: a small one, too many.
    return max(1, min(TALLEST, CACHE // level, grid.shape[0] // 8))


class Room:
    """Arrays that one run of a loop works in.

    Args:
        grid: Where the cells are.
        species: How many there are.
        dtype: Of the state.
        levels: Steps that a tile takes.
        bands: Threads, each with a ring and a list of addresses of its own.
        stages: Further states that a Runge-Kutta step needs: 3, or 0 for Euler.
    """

    def __init__(
        self,
        grid: Grid,
        species: int,
        dtype: np.dtype,
        levels: int,
        bands: int,
        stages: int = 0,
    ):
        dim, row = len(grid.shape), length(grid, dtype)
        planes = (1, 1, *(n + 2 for n in grid.shape[:-1]))[-2:]
        self.old = _zeros((species, *planes, row), dtype)
        self.new = _zeros((species, *planes, row), dtype)
        self.stages = [_zeros(self.old.shape, dtype) for _ in range(stages)]
        ring = (levels, species, 4, row)
        self.rings = [_zeros(ring, dtype) for _ in range(bands)]
        self.rows = np.empty((bands, species * (5 + 2 * dim)), np.int64)
        first = lead(dtype)
        sides = (slice(None),) * (3 - dim) + (slice(1, -1),) * (dim - 1)
        self.inside = (*sides, slice(first, first + grid.shape[-1]))


def _zeros(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Zeros that begin on a line of cache."""
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(size + 64, np.uint8)
    first = -raw.ctypes.data % 64
    return raw[first : first + size].view(dtype).reshape(shape)
