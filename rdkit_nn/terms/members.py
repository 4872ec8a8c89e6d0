"""Members: many runs side by side, each with parameters of its own.

A parameter given as a DataArray along a new dimension makes one member for each of its
values; the state then has that dimension first, and every member is a run like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from ..arrays import aslike, is_tensor
from ..grid import SPACE
from .varying import Varied


@dataclass(frozen=True)
class Along:
    """Values of a parameter, one for each member.

    Args:
        dim: Name of the dimension.
        values: One for each member.
        labels: Coordinate of the dimension, if it has one.
    """

    dim: str
    values: tuple[float, ...]
    labels: tuple[Any, ...] | None = None

    def __repr__(self) -> str:
        return f"DataArray({list(self.values)}, dims={self.dim!r})"

    def __mul__(self, factor: float) -> Along:
        return Along(self.dim, tuple(v * factor for v in self.values), self.labels)

    def beside(self, field: Any) -> Any:
        """Values in the field's library and dtype, shaped to multiply its members."""
        values = np.array(self.values).reshape(-1, *(1,) * (field.ndim - 1))
        return aslike(values, field)


class Tracked:
    """A parameter that gradients are wanted for: a torch tensor without dims.

    Args:
        tensor: Stays as it is; two tracked parameters are equal if it is the same.
    """

    def __init__(self, tensor: Any):
        self.tensor = tensor

    def __repr__(self) -> str:
        return f"tensor({float(self.tensor.detach()):g}, requires_grad=True)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tracked) and self.tensor is other.tensor

    def __hash__(self) -> int:
        return id(self.tensor)

    def __float__(self) -> float:
        return float(self.tensor.detach())

    @property
    def values(self) -> float:
        """The number, for bounds and symbols."""
        return float(self)

    def beside(self, field: Any) -> Any:
        """The tensor itself.

        Raises:
            TypeError: If the field is no tensor, so that the gradient would be lost.
        """
        if not is_tensor(field):
            raise TypeError(
                "A parameter that is a torch tensor needs tensors all the way: "
                "rd.Flow(term, method, device='torch:cpu') or a CUDA device."
            )
        return self.tensor.to(dtype=field.dtype, device=field.device)


Parameter = float | Along | Varied | Tracked


def parameter(name: str, given: Any) -> Parameter:
    """Check a parameter: a finite number, a DataArray, or a tensor to be fitted.

    Along the grid's dimensions it varies in space; along a new one it makes members.

    Raises:
        TypeError: If it is neither.
        ValueError: If a number is not finite, or space and members are mixed.
    """
    from .base import number

    if is_tensor(given) and given.requires_grad and given.ndim == 0:
        number(name, given.detach())
        return Tracked(given)
    if not isinstance(given, xr.DataArray) or given.ndim == 0:
        return number(name, given)
    if set(given.dims) <= set(SPACE):
        return Varied(name, given)
    if given.ndim > 1 or given.size == 0 or set(given.dims) & {*SPACE, "time"}:
        raise ValueError(
            f"`{name}` is a DataArray along {', '.join(map(str, given.dims))}. It varies "
            "in space along z, y, x alone, or makes members along one new dimension, of "
            'which there is at least one: xr.DataArray([0.02, 0.03], dims="F").'
        )
    dim = str(given.dims[0])
    labels = tuple(given[dim].values.tolist()) if dim in given.coords else None
    return Along(dim, tuple(number(name, v) for v in given.values.tolist()), labels)


def beside(value: Parameter, field: Any) -> Any:
    """A number as it is; members and values in space shaped to multiply a field's."""
    return value if isinstance(value, float) else value.beside(field)


def common(told: Iterable[Parameter]) -> Along | None:
    """The members that several parameters share; None where there are none.

    Raises:
        ValueError: If they lie along different dimensions, or are not as many.
    """
    several = [value for value in told if isinstance(value, Along)]
    kinds = {(one.dim, len(one.values)) for one in several}
    if len(kinds) > 1:
        raise ValueError(
            "All parameters with members must share them, but found "
            + " and ".join(f"{n} along {dim!r}" for dim, n in sorted(kinds))
            + ". Stack every combination along one dimension, or run a sweep: "
            "rd.sweep(build, initial, over={...})."
        )
    if not several:
        return None
    first = next((one for one in several if one.labels), several[0])
    if first.labels or len({one.values for one in several}) == 1:
        return Along(first.dim, first.values, first.labels or first.values)
    return first


def spread(
    members: Along | None, names: Iterable[str], state: xr.Dataset
) -> xr.Dataset:
    """State with a member for each value, in front; each begins alike if it has none.

    Args:
        members: What the parameters share; None leaves the state as it is.
        names: Variables that have members.
        state: Any start.

    Raises:
        ValueError: If the state has another number of members.
    """
    if members is None:
        return state
    dim, count = members.dim, len(members.values)
    if state.sizes.get(dim, count) != count:
        raise ValueError(
            f"The parameters have {count} members along {dim!r}, but the state has "
            f"{state.sizes[dim]}."
        )
    told = {}
    for name in names:
        if name in state:
            field = state[name]
            if dim not in field.dims:
                field = field.expand_dims({dim: count}).copy()
            told[name] = field.transpose(dim, ...)
    labels = members.labels or ()
    if dim in state.coords or len(set(labels)) < count:
        return state.assign(told)
    return state.assign(told).assign_coords({dim: list(labels)})
