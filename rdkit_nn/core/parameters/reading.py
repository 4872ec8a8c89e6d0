"""A parameter read from what a user gives, and the arithmetic of parameters."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ...arrays import is_tensor
from .arrays import ArrayParameter, TensorParameter
from .base import Parameter, common_members, number
from .functions import FormulaParameter, FunctionParameter

if TYPE_CHECKING:
    from ...dynamics import Clock
    from ...grid import Grid


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

    def member(self, number: int) -> Any:
        """The operation on the operands of one member."""
        pair = [
            p.member(number) if isinstance(p, Parameter) else p
            for p in (self.left, self.right)
        ]
        return combine(self.sign, *pair)

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
        formula = next(p for p in (left, right) if isinstance(p, FormulaParameter))
        texts = [
            f"({p.text})" if isinstance(p, FormulaParameter) else f"({p!r})"
            for p in (left, right)
        ]
        return FormulaParameter(formula.name, f"{texts[0]} {sign} {texts[1]}")
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


Parameter.combine = staticmethod(combine)
