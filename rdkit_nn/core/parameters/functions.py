"""Parameters that depend on time and place: functions, and formulas given as text."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..digests import digest
from ..expressions import Expression
from .base import SPACE, Parameter, quoted

if TYPE_CHECKING:
    from ...dynamics import Clock
    from ...grid import Grid


class FunctionParameter(Parameter):
    """A function of time, `f(t)`, or of time and place, `f(t, x, y)`.

    Args:
        name: Of the parameter, for messages.
        function: Its first argument is the time, whatever it is called; the others are
            called x, y, z. Arguments with a default are left alone.

    Raises:
        TypeError: If the arguments are others.
    """

    in_time = True

    def __init__(self, name: str, function: Callable[..., Any]):
        self.name, self.function = name, function
        self.places = _places(name, function)
        self.in_space = bool(self.places)
        self.digest = digest(function)

    def __repr__(self) -> str:
        called = getattr(self.function, "__name__", type(self.function).__name__)
        called = "function" if called == "<lambda>" else called
        arguments = ", ".join(("t", *self.places))
        return f"function('{called}({arguments})', {self.digest!r})"

    def _key(self) -> tuple:
        return self.digest, self.places

    def check(self, grid: Grid) -> None:
        """Refuse a grid without the axes that the function asks for."""
        _check_places(self.name, self.places, grid)

    def sample(self, grid: Grid | None, clock: Clock | None) -> Any:
        """The function at the clock's time."""
        time = clock.time if clock is not None else 0.0
        return _sampled(
            self.name, lambda where: self.function(time, **where), self.places, grid
        )


class FormulaParameter(Parameter):
    """A formula of t, x, y, z as text: `"0.02 + 0.01*sin(2*pi*t/100)"`.

    Args:
        name: Of the parameter, for messages.
        text: Arithmetic and functions as in `rd.law`; `pi` and `e` are known.

    Raises:
        ValueError: If it holds another name, or is not arithmetic.
    """

    def __init__(self, name: str, text: str):
        self.name, self.text = name, text
        self.expression = Expression(quoted(name), text)
        if other := set(self.expression.names) - {"t", *SPACE}:
            raise ValueError(
                f"{quoted(name)} = {text!r} names {', '.join(sorted(other))}, but a "
                f"parameter "
                "given as text is a formula of t, x, y, z, pi and e alone."
            )
        self.places = tuple(d for d in SPACE if d in self.expression.names)
        self.in_time = "t" in self.expression.names
        self.in_space = bool(self.places)

    def __repr__(self) -> str:
        return repr(self.text)

    def _key(self) -> tuple:
        return (self.text,)

    def check(self, grid: Grid) -> None:
        """Refuse a grid without the axes that the formula names."""
        _check_places(self.name, self.places, grid)

    def sample(self, grid: Grid | None, clock: Clock | None) -> Any:
        """The formula at the clock's time."""
        time = clock.time if clock is not None else 0.0
        return _sampled(
            self.name,
            lambda where: self.expression(t=np.float64(time), **where),
            self.places,
            grid,
        )


def _places(name: str, function: Callable) -> tuple[str, ...]:
    """Names of the axes that a function of time and place asks for."""
    if hasattr(function, "law") or isinstance(function, type):
        raise TypeError(
            f"{quoted(name)} got {getattr(function, '__name__', function)!r}, which is "
            f"not a "
            "function of time: a law becomes a term when its parameters are given, "
            "law(a=0.1), and a parameter is a number, a DataArray, text, or f(t)."
        )
    if isinstance(function, np.ufunc):
        if function.nin == 1:
            return ()
        raise TypeError(f"{quoted(name)} must be a function of time, not {function!r}.")
    try:
        arguments = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # a built-in that does not say
        return ()
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    asked = [
        a.name
        for a in arguments
        if a.kind not in variadic and (a.default is a.empty or a.name in SPACE)
    ]
    anything = any(a.kind in variadic for a in arguments)
    if not asked and not anything and arguments:  # lambda t=0: …
        asked = [arguments[0].name]
    if (not asked and not anything) or (asked and asked[0] in SPACE):
        raise TypeError(
            f"{quoted(name)} must be a function whose first argument is the time, such as "
            f"lambda t: … or lambda t, x: …, but its arguments are "
            f"{', '.join(asked) or 'none'}."
        )
    if other := [a for a in asked[1:] if a not in SPACE]:
        raise TypeError(
            f"{quoted(name)} is a function of {', '.join(other)}, but besides time it may "
            "depend on x, y and z."
        )
    return tuple(asked[1:])


def _check_places(name: str, places: Iterable[str], grid: Grid) -> None:
    if other := [d for d in places if d not in grid.dims]:
        raise ValueError(
            f"{quoted(name)} depends on {', '.join(other)}, but the grid has "
            f"{', '.join(grid.dims) or 'no axis'}."
        )


def _sampled(
    name: str,
    function: Callable[[Mapping[str, Any]], Any],
    places: tuple[str, ...],
    grid: Grid | None,
) -> Any:
    """Value of a function as a number, or as an array (1, *cells)."""
    if not places:
        value = np.asarray(function({}), dtype=float)
        if value.ndim:
            raise TypeError(
                f"{quoted(name)} is a function of time alone and must give one number, "
                f"but gave "
                f"an array of shape {value.shape}. A field in space is f(t, x, y)."
            )
        return float(value)
    core = grid.core  # type: ignore[union-attr]
    _check_places(name, places, core)
    where = {d: core.places[d] for d in places}
    value = np.asarray(function(where), dtype=float)
    try:
        full = np.broadcast_to(value, core.shape)
    except ValueError:
        raise TypeError(
            f"{quoted(name)} must give one number a cell, but its shape is "
            f"{value.shape} on a "
            f"grid of {core.shape}."
        ) from None
    return grid.extend(full[np.newaxis])  # type: ignore[union-attr]
