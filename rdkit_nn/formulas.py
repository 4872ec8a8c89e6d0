"""Formulas given as text: read by a whitelist of arithmetic, never executed."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .laws import Law, evaluate
from .words import FUNCTIONS

LONGEST = 10_000  # characters of one formula
DEEPEST = 100  # levels of nesting

_ALLOWED = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd)
_COMPARE = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True)
class Formulas:
    """A law's function, made of text: called with species, then parameters by name."""

    texts: tuple[tuple[str, str], ...]

    def __call__(self, *fields: Any, **parameters: Any) -> dict[str, Any]:
        """Rates by name, on whatever the fields are."""
        known = {**dict(zip(self.trees, fields)), **parameters}
        return {who: evaluate(tree, known) for who, tree in self.trees.items()}

    @cached_property
    def trees(self) -> dict[str, ast.expr]:
        """Checked formulas by name."""
        return {who: _parse(who, text) for who, text in self.texts}

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names that are no species, in order of appearance."""
        found: dict[str, None] = {}
        for who, text in self.texts:
            tree = self.trees[who]
            called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
            names = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
            for node in sorted(names, key=lambda n: (n.lineno, n.col_offset)):
                if id(node) in called:
                    continue
                if node.id in FUNCTIONS:
                    raise _refused(who, text, f"`{node.id}` is a function: call it")
                if node.id not in self.trees:
                    found[node.id] = None
        return tuple(found)

    def __reduce__(self):
        return Formulas, (self.texts,)


def law_from_text(texts: Mapping[str, str]) -> Law:
    """Read a law from formulas by name.

    Raises:
        ValueError: If a formula is not plain arithmetic; the sentence names the part.
    """
    if not texts:
        raise ValueError('A law needs at least one formula: rd.law(u="a - u")(a=1.0).')
    function = Formulas(tuple(texts.items()))
    written = ", ".join(f"{who}={text!r}" for who, text in texts.items())
    law = Law(f"law({written})", tuple(texts), function.parameters, (), function)
    try:
        law.text  # noqa: B018  (plain numbers are worked out here: 1/0, 9**64**64)
    except (ArithmeticError, RecursionError) as error:
        raise ValueError(f"`{law.name}` has no value: {error}.") from None
    return law


def _parse(who: str, text: str) -> ast.expr:
    if not isinstance(text, str):
        raise ValueError(f"The formula of `{who}` must be text, but got {text!r}.")
    if len(text) > LONGEST:
        raise ValueError(
            f"The formula of `{who}` has {len(text)} characters; at most {LONGEST} are "
            "read."
        )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = getattr(error, "msg", None) or str(error) or type(error).__name__
        raise _refused(who, text, f"{reason}") from None
    _check(tree, who, text, 0)
    return _Floats().visit(tree)


class _Floats(ast.NodeTransformer):
    """Whole numbers become floats, or a tower of powers would never end."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Turn one number."""
        return ast.copy_location(ast.Constant(_float(node.value)), node)


def _check(tree: ast.expr, who: str, text: str, depth: int) -> None:
    if depth > DEEPEST:
        raise _refused(who, text, f"it is nested more than {DEEPEST} levels deep")
    match tree:
        case ast.Constant(value):
            if type(value) not in (int, float) or not math.isfinite(_float(value)):
                raise _refused(who, text, f"{value!r:.40} is not a finite number")
            below: list[ast.expr] = []
        case ast.Name(name):
            if name.startswith("_"):
                raise _refused(who, text, f"`{name}` begins with an underscore")
            below = []
        case ast.UnaryOp(op, operand) if isinstance(op, _ALLOWED):
            below = [operand]
        case ast.BinOp(left, op, right) if isinstance(op, _ALLOWED):
            below = [left, right]
        case ast.Compare(left, [op], [right]) if isinstance(op, _COMPARE):
            below = [left, right]
        case ast.Call(ast.Name(name), operands, []) if name in FUNCTIONS:
            count = FUNCTIONS[name].arity  # type: ignore[attr-defined]
            if len(operands) != count:
                raise _refused(who, text, f"`{name}` takes {count} operand(s)")
            below = list(operands)
        case ast.Call(func):
            raise _refused(
                who,
                text,
                f"`{ast.unparse(func)}` is not one of {', '.join(FUNCTIONS)}",
            )
        case _:
            kind = type(tree).__name__
            raise _refused(who, text, f"`{ast.unparse(tree):.60}` is {kind}")
    for part in below:
        _check(part, who, text, depth + 1)


def _float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _refused(who: str, text: str, why: str) -> ValueError:
    return ValueError(
        f"The formula of `{who}` is not plain arithmetic: {why}, in {text!r:.80}. "
        "Numbers, names, + - * / **, comparisons and "
        f"{', '.join(FUNCTIONS)} are read; nothing else, and nothing is executed."
    )
