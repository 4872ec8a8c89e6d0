"""A term is what changes the values; terms add up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from .. import boundary as _boundary
from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from .members import Along, common


class Term(ABC):
    """One contribution to d(values)/dt.

    A subclass is a frozen dataclass with `variables` and `rate`; the rest has defaults.
    Terms add up with `+`, compare by value and print as they were written.
    """

    variables: tuple[str, ...]  # the variables whose rate this term contributes to
    stochastic = False  # whether the rate is drawn by chance, white in time
    boundary: _boundary.Told = ()  # what this term tells of its species, if anything

    @abstractmethod
    def rate(self, values: Values, grid: Grid, clock: Clock) -> Values:
        """Contribution to d(values)/dt.

        Args:
            values: Arrays by name, numpy or torch, grid axes last.
            grid: Where they live.
            clock: Step, stage and time at which the rate is asked for.

        Returns:
            For each variable in `variables`, an array that broadcasts to it.
        """

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the variables that the rate depends on."""
        return self.variables

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Variables that it looks at across cells, and so beyond their walls."""
        return ()

    def symbol(self, laplacian: np.ndarray) -> Mapping[str, np.ndarray] | None:
        """Growth rate of each mode where the term is linear in the Laplacian.

        Args:
            laplacian: Multiplier of the Laplacian for each mode: `grid.symbol()` for the
                stencil, -k² for the continuum.

        Returns:
            One multiplier a mode for each variable, unit 1/time; None where the term is
            not linear.
        """
        return None

    def decay_bound(self, grid: Grid) -> Mapping[str, float]:
        """Bound on the fastest decay of each variable, for terms without a symbol.

        What the stability limit of explicit methods reads beside `symbol`; 1/time.
        """
        return {}

    def check(self, values: Values, grid: Grid) -> None:  # noqa: B027
        """Refuse values that the term cannot work on; by default nothing."""

    @property
    def parameters_of_members(self) -> tuple[Along, ...]:
        """Parameters that differ from member to member."""
        return ()

    @property
    def tracked(self) -> bool:
        """Whether gradients are wanted for a parameter: a tensor that requires them."""
        return False

    @property
    def members(self) -> Along | None:
        """Members that the parameters share; None where there are none.

        Raises:
            ValueError: If they lie along different dimensions, or are not as many.
        """
        return common(self.parameters_of_members)

    @property
    def label(self) -> str:
        """Short name along the `term` dimension of `rates`."""
        return type(self).__name__

    def scaled(self, by: Any) -> Term:
        """Return this term times a factor.

        Args:
            by: A number, a function of time, or a DataArray along z, y, x or a new dim.
        """
        from .scaled import scaled

        return scaled(self, by)

    def __add__(self, other: Term) -> Sum:
        if not isinstance(other, Term):
            raise TypeError(
                f"Only terms add up; {other!r} is not one. A law becomes a term when its "
                "parameters are given: kinetics(a=0.1) + Diffusion(u=1.0)."
            )
        return Sum(parts(self) + parts(other))


@dataclass(frozen=True)
class Sum(Term):
    """Terms side by side. Made by `+`."""

    terms: tuple[Term, ...]

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.terms))

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Every variable that some term moves, in order of appearance."""
        return tuple(dict.fromkeys(name for t in self.terms for name in t.variables))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every variable that some term reads."""
        return tuple(dict.fromkeys(name for t in self.terms for name in t.inputs))

    @property
    def stochastic(self) -> bool:  # type: ignore[override]
        """Whether any term is drawn by chance."""
        return any(t.stochastic for t in self.terms)

    @property
    def parameters_of_members(self) -> tuple[Along, ...]:
        """Those of all terms."""
        return tuple(p for t in self.terms for p in t.parameters_of_members)

    @property
    def tracked(self) -> bool:
        """Whether any term has such a parameter."""
        return any(t.tracked for t in self.terms)

    @property
    def boundary(self) -> _boundary.Told:  # type: ignore[override]
        """Boundaries told by the terms; two that disagree are refused by `check`."""
        return tuple(dict(pair for t in self.terms for pair in t.boundary).items())

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Sum of the terms' rates, added in the order in which they were written."""
        total: dict[str, Any] = {}
        for term in self.terms:
            for name, rate in term.rate(values, grid, clock).items():
                total[name] = total[name] + rate if name in total else rate
        return total

    def check(self, values: Values, grid: Grid) -> None:
        """Let each term check, and refuse terms that disagree about a wall.

        Raises:
            ValueError: If two terms put different walls around one species, or take its
                Laplacian by different stencils.
        """
        for name in dict.fromkeys(n for t in self.terms for n in t.needs_boundary):
            inside: list[Any] = [t for t in self.terms if name in t.needs_boundary]
            kinds = {t.stencil for t in inside if getattr(t, "stencil", "")}
            if len(kinds) > 1:
                raise ValueError(
                    f"The Laplacian of `{name}` is told with several stencils, "
                    f"{', '.join(sorted(kinds))}: give all its terms the same."
                )
            told = {grid.conditions(name, term.boundary): term for term in inside}
            if len(told) > 1:
                raise ValueError(
                    f"The walls of `{name}` are told twice, differently: "
                    f"{' and '.join(map(repr, told.values()))}. Give both terms the same."
                )
        for term in self.terms:
            term.check(values, grid)


def parts(term: Term) -> tuple[Term, ...]:
    """Single terms of a sum, or the term itself."""
    return term.terms if isinstance(term, Sum) else (term,)


def number(name: str, given: Any) -> float:
    """Check a parameter: a finite number.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is not finite.
    """
    if isinstance(given, (bool, str)) or np.ndim(given) != 0:
        raise TypeError(
            f"`{name}` must be a number, but got {given!r:.80}. "
            'Many values are members, xr.DataArray(values, dims="F"), or a sweep: '
            "rd.sweep(build, initial, over={...})."
        )
    try:
        value = float(given)
    except (TypeError, ValueError):
        raise TypeError(f"`{name}` must be a number, but got {given!r:.80}.") from None
    if not isfinite(value):
        raise ValueError(f"`{name}` must be finite, but is {value}.")
    return value
