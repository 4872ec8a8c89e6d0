"""A law of one cell that also hears what other terms make of all cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import boundary as _boundary
from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from .base import Term


class Driven(Term):
    """A law whose arguments are fields made by other terms.

        du/dt = f(u, d),   d = what a term gives of the whole state

    so that a sum over neighbours can stand inside a nonlinearity: the drive of a neural
    population, the pull of all other oscillators.

    Args:
        term: A law that reads the species and the drives by name; it moves species alone. A
            `@reaction` returns a mapping then, from those that move to their rates.
        by: For each drive, a term that moves one variable: its rate is the drive.

    Example:
        >>> import numpy as np, rdkit_nn as rd
        >>> @rd.reaction
        ... def catch_up(u, mean):
        ...     return {"u": mean - u}
        >>> crowd = Driven(catch_up(), mean=rd.Network(rd.law(u="u")()))
        >>> crowd.rate({"u": np.array([0.0, 1.0])}, rd.Grid((2,)), rd.Clock(0, 1.0))["u"]
        array([ 0.5, -0.5])
    """

    def __init__(self, term: Term, **by: Term):
        if not isinstance(term, Term) or not by:
            raise TypeError(
                "Driven takes a law and its drives: Driven(law, drive=term), but got "
                f"{term!r} and {by!r}."
            )
        for name, drive in by.items():
            if not isinstance(drive, Term) or len(drive.variables) != 1:
                raise TypeError(
                    f"The drive `{name}` must be a term that moves one variable, not "
                    f"{drive!r}."
                )
        if set(by) - set(term.inputs) or set(by) & set(term.variables):
            raise ValueError(
                f"The law reads {', '.join(term.inputs)} and moves "
                f"{', '.join(term.variables)}: drives ({', '.join(by)}) must be among "
                "what it reads, and not move."
            )
        self.term, self.by = term, dict(by)

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={drive!r}" for name, drive in self.by.items())
        return f"Driven({self.term!r}, {told})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Driven) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.term, tuple(self.by.items())))

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that the law moves."""
        return self.term.variables

    @property
    def inputs(self) -> tuple[str, ...]:
        """Species that the law or a drive reads."""
        own = [name for name in self.term.inputs if name not in self.by]
        drives = [name for drive in self.by.values() for name in drive.inputs]
        return tuple(dict.fromkeys((*own, *drives)))

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """What the drives look at across cells."""
        return tuple(
            dict.fromkeys(n for t in self.by.values() for n in t.needs_boundary)
        )

    @property
    def boundary(self) -> _boundary.Told:  # type: ignore[override]
        """Boundaries told by the drives."""
        return tuple(
            dict(pair for t in self.by.values() for pair in t.boundary).items()
        )

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what the law or a drive refuses."""
        for each in (self.term, *self.by.values()):
            each.check(values, grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> Mapping[str, Any]:
        """The drives first, then the law, cell by cell."""
        drives = {
            name: drive.rate(values, grid, clock)[drive.variables[0]]
            for name, drive in self.by.items()
        }
        return self.term.rate({**values, **drives}, grid, clock)
