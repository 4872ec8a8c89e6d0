"""Terms made of terms: sums, factors, and laws of fields that other terms give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arrays import Values, is_tensor, namespace
from ..core.parameters import ArrayParameter
from ..dynamics import Clock
from ..grid import Grid
from ..grid import boundary as _boundary
from . import fields
from .base import Term


class Sum(Term):
    """Terms side by side. Made by `+`."""

    terms = fields.WrappedMany()

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
    def boundary(self) -> _boundary.Stated:  # type: ignore[override]
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

    def check(self, values: Values, grid: Grid) -> None:
        """Let each term check."""
        super().check(values, grid)
        check_agreement(self, grid)
        check_draws(self)


def parts(term: Term) -> tuple[Term, ...]:
    """Single terms of a sum, or the term itself."""
    return term.terms if isinstance(term, Sum) else (term,)


def joined(terms: tuple[Term, ...]) -> _boundary.Stated:
    """Conditions stated by several terms, by variable and axis."""
    found: dict[str, dict[str, Any]] = {}
    for term in terms:
        for variable, axes in term.boundary:
            found.setdefault(variable, {}).update(dict(axes))
    return tuple((v, tuple(axes.items())) for v, axes in found.items())


def check_agreement(term: Term, grid: Grid) -> None:
    """Refuse terms, at any depth, that disagree about a variable.

    Raises:
        ValueError: If two of them give one variable different boundary conditions, or take
            its Laplacian by different stencils.
    """
    single = [t for t in term.nested() if not isinstance(t, (Sum, Scaled, Driven))]
    for name in dict.fromkeys(n for t in single for n in t.needs_boundary):
        asking: list[Any] = [t for t in single if name in t.needs_boundary]
        stencils = {t.stencil for t in asking if "stencil" in t.declared}
        if len(stencils) > 1:
            raise ValueError(
                f"The Laplacian of `{name}` is taken by several stencils, "
                f"{', '.join(sorted(stencils))}: give all its terms the same."
            )
        stated = {grid.conditions(name, t.boundary): t for t in asking}
        if len(stated) > 1:
            raise ValueError(
                f"The boundary conditions of `{name}` are told twice, differently: "
                f"{' and '.join(map(repr, stated.values()))}. A condition belongs to the "
                "variable: give all terms the same, or state it with the grid."
            )


def check_draws(term: Term) -> None:
    """Refuse noises, at any depth, that draw the same numbers.

    Raises:
        ValueError: If two of one kind and one variable have one seed.
    """
    seen: dict[tuple, Term] = {}
    for noise in term.nested():
        if not hasattr(noise, "draws"):
            continue
        for key in noise.draws():
            if key in seen:
                raise ValueError(
                    f"{seen[key]!r} and {noise!r} have one seed and would draw the same "
                    "numbers, whose amplitudes add, not their variances: give each a seed "
                    "of its own."
                )
            seen[key] = noise


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
    def boundary(self) -> _boundary.Stated:  # type: ignore[override]
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


class Driven(Term):
    """A law whose arguments are fields that other terms give.

        du/dt = f(u, d),   d = what a term gives of the whole state

    so that a sum over neighbours can stand inside a nonlinearity: the drive of a neural
    population, the pull of all other oscillators.

    Args:
        term: A law that reads the variables and the drives by name; it moves variables
            alone. A `@reaction` returns a mapping then, from those that move to their rates.
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
    def boundary(self) -> _boundary.Stated:  # type: ignore[override]
        """Conditions stated by the law and the drives."""
        return joined(self.inner)

    def check(self, values: Values, grid: Grid) -> None:
        """Let the law and the drives check."""
        super().check(values, grid)
        check_agreement(self, grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> Mapping[str, Any]:
        """The drives first, then the law, cell by cell."""
        drives = {}
        for name, term in self.by.items():
            (variable,) = term.variables
            rate = term.rate(values, grid, clock)[variable]
            drives[name] = rate + 0 * values[variable]
        return self.term.rate({**values, **drives}, grid, clock)
