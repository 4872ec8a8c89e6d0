"""Players that take turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from ..terms import Sum, Term, parts
from .base import Method, names_in, positive
from .explicit import moved


@dataclass(frozen=True, init=False)
class Alternating(Method):
    """One group of variables after the other, each by a step of Euler, order 1.

    For two fields this is symplectic Euler; for a game, the critic moves first and the
    generator answers the new critic. A group may appear several times (critic steps);
    each turn is a `stage` of the step, only the terms that move the group are asked, and
    time advances by `dt` once.

    Args:
        dt: Time that one step spans.
        groups: Names of the variables that move together, turn by turn.
        speed: Factor on `dt` by variable, where it is not 1.

    Example:
        >>> Alternating(dt=0.05, groups=[("W", "a"), ("W", "a"), ("U", "V")])
        Alternating(dt=0.05, groups=(('W', 'a'), ('W', 'a'), ('U', 'V')))
    """

    dt: float
    groups: tuple[tuple[str, ...], ...]
    speeds: tuple[tuple[str, float], ...]
    first_order = True
    stability_limit = 2.0

    def __init__(
        self,
        dt: float,
        groups: Sequence[Sequence[str]],
        speed: Mapping[str, float] | None = None,
    ):
        turns = tuple(
            (group,) if isinstance(group, str) else tuple(group) for group in groups
        )
        names = names_in(turns)
        for name, factor in dict(speed or {}).items():
            if name not in names:
                raise ValueError(
                    f"`speed` names `{name}`, but the groups move {', '.join(names)}."
                )
            positive(factor)
        speeds = tuple(dict(speed or {}).items())
        vars(self).update(dt=positive(dt), groups=turns, speeds=speeds)

    def __repr__(self) -> str:
        told = f", speed={dict(self.speeds)!r}" if self.speeds else ""
        return f"Alternating(dt={self.dt!r}, groups={self.groups!r}{told})"

    def check(self, term: Term) -> None:
        """Refuse groups that do not cover what the term moves.

        Raises:
            ValueError: If a variable would never move, or nothing moves it.
        """
        super().check(term)
        named = names_in(self.groups)
        if still := [n for n in term.variables if n not in named]:
            raise ValueError(
                f"No group moves {', '.join(still)}, although the term does: add a group."
            )
        if idle := [n for n in named if n not in term.variables]:
            raise ValueError(
                f"The groups name {', '.join(idle)}, which no term moves; the term moves "
                f"{', '.join(term.variables)}."
            )

    def speed(self, name: str) -> float:
        """Factor on `dt` for one variable."""
        return dict(self.speeds).get(name, 1.0)

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) = 1 + z."""
        return 1 + z

    def step(self, term: Term, values: Values, grid: Grid, clock: Clock) -> Values:
        """Let each group answer what the ones before it did."""
        for stage, group in enumerate(self.groups):
            asked = Sum(tuple(t for t in parts(term) if set(t.variables) & set(group)))
            rates = asked.rate(values, grid, clock.at(stage))
            for name in group:
                own = {name: rates[name]}
                step = moved({name: values[name]}, own, self.dt * self.speed(name))
                values = {**values, **step}
        return values
