"""One law, four readings: on arrays, on tensors, as symbols, and as text.

A law is a plain function of species (positional) and parameters (keyword-only), or text
read by a whitelist of arithmetic. Called on numpy arrays or torch tensors it gives rates;
called on sympy symbols it gives expressions to differentiate; called on `Tracer`s it gives
the text from which the fused loop is written. Text is never executed.
"""

from __future__ import annotations

import ast
import inspect
import operator
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np

from .core.functions import Tracer, node_of


@dataclass(frozen=True)
class Law:
    """A pointwise law: what happens inside one cell.

    Args:
        name: As it is printed.
        species: Names of the fields it reads, in order.
        parameters: Names of its parameters, in order.
        defaults: Values of those parameters that have one.
        variables: Names of the fields whose rates it gives.
        function: Called with the species, then the parameters by name.
    """

    name: str
    species: tuple[str, ...]
    parameters: tuple[str, ...]
    defaults: tuple[tuple[str, float], ...]
    function: Callable = field(repr=False)

    def rates(self, values: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict:
        """Rates by name: the law read on whatever `values` holds."""
        try:
            told = self.function(*(values[s] for s in self.species), **parameters)
        except (ValueError, RuntimeError) as error:
            if "ambiguous" not in str(error):
                raise
            raise TypeError(
                f"`{self.name}` branches on a field. A law is one formula for all cells: "
                "choose with rd.where(condition, a, b), not with `if`, `and`, `or` or "
                "`not`."
            ) from None
        if isinstance(told, Mapping):
            return dict(told)
        told = told if isinstance(told, (tuple, list)) else (told,)
        if len(told) != len(self.species):
            raise ValueError(
                f"`{self.name}` must return one rate for each of "
                f"{', '.join(self.species)}, or a mapping from name to rate, but "
                f"returned {len(told)}."
            )
        return dict(zip(self.species, told))

    @cached_property
    def text(self) -> dict[str, str]:
        """Formula of each rate, as arithmetic on species and parameters.

        Raises:
            TypeError: If the law does more than arithmetic on single cells.
        """
        names = {n: Tracer(ast.Name(n, ast.Load())) for n in self._names}
        parameters = {n: names[n] for n in self.parameters}
        read = self.rates(names, parameters)
        return {who: ast.unparse(node_of(rate)) for who, rate in read.items()}

    @cached_property
    def readable(self) -> bool:
        """Whether the law is arithmetic on single cells, and so has a text."""
        try:
            return bool(self.text)
        except (TypeError, AttributeError, ValueError):
            return False

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Names of the fields whose rates the law gives."""
        if self.readable:
            moved = tuple(self.text)
        else:  # more than arithmetic: numpy must tell
            ones = {s: np.ones(1) for s in self.species}
            moved = tuple(self.rates(ones, dict.fromkeys(self.parameters, 1.0)))
        if unknown := set(moved) - set(self.species):
            raise ValueError(
                f"`{self.name}` gives a rate for {', '.join(sorted(unknown))}, but its "
                f"species are {', '.join(self.species)}."
            )
        return moved

    def symbols(self) -> dict[str, Any]:
        """Rates as sympy expressions: for Jacobians, steady states and formulas."""
        import sympy

        names = {n: sympy.Symbol(n, real=True) for n in self._names}
        read = self.rates(names, {n: names[n] for n in self.parameters})
        return {who: sympy.sympify(rate) for who, rate in read.items()}

    def half_squared_slopes(self) -> dict[str, str]:
        """Formula of ½ f ∂f/∂u for each rate f and its own species u, simplified.

        The product is finite where a factor is not: of √u it is 1/4 everywhere.

        Raises:
            TypeError: If a derivative is more than the arithmetic that laws know.
        """
        import sympy

        found = {}
        for who, rate in self.symbols().items():
            slope = sympy.diff(rate, sympy.Symbol(who, real=True))
            if slope.has(sympy.Piecewise, sympy.Derivative, sympy.sign):
                raise TypeError(
                    f"The rate of `{who}` in `{self.name}` has no smooth derivative: "
                    f"{slope}."
                )
            product = sympy.simplify(rate * slope / 2)
            # Every species and parameter stays in it, so that the law keeps its names.
            zero = " + ".join(f"0*{name}" for name in self._names)
            found[who] = f"{product} + {zero}"
        return found

    @property
    def _names(self) -> tuple[str, ...]:
        return (*self.species, *self.parameters)

    def __reduce__(self):
        if not inspect.isfunction(self.function):  # formulas travel as they are
            return super().__reduce__()
        home = self.function.__module__, self.function.__qualname__
        try:
            found = _find(*home)
        except AttributeError:
            found = None
        if found != self:
            raise pickle.PicklingError(
                f"`{self.name}` cannot travel to another process: a law must be defined "
                "at the top of a module, or be given as text."
            )
        return _find, home

    @classmethod
    def of(cls, function: Callable) -> Law:
        """Read a law's declaration from the signature of its function.

        Raises:
            TypeError: If the function takes `*args`, `**kwargs` or species with defaults.
        """
        species, parameters, defaults = [], [], []
        for key, told in inspect.signature(function).parameters.items():
            if told.kind is told.KEYWORD_ONLY:
                parameters.append(key)
                if told.default is not told.empty:
                    defaults.append((key, told.default))
            elif told.kind in (told.VAR_POSITIONAL, told.VAR_KEYWORD) or (
                told.default is not told.empty
            ):
                raise TypeError(
                    f"`{function.__name__}` must name its species as plain arguments "
                    f"and its parameters after a `*`: def law(u, v, *, a, b), not {told}."
                )
            else:
                species.append(key)
        if not species:
            raise TypeError(
                f"`{function.__name__}` names no species: def law(u, *, a)."
            )
        return cls(
            function.__name__,
            tuple(species),
            tuple(parameters),
            tuple(defaults),
            function,
        )


def _find(module: str, path: str) -> Law:
    return operator.attrgetter(path)(import_module(module)).law
