"""Boundary conditions, for each variable, axis and side.

Cells are centred, so the boundary lies half a spacing outside the last cell. A condition
is given by the value that it puts into one ghost cell behind the boundary,

    ghost = α · (value of the last cell) + β,

second order in the spacing; a periodic axis puts the opposite cell there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from ..core.parameters import (
    FormulaParameter,
    FunctionParameter,
    Parameter,
    as_parameter,
)

NAMES = ("periodic", "no-flux", "dirichlet")
HELD = ("value", "gradient", "g")  # what may depend on time, place or another variable
Held = float | str | Callable[..., Any]


@dataclass(frozen=True, repr=False)
class Condition:
    """Condition on one side of one axis. Use one of the five kinds below.

    What is held is a number; a function of time, `f(t)`, or of time and place along the
    boundary, `f(t, y)`; a text formula of the same, `"sin(t)"`; or the value that another
    variable has on the boundary: `Dirichlet(of="v")`.
    """

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name == "of":
                if value is not None and not isinstance(value, str):
                    raise TypeError(f"`of` is the name of a variable, not {value!r}.")
            elif name in HELD and (
                isinstance(value, (str, Parameter)) or callable(value)
            ):
                held = as_parameter(f"{name} of {type(self).__name__}", value)
                vars(self)[name] = held
            elif (
                isinstance(value, bool)
                or not isinstance(value, (int, float, np.number))
                or not isfinite(value)
            ):
                raise ValueError(f"`{name}` of {self!r} must be a finite number.")

    def __repr__(self) -> str:
        items = {n: v for n, v in vars(self).items() if v is not None}
        if "of" in items:
            items = {n: v for n, v in items.items() if n not in HELD}
        text = ", ".join(f"{name}={value!r}" for name, value in items.items())
        return f"{type(self).__name__}({text})"

    @property
    def of(self) -> str | None:  # type: ignore[override]
        """Variable whose value is held, if any."""
        return vars(self).get("of")

    @property
    def moving(self) -> bool:
        """Whether what is held depends on time, place or another variable."""
        return self.of is not None or any(
            isinstance(v, Parameter) for v in vars(self).values()
        )

    def now(
        self,
        time: float,
        places: Mapping[str, np.ndarray],
        face: Callable[[str], Any] | None = None,
    ) -> Condition:
        """This condition at one time, with what is held as numbers along the boundary.

        Args:
            time: Model time.
            places: Coordinates of the other axes, shaped to broadcast along the boundary.
            face: Gives the value of another variable on the boundary.

        Raises:
            TypeError: If a function asks for what is no axis of the boundary.
        """
        if not self.moving:
            return self
        result = object.__new__(type(self))
        for name, value in vars(self).items():
            if isinstance(value, (FunctionParameter, FormulaParameter)):
                if unknown := [d for d in value.places if d not in places]:
                    raise TypeError(
                        f"`{name}` of {self!r} is a function of {', '.join(unknown)}, but "
                        f"besides time it may depend on "
                        f"{', '.join(places) or 'nothing'} here."
                    )
                value = _along(value, time, places)
            vars(result)[name] = value
        if self.of is not None and face is not None:
            held = next(name for name in HELD if name in vars(self))
            vars(result)[held] = face(self.of)
        return result

    def homogeneous(self) -> Condition:
        """This condition with zero held: that of a derivative of the variable."""
        result = object.__new__(type(self))
        for name, value in vars(self).items():
            vars(result)[name] = (
                0.0 if name in HELD else None if name == "of" else value
            )
        return result

    def ghost(self, spacing: float) -> tuple[float, Any]:
        """Return α and β of the ghost cell behind this boundary."""
        raise NotImplementedError


def _along(value: Any, time: float, places: Mapping[str, np.ndarray]) -> np.ndarray:
    where = {d: places[d] for d in value.places}
    if isinstance(value, FunctionParameter):
        held = value.function(time, **where)
    else:
        held = value.expression(t=np.float64(time), **where)
    shape = np.broadcast_shapes(*map(np.shape, places.values()))
    return np.asarray(held, float) + np.zeros(shape)


@dataclass(frozen=True, repr=False)
class Periodic(Condition):
    """Two opposite sides are joined."""


@dataclass(frozen=True, repr=False)
class NoFlux(Condition):
    """Nothing passes: the whole flux of the variable is zero, whatever carries it.

    Its gradient is zero as well, ∂u/∂n = 0, for all that is not a flux.
    """

    def ghost(self, spacing: float) -> tuple[float, float]:
        """Mirror the last cell."""
        return 1.0, 0.0


@dataclass(frozen=True, repr=False)
class Dirichlet(Condition):
    """The value is held on the boundary: u = value."""

    value: Held = 0.0
    of: str | None = None  # type: ignore[assignment]

    def ghost(self, spacing: float) -> tuple[float, Any]:
        """Mean of ghost and last cell is the value."""
        return -1.0, 2.0 * _number(self.value)


@dataclass(frozen=True, repr=False)
class Neumann(Condition):
    """The outward derivative is held: ∂u/∂n = gradient, without the diffusivity.

    What is advected passes: `Neumann(0)` is an outflow, `NoFlux()` a closed end.
    """

    gradient: Held = 0.0
    of: str | None = None  # type: ignore[assignment]

    def ghost(self, spacing: float) -> tuple[float, Any]:
        """One spacing further along the gradient."""
        return 1.0, spacing * _number(self.gradient)


@dataclass(frozen=True, repr=False)
class Robin(Condition):
    """Value and outward derivative are tied: a u + b ∂u/∂n = g."""

    a: float
    b: float
    g: Held = 0.0
    of: str | None = None  # type: ignore[assignment]

    def ghost(self, spacing: float) -> tuple[float, Any]:
        """Solve a (ghost + u)/2 + b (ghost - u)/h = g for the ghost."""
        value, slope = self.a / 2, self.b / spacing
        if value + slope == 0:
            raise ValueError(
                f"{self!r} does not determine the field at spacing {spacing:g}: "
                "a/2 + b/spacing must not be zero. Refine the grid or change a and b."
            )
        return (slope - value) / (slope + value), _number(self.g) / (slope + value)


def _number(held: Any) -> Any:
    """What is held; zero where it is not resolved yet."""
    return 0.0 if isinstance(held, Parameter) else held


Sides = tuple[Condition, Condition]
KINDS: dict[str, type[Condition]] = {
    kind.__name__: kind for kind in (Periodic, NoFlux, Dirichlet, Neumann, Robin)
}
_WORDS: dict[str, Condition] = dict(zip(NAMES, (Periodic(), NoFlux(), Dirichlet(0.0))))


def sides(value: object, where: str) -> Sides:
    """Read one condition for both sides, or a pair (low, high), of one axis."""
    if isinstance(value, str) and " | " in value:  # as `name` writes it
        value = [part.strip() for part in value.split(" | ")]
    pair = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(pair) != 2:
        raise ValueError(
            f"{where} takes one condition or a pair (low, high), got {value!r}."
        )
    low, high = (_one(condition, where) for condition in pair)
    if isinstance(low, Periodic) != isinstance(high, Periodic):
        raise ValueError(f"{where} cannot be periodic on one side only, got {value!r}.")
    return low, high


def by_axis(boundary: Any, dims: tuple[str, ...]) -> tuple[Sides, ...]:
    """Conditions of a grid: one for all axes, or a mapping that names each.

    Raises:
        ValueError: If an axis is missing, or a condition holds a function: they are
            written into coordinates.
    """
    if not isinstance(boundary, Mapping):
        pairs = tuple(sides(boundary, "`boundary`") for _ in dims)
    elif set(boundary) != set(dims):
        raise ValueError(
            f"`boundary` must name each axis of {', '.join(dims)} once, but names "
            f"{', '.join(map(str, boundary)) or 'none'}."
        )
    else:
        pairs = tuple(sides(boundary[d], f"Axis {d}") for d in dims)
    for condition in (c for pair in pairs for c in pair):
        if any(isinstance(v, FunctionParameter) for v in vars(condition).values()):
            raise ValueError(
                "Conditions of a grid are written into its coordinates and hold numbers or "
                'text, such as Dirichlet("sin(t)"). Give a function to the boundary= of a '
                "term."
            )
    return pairs


def _one(value: object, where: str) -> Condition:
    if isinstance(value, str):
        value = _WORDS.get(value) or from_text(value, where)
    if isinstance(value, Condition) and type(value) is not Condition:
        return value
    raise ValueError(
        f"{where} must be one of {', '.join(NAMES)} or a condition such as "
        f"rd.Dirichlet(0.0), rd.Neumann(g) or rd.Robin(a, b, g), but got {value!r}."
    )


def name(pair: Sides) -> str:
    """Name a pair of sides as it is written into attributes: `periodic`."""
    low, high = (next((n for n, w in _WORDS.items() if w == s), repr(s)) for s in pair)
    return low if low == high else f"{low} | {high}"


def from_text(text: str, where: str) -> Condition:
    """Condition written as text, `Dirichlet(1.0)`; all of it is read, or it is refused.

    Raises:
        ValueError: With the part that cannot be read.
    """
    try:
        node = ast.parse(text.strip().removeprefix("rd."), mode="eval").body
    except SyntaxError:
        node = None  # type: ignore[assignment]
    match node:
        case ast.Call(ast.Name(kind), given, keywords) if kind in KINDS:
            try:
                values = [ast.literal_eval(g) for g in given]
                named = {str(k.arg): ast.literal_eval(k.value) for k in keywords}
                return KINDS[kind](*values, **named)
            except (ValueError, TypeError) as error:
                raise ValueError(
                    f"{where}: {text!r} cannot be read, because {error}"
                ) from None
    raise ValueError(
        f"{where} must be one of {', '.join(NAMES)} or a condition such as "
        f"Dirichlet(0.0), Neumann(g) or Robin(a, b, g), but got {text!r}."
    )
