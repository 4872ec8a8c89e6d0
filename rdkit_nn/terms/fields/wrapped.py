"""Fields that hold terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...core.parameters import quoted
from .base import Field, Leaf


class Wrapped(Field):
    """A term inside this one.

    Args:
        what: What it gives, for messages: `a term that gives χ`.
    """

    bare = True

    def __init__(self, what: str = "a term"):
        super().__init__()
        self.what = what

    def read(self, name: str, value: Any, term: Any) -> Any:
        if not hasattr(value, "declared"):  # any Term: importing it would be a circle
            raise TypeError(f"{quoted(name)} must be {self.what}, not {value!r:.80}.")
        return value

    def terms(self, value: Any) -> Iterator[tuple[str, Any]]:
        yield "", value

    def map_terms(self, function: Callable[[str, Any], Any], value: Any) -> Any:
        return function("", value)


class WrappedMany(Field):
    """Several terms inside this one, in order."""

    bare = True

    def read(self, name: str, value: Any, term: Any) -> Any:
        return tuple(Wrapped().read(name, item, term) for item in value)

    def terms(self, value: Any) -> Iterator[tuple[str, Any]]:
        yield from ((str(k), item) for k, item in enumerate(value))

    def map_terms(self, function: Callable[[str, Any], Any], value: Any) -> Any:
        return tuple(function(str(k), item) for k, item in enumerate(value))


class Either(Field):
    """A value that the first field able to tell it reads: a term, or a parameter.

    Args:
        fields: Pairs of a test and the field that reads what passes it; the last test
            passes all.
    """

    def __init__(self, *fields: tuple[Callable[[Any], bool], Field]):
        super().__init__()
        self.fields = fields

    def which(self, value: Any) -> Field:
        """Field of a value."""
        return next(field for test, field in self.fields if test(value))

    def read(self, name: str, value: Any, term: Any) -> Any:
        return self.which(value).read(name, value, term)

    def leaves(self, value: Any) -> Iterator[Leaf]:
        yield from self.which(value).leaves(value)

    def map(self, function: Callable[[tuple[str, ...], Any], Any], value: Any) -> Any:
        return self.which(value).map(function, value)

    def terms(self, value: Any) -> Iterator[tuple[str, Any]]:
        yield from self.which(value).terms(value)

    def map_terms(self, function: Callable[[str, Any], Any], value: Any) -> Any:
        return self.which(value).map_terms(function, value)
