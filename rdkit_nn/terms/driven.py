"""Laws of fields that other terms give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from ..grid import stated as _stated
from . import fields
from .base import Term
from .composite import joined


class Driven(Term):
    """A law whose arguments are fields that other terms give.

        du/dt = f(u, d),   d = what a term gives of the whole state

    so that a sum over neighbours can stand inside a nonlinearity: the drive of a neural
    population, the pull of all other oscillators.

    Args:
        term: A law that reads the variables and the drives by name; it moves variables
            alone. A `@reaction` returns a mapping then, from those that move to their
        rates. by: For each drive, a term that moves one variable: its rate is the drive.

    Example:
        >>> import numpy as np, rdkit_nn as rd
        >>> @rd.reaction
        ... def catch_up(u, mean):
        ...     return {"u": mean - u}
        >>> crowd = Driven(catch_up(), mean=rd.Network(rd.law(u="u")()))
        >>> crowd.rate({"u": np.array([0.0, 1.0])}, rd.Grid((2,)), rd.Clock(0, 1.0))["u"]
        array([ 0.5, -0.5])
    """

    term = fields.wrapped("a law of the variables and the drives")
    by = fields.by_variable(fields.wrapped("a term that gives the drive"))
    example = "Driven(law, drive=term)"

    def _check_fields(self) -> None:
        for name, drive in self.by.items():
            if len(drive.variables) != 1:
                raise TypeError(
                    f"The drive `{name}` must be a term that moves one variable, not "
                    f"{drive!r}."
                )
            if drive.stochastic:
                raise TypeError(
                    f"The drive `{name}` is white noise, {drive!r}, which has no value to "
                    "put into a law: a step of half the length makes it √2 times as large. "
                    "Add the noise to the sum."
                )
        if set(self.by) - set(self.term.inputs) or set(self.by) & set(
            self.term.variables
        ):
            raise ValueError(
                f"The law reads {', '.join(self.term.inputs)} and moves "
                f"{', '.join(self.term.variables)}: drives ({', '.join(self.by)}) must be "
                "among what it reads, and not move."
            )

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables that the law moves."""
        return self.term.variables

    @property
    def _inputs(self) -> tuple[str, ...]:
        own = [name for name in self.term.inputs if name not in self.by]
        drives = [name for term in self.by.values() for name in term.inputs]
        return tuple(dict.fromkeys((*own, *drives)))

    @property
    def local(self) -> bool:  # type: ignore[override]
        """Whether the law and all drives are."""
        return self.term.local and all(t.local for t in self.by.values())

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """What the law or a drive needs."""
        return tuple(dict.fromkeys(n for t in self.inner for n in t.needs_boundary))

    @property
    def boundary(self) -> _stated.Stated:  # type: ignore[override]
        """Conditions stated by the law and the drives."""
        return joined(self.inner)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> Mapping[str, Any]:
        """The drives first, then the law, cell by cell."""
        drives = {}
        for name, term in self.by.items():
            (variable,) = term.variables
            rate = term.rate(values, grid, clock)[variable]
            drives[name] = rate + 0 * values[variable]
        return self.term.rate({**values, **drives}, grid, clock)
