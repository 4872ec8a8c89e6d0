"""The interface of a method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import isfinite

import numpy as np

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from ..terms import Term

Stepper = Callable[[Values, Clock], Values]
Accelerate = Callable[..., Term]


def plain(term: Term, like: Values | None = None) -> Term:
    """The term as it is: no rates are compiled."""
    return term


class Method(ABC):
    """One step of `dt`, in plain arithmetic on named arrays.

    A method remembers nothing from step to step, so that steps add up and any frame is a
    start. It serves numpy and torch alike.
    """

    dt: float  # the time that one step spans
    first_order = False  # whether it takes rates that are white noise
    counters: tuple[str, ...] = ()  # whole numbers that it keeps beside the values
    by_modes = False  # whether it takes what is linear in the Laplacian by modes
    stability_limit = (
        0.0  # |dt λ| up to which a decaying mode λ < 0 stays bounded; 0: not known
    )

    def __post_init__(self) -> None:
        vars(self)["dt"] = positive(self.dt)

    @abstractmethod
    def step(self, term: Term, values: Values, grid: Grid, clock: Clock) -> Values:
        """Take one step.

        Args:
            term: What changes the values.
            values: Arrays by name; left as they are.
            grid: Where they live.
            clock: The step's number and span.

        Returns:
            New values under the same names.
        """

    def make_step(
        self,
        term: Term,
        grid: Grid,
        values: Values,
        accelerate: Accelerate = plain,
    ) -> Stepper:
        """Return the step of one case, with all that depends on the case alone done once.

        Args:
            term: What changes the values.
            grid: Where they live.
            values: The arrays, for their names, shapes and kinds.
            accelerate: Turns a term into one that gives the same rates faster.
        """
        fast = accelerate(term)
        return lambda values, clock: self.step(fast, values, grid, clock)

    def check(self, term: Term) -> None:
        """Refuse terms that the method cannot step.

        Raises:
            TypeError: If the term is noise and the method needs smooth rates.
        """
        if term.stochastic and not self.first_order:
            raise TypeError(
                f"{type(self).__name__} steps smooth rates only. A flow with noise, "
                f"alone or "
                "inside another term, needs a first-order method such as Euler."
            )

    def check_grid(self, grid: Grid) -> None:  # noqa: B027
        """Refuse a grid that the method cannot work on; by default none."""

    def speed(self, name: str) -> float:
        """Largest share of `dt` that a variable moves by at once; 1 for most methods."""
        return 1.0

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) by which a mode that changes at rate λ grows in a step, z = dt λ.

        Of what the method takes explicitly; 0 where that is not known.
        """
        return 0 * z


def positive(dt: float) -> float:
    """Return a step as a plain float; refuse what is not a positive number.

    Raises:
        ValueError: If `dt` is zero, negative or not finite.
    """
    plain = isinstance(dt, (int, float, np.number)) and not isinstance(dt, bool)
    if not plain or not isfinite(dt):
        raise ValueError(f"`dt` must be a positive number, but is {dt!r}.")
    if dt <= 0:
        raise ValueError(f"`dt` must be positive, but is {dt:g}.")
    return float(dt)


def names_in(groups: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Names in the groups, each once.

    Raises:
        ValueError: If there is no group, or an empty one, or a name twice in one.
    """
    if not groups or not all(groups):
        raise ValueError(
            "`groups` needs at least one group, and each at least one name."
        )
    for group in groups:
        if len(set(group)) != len(group):
            raise ValueError(f"A group names a variable twice: {group}.")
    return tuple(dict.fromkeys(name for group in groups for name in group))
