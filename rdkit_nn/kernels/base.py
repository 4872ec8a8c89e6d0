"""The compiled stepper that a backend returns, and the loop over steps that most share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..arrays import Values
from ..dynamics import START, Clock, Origin
from ..grid import Grid

Run = Callable[[Values, range, Origin], Values]


@dataclass(frozen=True)
class Kernel:
    """The function that runs many steps for one term, method and grid.

    Args:
        name: As it is written into a run's attributes.
        run: Takes values, a range of steps and the origin of time; leaves what it is given
            alone, and returns new values. In closed cells of a domain values are 0.
    """

    name: str
    run: Run


def loop(step: Callable[[Values, Clock], Values], grid: Grid, dt: float) -> Run:
    """The run that takes one step after another.

    Args:
        step: Takes values and a clock, and returns new values.
        grid: Closed cells of its domain are set to 0 after each step, whatever the rates
            gave there.
        dt: Time that one step spans.
    """

    def run(values: Values, steps: range, origin: Origin = START) -> Values:
        # What stops being finite is reported once, by the run.
        with np.errstate(all="ignore"):
            for number in steps:
                values = select(
                    step(values, Clock(number, dt, origin=origin)), grid, 0.0
                )
        return values

    return run


def select(values: Values, grid: Grid, outside: float) -> Values:
    """Values with one number in the closed cells of the grid's domain, if it has one."""
    if grid.domain is None:
        return values
    axes = len(grid.shape)
    return {
        name: grid.domain.select(array, outside)
        if tuple(array.shape[array.ndim - axes :]) == grid.shape
        else array
        for name, array in values.items()
    }
