"""Signature and arguments of a constructor, from the fields that a class declares."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from ..core.parameters import SPACE
from .fields import MISSING, Field

RESERVED_NAMES = {*SPACE, "time", "step", "domain"}


def signature_of(declared: Mapping[str, Field]) -> inspect.Signature:
    """What the constructor takes, for editors and for `help`."""
    kinds = inspect.Parameter
    before: list[tuple[str, Any]] = []
    after: list[inspect.Parameter] = []
    catch: list[inspect.Parameter] = []
    for name, field in declared.items():
        default = kinds.empty if field.default is MISSING else field.default
        if field.catches:
            catch = [kinds(name, kinds.VAR_KEYWORD)]
        elif not catch and not before or (before and not catch):
            before.append((name, default))
        else:
            after.append(kinds(name, kinds.KEYWORD_ONLY, default=default))
    first = [kinds(n, kinds.POSITIONAL_OR_KEYWORD, default=d) for n, d in before]
    seen_default = False
    for k, item in enumerate(first):  # one without default after one with: by keyword
        seen_default |= item.default is not kinds.empty
        if seen_default and item.default is kinds.empty:
            after = [x.replace(kind=kinds.KEYWORD_ONLY) for x in first[k:]] + after
            first = first[:k]
            break
    return inspect.Signature([*first, *after, *catch])


def arguments_by_field(
    cls: type, declared: Mapping[str, Field], args: tuple, kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Arguments of a constructor by field, defaults put in.

    Raises:
        TypeError: If one is missing, or there is one too many.
    """
    catch = next((n for n, f in declared.items() if f.catches), None)
    names = list(declared)
    positional = names[: names.index(catch)] if catch else names
    if len(args) > len(positional):
        raise TypeError(
            f"{cls.__name__} takes {', '.join(positional) or 'no argument'} by position, "
            f"but got {len(args)} arguments{_example(cls, declared)}."
        )
    given = dict(zip(positional, args))
    rest = {}
    for name, value in kwargs.items():
        if name in given:
            raise TypeError(f"{cls.__name__} got `{name}` twice.")
        if name in declared and not declared[name].catches:
            given[name] = value
        else:
            rest[name] = value
    if catch:
        if declared[catch].variables and (reserved := set(rest) & RESERVED_NAMES):
            raise ValueError(
                f"`{reserved.pop()}` is the name of an axis or a coordinate of every run, "
                "and no variable."
            )
        if not rest and declared[catch].default is MISSING:
            raise TypeError(
                f"{cls.__name__} needs at least one variable{_example(cls, declared)}."
            )
        given[catch] = rest
    elif rest:
        raise TypeError(
            f"{cls.__name__} has no field {', '.join(rest)}; it has "
            f"{', '.join(declared) or 'none'}."
        )
    for name, field in declared.items():
        if name not in given:
            if field.default is MISSING:
                raise TypeError(
                    f"{cls.__name__} needs `{name}`{_example(cls, declared)}."
                )
            given[name] = field.default
    return {name: given[name] for name in declared}


def _example(cls: type, declared: Mapping[str, Field]) -> str:
    """How the constructor is called, from the class's own docstring."""
    text = getattr(cls, "example", "")
    return f", such as {text}" if text else f": {cls.__name__}{signature_of(declared)}"
