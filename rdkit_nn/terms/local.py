"""Reactions: what happens inside one cell."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..arrays import Values
from ..dynamics import Clock
from ..formulas import law_from_text
from ..grid import Grid
from ..laws import Law
from . import fields
from .base import Term


class _LawField(fields.Field):
    """A law."""

    def read(self, name: str, value: Any, term: Any) -> Law:
        if not isinstance(value, Law):
            raise TypeError(f"`{name}` must be a law, not {value!r:.80}.")
        return value


class _Arguments(fields.ByVariable):
    """Parameters of a law, by name."""

    variables = False

    def read(self, name: str, value: Any, term: Any) -> Any:
        law = term.law
        given = {**dict(law.defaults), **value}
        if unknown := [p for p in given if p not in law.parameters]:
            raise TypeError(
                f"`{law.name}` has no parameter {', '.join(unknown)}; it has "
                f"{', '.join(law.parameters) or 'none'}."
            )
        if missing := [p for p in law.parameters if p not in given]:
            raise TypeError(f"`{law.name}` needs {', '.join(missing)} as well.")
        return super().read(name, {p: given[p] for p in law.parameters}, term)

    def label(self, name: str, key: Any) -> str:
        """The parameter's own name."""
        return str(key)


class Reaction(Term):
    """A pointwise law with its parameters. Made by calling a `@reaction` or a `law`.

    Args:
        law: What happens inside one cell.
        arguments: Its parameters, by name.
    """

    law: Any = _LawField()
    arguments: Any = _Arguments(fields.parameter(), fields.FrozenDict())
    local = True

    def __repr__(self) -> str:
        items = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.law.name}({items})"

    @property
    def variables(self) -> tuple[str, ...]:
        """Species whose rates the law gives."""
        return self.law.variables

    @property
    def _inputs(self) -> tuple[str, ...]:
        return self.law.species

    @property
    def label(self) -> str:
        """Name of the law."""
        return "law" if self.law.name.startswith("law(") else self.law.name

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """The law, cell by cell."""
        rates = self.law.rates(values, self.arguments)
        return {
            name: rate if hasattr(rate, "shape") else rate + 0 * values[name]
            for name, rate in rates.items()
        }


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
        return Reaction(declared, **parameters)

    if function is not None:
        functools.update_wrapper(make, function)
    else:
        make.__name__ = make.__qualname__ = declared.name
    defaults = dict(declared.defaults)
    make.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=defaults.get(name, inspect.Parameter.empty),
            )
            for name in declared.parameters
        ]
    )
    make.law = declared  # type: ignore[attr-defined]
    return make
