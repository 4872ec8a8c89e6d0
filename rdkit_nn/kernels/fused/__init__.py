"""Reaction and diffusion in one compiled pass over memory, many steps a call.

`source` writes the loop, `cache` compiles and keeps it, `bind` below hands it the numbers.
It agrees with `stepped` to rounding.
"""

from __future__ import annotations

import numpy as np

from ...arrays import Values, is_tensor
from ...grid import Grid
from ...methods import Euler, Method
from ...terms import Diffusion, Reaction, Term, parts
from ...walls import Periodic
from ..base import Kernel

__all__ = ["kernel"]


def kernel(
    term: Term, method: Method, grid: Grid, values: Values, device: str
) -> Kernel | None:
    """Know sums of readable laws and diffusions, stepped by Euler, in 1 to 3 dimensions."""
    told = parts(term)
    if type(method) is not Euler or not grid.shape:
        return None
    if not all(
        type(part) is Diffusion or (type(part) is Reaction and part.law.readable)
        for part in told
    ):
        return None
    names = tuple(dict.fromkeys((*term.reads, *term.moves)))
    fields = [values[name] for name in names]
    if any(is_tensor(f) or f.shape != fields[0].shape for f in fields):
        return None

    from .cache import loop
    from .source import write
    from .tiles import advance

    dtype = fields[0].dtype
    even = len(set(grid.spacing)) == 1
    row = loop(write(told, names, len(grid.shape), dtype.name, even=even))
    numbers = _bind(told, names, method.dt, grid, dtype)

    levels = _levels(grid, len(names), dtype, numbers[-2])

    def run(values: Values, steps: range) -> Values:
        whole = {name: np.empty_like(values[name], order="C") for name in names}
        old, new, ring = (_padded(grid, len(names), dtype, k) for k in (0, 0, levels))
        inside = _inside(grid, dtype)
        rows = np.empty(len(names) * (2 + 2 * len(grid.shape)), np.int64)
        shape = lead(dtype), grid.shape[-1], len(grid.shape) > 2, len(grid.shape) > 1
        # Leading dims are members: each is a run of its own.
        for member in np.ndindex(fields[0].shape[: fields[0].ndim - len(grid.shape)]):
            for s, name in enumerate(names):
                old[s][inside] = values[name][member].reshape(old[s][inside].shape)
            turned = advance(  # type: ignore[call-arg]  # numba hides its arguments
                row, old, new, ring, levels, *shape, *numbers, rows, len(steps)
            )
            last = new if turned else old
            for s, name in enumerate(names):
                whole[name][member] = last[s][inside].reshape(grid.shape)
        return {**values, **whole}

    return Kernel("fused", run)


CACHE = 2**20  # bytes of cache that the rings of a tile may fill: a core's second level
TALLEST = 16  # steps that a tile takes at most


def lead(dtype: np.dtype) -> int:
    """Cells in front of a row: one line of cache, so that rows begin on one."""
    return 64 // dtype.itemsize


def _length(grid: Grid, dtype: np.dtype) -> int:
    """Cells of a padded row: whole vectors, and room for ghosts at both ends.

    A row of a power of two of cells would put all rows on the same lines of cache; one
    line more keeps them apart.
    """
    cells = -(-grid.shape[-1] // 64) * 64 + 2 * lead(dtype)
    return cells + lead(dtype) * (cells * dtype.itemsize % 4096 == 0)


def _levels(grid: Grid, species: int, dtype: np.dtype, wraps: np.ndarray) -> int:
    """Steps that a tile takes at once; 1 where there are no tiles."""
    one_kind = len(grid.shape) == 2 and len(set(wraps[:, 0].tolist())) == 1
    if not one_kind:
        return 1
    level = 4 * species * _length(grid, dtype) * dtype.itemsize
    # A periodic plane computes some rows twice at either end: a small one, too many.
    return max(1, min(TALLEST, CACHE // level, grid.shape[0] // 8))


def _padded(grid: Grid, species: int, dtype: np.dtype, levels: int) -> np.ndarray:
    """Zeros for a state (or for the rings of `levels`), on a line of cache."""
    length, sides = _length(grid, dtype), grid.shape[:-1]
    planes = (1, 1, *(n + 2 for n in sides))[-2:]
    shape = (levels, species, 4, length) if levels else (species, *planes, length)
    raw = np.zeros(int(np.prod(shape)) * dtype.itemsize + 64, np.uint8)
    first = -raw.ctypes.data % 64
    return raw[first : raw.size - 64 + first].view(dtype).reshape(shape)


def _inside(grid: Grid, dtype: np.dtype) -> tuple[slice, ...]:
    """Where the cells lie in a padded species."""
    sides = (slice(None),) * (3 - len(grid.shape)) + (slice(1, -1),) * (
        len(grid.shape) - 1
    )
    return (*sides, slice(lead(dtype), lead(dtype) + grid.shape[-1]))


def _bind(
    told: tuple[Term, ...],
    names: tuple[str, ...],
    dt: float,
    grid: Grid,
    dtype: np.dtype,
) -> tuple:
    """Numbers of one flow, in the order and dtype that the loop takes them."""
    p = [value for t in told if isinstance(t, Reaction) for _, value in t.parameters]
    d = [
        c[1] / h**2
        for t in told
        if isinstance(t, Diffusion)
        for _, c in t.coefficients
        for h in (grid.spacing[:1] if len(set(grid.spacing)) == 1 else grid.spacing)
    ]
    wraps = np.zeros((len(names), len(grid.shape)), np.bool_)
    ghosts = np.zeros((len(names), len(grid.shape), 2, 2), dtype)
    walls = {name: pairs for t in told for name, pairs in t.walls}
    for s, name in enumerate(names):
        own = grid.walls(name, tuple(walls.items()))
        for axis, (pair, h) in enumerate(zip(own, grid.spacing)):
            wraps[s, axis] = isinstance(pair[0], Periodic)
            if not wraps[s, axis]:
                ghosts[s, axis] = [wall.ghost(h) for wall in pair]
    arrays = (np.array(x or [0.0], dtype) for x in (p, d))
    return (*arrays, dtype.type(dt), wraps, ghosts)
