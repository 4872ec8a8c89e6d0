"""What a field of a term is: a value that is read, written and walked through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

MISSING: Any = object()
Leaf = tuple[tuple[str, ...], Any]


class FrozenDict(dict):
    """A mapping that is read and hashed, and not changed."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            "A term does not change: make another with term.replace(path, x)."
        )

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = _refuse
    __ior__ = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        return FrozenDict, (dict(self),)


class Field:
    """One field of a term. Subclasses say how its value is read.

    Args:
        default: Value where none is given; a field without default must be given.
    """

    catches = False  # whether it takes all keyword arguments that no other field names
    variables = False  # whether the names that it takes are those of variables
    bare = False  # whether it stands in the repr without its name

    def __init__(self, default: Any = MISSING):
        self.default = default
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def read(self, name: str, value: Any, term: Any) -> Any:
        """Checked value to keep."""
        return value

    def write(self, value: Any) -> list[str]:
        """Arguments as the `repr` shows them."""
        if not self.bare and self.default is not MISSING and value == self.default:
            return []
        return [repr(value) if self.bare else f"{self.name}={value!r}"]

    def leaves(self, value: Any) -> Iterator[Leaf]:
        """Parameters inside, each with its path below this field."""
        yield from ()

    def map(self, function: Callable[[tuple[str, ...], Any], Any], value: Any) -> Any:
        """The value with every parameter replaced by a function of its path and itself."""
        return value

    def terms(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Terms inside, each with its name below this field."""
        yield from ()

    def map_terms(self, function: Callable[[str, Any], Any], value: Any) -> Any:
        """The value with each term inside replaced by a function of name and term."""
        return value
