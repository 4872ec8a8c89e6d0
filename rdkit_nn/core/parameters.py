"""Parameters of terms: what one may be, and its value in a cell at a time.

A parameter is a number, or one of the classes below. All are resolved alike: `resolve`
gives a number or an array that broadcasts against a field, in the field's library and
dtype, for one grid and one clock. Parameters support `+ - * /` and unary minus.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..arrays import aslike, is_tensor
from .digests import digest
from .expressions import Expression

if TYPE_CHECKING:
    from ..dynamics import Clock
    from ..grid import Grid

SPACE = ("z", "y", "x")
RESERVED = {"time", "step", "domain"}


@dataclass(frozen=True)
class Members:
    """Dimension along which the members of an ensemble lie.

    Args:
        dim: Its name.
        size: How many members there are.
        labels: Their coordinate, if they have one.
    """

    dim: str
    size: int
    labels: tuple[Any, ...] | None = None


class Parameter:
    """A parameter that is more than a number.

    `members`, `in_space`, `in_time` and `tracked` say what its value depends on.
    """

    members: Members | None = None
    in_space = False
    in_time = False
    tracked = False

    @property
    def constant(self) -> bool:
        """Whether the value is one number, or one number for each member."""
        return not (self.in_space or self.in_time or self.tracked)

    def sample(self, grid: Grid | None, clock: Clock | None) -> Any:
        """Value as a number, or as an array (member or 1, *cells of the grid or 1)."""
        raise NotImplementedError

    def check(self, grid: Grid) -> None:
        """Refuse a grid that the parameter does not fit."""

    def resolve(self, like: Any, grid: Grid | None, clock: Clock | None) -> Any:
        """Value that broadcasts against `like`, in its library and dtype."""
        value = self.sample(grid, clock)
        if value_ndim(value) == 0:
            if is_tensor(value):
                return value.to(dtype=like.dtype, device=like.device)
            return float(value)
        cells = tuple(value.shape[1:])
        if len(value) == 1:
            value = value.reshape(cells)
        else:
            lead = (1,) * (like.ndim - 1 - len(cells))
            value = value.reshape((len(value), *lead, *cells))
        if is_tensor(value):
            return value.to(dtype=like.dtype, device=like.device)
        return aslike(value, like)

    def __add__(self, other: Any) -> Any:
        return combine("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return combine("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return combine("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return combine("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return combine("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return combine("*", other, self)

    def __truediv__(self, other: Any) -> Any:
        return combine("/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return combine("/", other, self)

    def __neg__(self) -> Any:
        return combine("*", -1.0, self)

    def _key(self) -> tuple:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self._key())


class ArrayParameter(Parameter):
    """Values along the axes of the grid, along a new dimension (members), or both.

    Args:
        name: Of the parameter, for messages.
        array: Any real DataArray; at most one of its dimensions is not z, y or x.

    Raises:
        TypeError: If the values are not real numbers.
        ValueError: If a value is not finite, or a dimension cannot be one of members.
    """

    def __init__(self, name: str, array: xr.DataArray):
        own = [str(d) for d in array.dims if d not in SPACE]
        space = tuple(d for d in SPACE if d in array.dims)
        if len(own) > 1 or RESERVED & set(own) or array.size == 0:
            raise ValueError(
                f"{quoted(name)} is a DataArray along {', '.join(map(str, array.dims))}. It "
                "varies in space along z, y, x, and makes members along at most one new "
                "dimension, of which there is at least one: "
                'xr.DataArray([0.02, 0.03], dims="F").'
            )
        ordered = array.transpose(*own, *space)
        values = np.asarray(ordered.values)
        if values.dtype.kind not in "fiub":
            raise TypeError(
                f"{quoted(name)} must hold real numbers, but is {values.dtype}."
            )
        self.boolean = values.dtype.kind == "b"
        values = np.array(values, dtype=float)
        if not np.isfinite(values).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
            raise ValueError(
                f"{quoted(name)} must be finite, but is {values[where]} at {where}."
            )
        self.name, self.space, self.in_space = name, space, bool(space)
        self.coords = {
            d: np.array(ordered[d].values) for d in ordered.dims if d in ordered.coords
        }
        if own:
            labels = (
                tuple(self.coords[own[0]].tolist()) if own[0] in self.coords else None
            )
            self.members = Members(own[0], values.shape[0], labels)
        self.values = values
        values.flags.writeable = False
        self.digest = digest((own, space, self.coords, values))
        self._fitted: tuple[Any, np.ndarray] = (None, values)

    def __repr__(self) -> str:
        dims = [self.members.dim] if self.members else []
        if not self.in_space:
            labels = self.members.labels if self.members else None
            coords = f", coords={ {dims[0]: list(labels)}!r}" if labels else ""
            return f"DataArray({self.values.tolist()}, dims={dims[0]!r}{coords})"
        low, high = self.values.min(), self.values.max()
        names = ", ".join((*dims, *self.space))
        return f"DataArray(({names}), {low:g} to {high:g}, {self.digest})"

    def _key(self) -> tuple:
        return (self.digest,)

    @property
    def array(self) -> xr.DataArray:
        """The values with their labels."""
        dims = ((self.members.dim,) if self.members else ()) + self.space
        return xr.DataArray(self.values, dims=dims, coords=self.coords)

    def sample(self, grid: Grid | None, clock: Clock | None) -> np.ndarray:
        """Values shaped (member or 1, *cells or 1)."""
        count = self.members.size if self.members else 1
        if not self.in_space:
            return self.values.reshape(count, *(1,) * (len(grid.shape) if grid else 0))
        if self._fitted[0] != grid:
            self._fitted = grid, self._fit(grid, count)
        return self._fitted[1]

    def _fit(self, grid: Grid, count: int) -> np.ndarray:
        core = grid.core
        self.check(core)
        values = self.values if self.members else self.values[np.newaxis]
        for axis, dim in enumerate(self.space, start=1):
            if dim in self.coords:
                order = _order(self.name, dim, self.coords[dim], core)
                values = values if order is None else values.take(order, axis)
        sizes = dict(zip(self.space, values.shape[1:]))
        values = values.reshape(count, *(sizes.get(d, 1) for d in core.dims))
        return grid.extend(values)

    def check(self, grid: Grid) -> None:
        """Refuse values that do not fit a grid.

        Raises:
            ValueError: If an axis is missing, has another number of cells, or other
                coordinates.
        """
        cells = dict(zip(grid.dims, grid.shape))
        shape = self.values.shape[1:] if self.members else self.values.shape
        for dim, n in zip(self.space, shape):
            if cells.get(dim) != n:
                raise ValueError(
                    f"{quoted(self.name)} has {n} values along {dim}, but the grid has "
                    f"{cells.get(dim, 'no such axis')}."
                )
            if dim in self.coords:
                _order(self.name, dim, self.coords[dim], grid)


def _order(name: str, dim: str, found: np.ndarray, grid: Grid) -> np.ndarray | None:
    """Indices that bring values into the order of the grid; None where they are in it."""
    axis = grid.dims.index(dim)
    centres, h = grid.coords[dim][1], grid.spacing[axis]
    given = np.asarray(found, dtype=float)
    for order in (None, np.argsort(given)):
        if np.allclose(given if order is None else given[order], centres, 0, 1e-6 * h):
            return order
    raise ValueError(
        f"{quoted(name)} lies at {dim} = {given.min():g} … {given.max():g}, but the cells of the "
        f"grid at {centres[0]:g} … {centres[-1]:g}: give it the grid's coordinates, or "
        "none."
    )


class TensorParameter(Parameter):
    """A torch tensor without dims that gradients are wanted for.

    Args:
        tensor: Stays as it is; two are equal if it is the same.
    """

    tracked = True

    def __init__(self, tensor: Any):
        self.tensor = tensor

    def __repr__(self) -> str:
        return f"tensor({float(self.tensor.detach()):g}, requires_grad=True)"

    def _key(self) -> tuple:
        return (id(self.tensor),)

    def __float__(self) -> float:
        return float(self.tensor.detach())

    def sample(self, grid: Grid | None, clock: Clock | None) -> Any:
        """The tensor itself."""
        return self.tensor

    def resolve(self, like: Any, grid: Grid | None, clock: Clock | None) -> Any:
        """The tensor, in the dtype and on the device of `like`.

        Raises:
            TypeError: If the field is no tensor, so that the gradient would be lost.
        """
        if not is_tensor(like):
            raise TypeError(
                "A parameter that is a torch tensor needs tensors all the way: "
                "rd.Flow(term, method, device='torch:cpu') or a CUDA device."
            )
        return super().resolve(like, grid, clock)


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
        return f"<{called}({', '.join(('t', *self.places))}) {self.digest}>"

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
                f"{quoted(name)} = {text!r} names {', '.join(sorted(other))}, but a parameter "
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


class CombinedParameter(Parameter):
    """Two parameters joined by an operation, as in `as_parameter("r", r) - 1`."""

    def __init__(self, sign: str, left: Any, right: Any):
        self.sign, self.left, self.right = sign, left, right
        pair = [p for p in (left, right) if isinstance(p, Parameter)]
        self.in_space = any(p.in_space for p in pair)
        self.in_time = any(p.in_time for p in pair)
        self.tracked = any(p.tracked for p in pair)
        self.members = common_members(pair)

    def __repr__(self) -> str:
        return f"({self.left!r} {self.sign} {self.right!r})"

    def _key(self) -> tuple:
        return self.sign, self.left, self.right

    def check(self, grid: Grid) -> None:
        """Refuse a grid that either operand does not fit."""
        for operand in (self.left, self.right):
            if isinstance(operand, Parameter):
                operand.check(grid)

    def sample(self, grid: Grid | None, clock: Clock | None) -> Any:
        """The operation on the values of both."""
        left, right = (
            p.sample(grid, clock) if isinstance(p, Parameter) else p
            for p in (self.left, self.right)
        )
        if is_tensor(left) != is_tensor(right):  # an array beside a tensor
            tensor = left if is_tensor(left) else right
            left, right = (
                x if is_tensor(x) or np.ndim(x) == 0 else tensor.new_tensor(x)
                for x in (left, right)
            )
        return OPERATIONS[self.sign](left, right)

    def resolve(self, like: Any, grid: Grid | None, clock: Clock | None) -> Any:
        """Value that broadcasts against `like`."""
        if self.tracked and not is_tensor(like):
            for operand in (self.left, self.right):
                if isinstance(operand, Parameter) and operand.tracked:
                    operand.resolve(like, grid, clock)
        return super().resolve(like, grid, clock)


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def combine(sign: str, left: Any, right: Any) -> Any:
    """Join two parameters; arrays at once, and text to text."""
    left, right = (as_parameter("operand", p) for p in (left, right))
    kinds = {type(p) for p in (left, right)}
    if kinds <= {float}:
        return OPERATIONS[sign](left, right)
    if kinds <= {float, ArrayParameter}:
        own = next(p for p in (left, right) if isinstance(p, ArrayParameter))
        arrays = [
            p.array if isinstance(p, ArrayParameter) else p for p in (left, right)
        ]
        with xr.set_options(arithmetic_join="exact"):
            return ArrayParameter(own.name, OPERATIONS[sign](*arrays))
    if kinds <= {float, FormulaParameter}:
        own = next(p for p in (left, right) if isinstance(p, FormulaParameter))
        texts = [
            f"({p.text})" if isinstance(p, FormulaParameter) else f"({p!r})"
            for p in (left, right)
        ]
        return FormulaParameter(own.name, f"{texts[0]} {sign} {texts[1]}")
    return CombinedParameter(sign, left, right)


def as_parameter(name: str, value: Any) -> Any:
    """Read a parameter: a number, or a `Parameter`.

    Args:
        name: For messages.
        value: A number; a DataArray along z, y, x (a field in space), along a new
            dimension (members), or both; a torch tensor that requires gradients; a
            function of time, or of time and place; a text formula of t, x, y, z.

    Raises:
        TypeError: If it is none of them.
        ValueError: If a number is not finite, or a DataArray has other dimensions.

    Example:
        >>> as_parameter("r", "0.2*t") - 1
        '(0.2*t) - (1.0)'
    """
    if isinstance(value, Parameter):
        return value
    if is_tensor(value) and value.requires_grad and value.ndim == 0:
        number(name, value.detach())
        return TensorParameter(value)
    if isinstance(value, xr.DataArray) and value.ndim:
        return ArrayParameter(name, value)
    if isinstance(value, str):
        formula = FormulaParameter(name, value)
        if formula.in_time or formula.in_space:
            return formula
        return number(name, formula.sample(None, None))
    if callable(value) and not isinstance(value, xr.DataArray) and not is_tensor(value):
        return FunctionParameter(name, value)
    return number(name, value)


def quoted(name: str) -> str:
    """A parameter's name for a message: `F`, or the diffusivity of `u`."""
    return f"The {name}" if "`" in name else f"`{name}`"


def value_ndim(value: Any) -> int:
    """Number of dimensions of a number, array or tensor."""
    return value.ndim if is_tensor(value) else np.ndim(value)


def number(name: str, value: Any) -> float:
    """Check a parameter that is a finite number.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is not finite.
    """
    if isinstance(value, (bool, str)) or np.ndim(value) != 0:
        raise TypeError(
            f"{quoted(name)} must be a number, but got {value!r:.80}. "
            'Many values are members, xr.DataArray(values, dims="F"), or a sweep: '
            "rd.sweep(build, initial, over={...})."
        )
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"{quoted(name)} must be a number, but got {value!r:.80}."
        ) from None
    if not isfinite(result):
        raise ValueError(f"{quoted(name)} must be finite, but is {result}.")
    return result


def resolve(value: Any, like: Any, grid: Grid | None, clock: Clock | None) -> Any:
    """A number as it is; any other parameter for one grid and time, shaped for a field."""
    return value.resolve(like, grid, clock) if isinstance(value, Parameter) else value


def common_members(parameters: Iterable[Any]) -> Members | None:
    """The members that several parameters share; None where there are none.

    Raises:
        ValueError: If they lie along different dimensions, are not as many, or bear
            different labels.
    """
    several = [p for p in parameters if isinstance(p, Parameter) and p.members]
    if not several:
        return None
    kinds = {(p.members.dim, p.members.size) for p in several}  # type: ignore[union-attr]
    if len(kinds) > 1:
        raise ValueError(
            "All parameters with members must share them, but found "
            + " and ".join(f"{n} along {dim!r}" for dim, n in sorted(kinds))
            + ". Stack every combination along one dimension, or run a sweep: "
            "rd.sweep(build, initial, over={...})."
        )
    labels = {p.members.labels for p in several if p.members.labels}  # type: ignore[union-attr]
    if len(labels) > 1:
        raise ValueError(
            f"Parameters along {several[0].members.dim!r} bear different labels: "  # type: ignore[union-attr]
            + " and ".join(str(list(one)) for one in sorted(labels, key=str))
            + ". Give all the same coordinate, in one order."
        )
    dim, size = next(iter(kinds))
    if labels:
        return Members(dim, size, labels.pop())
    plain = {
        tuple(p.values.tolist())
        for p in several
        if isinstance(p, ArrayParameter) and not p.in_space
    }
    return Members(dim, size, plain.pop() if len(plain) == 1 else None)


def _places(name: str, function: Callable) -> tuple[str, ...]:
    """Names of the axes that a function of time and place asks for."""
    if hasattr(function, "law") or isinstance(function, type):
        raise TypeError(
            f"{quoted(name)} got {getattr(function, '__name__', function)!r}, which is not a "
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
                f"{quoted(name)} is a function of time alone and must give one number, but gave "
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
            f"{quoted(name)} must give one number a cell, but its shape is {value.shape} on a "
            f"grid of {core.shape}."
        ) from None
    return grid.extend(full[np.newaxis])  # type: ignore[union-attr]
