"""Kinds of fields that a term declares, and what follows from each.

A field reads what its constructor is given, writes it into the `repr`, and yields the
parameters and the terms inside it. `declared.Declared` gets everything else from that.
"""

from typing import Any

from .base import MISSING, Field, FrozenDict, Leaf
from .choices import Boundary, Choice, Names, Seed, Stencil, Stream
from .parameters import (
    ByAxis,
    ByDriver,
    ByName,
    ByVariable,
    ParameterField,
    Powers,
    is_constant,
    shaped,
)
from .wrapped import Either, Wrapped, WrappedMany

__all__ = [
    "MISSING",
    "Boundary",
    "ByAxis",
    "ByDriver",
    "ByName",
    "ByVariable",
    "Choice",
    "Either",
    "Field",
    "FrozenDict",
    "Leaf",
    "Names",
    "ParameterField",
    "Powers",
    "Seed",
    "Stencil",
    "Stream",
    "Wrapped",
    "WrappedMany",
    "boundary",
    "by_axis",
    "by_variable",
    "choice",
    "is_constant",
    "parameter",
    "seed",
    "shaped",
    "wrapped",
]


def parameter(
    default: Any = MISSING, *, least: float | None = None, why: str = ""
) -> Any:
    """Declare one parameter; see `ParameterField`."""
    return ParameterField(default, least, why)


def by_variable(inner: Field) -> Any:
    """Declare values by variable; see `ByVariable`."""
    return ByVariable(inner)


def by_axis(inner: Field) -> Any:
    """Declare values by axis; see `ByAxis`."""
    return ByAxis(inner)


def choice(*names: str) -> Any:
    """Declare a choice of words, the default first."""
    return Choice(*names)


def seed() -> Any:
    """Declare a seed."""
    return Seed()


def boundary() -> Any:
    """Declare that the term needs boundary conditions of what it reads."""
    return Boundary()


def wrapped(what: str = "a term") -> Any:
    """Declare a term inside this one."""
    return Wrapped(what)
