"""A dynamics from its description, by a whitelist of the house's own constructors.

The description is what a run carries in its attribute `dynamics`. It is read as a
syntax tree; nothing in it is ever executed.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import xarray as xr

from . import maps, methods, models, terms
from .dynamics import Dynamics
from .flow import Flow
from .grid import boundary
from .maps._coupled_logistic import CoupledLogistic
from .maps._lenia import Lenia
from .maps._life import Life


class NotOurs(ValueError):
    """A description that names something else than the house's constructors."""


def rebuilt(description: str, arrays: Mapping[str, Any] | None = None) -> Dynamics:
    """Dynamics of a description.

    Args:
        description: As `repr` writes it.
        arrays: Fields in space and weights, by the digest that stands for them.

    Raises:
        ValueError: If it names anything but the house's own constructors and plain
            numbers, or does not describe itself alike once it is made.

    Example:
        >>> rebuilt("Flow(Diffusion(u=1.0), Euler(dt=0.1))")
        Flow(Diffusion(u=1.0), Euler(dt=0.1))
    """
    try:
        made = _made(ast.parse(description, mode="eval").body, (), arrays or {})
    except SyntaxError:
        raise NotOurs(f"the description cannot be read: {description:.200}") from None
    if not isinstance(made, Dynamics) or repr(made) != description:
        raise NotOurs(f"the description leaves something out: {description:.200}")
    return made


def same(told: str, given: str) -> str:
    """What differs between two descriptions, in words; empty if nothing does.

    Example:
        >>> same("Diffusion(u=1.0)", "Diffusion(u=2.0)")
        'u=1.0 there, u=2.0 here'
    """
    if told == given:
        return ""
    parts = [re.findall(r"[\w.]+='[^']*'|[\w.=+*/-]+", text) for text in (told, given)]
    found = []
    match = difflib.SequenceMatcher(None, parts[0], parts[1], autojunk=False)
    for kind, a, b, c, d in match.get_opcodes():
        if kind != "equal":
            there, here = " ".join(parts[0][a:b]), " ".join(parts[1][c:d])
            found.append(f"{there or 'nothing'} there, {here or 'nothing'} here")
    return "; ".join(found[:3]) or f"{told} there, {given} here"


@cache
def _constructors() -> Mapping[str, Callable]:
    """All that a description may name."""
    told: dict[str, Any] = {"Flow": Flow, "Map": maps.Map, "DataArray": xr.DataArray}
    for room in (terms, methods, models, boundary):
        for name in getattr(room, "__all__", vars(room)):
            made = getattr(room, name)
            if callable(made) and not name.startswith("_"):
                told[name] = made
    return told | {"Life": Life, "CoupledLogistic": CoupledLogistic, "Lenia": Lenia}


def _made(
    node: ast.expr,
    path: tuple[str, ...] = (),
    arrays: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """Value of a node; `path` says where it stands, for messages."""
    match node:
        case ast.Constant(value):
            return value
        case ast.UnaryOp(ast.USub(), operand):
            return -_made(operand, path, arrays)
        case ast.Tuple(items):
            return tuple(_made(x, (*path, str(k)), arrays) for k, x in enumerate(items))
        case ast.List(items):
            return [_made(x, path, arrays) for x in items]
        case ast.Dict(keys, values) if None not in keys:
            made = [_made(key) for key in keys if key is not None]
            return {k: _made(v, (*path, str(k)), arrays) for k, v in zip(made, values)}
        case ast.BinOp(left, ast.Add(), right):
            return _term(left, path, arrays) + _term(right, path, arrays)
        case ast.Call(ast.Attribute(term, "scaled"), [by], []):
            return _term(term, path, arrays).scaled(_made(by, (*path, "by"), arrays))
        case ast.Call(ast.Call() as maker, [], keywords):  # law(u='…')(k=…)
            return _made(maker, path, arrays)(**_keywords(keywords, path, arrays))
        case ast.Call(
            ast.Name("DataArray" | "weights"), [_, ast.Constant(str() as key)], []
        ) if key in arrays:
            return arrays[key]
        case ast.Call(ast.Name(name), [ast.Constant(str() as text), *_], _) if name in (
            "function",
            "DataArray",
        ):
            kind = "a function" if name == "function" else "an array"
            raise NotOurs(
                f"`{'.'.join(path)}` is {kind}, {text}, which no description holds"
            )
        case ast.Call(ast.Name("tensor" | "weights" as kind), _, _):
            raise NotOurs(
                f"`{'.'.join(path)}` is a {kind.removesuffix('s')}, which no description "
                "holds"
            )
        case ast.Call(ast.Name(name), arguments, keywords):
            if name not in _constructors():
                raise NotOurs(f"`{name}` is not of this house")
            given = [_made(x, (*path, name), arrays) for x in arguments]
            return _constructors()[name](
                *given, **_keywords(keywords, (*path, name), arrays)
            )
    raise NotOurs(f"`{ast.unparse(node):.80}` is no plain number")


def _term(
    node: ast.expr, path: tuple[str, ...], arrays: Mapping[str, Any]
) -> terms.Term:
    made = _made(node, path, arrays)
    if not isinstance(made, terms.Term):
        raise NotOurs(f"`{ast.unparse(node):.80}` is no term")
    return made


def _keywords(
    keywords: list[ast.keyword], path: tuple[str, ...], arrays: Mapping[str, Any]
) -> dict[str, Any]:
    if any(k.arg is None for k in keywords):
        raise NotOurs("`**` stands in the description")
    return {str(k.arg): _made(k.value, (*path, str(k.arg)), arrays) for k in keywords}
