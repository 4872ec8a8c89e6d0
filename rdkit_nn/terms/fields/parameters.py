"""Fields that hold parameters: one, by variable, by axis, by power."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from ...core.parameters import SPACE, Parameter, as_parameter, quoted
from .base import MISSING, Field, FrozenDict, Leaf


class ParameterField(Field):
    """One parameter: a number, a DataArray, a tensor, a function of time, or text.

    Args:
        default: Value where none is given.
        least: Smallest value allowed.
        why: What a smaller one would do, for the message.
    """

    def __init__(
        self, default: Any = MISSING, least: float | None = None, why: str = ""
    ):
        super().__init__(default)
        self.least, self.why = least, why

    def read(self, name: str, value: Any, term: Any) -> Any:
        parameter = as_parameter(name, value)
        self.check(name, parameter)
        return parameter

    def check(self, name: str, value: Any) -> None:
        """Refuse a constant below the least.

        Raises:
            ValueError: With the smallest value found.
        """
        if self.least is None:
            return
        try:
            smallest = float(np.min(getattr(value, "values", value)))
        except (TypeError, ValueError):
            return  # known when it is resolved
        if smallest < self.least:
            bound = (
                "not be negative" if self.least == 0 else f"be at least {self.least:g}"
            )
            raise ValueError(
                f"{quoted(name)} must {bound}, but is {smallest:g}"
                f"{': ' + self.why if self.why else ''}."
            )

    def leaves(self, value: Any) -> Iterator[Leaf]:
        yield (), value

    def map(self, function: Callable[[tuple[str, ...], Any], Any], value: Any) -> Any:
        return function((), value)


class ByName(Field):
    """A mapping from names to values that another field reads.

    Args:
        inner: Field of a single value.
        default: Value where none is given.
    """

    def __init__(self, inner: Field, default: Any = MISSING):
        super().__init__(default)
        self.inner = inner

    def read(self, name: str, value: Any, term: Any) -> Any:
        return FrozenDict(
            {
                str(k): self.inner.read(self.label(name, k), v, term)
                for k, v in value.items()
            }
        )

    def label(self, name: str, key: Any) -> str:
        """What one value is called in messages."""
        return f"{name} of `{key}`"

    def write(self, value: Any) -> list[str]:
        return [f"{self.name}={dict(value)!r}"]

    def leaves(self, value: Any) -> Iterator[Leaf]:
        for key, item in value.items():
            for path, leaf in self.inner.leaves(item):
                yield (key, *path), leaf

    def map(self, function: Callable[[tuple[str, ...], Any], Any], value: Any) -> Any:
        def below(key: str) -> Callable[[tuple[str, ...], Any], Any]:
            return lambda path, leaf: function((key, *path), leaf)

        return FrozenDict({k: self.inner.map(below(k), v) for k, v in value.items()})

    def terms(self, value: Any) -> Iterator[tuple[str, Any]]:
        for key, item in value.items():
            for name, term in self.inner.terms(item):
                yield (f"{key}.{name}" if name else key), term

    def map_terms(self, function: Callable[[str, Any], Any], value: Any) -> Any:
        return FrozenDict(
            {
                k: self.inner.map_terms(partial(_below, function, k), v)
                for k, v in value.items()
            }
        )


def _below(function: Callable[[str, Any], Any], key: str, name: str, term: Any) -> Any:
    return function(f"{key}.{name}" if name else key, term)


class ByVariable(ByName):
    """Values by variable, given as keyword arguments: `Diffusion(u=1.0, v=0.5)`."""

    catches = True
    variables = True  # whether the names are those of variables

    def write(self, value: Any) -> list[str]:
        return [f"{name}={item!r}" for name, item in value.items()]


class ByAxis(ByName):
    """Values by axis: `{"x": 0.5, "y": -0.1}`."""

    def read(self, name: str, value: Any, term: Any) -> Any:
        if not isinstance(value, Mapping) or not set(value) <= set(SPACE):
            raise TypeError(
                f'The {name} is given by axis, such as {{"x": 0.5}}, but got {value!r}.'
            )
        return super().read(name, value, term)

    def label(self, name: str, key: Any) -> str:
        """What one value is called in messages."""
        return f"{name} along {key}"


class Powers(Field):
    """Coefficients (c0, c1, …) of the powers of an operator."""

    def __init__(self, inner: Field):
        super().__init__()
        self.inner = inner

    def read(self, name: str, value: Any, term: Any) -> Any:
        if not isinstance(value, (tuple, list, np.ndarray)) or len(value) == 0:
            raise TypeError(
                f"The {name} are (c0, c1, …), of powers of the Laplacian, but got "
                f"{value!r:.80}."
            )
        return tuple(self.inner.read(name, c, term) for c in value)

    def leaves(self, value: Any) -> Iterator[Leaf]:
        for order, item in enumerate(value):
            for path, leaf in self.inner.leaves(item):
                yield (f"c{order}", *path), leaf

    def map(self, function: Callable[[tuple[str, ...], Any], Any], value: Any) -> Any:
        def below(order: int) -> Callable[[tuple[str, ...], Any], Any]:
            return lambda path, leaf: function((f"c{order}", *path), leaf)

        return tuple(self.inner.map(below(k), v) for k, v in enumerate(value))


class ByDriver(ByName):
    """Values by the variable that drives: `{"v": 0.3}`."""

    def read(self, name: str, value: Any, term: Any) -> Any:
        if not isinstance(value, Mapping) or not value:
            raise TypeError(
                f'The {name} is given by variable and driver, u={{"v": 0.3}}, but got '
                f"{value!r}."
            )
        return super().read(name, value, term)

    def label(self, name: str, key: Any) -> str:
        """What one value is called in messages."""
        return f"{name} by `{key}`"


def is_constant(value: Any) -> bool:
    """Whether a parameter is one number, or one for each member."""
    return not isinstance(value, Parameter) or value.constant


def shaped(value: Any, modes: np.ndarray) -> Any:
    """A constant parameter, its members in front of an array of modes."""
    if not isinstance(value, Parameter):
        return value
    return value.sample(None, None).reshape(-1, *(1,) * modes.ndim)
