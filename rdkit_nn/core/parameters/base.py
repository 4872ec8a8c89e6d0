"""What every parameter of a term answers, and the members of an ensemble."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ...arrays import aslike, is_tensor

if TYPE_CHECKING:
    from ...dynamics import Clock
    from ...grid import Grid

SPACE = ("z", "y", "x")
RESERVED = {"time", "step", "domain"}


@dataclass(frozen=True)
class Members:
    """Dimension along which the members of an ensemble lie.

    Args:
        dim: Its name.
        size: How many members there are.
        labels: Their coordinate, if they have one.
    """

    dim: str
    size: int
    labels: tuple[Any, ...] | None = None


class Parameter:
    """A parameter that is more than a number.

    `members`, `in_space`, `in_time` and `tracked` say what its value depends on.
    """

    combine: ClassVar[Any]  # joins two parameters; given by `reading`
    members: Members | None = None
    in_space = False
    in_time = False
    tracked = False

    @property
    def constant(self) -> bool:
        """Whether the value is one number, or one number for each member."""
        return not (self.in_space or self.in_time or self.tracked)

    def sample(self, grid: Grid | None, clock: Clock | None) -> Any:
        """Value as a number, or as an array (member or 1, *cells of the grid or 1)."""
        raise NotImplementedError

    def member(self, number: int) -> Any:
        """The parameter of one member."""
        return self

    def check(self, grid: Grid) -> None:
        """Refuse a grid that the parameter does not fit."""

    def resolve(self, like: Any, grid: Grid | None, clock: Clock | None) -> Any:
        """Value that broadcasts against `like`, in its library and dtype."""
        value = self.sample(grid, clock)
        if value_ndim(value) == 0:
            if is_tensor(value):
                return value.to(dtype=like.dtype, device=like.device)
            return float(value)
        cells = tuple(value.shape[1:])
        if len(value) == 1:
            value = value.reshape(cells)
        else:
            lead = (1,) * (like.ndim - 1 - len(cells))
            value = value.reshape((len(value), *lead, *cells))
        if is_tensor(value):
            return value.to(dtype=like.dtype, device=like.device)
        return aslike(value, like)

    def __add__(self, other: Any) -> Any:
        return self.combine("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return self.combine("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return self.combine("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.combine("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return self.combine("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self.combine("*", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self.combine("/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.combine("/", other, self)

    def __neg__(self) -> Any:
        return self.combine("*", -1.0, self)

    def _key(self) -> tuple:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self._key())


def quoted(name: str) -> str:
    """A parameter's name for a message: `F`, or the diffusivity of `u`."""
    return f"The {name}" if "`" in name else f"`{name}`"


def value_ndim(value: Any) -> int:
    """Number of dimensions of a number, array or tensor."""
    return value.ndim if is_tensor(value) else np.ndim(value)


def number(name: str, value: Any) -> float:
    """Check a parameter that is a finite number.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is not finite.
    """
    if isinstance(value, (bool, str)) or np.ndim(value) != 0:
        raise TypeError(
            f"{quoted(name)} must be a number, but got {value!r:.80}. "
            'Many values are members, xr.DataArray(values, dims="F"), or a sweep: '
            "rd.sweep(build, initial, over={...})."
        )
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"{quoted(name)} must be a number, but got {value!r:.80}."
        ) from None
    if not isfinite(result):
        raise ValueError(f"{quoted(name)} must be finite, but is {result}.")
    return result


def resolve(value: Any, like: Any, grid: Grid | None, clock: Clock | None) -> Any:
    """A number as it is; any other parameter for one grid and time, shaped for a field."""
    return value.resolve(like, grid, clock) if isinstance(value, Parameter) else value


def common_members(parameters: Iterable[Any]) -> Members | None:
    """The members that several parameters share; None where there are none.

    Raises:
        ValueError: If they lie along different dimensions, are not as many, or bear
            different labels.
    """
    several = [p for p in parameters if isinstance(p, Parameter) and p.members]
    if not several:
        return None
    kinds = {(p.members.dim, p.members.size) for p in several}  # type: ignore[union-attr]
    if len(kinds) > 1:
        raise ValueError(
            "All parameters with members must share them, but found "
            + " and ".join(f"{n} along {dim!r}" for dim, n in sorted(kinds))
            + ". Stack every combination along one dimension, or run a sweep: "
            "rd.sweep(build, initial, over={...})."
        )
    labels = {p.members.labels for p in several if p.members.labels}  # type: ignore[union-attr]
    if len(labels) > 1:
        raise ValueError(
            f"Parameters along {several[0].members.dim!r} bear different labels: "  # type: ignore[union-attr]
            + " and ".join(str(list(one)) for one in sorted(labels, key=str))
            + ". Give all the same coordinate, in one order."
        )
    dim, size = next(iter(kinds))
    if labels:
        return Members(dim, size, labels.pop())
    plain = {
        tuple(p.values.tolist())
        for p in several
        if hasattr(p, "values") and not p.in_space
    }
    return Members(dim, size, plain.pop() if len(plain) == 1 else None)
