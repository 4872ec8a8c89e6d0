"""Reaction and diffusion in one compiled pass over memory, many steps a call.

`source` writes the row of a law, `cache` compiles and keeps it, `tiles` and `bands` walk
the rows in the arrays of a `Room`, and `_bind` below hands them the numbers. It agrees with
`stepped` to rounding.
"""

from __future__ import annotations

import threading

import numpy as np

from ...arrays import Values, is_tensor
from ...grid import Grid
from ...methods import RK4, Euler, Method
from ...terms import Diffusion, Reaction, Term, parts
from ...walls import Periodic
from ..base import Kernel
from .rooms import Room, lead, tallest

__all__ = ["hindrance", "kernel"]


def kernel(
    term: Term, method: Method, grid: Grid, values: Values, device: str
) -> Kernel | None:
    """Know sums of readable laws and diffusions, by Euler or RK4, in 1 to 3 dimensions."""
    told = parts(term)
    if hindrance(term, method) or not grid.shape:
        return None
    names = tuple(dict.fromkeys((*term.reads, *term.moves)))
    fields = [values[name] for name in names]
    if any(is_tensor(f) or f.shape != fields[0].shape for f in fields):
        return None

    from .bands import bands, together
    from .cache import loop
    from .source import write
    from .tiles import advance, runge

    dtype, stages = fields[0].dtype, type(method) is RK4
    shape = dict(even=grid.even, stages=stages)
    row = loop(write(told, names, len(grid.shape), dtype.name, **shape))
    numbers = _bind(term, names, method.dt, grid, dtype)
    levels = 1 if stages else tallest(grid, len(names), dtype, numbers[-2])
    several = bands(grid, levels)

    lock = threading.Lock()
    kept: list[Room] = []

    def run(values: Values, steps: range) -> Values:
        # Arrays to work in are kept from call to call; who comes meanwhile makes his own.
        mine = lock.acquire(blocking=False)
        try:
            if not (mine and kept):
                room = Room(grid, len(names), dtype, levels, several, 3 * stages)
                if mine:
                    kept.append(room)
            else:
                room = kept[0]
            return {**values, **work(room, values, len(steps))}
        finally:
            if mine:
                lock.release()

    def work(room: Room, values: Values, steps: int) -> dict[str, np.ndarray]:
        whole = {name: np.empty_like(values[name], order="C") for name in names}
        cells = lead(dtype), grid.shape[-1], len(grid.shape) > 2, len(grid.shape) > 1
        # Leading dims are members: each is a run of its own.
        for member in np.ndindex(fields[0].shape[: fields[0].ndim - len(grid.shape)]):
            for s, name in enumerate(names):
                old = room.old[s][room.inside]
                old[:] = values[name][member].reshape(old.shape)
            if stages:
                states = room.old, room.new, *room.stages
                p = np.append(numbers[0], np.zeros(2, dtype))  # a and b of each stage
                turned = runge(
                    row, *states, cells, p, *numbers[1:], room.rows[0], steps
                )
            elif several > 1 and steps > 1:
                turned = together(row, room, levels, cells, numbers, steps)
            else:
                told = room.old, room.new, room.rings[0], levels
                turned = advance(row, *told, *cells, *numbers, room.rows[0], steps)
            last = room.new if turned else room.old
            for s, name in enumerate(names):
                whole[name][member] = last[s][room.inside].reshape(grid.shape)
        return whole

    return Kernel("fused", run)


def hindrance(term: Term, method: Method) -> str:
    """What keeps a case from being fused, in words; nothing where nothing does."""
    if type(method) not in (Euler, RK4):
        return f"the method {method!r}"
    for part in parts(term):
        if type(part) is Reaction and not part.law.readable:
            return f"the law `{part.label}`, which is more than arithmetic on cells"
        if type(part) not in (Diffusion, Reaction):
            return f"the term {part!r:.80}"
        if isinstance(part, Diffusion) and part.stencil != "5-point":
            return f"the {part.stencil} stencil of {part!r:.80}"
    return ""


def _bind(
    term: Term,
    names: tuple[str, ...],
    dt: float,
    grid: Grid,
    dtype: np.dtype,
) -> tuple:
    """Numbers of one flow, in the order and dtype that the loop takes them."""
    told = parts(term)
    p = [value for t in told if isinstance(t, Reaction) for _, value in t.parameters]
    d = [
        c[1] / h**2
        for t in told
        if isinstance(t, Diffusion)
        for _, c in t.coefficients
        for h in (grid.spacing[:1] if grid.even else grid.spacing)
    ]
    wraps = np.zeros((len(names), len(grid.shape)), np.bool_)
    ghosts = np.zeros((len(names), len(grid.shape), 2, 2), dtype)
    for s, name in enumerate(names):
        own = grid.walls(name, term.walls)
        for axis, (pair, h) in enumerate(zip(own, grid.spacing)):
            wraps[s, axis] = isinstance(pair[0], Periodic)
            if not wraps[s, axis]:
                ghosts[s, axis] = [wall.ghost(h) for wall in pair]
    arrays = (np.array(x, dtype) for x in (p, d))
    return (*arrays, dtype.type(dt), wraps, ghosts)
