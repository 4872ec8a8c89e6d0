"""Digests of functions and values: what they do, not where they live."""

from __future__ import annotations

import functools
import hashlib
import types
from typing import Any

import numpy as np


def digest(value: Any) -> str:
    """Hexadecimal digest of a value; of a function its code, defaults and closure.

    Two functions with the same source, constants and captured values have one digest,
    in this process and in another with the same version of Python. Variables of the
    module that a function reads do not enter.

    Example:
        >>> digest(lambda t: t + 1) == digest(lambda t: t + 1)
        True
        >>> digest(lambda t: t + 1) == digest(lambda t: t + 2)
        False
    """
    state = hashlib.sha256()
    _update(state, value, ())
    return state.hexdigest()[:12]


def _update(state: Any, value: Any, seen: tuple[int, ...]) -> None:
    if id(value) in seen:  # a function that refers to itself
        state.update(b"<recursion>")
        return
    seen = (*seen, id(value))
    state.update(type(value).__name__.encode())
    if isinstance(value, types.CodeType):
        state.update(value.co_code)
        parts = [value.co_names, value.co_varnames, value.co_freevars, *value.co_consts]
    elif isinstance(value, types.MethodType):
        parts = [value.__func__, value.__self__]
    elif isinstance(value, types.FunctionType):
        cells = [_contents(cell) for cell in value.__closure__ or ()]
        parts = [value.__code__, value.__defaults__, value.__kwdefaults__, *cells]
    elif isinstance(value, functools.partial):
        parts = [value.func, value.args, value.keywords]
    elif isinstance(value, (tuple, list)):
        parts = list(value)
    elif isinstance(value, (set, frozenset)):
        parts = sorted(map(digest, value))
    elif isinstance(value, dict):
        parts = [part for item in value.items() for part in item]
    elif isinstance(value, np.ndarray) and value.dtype != object:
        state.update(repr((value.dtype.str, value.shape)).encode() + value.tobytes())
        return
    elif isinstance(
        value, (types.ModuleType, type, np.ufunc, types.BuiltinFunctionType)
    ):
        name = getattr(value, "__qualname__", value.__name__)
        state.update(f"{getattr(value, '__module__', '')}.{name}".encode())
        return
    elif callable(value) and hasattr(value, "__dict__"):
        parts = [type(value).__qualname__, vars(value)]
    else:
        state.update(repr(value).encode())
        return
    for part in parts:
        state.update(b"|")
        _update(state, part, seen)


def _contents(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return "<empty>"
