"""Parameters that are arrays: fields in space, members, both; and tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ...arrays import is_tensor
from ..digests import digest
from .base import RESERVED, SPACE, Members, Parameter, quoted

if TYPE_CHECKING:
    from ...dynamics import Clock
    from ...grid import Grid


class ArrayParameter(Parameter):
    """Values along the axes of the grid, along a new dimension (members), or both.

    Args:
        name: Of the parameter, for messages.
        array: Any real DataArray; at most one of its dimensions is not z, y or x.

    Raises:
        TypeError: If the values are not real numbers.
        ValueError: If a value is not finite, or a dimension cannot be one of members.
    """

    def __init__(self, name: str, array: xr.DataArray):
        own = [str(d) for d in array.dims if d not in SPACE]
        space = tuple(d for d in SPACE if d in array.dims)
        if len(own) > 1 or RESERVED & set(own) or array.size == 0:
            raise ValueError(
                f"{quoted(name)} is a DataArray along "
                f"{', '.join(map(str, array.dims))}. It "
                "varies in space along z, y, x, and makes members along at most one new "
                "dimension, of which there is at least one: "
                'xr.DataArray([0.02, 0.03], dims="F").'
            )
        ordered = array.transpose(*own, *space)
        values = np.asarray(ordered.values)
        if values.dtype.kind not in "fiub":
            raise TypeError(
                f"{quoted(name)} must hold real numbers, but is {values.dtype}."
            )
        self.boolean = values.dtype.kind == "b"
        values = np.array(values, dtype=float)
        if not np.isfinite(values).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
            raise ValueError(
                f"{quoted(name)} must be finite, but is {values[where]} at {where}."
            )
        self.name, self.space, self.in_space = name, space, bool(space)
        self.coords = {
            d: np.array(ordered[d].values) for d in ordered.dims if d in ordered.coords
        }
        if own:
            labels = (
                tuple(self.coords[own[0]].tolist()) if own[0] in self.coords else None
            )
            self.members = Members(own[0], values.shape[0], labels)
        self.values = values
        values.flags.writeable = False
        self.digest = digest((own, space, self.coords, values))
        self._fitted: tuple[Any, np.ndarray] = (None, values)

    def __repr__(self) -> str:
        dims = [self.members.dim] if self.members else []
        if not self.in_space:
            labels = self.members.labels if self.members else None
            coords = f", coords={ {dims[0]: list(labels)}!r}" if labels else ""
            return f"DataArray({self.values.tolist()}, dims={dims[0]!r}{coords})"
        low, high = self.values.min(), self.values.max()
        names = ", ".join((*dims, *self.space))
        return f"DataArray('({names}), {low:g} to {high:g}', {self.digest!r})"

    def _key(self) -> tuple:
        return (self.digest,)

    @property
    def array(self) -> xr.DataArray:
        """The values with their labels."""
        dims = ((self.members.dim,) if self.members else ()) + self.space
        return xr.DataArray(self.values, dims=dims, coords=self.coords)

    def member(self, number: int) -> Any:
        """The number, or the field, of one member."""
        if self.members is None:
            return self
        one = self.array.isel({self.members.dim: number}, drop=True)
        return ArrayParameter(self.name, one) if self.in_space else float(one)

    def sample(self, grid: Grid | None, clock: Clock | None) -> np.ndarray:
        """Values shaped (member or 1, *cells or 1)."""
        count = self.members.size if self.members else 1
        if not self.in_space:
            return self.values.reshape(count, *(1,) * (len(grid.shape) if grid else 0))
        fitted = self._fitted  # one pair, so that threads on two grids do not meet
        if fitted[0] != grid:
            self._fitted = fitted = grid, self._fit(grid, count)  # type: ignore[arg-type]
        return fitted[1]

    def _fit(self, grid: Grid, count: int) -> np.ndarray:
        core = grid.core
        self.check(core)
        values = self.values if self.members else self.values[np.newaxis]
        for axis, dim in enumerate(self.space, start=1):
            if dim in self.coords:
                order = _order(self.name, dim, self.coords[dim], core)
                values = values if order is None else values.take(order, axis)
        sizes = dict(zip(self.space, values.shape[1:]))
        values = values.reshape(count, *(sizes.get(d, 1) for d in core.dims))
        return grid.extend(values)

    def check(self, grid: Grid) -> None:
        """Refuse values that do not fit a grid.

        Raises:
            ValueError: If an axis is missing, has another number of cells, or other
                coordinates.
        """
        cells = dict(zip(grid.dims, grid.shape))
        shape = self.values.shape[1:] if self.members else self.values.shape
        for dim, n in zip(self.space, shape):
            if cells.get(dim) != n:
                raise ValueError(
                    f"{quoted(self.name)} has {n} values along {dim}, but the grid has "
                    f"{cells.get(dim, 'no such axis')}."
                )
            if dim in self.coords:
                _order(self.name, dim, self.coords[dim], grid)


def _order(name: str, dim: str, found: np.ndarray, grid: Grid) -> np.ndarray | None:
    """Indices that bring values into the order of the grid; None where they are in it."""
    axis = grid.dims.index(dim)
    centres, h = grid.coords[dim][1], grid.spacing[axis]
    given = np.asarray(found, dtype=float)
    for order in (None, np.argsort(given)):
        if np.allclose(given if order is None else given[order], centres, 0, 1e-6 * h):
            return order
    raise ValueError(
        f"{quoted(name)} lies at {dim} = {given.min():g} … {given.max():g}, but the "
        f"cells of the "
        f"grid at {centres[0]:g} … {centres[-1]:g}: give it the grid's coordinates, or "
        "none."
    )


class TensorParameter(Parameter):
    """A torch tensor without dims that gradients are wanted for.

    Args:
        tensor: Stays as it is; two are equal if it is the same.
    """

    tracked = True

    def __init__(self, tensor: Any):
        self.tensor = tensor

    def __repr__(self) -> str:
        return f"tensor({float(self.tensor.detach()):g}, requires_grad=True)"

    def _key(self) -> tuple:
        return (id(self.tensor),)

    def __float__(self) -> float:
        return float(self.tensor.detach())

    def sample(self, grid: Grid | None, clock: Clock | None) -> Any:
        """The tensor itself."""
        return self.tensor

    def resolve(self, like: Any, grid: Grid | None, clock: Clock | None) -> Any:
        """The tensor, in the dtype and on the device of `like`.

        Raises:
            TypeError: If the field is no tensor, so that the gradient would be lost.
        """
        if not is_tensor(like):
            raise TypeError(
                "A parameter that is a torch tensor needs tensors all the way: "
                "rd.Flow(term, method, device='torch:cpu') or a CUDA device."
            )
        return super().resolve(like, grid, clock)
