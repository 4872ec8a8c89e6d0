"""Conditions in force for one variable on one grid, at one time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays import aslike, cut, is_tensor
from ..core.parameters import SPACE
from .boundary import Condition, Periodic, Sides
from .stated import Stated

if TYPE_CHECKING:
    from ..dynamics import Clock
    from .grid import Grid


def in_force(
    grid: Grid,
    variable: str,
    stated: Stated = (),
    clock: Clock | None = None,
    values: Mapping[str, Any] | None = None,
    asking: tuple[str, ...] = (),
) -> tuple[Sides, ...]:
    """See `Grid.conditions`; `asking` are the variables whose values are being sought."""
    own = dict(dict(stated).get(variable, ()))
    everywhere = set(own) == set(SPACE)
    if not everywhere and (unknown := set(own) - set(grid.dims)):
        raise ValueError(
            f"`boundary` of `{variable}` names axis {', '.join(sorted(unknown))}, "
            f"but the grid has {', '.join(grid.dims)}."
        )
    pairs = tuple(own.get(d, s) for d, s in zip(grid.dims, grid.boundary))
    if clock is None or not any(c.moving for pair in pairs for c in pair):
        return pairs
    if variable in asking:
        raise ValueError(
            "Boundary values form a circle: "
            f"{' takes that of '.join((*asking, variable))}."
        )
    asking = (*asking, variable)

    def now(axis: int, side: int, condition: Condition) -> Condition:
        dim = grid.dims[axis]
        others = {d: x for d, x in grid.places.items() if d != dim}

        def face(name: str) -> Any:
            conditions = in_force(grid, name, stated, clock, values, asking)
            return _value(grid, axis, side, name, conditions, values)

        return condition.now(clock.time, others, face if values is not None else None)

    return tuple(
        (now(axis, 0, low), now(axis, 1, high))
        for axis, (low, high) in enumerate(pairs)
    )


def _value(
    grid: Grid,
    axis: int,
    side: int,
    variable: str,
    conditions: tuple[Sides, ...],
    values: Any,
) -> Any:
    """Value of a variable on one boundary, by its own condition there."""
    condition = conditions[axis][side]
    if isinstance(condition, Periodic):
        raise ValueError(
            f"`{variable}` is periodic along {grid.dims[axis]} and has no value on a "
            "boundary there."
        )
    field, at = values[variable], grid.axes[axis]
    n = field.shape[at]
    edge = cut(field, at, n - 1, n) if side else cut(field, at, 0, 1)
    alpha, beta = condition.ghost(grid.spacing[axis])
    if np.ndim(beta) and not is_tensor(beta):
        beta = aslike(beta, field)
    return 0.5 * (edge + (alpha * edge + beta))
