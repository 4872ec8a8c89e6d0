"""Plain numpy: every term, one step at a time. The twin that the others are held to."""

from __future__ import annotations

from ..arrays import Values
from ..grid import Grid
from ..methods import Method
from ..terms import Term
from .base import Kernel, loop


def kernel(
    term: Term, method: Method, grid: Grid, values: Values, device: str
) -> Kernel | None:
    """Know every case on the CPU."""
    step = method.make_step(term, grid, values)
    return Kernel("stepped", loop(step, grid, method.dt))
