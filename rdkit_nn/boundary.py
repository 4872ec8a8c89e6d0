"""What happens at the edge of a grid, species by species, axis by axis, side by side.

Cells are centred, so a wall lies half a spacing outside the last cell. Every wall is
told by the value it puts into one ghost cell behind it,

    ghost = α · (value of the last cell) + β,

second order in the spacing; a periodic axis puts the opposite cell there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from math import isfinite
from typing import Any

import numpy as np

NAMES = ("periodic", "no-flux", "dirichlet")
HELD = ("value", "gradient", "g")  # what may be a function of time and place
Held = float | Callable[..., Any]


@dataclass(frozen=True, repr=False)
class Condition:
    """One side of one axis. Use one of the five kinds below.

    What is held may be a function of time, `f(t)`, or of time and place along the wall,
    by the names of the other axes: `f(t, y)`.
    """

    def __post_init__(self):
        for name, number in vars(self).items():
            if callable(number) and name in HELD:
                continue
            if not isinstance(number, (int, float)) or not isfinite(number):
                raise ValueError(f"`{name}` of {self!r} must be a finite number.")

    def __repr__(self) -> str:
        told = (
            f"{name}={'f(t)' if callable(number) else repr(number)}"
            for name, number in vars(self).items()
        )
        return f"{type(self).__name__}({', '.join(told)})"

    @property
    def moving(self) -> bool:
        """Whether what is held depends on time or place."""
        return any(callable(number) for number in vars(self).values())

    def now(self, time: float, places: Mapping[str, np.ndarray]) -> Condition:
        """This wall at one time, with what is held as an array along the wall.

        Args:
            time: Model time.
            places: Coordinates of the other axes, shaped to broadcast along the wall.

        Raises:
            TypeError: If a function asks for what is no axis of the wall.
        """
        if not self.moving:
            return self
        wall = object.__new__(type(self))
        for name, number in vars(self).items():
            if callable(number):
                names = list(signature(number).parameters)[1:]
                if unknown := [n for n in names if n not in places]:
                    raise TypeError(
                        f"`{name}` of a wall is a function of {', '.join(unknown)}, but "
                        f"besides time it may depend on {', '.join(places) or 'nothing'}."
                    )
                told = np.asarray(number(time, **{n: places[n] for n in names}), float)
                number = told + np.zeros(
                    np.broadcast_shapes(*map(np.shape, places.values()))
                )
            object.__setattr__(wall, name, number)
        return wall

    def ghost(self, spacing: float) -> tuple[float, Any]:
        """Return α and β of the ghost cell behind this wall."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class Periodic(Condition):
    """Two opposite sides are glued together."""


@dataclass(frozen=True, repr=False)
class NoFlux(Condition):
    """Nothing passes: ∂u/∂n = 0."""

    def ghost(self, spacing: float) -> tuple[float, float]:
        """Mirror the last cell."""
        return 1.0, 0.0


@dataclass(frozen=True, repr=False)
class Dirichlet(Condition):
    """The value is held at the wall: u = value."""

    value: Held = 0.0

    def ghost(self, spacing: float) -> tuple[float, Any]:
        """Mean of ghost and last cell is the value."""
        return -1.0, 2.0 * _number(self.value)


@dataclass(frozen=True, repr=False)
class Neumann(Condition):
    """The outward derivative is held: ∂u/∂n = gradient, without the diffusivity."""

    gradient: Held

    def ghost(self, spacing: float) -> tuple[float, Any]:
        """One spacing further along the gradient."""
        return 1.0, spacing * _number(self.gradient)


@dataclass(frozen=True, repr=False)
class Robin(Condition):
    """Value and outward derivative are tied: a u + b ∂u/∂n = g."""

    a: float
    b: float
    g: Held

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
    """What is held; zero where it is a function that nobody has asked yet."""
    return 0.0 if callable(held) else held


Sides = tuple[Condition, Condition]
_KINDS: dict[str, Condition] = dict(zip(NAMES, (Periodic(), NoFlux(), Dirichlet(0.0))))


def sides(told: object, where: str) -> Sides:
    """Read one wall for both sides, or a pair (low, high), of one axis."""
    if isinstance(told, str) and " | " in told:  # as `name` writes it
        told = [part.strip() for part in told.split(" | ")]
    pair = tuple(told) if isinstance(told, (tuple, list)) else (told, told)
    if len(pair) != 2:
        raise ValueError(f"{where} takes one wall or a pair (low, high), got {told!r}.")
    low, high = (_one(wall, where) for wall in pair)
    if isinstance(low, Periodic) != isinstance(high, Periodic):
        raise ValueError(f"{where} cannot be periodic on one side only, got {told!r}.")
    return low, high


def _one(told: object, where: str) -> Condition:
    if isinstance(told, str):
        told = _KINDS.get(told) or _read(told)
    if isinstance(told, Condition) and type(told) is not Condition:
        return told
    raise ValueError(
        f"{where} must be one of {', '.join(NAMES)} or a wall such as "
        f"rd.Dirichlet(0.0), rd.Neumann(g) or rd.Robin(a, b, g), but got {told!r}."
    )


def name(pair: Sides) -> str:
    """Name a pair of sides as it is written into attributes: `periodic`."""
    low, high = (next((n for n, w in _KINDS.items() if w == s), repr(s)) for s in pair)
    return low if low == high else f"{low} | {high}"


def _read(text: str) -> object:
    """Wall that printed this text, or the text itself; nothing is executed."""
    made = re.fullmatch(r"(\w+)\((.*)\)", text)
    kinds = {kind.__name__: kind for kind in Condition.__subclasses__()}
    if made is None or made[1] not in kinds:
        return text
    numbers = re.findall(r"(\w+)=([-+.\deE]+)", made[2])
    return kinds[made[1]](**{key: float(number) for key, number in numbers})


def moving(told: Told) -> bool:
    """Whether any wall that a term tells depends on time or place."""
    return any(w.moving for _, axes in told for _, pair in axes for w in pair)


Told = tuple[tuple[str, tuple[tuple[str, Sides], ...]], ...]
"""Boundary of a term: species -> dim -> sides, as nested pairs (hashable, comparable)."""


def told(boundary: Mapping | None, species: tuple[str, ...]) -> Told:
    """Read the argument `boundary=` of a term.

    Args:
        boundary: species -> (dim -> wall or (low, high)), or species -> one wall for all.
        species: Names that the term moves.

    Raises:
        ValueError: For an unknown species, dim or wall.
    """
    read = []
    for who, where in dict(boundary or {}).items():
        if who not in species:
            raise ValueError(
                f"`boundary` names `{who}`, but this term moves only {', '.join(species)}."
            )
        axes = where if isinstance(where, Mapping) else dict.fromkeys("zyx", where)
        for dim in axes:
            if dim not in ("z", "y", "x"):
                raise ValueError(
                    f"`boundary` of `{who}` names axis {dim!r}, not z, y or x."
                )
        pairs = tuple((d, sides(w, f"Axis {d} of `{who}`")) for d, w in axes.items())
        read.append((who, pairs))
    return tuple(read)


def written(boundary: Told, stencil: str = "5-point") -> list[str]:
    """Arguments `boundary=` and `stencil=` as they were written, where not the defaults."""
    told = []
    if boundary:
        told.append(f"boundary={ {who: dict(w) for who, w in boundary}!r}")
    if stencil != "5-point":
        told.append(f"stencil={stencil!r}")
    return told
