"""What follows from the declared fields of a term, said once for all terms.

The constructor with its checks, `repr`, equality, pickling; the walk over all parameters
and the terms inside; replacement; members and gradients; and the same term with its own
parameters resolved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any, ClassVar

import numpy as np

from ..arrays import Values
from ..core.digests import digest
from ..core.parameters import Members, Parameter, common_members, resolve
from ..dynamics import Clock
from ..grid import Grid
from ..grid.fluxes import Faces
from .construction import arguments_by_field, signature_of
from .fields import Boundary, Field


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
            cls.__signature__ = signature_of(cls.declared)  # type: ignore[attr-defined]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.update(
            arguments_by_field(type(self), self.declared, args, kwargs)
        )
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

        def at_leaf(own: tuple[str, ...], path: tuple[str, ...], leaf: Any) -> Any:
            return function(below(*own, *path), leaf)

        def at_term(own: tuple[str, ...], key: str, term: Any) -> Any:
            return term._mapped(below(*own, key), function)

        changed: dict[str, Any] = {}
        for name, field in self.declared.items():
            own = () if field.catches else (name,)
            value = field.map(partial(at_leaf, own), vars(self)[name])
            changed[name] = field.map_terms(partial(at_term, own), value)
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
        term: Any = self
        names = (*term._inputs, *term.variables, *values)
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
