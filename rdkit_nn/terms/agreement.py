"""What the terms of a sum, at any depth, must agree about."""

from __future__ import annotations

from typing import Any

from ..grid import Grid
from ..grid.stated import referenced
from .base import Term
from .composite import Scaled, Sum
from .driven import Driven


def check_agreement(term: Term, grid: Grid) -> None:
    """Refuse terms, at any depth, that disagree about a variable.

    Raises:
        ValueError: If two of them give one variable different boundary conditions, or take
            its Laplacian by different stencils.
    """
    single = [t for t in term.nested() if not isinstance(t, (Sum, Scaled, Driven))]
    asked = {id(t): {*t.needs_boundary, *referenced(t.boundary)} for t in single}
    for name in sorted(set().union(*asked.values())):
        asking: list[Any] = [t for t in single if name in asked[id(t)]]
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
