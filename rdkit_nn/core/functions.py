"""Functions of expressions, for arrays, tensors, symbols and the tracer."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..arrays import namespace


def _function(name: str, sympy_name: str | None = None, arity: int = 1) -> Callable:
    def read(*operands: Any) -> Any:
        if len(operands) != arity:
            raise TypeError(f"`{name}` takes {arity} operand(s), got {len(operands)}.")
        if name == "where" and isinstance(operands[0], (bool, np.bool_)):
            return operands[1] if operands[0] else operands[2]  # of plain numbers
        if any(isinstance(x, Tracer) for x in operands):
            nodes = [node_of(x) for x in operands]
            return Tracer(ast.Call(ast.Name(name, ast.Load()), nodes, []))
        if any(_is_symbol(x) for x in operands):
            return _symbolic(sympy_name or name, operands)
        array: Any = next((x for x in operands if hasattr(x, "dtype")), None)
        xp = namespace(array)
        if xp is not np:
            # Torch wants every operand to be a tensor. One without dims loses no digit
            # beside float64 and does not lift float32.
            operands = tuple(
                x
                if hasattr(x, "dtype")
                else xp.as_tensor(x, dtype=xp.float64, device=array.device)
                for x in operands
            )
        return getattr(xp, name)(*operands)

    read.__name__ = read.__qualname__ = name
    read.__doc__ = f"`{name}`, cell by cell, in every reading of a law."
    read.arity = arity  # type: ignore[attr-defined]
    return read


exp = _function("exp")
log = _function("log")
sqrt = _function("sqrt")
tanh = _function("tanh")
sin = _function("sin")
cos = _function("cos")
minimum = _function("minimum", "Min", arity=2)
maximum = _function("maximum", "Max", arity=2)
where = _function("where", "Piecewise", arity=3)
where.__doc__ = "`where(condition, a, b)`: a where the condition holds, else b."
absolute = _function("abs", "Abs")

FUNCTIONS: dict[str, Callable] = {
    f.__name__: f
    for f in (exp, log, sqrt, tanh, sin, cos, minimum, maximum, where, absolute)
}


def _is_symbol(x: Any) -> bool:
    return type(x).__module__.partition(".")[0] == "sympy"


def _symbolic(name: str, operands: tuple) -> Any:
    import sympy

    if name == "Piecewise":
        condition, yes, no = operands
        return sympy.Piecewise((yes, condition), (no, True))
    return getattr(sympy, name)(*operands)


class Tracer:
    """Stands in for an array and writes down what is done to it."""

    __array_ufunc__ = None  # numpy's own functions must not swallow it in silence
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, node: ast.expr):
        self.node = node

    def __bool__(self) -> bool:
        raise TypeError(
            "A law is one formula for all cells: choose with rd.where(condition, a, b), "
            "not with `if`, `and`, `or` or `not`."
        )

    def __abs__(self) -> Tracer:
        return absolute(self)

    def __neg__(self) -> Tracer:
        return Tracer(ast.UnaryOp(ast.USub(), self.node))

    def __pos__(self) -> Tracer:
        return self


_BINARY: dict[str, type[ast.operator]] = {
    "add": ast.Add,
    "sub": ast.Sub,
    "mul": ast.Mult,
    "truediv": ast.Div,
    "pow": ast.Pow,
}
_COMPARE: dict[str, type[ast.cmpop]] = {
    "lt": ast.Lt,
    "le": ast.LtE,
    "gt": ast.Gt,
    "ge": ast.GtE,
}


def node_of(x: Any) -> ast.expr:
    """Syntax tree of a traced value or a plain number.

    Raises:
        TypeError: If it is neither.
        ValueError: If it is a number that is not finite.
    """
    if isinstance(x, Tracer):
        return x.node
    if isinstance(x, (int, float, np.integer, np.floating)) and not isinstance(x, bool):
        number = float(x)
        if not math.isfinite(number):
            raise ValueError(f"A law cannot hold the number {number}.")
        whole = ast.Constant(abs(int(x)) if float(x) == int(x) else abs(number))
        negative = math.copysign(1.0, number) < 0
        return ast.UnaryOp(ast.USub(), whole) if negative else whole
    raise TypeError(f"A law works cell by cell; {type(x).__name__} is not a number.")


def _install() -> None:
    for name, kind in _BINARY.items():

        def forth(self, other, kind=kind):
            return Tracer(ast.BinOp(self.node, kind(), node_of(other)))

        def back(self, other, kind=kind):
            return Tracer(ast.BinOp(node_of(other), kind(), self.node))

        setattr(Tracer, f"__{name}__", forth)
        setattr(Tracer, f"__r{name}__", back)
    for name, comparison in _COMPARE.items():

        def compare(self, other, comparison=comparison):
            return Tracer(ast.Compare(self.node, [comparison()], [node_of(other)]))

        setattr(Tracer, f"__{name}__", compare)


_install()
