"""Reaction and diffusion in one compiled pass over memory, many steps a call.

`source` writes what is done to one cell as a `listing`, `lanes` and `elementary` weave it
into a loop, `cache` compiles and keeps that; `plan` cuts the grid, `tiles` and `ghosts`
walk it, `bands` shares it among threads; a `Room` is all of it for one flow. It agrees
with `stepped` to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...arrays import Values, is_tensor
from ...core.parameters import Parameter
from ...dynamics import START, Origin
from ...grid import Grid
from ...grid.boundary import Periodic
from ...grid.ghosts import corners_disagree
from ...grid.stated import moving
from ...grid.stencils import REACH, rings
from ...methods import RK4, Euler, Method
from ...terms import Diffusion, Reaction, Term, parts
from ..base import Kernel, Run

__all__ = ["hindrance", "hindrance_of", "kernel", "rates"]


def kernel(
    term: Term, method: Method, grid: Grid, values: Values, device: str
) -> Kernel | None:
    """Know sums of readable laws and diffusions, by Euler or RK4, in 1 to 3 dimensions."""
    if hindrance(term, method, grid) or not _alike(term, grid, values):
        return None
    # The lengths of a step, and of the stages of a Runge-Kutta step and of its last.
    lengths = (
        {"euler": [1.0]}
        if type(method) is Euler
        else {"stage": [0.5, 1.0], "last": [1 / 6]}
    )
    return Kernel("fused", _room(term, grid, values, method.dt, lengths))


def rates(term: Term, grid: Grid, values: Values) -> Callable[[Values], Values] | None:
    """The rates of a sum of readable laws and diffusions, for methods beyond those two.

    Returns:
        A function from values to rates; None where the case is not known.
    """
    if any(hindrance_of(part, grid) for part in parts(term)):
        return None
    if not _alike(term, grid, values):
        return None
    room = _room(term, grid, values, 1.0, {"rate": [1.0]})

    def told(values: Values) -> Values:
        found = room(values, range(1), START)
        return {name: found[name] for name in term.variables}

    return told


def _alike(term: Term, grid: Grid, values: Values) -> bool:
    """Whether all fields are numpy arrays of one shape and dtype, on a grid."""
    fields = [values[name] for name in dict.fromkeys((*term.inputs, *term.variables))]
    if not grid.shape or any(is_tensor(field) for field in fields):
        return False
    return len({(field.shape, field.dtype) for field in fields}) == 1


def _room(
    term: Term, grid: Grid, values: Values, dt: float, lengths: dict[str, list[float]]
) -> Run:
    from .cache import module
    from .plan import plan
    from .room import Room
    from .source import host, write

    told = parts(term)
    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    fields = [values[name] for name in names]
    more = _in_space(told, fields[0], grid)
    names = (*names, *more)
    dtype = fields[0].dtype.newbyteorder("=")
    loops = {
        kind: write(told, names, grid.spacing, dtype.name, kind) for kind in lengths
    }
    known = _known(told, grid)
    numbers = [
        loops[kind].numbers({**known, "dt": np.array([h * dt])}, dtype)
        for kind, several in lengths.items()
        for h in several
    ]
    wide = max(c.shape[1] for c in numbers)
    numbers = [np.pad(c, ((0, 0), (0, wide - c.shape[1]))) for c in numbers]
    first = next(iter(loops.values()))
    reads = np.array(first.rows, np.int64)
    reach = max((REACH[t.stencil] for t in told if isinstance(t, Diffusion)), default=0)
    wraps, w = _edges(term, names, grid, reach, dtype)
    made = plan(
        grid.shape, len(names), dtype.itemsize, reach, wraps, first.group,
        4 if len(lengths) > 1 else 1, host()[0] // dtype.itemsize,
    )  # fmt: skip
    rows = [module(told.text).row for told in loops.values()]
    case = made, reads, wraps, w, np.stack(numbers, 1), fields[0].shape
    room = Room(names, (rows[0], rows[-1]), *case)
    if not more:
        return room

    def with_fields(values: Values, steps: range, origin: Origin = START) -> Values:
        after = room({**values, **more}, steps, origin)
        return {name: field for name, field in after.items() if name not in more}

    return with_fields


def _in_space(
    terms: tuple[Term, ...], like: np.ndarray, grid: Grid
) -> dict[str, np.ndarray]:
    """Parameters that vary in space, as fields that go along and are not moved."""
    from .source import carried

    return {
        carried(k): np.ascontiguousarray(
            np.broadcast_to(p.resolve(like, grid, None), like.shape)
        )
        for k, p in enumerate(_law_parameters(terms))
        if isinstance(p, Parameter) and p.in_space
    }


def _law_parameters(terms: tuple[Term, ...]) -> list[Any]:
    """Parameters of all laws, in the order in which `source` counts them."""
    laws = (t for t in terms if isinstance(t, Reaction))
    return [value for t in laws for value in t.arguments.values()]


def hindrance(term: Term, method: Method, grid: Grid | None = None) -> str:
    """What keeps a case from being fused, in words; nothing where nothing does."""
    if type(method) not in (Euler, RK4):
        return f"the method {method!r}"
    reasons = (hindrance_of(part, grid) for part in parts(term))
    return next(filter(None, reasons), "")


def hindrance_of(part: Term, grid: Grid | None = None) -> str:
    """What keeps a term from being compiled, in words."""
    if type(part) not in (Diffusion, Reaction):
        return f"the term {part!r:.80}"
    if isinstance(part, Reaction) and not part.law.readable:
        return f"the law `{part.label}`, which is more than arithmetic on cells"
    for path, value in part.parameters():
        if not isinstance(value, Parameter):
            continue
        if value.tracked:
            return f"parameters that gradients are wanted for, {part!r:.80}"
        if value.in_time:
            return f"`{path}`, which depends on time"
    if isinstance(part, Reaction):
        return ""
    if part.stencil not in REACH:  # type: ignore[attr-defined]
        return f"the stencil {part.stencil!r}"  # type: ignore[attr-defined]
    if moving(part.boundary) or (grid is not None and _moves(grid, part)):
        return f"boundary conditions that change in time, {part!r:.80}"
    if not part.plain:  # type: ignore[attr-defined]
        return f"diffusivities that vary in space, {part!r:.80}"
    if grid is not None and grid.domain is not None:
        return "the domain of the grid"
    if grid is not None and part.stencil == "9-point":  # type: ignore[attr-defined]
        for name in part.variables:
            if corners_disagree(grid.spacing, grid.conditions(name, part.boundary)):
                return "corners between walls that hold different values"
    return ""


def _moves(grid: Grid, part: Term) -> bool:
    return any(
        c.moving
        for name in part.needs_boundary
        for pair in grid.conditions(name, part.boundary)
        for c in pair
    )


def _known(terms: tuple[Term, ...], grid: Grid) -> dict[str, np.ndarray]:
    """Parameters p0, p1, … and weights of diffusion d0, d1, …, as `source` counts them."""
    weights: list[Any] = [
        d * weight
        for t in terms
        if isinstance(t, Diffusion)
        for d in t.diffusivity.values()
        for weight, _ in rings(t.stencil, grid.spacing)
    ]
    return {
        f"{kind}{k}": _numbers(x)
        for kind, several in (("p", _law_parameters(terms)), ("d", weights))
        for k, x in enumerate(several)
        if not (isinstance(x, Parameter) and x.in_space)
    }


def _numbers(value: Any) -> np.ndarray:
    """One number, or one for each member."""
    sample = value.sample(None, None) if isinstance(value, Parameter) else value
    return np.atleast_1d(np.asarray(sample, np.float64)).ravel()


def _edges(
    term: Term, names: tuple[str, ...], grid: Grid, reach: int, dtype: np.dtype
) -> tuple[np.ndarray, np.ndarray]:
    """Which axes of z, y, x are periodic, and α and β behind the walls of the others."""
    wraps = np.ones((len(names), 3), np.bool_)
    ghosts = np.zeros((len(names), 3, 2, 2, 2), dtype)
    # A plane's rows follow one another along z, as planes do.
    axes = {1: (2,), 2: (0, 2), 3: (0, 1, 2)}[len(grid.shape)]
    for s, name in enumerate(names):
        # What goes along is read where it is: its edges are those of the first species.
        own = grid.conditions(
            name if name in term.inputs + term.variables else names[0], term.boundary
        )
        for axis, pair, h in zip(axes, own, grid.spacing):
            wraps[s, axis] = isinstance(pair[0], Periodic)
            if not wraps[s, axis]:
                for side, wall in enumerate(pair):
                    for k in range(reach):
                        ghosts[s, axis, side, k] = wall.ghost((2 * k + 1) * h)
    return wraps, ghosts
