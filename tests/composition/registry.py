"""What sums are made of: parts, nestings, kinds of parameter, conditions, domains, methods.

Each registers itself by one decorator. A new public term, method, condition or device that
is not registered here fails `test_everything_public_is_registered`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Slot:
    """One parameter of a part: its size, its unit as powers, and what turns its sign.

    Args:
        value: About one in natural units, so that all parts of a sum matter.
        length: Power of length in its unit, and `dims` more for each dimension.
        time: Power of time.
        unit: Power of the unit of the variables.
        odd: Axis whose mirror image changes its sign.
        plain: Whether it is a number and nothing else (within a kernel of distance).
    """

    value: float
    length: float = 0.0
    time: float = 0.0
    unit: float = 0.0
    dims: float = 0.0
    odd: str = ""
    plain: bool = False


@dataclass(frozen=True)
class Part:
    """One kind of term: how it is built, and what holds for it.

    Traits: `flux` (conserves the total), `linear` (taken by modes), `noise`, `local`,
    `everywhere` (reads cells far away), `graph` (cells are nodes), `stencil`, `transport`,
    `flow` (carries uniform states), `source` (moves uniform states).
    """

    name: str
    build: Callable = field(repr=False)
    slots: Callable = field(repr=False)
    roles: int
    traits: frozenset[str]
    least: int  # dimensions


PARTS: dict[str, Part] = {}
NESTINGS: dict[str, Part] = {}
CONDITIONS: dict[str, Callable] = {}
DOMAINS: dict[str, Callable] = {}
METHODS: dict[str, Callable] = {}
KINDS = (
    "number", "field", "field along x", "members", "members and field", "function",
    "function of place", "text", "text of place",
)  # fmt: skip
TENSOR = "tensor"  # the kind for which gradients are wanted
DEVICES = ("cpu", "torch:cpu")
DTYPES = ("float64", "float32")
STENCILS = ("5-point", "9-point", "4th-order", "spectral")
STATED = ("grid", "term")
SHAPES = (
    (7,), (1,), (2,), (11,), (5, 6), (7, 3), (1, 5), (4, 2), (6, 6), (3, 4, 5), (2, 1, 7),
    (3, 3, 3),
)  # fmt: skip
CLASSES: dict[str, set[str]] = {"methods": set(), "conditions": set()}


def part(name: str, traits: str = "", roles: int = 1, least: int = 1, **slots: Slot):
    """Register a part. Slots that end in `_` stand once for each axis of the grid."""

    def register(build: Callable) -> Callable:
        def expanded(dims: tuple[str, ...]) -> dict[str, Slot]:
            found = {}
            for key, slot in slots.items():
                if key.endswith("_"):
                    for d in dims:
                        odd = d if slot.odd else ""
                        found[key + d] = Slot(
                            **{**vars(slot), "odd": odd, "value": slot.value}
                        )
                else:
                    found[key] = slot
            return found

        PARTS[name] = Part(
            name, build, expanded, roles, frozenset(traits.split()), least
        )
        return build

    return register


def nesting(name: str, traits: str = "", **slots: Slot):
    """Register a way to wrap a term, `build(case, term, variable)`; all keep its unit."""

    def register(build: Callable) -> Callable:
        NESTINGS[name] = Part(
            name, build, lambda dims: dict(slots), 1, frozenset(traits.split()), 1
        )
        return build

    return register


def entry(table: dict, name: str, kind: str = "", cls: type | None = None):
    """Register a condition, a domain or a method; `cls` is the public class it covers."""

    def register(build: Callable) -> Callable:
        table[name] = build
        if cls is not None:
            CLASSES[kind].add(cls.__name__)
        return build

    return register
