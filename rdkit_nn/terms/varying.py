"""Parameters that vary in space."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from ..arrays import aslike
from ..grid import SPACE, Grid


class Varied:
    """Values of a parameter, one for each cell, or for each place along some axes.

    Args:
        name: Of the parameter, for sentences.
        given: DataArray along some of z, y, x.

    Raises:
        TypeError: If the values are no real numbers.
        ValueError: If one is not finite.
    """

    def __init__(self, name: str, given: xr.DataArray):
        self.dims = tuple(d for d in SPACE if d in given.dims)
        values = np.asarray(given.transpose(*self.dims).values)
        if values.dtype.kind not in "fiub" or values.size == 0:
            raise TypeError(f"`{name}` must hold real numbers, but is {values.dtype}.")
        values = values.astype(float)
        if not np.isfinite(values).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
            raise ValueError(
                f"`{name}` must be finite, but is {values[where]} at {where}."
            )
        self.name, self.values = name, values
        told = hashlib.sha256(repr((self.dims, values.shape)).encode())
        told.update(values.tobytes())
        self.digest = told.hexdigest()[:12]
        # Counted from the last axis, so that it broadcasts against any field of the grid.
        first = SPACE.index(self.dims[0])
        sizes = dict(zip(self.dims, values.shape))
        self._shaped = values.reshape([sizes.get(d, 1) for d in SPACE[first:]])

    def __repr__(self) -> str:
        low, high = self.values.min(), self.values.max()
        dims = ", ".join(self.dims)
        return f"DataArray(({dims}), {low:g} to {high:g}, {self.digest})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Varied) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def beside(self, field: Any) -> Any:
        """Values in the field's library and dtype, broadcasting against its last axes."""
        return aslike(self._shaped, field)

    def check(self, grid: Grid) -> None:
        """Refuse values that do not fit a grid.

        Raises:
            ValueError: If an axis is missing or has another number of cells.
        """
        cells = dict(zip(grid.dims, grid.shape))
        for dim, n in zip(self.dims, self.values.shape):
            if cells.get(dim) != n:
                raise ValueError(
                    f"`{self.name}` has {n} values along {dim}, but the grid has "
                    f"{cells.get(dim, 'no such axis')}."
                )


class ByAxis:
    """A parameter of its own along each axis.

    Args:
        told: Numbers or `Varied`, by dim.
    """

    def __init__(self, told: dict[str, Any]):
        self.told = told

    def __repr__(self) -> str:
        return repr(self.told)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByAxis) and self.told == other.told

    def __hash__(self) -> int:
        return hash(tuple(self.told.items()))

    def along(self, grid: Grid, name: str) -> list[Any]:
        """One for each axis of a grid.

        Raises:
            ValueError: If the axes are not those of the grid.
        """
        if set(self.told) != set(grid.dims):
            raise ValueError(
                f"The diffusivity of `{name}` names the axes {', '.join(self.told)}, but "
                f"the grid has {', '.join(grid.dims)}: name each once."
            )
        return [self.told[dim] for dim in grid.dims]


def varied(parameters: Sequence[Any]) -> tuple[Varied, ...]:
    """Those parameters that vary in space."""
    return tuple(p for p in parameters if isinstance(p, Varied))
