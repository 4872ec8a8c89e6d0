"""Kinds of fields that a term declares, and what follows from each.

A field reads what its constructor is given, writes it into the `repr`, and yields the
parameters and the terms inside it. `base.Term` gets everything else from that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from .. import boundary as _boundary
from ..core.parameters import SPACE, Parameter, as_parameter, quoted
from ..core.random import as_seed

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
        """The value with every term inside replaced by a function of its name and itself."""
        return value


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
                k: self.inner.map_terms(
                    lambda n, t, k=k: function(f"{k}.{n}" if n else k, t), v
                )
                for k, v in value.items()
            }
        )


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
        return tuple(
            self.inner.map(lambda p, x, k=k: function((f"c{k}", *p), x), v)
            for k, v in enumerate(value)
        )


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
        from .. import symbols

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
        return _boundary.stated(value, names)

    def write(self, value: Any) -> list[str]:
        return _boundary.written(value)


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
        from .base import Term

        if not isinstance(value, Term):
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


def is_parameter(value: Any) -> bool:
    """Whether something may be a parameter: no mapping, no term."""
    return isinstance(value, (int, float, str, xr.DataArray, Parameter)) or callable(
        value
    )


Values = Mapping[str, Any] | Sequence[Any]


def is_constant(value: Any) -> bool:
    """Whether a parameter is one number, or one for each member."""
    return not isinstance(value, Parameter) or value.constant


def shaped(value: Any, modes: np.ndarray) -> Any:
    """A constant parameter, its members in front of an array of modes."""
    if not isinstance(value, Parameter):
        return value
    return value.sample(None, None).reshape(-1, *(1,) * modes.ndim)


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
