"""What carries a state forward: the one interface of the house, and its clock."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .arrays import Values

if TYPE_CHECKING:
    import xarray as xr

    from .grid import Grid


@dataclass(frozen=True)
class Clock:
    """Where a rate stands in time.

    Args:
        step: Number of the step, counted from the beginning of the run.
        dt: Time that one step spans.
        stage: Which part of the step, for methods that have several.
        fraction: How far into the step the stage looks, 0 to 1.
    """

    step: int
    dt: float
    stage: int = 0
    fraction: float = 0.0

    @property
    def time(self) -> float:
        """Model time at which the rate is asked for."""
        return (self.step + self.fraction) * self.dt

    def at(self, stage: int, fraction: float = 0.0) -> Clock:
        """Return the clock of another stage of the same step."""
        return replace(self, stage=stage, fraction=fraction)


class Dynamics(ABC):
    """A rule that carries named arrays forward, a whole number of steps at a time.

    Two laws make it one. No steps change nothing, and steps add up:

        advance(x, grid, range(n, n)) == x
        advance(advance(x, grid, range(m)), grid, range(m, n)) == advance(x, grid, range(n))
    """

    dt: float  # the time that one step spans
    lazy = False  # whether it takes arrays in pieces, as dask has them

    @abstractmethod
    def advance(self, values: Values, grid: Grid, steps: range) -> Values:
        """Take `steps`, numbered from the beginning of the run.

        Args:
            values: Arrays by name, grid axes last; left as they are.
            grid: Where the arrays live.
            steps: Which steps to take: its length says how many, its numbers are what
                noise and schedules are drawn from.

        Returns:
            New values, the same names, shapes and dtypes, in whatever arrays the
            dynamics works on.
        """

    def check(self, values: Values, grid: Grid) -> None:  # noqa: B027
        """Refuse, before the first step, what cannot work; by default nothing."""

    def spread(self, initial: xr.Dataset) -> xr.Dataset:
        """Start with all the dimensions that the dynamics asks for; by default as it is."""
        return initial

    def describe(self, values: Values, grid: Grid) -> dict[str, str | float | int]:
        """What goes into a run's attributes: who moved it, how, and where.

        `repr` of the dynamics and `dt`, and whatever a subclass adds (its kernel, its
        device, its equations, the walls in force as `boundary_<variable>`).
        """
        return {"dynamics": repr(self), "dt": self.dt}
