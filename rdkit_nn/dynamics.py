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
class Origin:
    """Where time is counted from: model time `time` belongs to step `step`.

    A run from a fresh state has the origin (0, 0). A frame carries the origin of its run;
    a run that goes on from it with another `dt` gets a new one.
    """

    time: float = 0.0
    step: int = 0

    def at(self, step: float, dt: float) -> float:
        """Model time at a step."""
        return self.time + (step - self.step) * dt


START = Origin()


@dataclass(frozen=True)
class Clock:
    """Where a rate stands in time.

    Args:
        step: Number of the step, counted from the beginning of the run.
        dt: Time that one step spans.
        stage: Which part of the step, for methods that have several.
        fraction: How far into the step the stage looks, 0 to 1.
        origin: Where time is counted from.
    """

    step: int
    dt: float
    stage: int = 0
    fraction: float = 0.0
    origin: Origin = START

    @property
    def time(self) -> float:
        """Model time at which the rate is asked for."""
        return self.origin.at(self.step + self.fraction, self.dt)

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
    def advance(
        self, values: Values, grid: Grid, steps: range, origin: Origin = START
    ) -> Values:
        """Take `steps`, numbered from the beginning of the run.

        Args:
            values: Arrays by name, grid axes last; left as they are.
            grid: Where the arrays live.
            steps: Which steps to take: its length says how many, its numbers are what
                noise and schedules are drawn from.
            origin: Where time is counted from.

        Returns:
            New values, the same names, shapes and dtypes, in whatever arrays the
            dynamics works on.
        """

    def check(  # noqa: B027
        self,
        values: Values,
        grid: Grid,
        steps: range = range(1),
        origin: Origin = START,
    ) -> None:
        """Refuse, before the first step, what cannot work; by default nothing.

        Args:
            values: Arrays by name.
            grid: Where they live.
            steps: All steps that will be taken.
            origin: Where time is counted from.
        """

    def check_again(  # noqa: B027
        self, values: Values, grid: Grid, steps: range, origin: Origin
    ) -> None:
        """Refuse to go on from a kept frame, where that is not safe any more."""

    def spread(self, initial: xr.Dataset) -> xr.Dataset:
        """Start with all the dimensions that the dynamics asks for; by default as it is."""
        return initial

    def arrays(self) -> dict[str, dict]:
        """Arrays that the description names by a digest alone, by that digest."""
        return {}

    def describe(self, values: Values, grid: Grid) -> dict[str, str | float | int]:
        """What goes into a run's attributes: who moved it, how, and where.

        `repr` of the dynamics and `dt`, and whatever a subclass adds (its kernel, its
        device, its equations, the walls in force as `boundary_<variable>`).
        """
        return {"dynamics": repr(self), "dt": self.dt}
