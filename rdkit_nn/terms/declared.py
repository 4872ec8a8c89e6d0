"""What follows from the declared fields of a term, said once for all terms.

The constructor with its checks, `repr`, equality, pickling; the walk over all parameters
and the terms inside; replacement; members and gradients; and the same term with its own
parameters resolved.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, ClassVar

import numpy as np

from ..arrays import Values
from ..core.digests import digest
from ..core.parameters import SPACE, Members, Parameter, common_members, resolve
from ..dynamics import Clock
from ..grid import Grid
from ..grid.fluxes import Faces
from .fields import MISSING, Boundary, Field

RESERVED_NAMES = {*SPACE, "time", "step", "domain"}


class Declared:
    """A thing that is its fields: immutable, comparable, walked through."""

    declared: ClassVar[dict[str, Field]] = {}

    def __init_subclass__(cls, root: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if root:
            return
        own = {n: f for n, f in vars(cls).items() if isinstance(f, Field)}
        cls.declared = {**cls.declared, **own}
        if "flux" in vars(cls) and "boundary" not in cls.declared:
            cls.declared["boundary"] = Boundary()
        for name in own:  # values live in the instance; a default is not looked up
            delattr(cls, name)
        for name in ("rate", "flux"):
            if name in vars(cls):
                setattr(cls, name, _resolving(vars(cls)[name], name))
        if "__init__" not in vars(cls):
            cls.__signature__ = _signature(cls.declared)  # type: ignore[attr-defined]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.update(_arguments(type(self), self.declared, args, kwargs))
        for name, field in self.declared.items():
            self.__dict__[name] = field.read(name, self.__dict__[name], self)
        self._check_fields()

    def _check_fields(self) -> None:
        """Refuse fields that do not go together; by default nothing."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.declared:
            raise AttributeError(
                f"A term does not change: make another with term.replace({name!r}, value)."
            )
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        items = [x for n, f in self.declared.items() for x in f.write(vars(self)[n])]
        return f"{type(self).__name__}({', '.join(items)})"

    def _key(self) -> tuple:
        if not self.declared:  # a class with a constructor of its own
            return (digest(self.__getstate__()),)
        return tuple(vars(self)[n] for n in self.declared)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        try:
            return hash((type(self), self._key()))
        except TypeError:
            return hash(type(self))

    def __getstate__(self) -> dict:
        if self.declared:
            return {n: vars(self)[n] for n in self.declared}
        return {n: v for n, v in vars(self).items() if not n.startswith("_")}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)

    @property
    def inner(self) -> tuple[Any, ...]:
        """Terms inside this one."""
        return tuple(t for _, t in self._named_terms())

    def _named_terms(self) -> Iterator[tuple[str, Any]]:
        for name, field in self.declared.items():
            for key, term in field.terms(vars(self)[name]):
                prefix = "" if field.catches else name
                yield ".".join(filter(None, (prefix, key))), term

    def nested(self) -> Iterator[Any]:
        """This term and all terms inside it, at any depth."""
        yield self
        for term in self.inner:
            yield from term.nested()

    def parameters(self) -> Iterator[tuple[str, Any]]:
        """Every parameter, at any depth, with its path.

        Example:
            >>> import rdkit_nn as rd
            >>> dict((rd.Diffusion(u=0.5) + rd.Advection(u={"x": 1.0})).parameters())
            {'0.u': 0.5, '1.u.x': 1.0}
        """
        for name, field in self.declared.items():
            prefix = () if field.catches else (name,)
            for path, value in field.leaves(vars(self)[name]):
                yield ".".join((*prefix, *path)), value
        for name, term in self._named_terms():
            for path, value in term.parameters():
                yield f"{name}.{path}" if name else path, value

    def replace(self, path: str, value: Any) -> Any:
        """This term with another value for one parameter, or for one field.

        Args:
            path: As `parameters` gives it, or the name of a field.
            value: Any parameter.

        Raises:
            KeyError: If there is no such path.
        """
        if path in self.declared and not self.declared[path].catches:
            return self._with(**{path: value})
        paths = [p for p, _ in self.parameters()]
        if path not in paths:
            raise KeyError(
                f"There is no parameter {path!r}; there are {', '.join(paths)}."
            )
        return self._mapped("", lambda p, x: value if p == path else x)

    def map_parameters(self, function: Callable[[str, Any], Any]) -> Any:
        """This term with every parameter replaced by a function of its path and itself."""
        return self._mapped("", function)

    def _mapped(self, prefix: str, function: Callable[[str, Any], Any]) -> Any:
        def below(*names: str) -> str:
            return ".".join(filter(None, (prefix, *names)))

        changed: dict[str, Any] = {}
        for name, field in self.declared.items():
            own = () if field.catches else (name,)
            value = field.map(
                lambda p, x, own=own: function(below(*own, *p), x), vars(self)[name]
            )
            changed[name] = field.map_terms(
                lambda key, t, own=own: t._mapped(below(*own, key), function), value
            )
        return self._with(**changed)

    def _with(self, **fields: Any) -> Any:
        """This term with some fields read anew."""
        made = object.__new__(type(self))
        made.__dict__.update({**self.__getstate__(), **fields})
        for name in fields:
            made.__dict__[name] = self.declared[name].read(name, fields[name], made)
        made._check_fields()
        return made

    def at(self, values: Values, grid: Grid | None, clock: Clock | None) -> Any:
        """This term with every own parameter resolved: a number, or an array beside fields.

        Args:
            values: Fields that the arrays shall broadcast against.
            grid: Where they live.
            clock: When.
        """
        if self.__dict__.get("_resolved") or not self._varies:
            return self
        names = (*self._inputs, *self.variables, *values)
        shape = grid.shape if grid else ()
        first = next((values[n] for n in names if n in values), np.zeros(shape))

        def of(path: tuple[str, ...], value: Any) -> Any:
            like = next((values[n] for n in path if n in values), first)
            return resolve(value, like, grid, clock)

        made = object.__new__(type(self))
        made.__dict__.update(vars(self), _resolved=True)
        for name, field in self.declared.items():
            made.__dict__[name] = field.map(of, vars(self)[name])
        return made

    @property
    def _varies(self) -> bool:
        """Whether any own parameter is more than a number."""
        if "_more_than_numbers" not in self.__dict__:
            self.__dict__["_more_than_numbers"] = any(
                isinstance(leaf, Parameter)
                for name, field in self.declared.items()
                for _, leaf in field.leaves(vars(self)[name])
            )
        return self.__dict__["_more_than_numbers"]

    @property
    def members(self) -> Members | None:
        """Members that the parameters share; None where there are none.

        Raises:
            ValueError: If they lie along different dimensions, or are not as many.
        """
        return common_members(value for _, value in self.parameters())

    @property
    def tracked(self) -> bool:
        """Whether gradients are wanted for a parameter: a tensor that requires them."""
        return any(isinstance(p, Parameter) and p.tracked for _, p in self.parameters())


def _resolving(method: Callable, name: str) -> Callable:
    """The method, called on a term whose parameters are resolved."""

    @wraps(method)
    def rate(self: Any, values: Values, grid: Grid, clock: Clock) -> Any:
        return method(self.at(values, grid, clock), values, grid, clock)

    @wraps(method)
    def flux(self: Any, faces: Faces) -> Any:
        return method(self.at(faces.values, faces.grid, faces.clock), faces)

    return rate if name == "rate" else flux


def _signature(declared: Mapping[str, Field]) -> inspect.Signature:
    """What the constructor takes, for editors and for `help`."""
    kinds = inspect.Parameter
    before, after, catch = [], [], []
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


def _arguments(
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
    return f", such as {text}" if text else f": {cls.__name__}{_signature(declared)}"
