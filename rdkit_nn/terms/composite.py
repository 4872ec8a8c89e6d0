"""Sums of terms, and terms times a factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arrays import Values, is_tensor, namespace
from ..core.parameters import ArrayParameter
from ..dynamics import Clock
from ..grid import Grid
from ..grid import stated as _stated
from . import fields
from .base import Term


class Sum(Term):
    """Terms side by side. Made by `+`."""

    terms: Any = fields.WrappedMany()

    def _check_fields(self) -> None:
        vars(self)["terms"] = tuple(p for t in self.terms for p in parts(t))

    def summands(self) -> tuple[Term, ...]:
        """Those of all terms."""
        return tuple(part for term in self.terms for part in term.summands())

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.terms))

    def _named_terms(self) -> Any:
        return ((str(k), term) for k, term in enumerate(self.terms))

    def _mapped(self, prefix: str, function: Any) -> Term:
        return Sum(
            tuple(
                t._mapped(f"{prefix}.{k}" if prefix else str(k), function)
                for k, t in enumerate(self.terms)
            )
        )

    @property
    def local(self) -> bool:  # type: ignore[override]
        """Whether all terms are."""
        return all(t.local for t in self.terms)

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """What any term needs."""
        return tuple(dict.fromkeys(n for t in self.terms for n in t.needs_boundary))

    @property
    def boundary(self) -> _stated.Stated:  # type: ignore[override]
        """Conditions stated by the terms; two that disagree are refused by `check`."""
        return joined(self.terms)

    def reversed(self) -> Term:
        """Every term reversed."""
        turned = tuple(t.reversed() for t in self.terms)
        same = all(a is b for a, b in zip(turned, self.terms))
        return self if same else Sum(turned)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Sum of the terms' rates, added in the order in which they were written."""
        total: dict[str, Any] = {}
        for term in self.terms:
            for name, rate in term.rate(values, grid, clock).items():
                total[name] = total[name] + rate if name in total else rate
        return total


def parts(term: Term) -> tuple[Term, ...]:
    """Single terms of a sum, or the term itself."""
    return term.terms if isinstance(term, Sum) else (term,)


def joined(terms: tuple[Term, ...]) -> _stated.Stated:
    """Conditions stated by several terms, by variable and axis."""
    found: dict[str, dict[str, Any]] = {}
    for term in terms:
        for variable, axes in term.boundary:
            found.setdefault(variable, {}).update(dict(axes))
    return tuple((v, tuple(axes.items())) for v, axes in found.items())


class Scaled(Term):
    """A term times a factor. Made by `term.scaled(by)`.

        du/dt = s · (rate of the term)

    Where the factor is negative, upwind differences look the other way.

    Args:
        term: What is scaled.
        by: Any parameter: a number; a function of time, such as `lambda t: t < 50`; a
            DataArray along z, y, x or along a new dim (members); text of t, x, y, z.
    """

    term = fields.wrapped()
    by = fields.parameter()

    def _check_fields(self) -> None:
        if any(getattr(part, "milstein", False) for part in self.term.nested()):
            raise TypeError(
                "MultiplicativeNoise is not scaled by a factor of its rate: its drift goes "
                "with the square. Put the factor into the law of its strength."
            )
        mask = isinstance(self.by, ArrayParameter) and self.by.boolean
        if mask and any(part.conservative for part in self.term.nested()):
            raise ValueError(
                f"A mask as a factor of {self.term!r:.80} would cut its flux on one side "
                "of a face only, and lose what passes. A region is the grid's domain, "
                "rd.Grid(…, domain=mask); a medium is a parameter of the term, such as "
                "rd.Diffusion(u=D)."
            )

    def __repr__(self) -> str:
        return f"({self.term!r}).scaled({self.by!r})"

    def _named_terms(self) -> Any:
        yield "term", self.term

    @property
    def local(self) -> bool:  # type: ignore[override]
        """Whether the term is."""
        return self.term.local

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """What the term needs."""
        return self.term.needs_boundary

    @property
    def boundary(self) -> _stated.Stated:  # type: ignore[override]
        """Conditions of the term."""
        return self.term.boundary

    @property
    def needs_torch(self) -> bool:  # type: ignore[override]
        """Whether the term does."""
        return self.term.needs_torch

    @property
    def label(self) -> str:
        """Name of the term."""
        return self.term.label

    def summands(self) -> tuple[Term, ...]:
        """Each summand of the term, times the factor."""
        inside = self.term.summands()
        if inside == (self.term,):
            return (self,)
        return tuple(Scaled(term, self.by) for term in inside)

    def reversed(self) -> Term:
        """The factor of the term reversed."""
        turned = self.term.reversed()
        return self if turned is self.term else Scaled(turned, self.by)

    def symbol(self, laplacian: np.ndarray) -> Mapping[str, np.ndarray] | None:
        """The term's, scaled, where the factor is one number or one for each member."""
        symbol = self.term.symbol(laplacian)
        if symbol is None or not fields.is_constant(self.by):
            return None
        by = fields.shaped(self.by, laplacian)
        return {n: by * s for n, s in symbol.items()}

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """The term's rate times the factor."""
        by = self.by
        negative = bool((by < 0).any()) if hasattr(by, "any") else float(by) < 0
        turned = self.term.reversed() if negative else self.term
        rates = self.term.rate(values, grid, clock)
        if turned is not self.term:
            others = turned.rate(values, grid, clock)
            rates = {n: _where(by < 0, others[n], r) for n, r in rates.items()}
        return {name: by * rate for name, rate in rates.items()}


def _where(condition: Any, yes: Any, no: Any) -> Any:
    if isinstance(condition, (bool, np.bool_)):
        return yes if condition else no
    xp = namespace(yes if is_tensor(yes) else no)
    return xp.where(condition, yes, no)
