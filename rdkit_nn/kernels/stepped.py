"""Plain numpy: every term, one step at a time. The twin that the others are held to."""

from __future__ import annotations

import numpy as np

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from ..methods import Method
from ..terms import Term
from .base import Kernel


def kernel(
    term: Term, method: Method, grid: Grid, values: Values, device: str
) -> Kernel | None:
    """Know every case on the CPU."""
    step_of = method.make_step(term, grid, values)

    def run(values: Values, steps: range) -> Values:
        # What stops being finite is told once, by the run, in a sentence.
        with np.errstate(all="ignore"):
            for step in steps:
                values = step_of(values, Clock(step, method.dt))
        return values

    return Kernel("stepped", run)
