"""Fields that hold no parameter: words, seeds, stencils, boundary conditions, names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...core.random import as_seed
from ...grid import boundary as _boundary
from ...grid import stated as _stated
from ...grid import symbols
from .base import Field, FrozenDict


class Choice(Field):
    """One of several words; the first is the default."""

    def __init__(self, *names: str):
        super().__init__(names[0])
        self.names = names

    def read(self, name: str, value: Any, term: Any) -> Any:
        if value not in self.names:
            raise ValueError(
                f"`{name}` must be one of {', '.join(self.names)}, but is {value!r}."
            )
        return value


class Stencil(Field):
    """A Laplacian by name; see `rdkit_nn.stencils`."""

    def __init__(self) -> None:
        super().__init__("5-point")

    def read(self, name: str, value: Any, term: Any) -> Any:
        symbols.check(value, ())
        return value


class Seed(Field):
    """A whole number from which random numbers follow."""

    def read(self, name: str, value: Any, term: Any) -> Any:
        return as_seed(value)


class Stream(Field):
    """Number of the stream that a single run, or the first member, draws."""

    def __init__(self) -> None:
        super().__init__(0)

    def read(self, name: str, value: Any, term: Any) -> Any:
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, np.integer))
            or value < 0
        ):
            raise ValueError(f"`{name}` is a whole number from 0 on, but is {value!r}.")
        return int(value)


class Boundary(Field):
    """Conditions of variables where they differ from the grid's."""

    def __init__(self) -> None:
        super().__init__(None)

    def read(self, name: str, value: Any, term: Any) -> Any:
        names = tuple(dict.fromkeys((*term.needs_boundary, *_values_held(value))))
        return _stated.stated(value, names)

    def write(self, value: Any) -> list[str]:
        return _stated.written(value)


def _values_held(value: Any) -> tuple[str, ...]:
    """Variables whose values `value`, the argument `boundary=`, holds somewhere."""
    found: list[str] = []

    def walk(item: Any) -> None:
        if isinstance(item, _boundary.Condition):
            found.extend([item.of] if item.of else [])
        elif isinstance(item, Mapping):
            for inner in item.values():
                walk(inner)
        elif isinstance(item, (tuple, list)):
            for inner in item:
                walk(inner)

    walk(value)
    return tuple(found)


class Names(Field):
    """A mapping from variables to names of variables or axes: `{"u": "v"}`."""

    def read(self, name: str, value: Any, term: Any) -> Any:
        if not isinstance(value, Mapping) or not value:
            raise TypeError(
                f'`{name}` is a mapping such as {{"u": "v"}}, not {value!r}.'
            )
        return FrozenDict({str(k): str(v) for k, v in value.items()})

    def write(self, value: Any) -> list[str]:
        return [f"{self.name}={dict(value)!r}"]
