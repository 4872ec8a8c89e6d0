"""Model, method and numbers in what a run says of its dynamics."""

from __future__ import annotations

import ast


def described(text: str) -> tuple[str, str, dict[str, float]]:
    """Model, method and numbers in the description of a dynamics.

    Example:
        >>> described("Flow(gray_scott_kinetics(F=0.03) + Diffusion(u=1.0), Euler(dt=1.0))")
        ('gray_scott', 'Euler', {'F': 0.03, 'D_u': 1.0, 'dt': 1.0})
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return text.split("(")[0][:40], "", {}
    numbers: dict[str, float] = {}
    term, method = tree, None
    if isinstance(tree, ast.Call) and _name(tree) == "Flow" and len(tree.args) == 2:
        term, method = tree.args
    names = []
    parts = term
    while isinstance(parts, ast.BinOp):
        names.append(_called(parts.right))
        parts = parts.left
    names = [_called(parts), *reversed(names)]
    own = [n for n in names if n not in ("Diffusion", "Linear", "Noise", "")]
    model = " + ".join(own or names).replace("_kinetics", "")
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        prefix = {"Diffusion": "D_"}.get(_name(call), "")
        for keyword in call.keywords:
            value = _number(keyword.value)
            if keyword.arg is not None and value is not None:
                numbers.setdefault(prefix + keyword.arg, value)
    return model, _called(method) if method is not None else "", numbers


def _name(call: ast.expr) -> str:
    match call:
        case ast.Call(ast.Name(name)):
            return name
        case ast.Call(ast.Call(ast.Name(name))):
            return name
    return ""


def _called(node: ast.expr) -> str:
    match node:
        case ast.Call(ast.Attribute(inner)):
            return _called(inner)
    return _name(node) or ast.unparse(node)[:40]


def _number(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.UnaryOp(ast.USub(), operand):
            value = _number(operand)
            return None if value is None else -value
    return None
