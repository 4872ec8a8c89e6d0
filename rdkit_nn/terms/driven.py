"""A law of one cell that also hears what other terms make of all cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import walls as _walls
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
        of: A law that reads the species and the drives by name; it moves species alone. A
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

    def __init__(self, of: Term, **by: Term):
        if not isinstance(of, Term) or not by:
            raise TypeError(
                "Driven takes a law and its drives: Driven(law, drive=term), but got "
                f"{of!r} and {by!r}."
            )
        for name, term in by.items():
            if not isinstance(term, Term) or len(term.moves) != 1:
                raise TypeError(
                    f"The drive `{name}` must be a term that moves one variable, not "
                    f"{term!r}."
                )
        if set(by) - set(of.reads) or set(by) & set(of.moves):
            raise ValueError(
                f"The law reads {', '.join(of.reads)} and moves {', '.join(of.moves)}: "
                f"drives ({', '.join(by)}) must be among what it reads, and not move."
            )
        self.of, self.by = of, dict(by)

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={term!r}" for name, term in self.by.items())
        return f"Driven({self.of!r}, {told})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Driven) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.of, tuple(self.by.items())))

    @property
    def moves(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that the law moves."""
        return self.of.moves

    @property
    def reads(self) -> tuple[str, ...]:
        """Species that the law or a drive reads."""
        own = [name for name in self.of.reads if name not in self.by]
        drives = [name for term in self.by.values() for name in term.reads]
        return tuple(dict.fromkeys((*own, *drives)))

    @property
    def bends(self) -> tuple[str, ...]:
        """What the drives look at across cells."""
        return tuple(dict.fromkeys(n for t in self.by.values() for n in t.bends))

    @property
    def walls(self) -> _walls.Told:  # type: ignore[override]
        """Walls told by the drives."""
        return tuple(dict(pair for t in self.by.values() for pair in t.walls).items())

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what the law or a drive refuses."""
        for term in (self.of, *self.by.values()):
            term.check(values, grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> Mapping[str, Any]:
        """The drives first, then the law, cell by cell."""
        drives = {
            name: term.rate(values, grid, clock)[term.moves[0]]
            for name, term in self.by.items()
        }
        return self.of.rate({**values, **drives}, grid, clock)
