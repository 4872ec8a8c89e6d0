"""Reactions: what happens inside one cell."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..arrays import Values
from ..dynamics import Clock
from ..formulas import law_from_text
from ..grid import Grid
from ..laws import Law
from .base import Term
from .members import Along, Parameter, Tracked, beside, parameter
from .varying import varied


@dataclass(frozen=True)
class Reaction(Term):
    """A pointwise law with its parameters. Made by calling a `@reaction` or a `law`."""

    law: Law
    parameters: tuple[tuple[str, Parameter], ...]

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.parameters)
        return f"{self.law.name}({told})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species whose rates the law gives."""
        return self.law.variables

    @property
    def inputs(self) -> tuple[str, ...]:
        """Species of the law."""
        return self.law.species

    @property
    def parameters_of_members(self) -> tuple[Along, ...]:
        """Parameters that are no single number."""
        return tuple(p for _, p in self.parameters if isinstance(p, Along))

    @property
    def tracked(self) -> bool:
        """Whether a parameter is a tensor that requires gradients."""
        return any(isinstance(p, Tracked) for _, p in self.parameters)

    @property
    def label(self) -> str:
        """Name of the law."""
        return "law" if self.law.name.startswith("law(") else self.law.name

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse parameters in space that do not fit the grid."""
        for value in varied([p for _, p in self.parameters]):
            value.check(grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """The law, cell by cell."""
        like = values[self.inputs[0]]
        told = {name: beside(value, like) for name, value in self.parameters}
        return self.law.rates(values, told)


Maker = Callable[..., Reaction]


def reaction(function: Callable) -> Maker:
    """Make a term of a pointwise law, said once in plain arithmetic.

    The signature is the declaration: positional names are species, keyword-only names
    are parameters. The function returns one rate a species, in their order (or a mapping
    from name to rate), in arithmetic and in `rd.exp`, `rd.tanh`, `rd.where`, … It is read
    four ways: on numpy arrays, on tensors, on symbols, and as the text of a fast loop.

    Args:
        function: The law.

    Returns:
        A function of the parameters that gives the term; its `law` is the declaration.

    Example:
        >>> import rdkit_nn as rd
        >>> @rd.reaction
        ... def decay(u, *, k):
        ...     return -k * u
        >>> decay(k=0.5)
        decay(k=0.5)
    """
    return _maker(Law.of(function), function)


def law(**texts: str) -> Maker:
    """Make a term of formulas given as text, by species.

    Read by a whitelist of arithmetic: numbers, names, `+ - * / **`, comparisons and
    `exp log sqrt tanh sin cos abs minimum maximum where`. Never executed. Names that are
    no species become parameters.

    Args:
        texts: Formula of d(species)/dt, by species.

    Returns:
        A function of the parameters that gives the term.

    Raises:
        ValueError: If a formula holds anything else; the sentence names the part.

    Example:
        >>> import rdkit_nn as rd
        >>> logistic = rd.law(u="r * u * (1 - u / K)")
        >>> logistic(r=1.0, K=2.0).variables
        ('u',)
    """
    return _maker(law_from_text(texts))


def _maker(declared: Law, function: Callable | None = None) -> Maker:
    def make(**parameters: Any) -> Reaction:
        given = {**dict(declared.defaults), **parameters}
        if unknown := [p for p in given if p not in declared.parameters]:
            raise TypeError(
                f"`{declared.name}` has no parameter {', '.join(unknown)}; it has "
                f"{', '.join(declared.parameters) or 'none'}."
            )
        if missing := [p for p in declared.parameters if p not in given]:
            raise TypeError(f"`{declared.name}` needs {', '.join(missing)} as well.")
        told = tuple((p, parameter(p, given[p])) for p in declared.parameters)
        return Reaction(declared, told)

    if function is not None:
        functools.update_wrapper(make, function)
    else:
        make.__name__ = make.__qualname__ = declared.name
    make.law = declared  # type: ignore[attr-defined]
    return make
