"""Expressions given as text: parsed by a whitelist of arithmetic, never executed.

Laws, parameters and boundary values share this parser.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from .functions import FUNCTIONS

LONGEST = 10_000  # characters of one expression
DEEPEST = 100  # levels of nesting
CHAIN = 32  # summands above which a sum is balanced, so that it is not deep

CONSTANTS = {"pi": math.pi, "e": math.e}

HINTS = {
    "laplace": "rd.Diffusion(u=D) is D·laplace(u), rd.Linear(u=(0, a, b)) its powers",
    "laplacian": "rd.Diffusion(u=D) is D·laplace(u), rd.Linear(u=(0, a, b)) its powers",
    "gradient_squared": "rd.SquaredGradient(u=c) is c·|∇u|²",
    "d_dx": 'rd.Advection(u={"x": c}) is -c·∂u/∂x, rd.Flux the slope of a law',
    "d_dy": 'rd.Advection(u={"y": c}) is -c·∂u/∂y, rd.Flux the slope of a law',
    "d_dz": 'rd.Advection(u={"z": c}) is -c·∂u/∂z, rd.Flux the slope of a law',
    "integral": "rd.Network(term) is the mean over all cells, rd.Convolution an integral",
    "^": "a power is written **",
}  # what a word means that no pointwise expression has

_ALLOWED = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd)
_COMPARE = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_OPERATIONS: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


class Expression:
    """One expression and its names.

    Args:
        what: What it stands for, for messages: ``"`F`"``.
        text: The expression.

    Raises:
        ValueError: If it is not plain arithmetic; the message names the part.

    Example:
        >>> Expression("`a`", "1 + 0.5*sin(2*pi*t)").names
        ('t',)
    """

    def __init__(self, what: str, text: str):
        self.text, self.tree = text, parse(what, text)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names that are neither functions nor constants, in order of appearance."""
        return tuple(n for n in names_in(self.tree) if n not in CONSTANTS)

    def __call__(self, **known: Any) -> Any:
        """Value with these names known."""
        return evaluate(self.tree, {**CONSTANTS, **known})


def parse(what: str, text: str) -> ast.expr:
    """Checked syntax tree of an expression, whole numbers turned into floats.

    Raises:
        ValueError: If it is not plain arithmetic.
    """
    if not isinstance(text, str):
        raise ValueError(f"The formula of {what} must be text, but got {text!r}.")
    if len(text) > LONGEST:
        raise ValueError(
            f"The formula of {what} has {len(text)} characters; at most {LONGEST} are "
            "read."
        )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = getattr(error, "msg", None) or str(error) or type(error).__name__
        raise _refused(what, text, f"{reason}") from None
    tree = _balanced(tree)
    _check(tree, what, text, 0)
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Name)
            and node.id in FUNCTIONS
            and id(node) not in called
        ):
            raise _refused(what, text, f"`{node.id}` is a function: call it")
    return _Floats().visit(tree)


def names_in(tree: ast.expr) -> Iterator[str]:
    """Names of a tree that are not called, each once, in order of appearance."""
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    names = [
        n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called
    ]
    ordered = sorted(names, key=lambda n: (n.lineno, n.col_offset))
    yield from dict.fromkeys(node.id for node in ordered)


def evaluate(tree: ast.expr, known: Mapping[str, Any]) -> Any:
    """Value of a checked expression: only arithmetic and the functions of `FUNCTIONS`."""
    match tree:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return known[name]
        case ast.UnaryOp(op, operand):
            return _OPERATIONS[type(op)](evaluate(operand, known))
        case ast.BinOp(left, op, right):
            return _OPERATIONS[type(op)](evaluate(left, known), evaluate(right, known))
        case ast.Compare(left, [op], [right]):
            return _OPERATIONS[type(op)](evaluate(left, known), evaluate(right, known))
        case ast.Call(ast.Name(name), operands):
            return FUNCTIONS[name](*(evaluate(x, known) for x in operands))
    raise TypeError(f"{ast.unparse(tree)!r} is no arithmetic.")


def _balanced(tree: ast.expr) -> ast.expr:
    """The tree with a long chain of sums as a balanced one; short chains as they are."""
    summands: list[tuple[bool, ast.expr]] = []
    node = tree
    while isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        summands.append((isinstance(node.op, ast.Sub), node.right))
        node = node.left
    if len(summands) < CHAIN:
        return tree
    summands.append((False, node))
    leaves = [
        ast.copy_location(ast.UnaryOp(ast.USub(), x), x) if minus else x
        for minus, x in reversed(summands)
    ]
    while len(leaves) > 1:
        pairs = [
            ast.copy_location(ast.BinOp(a, ast.Add(), b), a)
            for a, b in zip(leaves[::2], leaves[1::2])
        ]
        leaves = pairs + leaves[2 * len(pairs) :]
    return leaves[0]


class _Floats(ast.NodeTransformer):
    """Whole numbers become floats, or a tower of powers would never end."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Turn one number."""
        return ast.copy_location(ast.Constant(_float(node.value)), node)


def _check(tree: ast.expr, what: str, text: str, depth: int) -> None:
    if depth > DEEPEST:
        raise _refused(what, text, f"it is nested more than {DEEPEST} levels deep")
    operands: list[ast.expr] = []
    match tree:
        case ast.Constant(value):
            if type(value) not in (int, float) or not math.isfinite(_float(value)):
                raise _refused(what, text, f"{value!r:.40} is not a finite number")
        case ast.Name(name):
            if name.startswith("_"):
                raise _refused(what, text, f"`{name}` begins with an underscore")
        case ast.UnaryOp(op, operand) if isinstance(op, _ALLOWED):
            operands = [operand]
        case ast.BinOp(left, op, right) if isinstance(op, _ALLOWED):
            operands = [left, right]
        case ast.BinOp(_, ast.BitXor(), _):
            raise _refused(what, text, f"`^` is no power here ({HINTS['^']})")
        case ast.Compare(left, [op], [right]) if isinstance(op, _COMPARE):
            operands = [left, right]
        case ast.Call(ast.Name(name), given, []) if name in FUNCTIONS:
            count = FUNCTIONS[name].arity  # type: ignore[attr-defined]
            if len(given) != count:
                raise _refused(what, text, f"`{name}` takes {count} operand(s)")
            operands = list(given)
        case ast.Call(func):
            name = ast.unparse(func)
            hint = f" ({HINTS[name]})" if name in HINTS else ""
            raise _refused(
                what, text, f"`{name}` is not one of {', '.join(FUNCTIONS)}{hint}"
            )
        case _:
            kind = type(tree).__name__
            raise _refused(what, text, f"`{ast.unparse(tree):.60}` is {kind}")
    for operand in operands:
        _check(operand, what, text, depth + 1)


def _float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _refused(what: str, text: str, why: str) -> ValueError:
    return ValueError(
        f"The formula of {what} is not plain arithmetic: {why}, in {text!r:.80}. "
        "Numbers, names, + - * / **, comparisons and "
        f"{', '.join(FUNCTIONS)} are read; nothing else, and nothing is executed."
    )
