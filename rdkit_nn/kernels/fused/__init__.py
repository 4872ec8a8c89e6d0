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

    dtype = fields[0].dtype
    even = len(set(grid.spacing)) == 1
    advance = loop(write(told, names, len(grid.shape), dtype.name, even=even))
    numbers = _bind(told, names, method.dt, grid, dtype)

    def run(values: Values, steps: range) -> Values:
        whole = {name: np.empty_like(values[name], order="C") for name in names}
        # Leading dims are members: each is a run of its own.
        lead = fields[0].shape[: fields[0].ndim - len(grid.shape)]
        for member in np.ndindex(lead):
            inside = tuple(slice(1, -1) for _ in grid.shape)
            old = [np.empty([n + 2 for n in grid.shape], dtype) for _ in names]
            new = [np.empty_like(array) for array in old]
            for array, name in zip(old, names):
                array[inside] = values[name][member]
            advance(*old, *new, *numbers, len(steps))
            last = old if len(steps) % 2 == 0 else new
            for array, name in zip(last, names):
                whole[name][member] = array[inside]
        return {**values, **whole}

    return Kernel("fused", run)


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
