"""A term whose strength changes: in time, in space, or by a factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import boundary as _boundary
from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from .base import Term, parts
from .members import Along, Parameter, Tracked, beside, parameter
from .shaken import MultiplicativeNoise
from .varying import varied


@dataclass(frozen=True)
class Scaled(Term):
    """A term times a factor. Made by `term.scaled(by)`.

    Args:
        term: What is scaled.
        by: A number; a function of time, such as `lambda t: t < 50`; or a DataArray along
            z, y, x (a region where the term acts) or along a new dim (members).
    """

    term: Term
    by: Parameter | Callable[[float], float]

    def __repr__(self) -> str:
        return f"({self.term!r}).scaled({self.by!r})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """What the term moves."""
        return self.term.variables

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the term reads."""
        return self.term.inputs

    @property
    def stochastic(self) -> bool:  # type: ignore[override]
        """Whether the term is drawn by chance."""
        return self.term.stochastic

    @property
    def boundary(self) -> _boundary.Told:  # type: ignore[override]
        """Boundary of the term."""
        return self.term.boundary

    @property
    def stencil(self) -> str:
        """Stencil of the term, if it has one."""
        return getattr(self.term, "stencil", "")

    @property
    def tracked(self) -> bool:
        """Whether the factor, or a parameter of the term, is such a tensor."""
        return isinstance(self.by, Tracked) or self.term.tracked

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """What the term bends."""
        return self.term.needs_boundary

    @property
    def label(self) -> str:
        """Name of the term."""
        return self.term.label

    @property
    def parameters_of_members(self) -> tuple[Along, ...]:
        """Those of the term, and the factor's."""
        own = (self.by,) if isinstance(self.by, Along) else ()
        return (*own, *self.term.parameters_of_members)

    def symbol(self, laplacian: np.ndarray) -> Mapping[str, np.ndarray] | None:
        """The term's, scaled, where the factor is one number."""
        if not isinstance(self.by, float):
            return None
        told = self.term.symbol(laplacian)
        return None if told is None else {n: self.by * s for n, s in told.items()}

    def decay_bound(self, grid: Grid) -> Mapping[str, float]:
        """The term's, times the largest factor; of a function of time, as it is."""
        most, by = 1.0, getattr(self.by, "values", self.by)
        if not callable(by):
            most = float(np.max(np.abs(np.asarray(by))))
        told = dict(self.term.decay_bound(grid))
        if not isinstance(self.by, float) and self.term.symbol(np.zeros(1)) is not None:
            for name in self.variables:
                boundary = grid.conditions(name, self.boundary)
                s = np.linspace(-grid.stiffness(boundary, self.stencil), 0, 1025)
                told[name] = -float(np.min((self.term.symbol(s) or {})[name]))
        return {name: most * rate for name, rate in told.items()}

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what the term refuses, and a factor that does not fit the grid."""
        for value in varied([self.by]):
            value.check(grid)
        self.term.check(values, grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """The term's rate times the factor."""
        factor: Any = float(self.by(clock.time)) if callable(self.by) else self.by
        return {
            name: beside(factor, rate) * rate
            for name, rate in self.term.rate(values, grid, clock).items()
        }


def scaled(term: Term, by: Any) -> Scaled:
    """Read the factor of `Scaled`.

    Raises:
        TypeError: If it is neither a number, a function, nor a DataArray; or if the term
            holds noise whose drift and correction grow with the square of its strength.
    """
    if any(isinstance(part, MultiplicativeNoise) for part in parts(term)):
        raise TypeError(
            "MultiplicativeNoise is not scaled by a factor of its rate: its drift goes "
            "with the square. Put the factor into the law of its strength."
        )
    return Scaled(term, by if callable(by) else parameter("factor", by))
