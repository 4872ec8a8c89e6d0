"""What a flow refuses of a state, before the first step."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Values, dtype_name
from .dynamics import Clock
from .grid import Grid
from .kernels.base import select
from .terms import Term, parts


def check_array(name: str, array: Any, grid: Grid) -> None:
    """Refuse a variable that is no floating point, or not finite in an open cell.

    Raises:
        TypeError: If it is of another kind.
        ValueError: With the first value that is not finite.
    """
    kind = dtype_name(array)
    if kind not in ("float32", "float64"):
        raise TypeError(
            f"`{name}` is {kind}, but a flow moves float32 or float64. "
            "Convert it: state.astype('float64')."
        )
    if not isinstance(array, np.ndarray):
        return
    array = select({name: array}, grid, 0.0)[name]
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"`{name}` holds {array[where]} at {where}: an initial state must be finite."
        )


def check_circles(term: Term, values: Values, grid: Grid) -> None:
    """Refuse boundary values that take each other's in a circle, or one that is missing."""
    for part in term.nested():
        for name in part.needs_boundary:
            if name in values:
                grid.conditions(name, part.boundary, Clock(0, 1.0), values)


def check_shapes(term: Term, values: Values, grid: Grid) -> None:
    """Refuse variables whose shapes do not fit the grid, the members, or each other.

    Raises:
        ValueError: With the shapes.
    """
    cells = grid.shape
    if members := term.members:
        for name in term.variables:
            shape = tuple(values[name].shape)
            if shape[:1] != (members.size,) or len(shape) <= len(cells):
                raise ValueError(
                    f"The first dimension of `{name}` must be the {members.dim!r} of "
                    f"the parameters, {members.size} long, but its shape is "
                    f"{shape}."
                )
    local = [t for t in parts(term) if t.local]
    linear = [t for t in parts(term) if t.symbol(np.zeros(1)) is not None]
    fields = dict.fromkeys(
        n for t in (*local, *linear) for n in (*t.inputs, *t.variables)
    )
    shapes = {name: tuple(values[name].shape) for name in fields}
    for name, shape in shapes.items():
        if shape[len(shape) - len(cells) :] != cells:
            raise ValueError(
                f"`{name}` has shape {shape}, which does not end in the grid's {cells}."
            )
    for part in local:
        own = {name: shapes[name] for name in (*part.inputs, *part.variables)}
        if len(set(own.values())) > 1:
            raise ValueError(
                f"`{part.label}` needs species of one shape, but they have "
                + ", ".join(f"{n} {s}" for n, s in own.items())
                + "."
            )
