"""Domain: which cells of a grid are open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from ..arrays import is_tensor, namespace
from ..core.digests import digest


class Domain:
    """A region of a grid, cell by cell; nothing crosses its edge.

    Args:
        mask: Booleans, true where a cell is open, as an array of the grid's shape or a
            DataArray along its axes; numbers that are 0 or 1 are taken as well.
        dims: Names of the grid's axes.
        shape: Their cells.
        coords: Coordinates of the cell centres by name.

    Raises:
        TypeError: If it holds anything else.
        ValueError: If its shape or coordinates are not the grid's, or no cell is open.
    """

    def __init__(
        self,
        mask: Any,
        dims: tuple[str, ...],
        shape: tuple[int, ...],
        coords: dict[str, np.ndarray],
    ):
        values = _placed(mask, dims, coords)
        if values.dtype.kind not in "biuf" or not np.isin(values, (0, 1)).all():
            raise TypeError(
                "`domain` is a mask: true (1) where a cell is open and false (0) where it "
                f"is closed, but it holds {_example(values)}. Write a condition, such as "
                "(x - 1)**2 + (y - 1)**2 < 0.8**2."
            )
        if values.shape != shape:
            raise ValueError(
                f"`domain` has shape {values.shape}, but the grid is {shape}: it is a mask "
                "over the cells of the grid, without time or members."
            )
        self.open = np.ascontiguousarray(values.astype(bool))
        if not self.open.any():
            raise ValueError("`domain` has no open cell.")
        self.open.flags.writeable = False
        self.digest = digest(self.open)

    def __repr__(self) -> str:
        return (
            f"Domain({int(self.open.sum())} of {self.open.size} cells, {self.digest})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Domain) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def cells(self, like: Any) -> Any:
        """The mask in the library of an array."""
        return _as_mask(self, None, False, like)

    def faces(self, axis: int, periodic: bool, like: Any) -> Any:
        """Mask of the faces across one axis (one more than cells) between open cells.

        Along a periodic axis the first and the last are the same face; otherwise they lie
        on the boundary, and are open where their cell is.
        """
        return _as_mask(self, axis, periodic, like)

    def select(self, array: Any, outside: float) -> Any:
        """The array with one value in all closed cells."""
        xp = namespace(array)
        mask = self.cells(array)
        if is_tensor(array):
            return xp.where(mask, array, xp.full_like(array, outside))
        return np.where(mask, array, array.dtype.type(outside))


@lru_cache(maxsize=64)
def _face_mask(domain: Domain, axis: int, periodic: bool) -> np.ndarray:
    cells = np.moveaxis(domain.open, axis, -1)
    inner = cells[..., 1:] & cells[..., :-1]
    low, high = cells[..., :1], cells[..., -1:]
    if periodic:
        low = high = low & high
    return np.moveaxis(np.concatenate([low, inner, high], -1), -1, axis)


def _as_mask(domain: Domain, axis: int | None, periodic: bool, like: Any) -> Any:
    mask = domain.open if axis is None else _face_mask(domain, axis, periodic)
    if is_tensor(like):
        return namespace(like).as_tensor(mask.copy(), device=like.device)
    return mask


def _placed(
    mask: Any, dims: Sequence[str], coords: dict[str, np.ndarray]
) -> np.ndarray:
    """Values of a mask in the order of the grid's axes and cells."""
    if not isinstance(mask, xr.DataArray):
        return np.asarray(mask)
    if set(mask.dims) != set(dims):
        raise ValueError(
            f"`domain` lies along {', '.join(map(str, mask.dims)) or 'nothing'}, but the "
            f"grid has {', '.join(dims)}: it is a mask over the cells of the grid, without "
            "time or members."
        )
    mask = mask.transpose(*dims)
    for dim in dims:
        if dim in mask.coords:
            found, centres = np.asarray(mask[dim].values, float), coords[dim]
            order = np.argsort(found)
            if len(found) != len(centres):
                continue  # the shape is refused below
            h = np.diff(centres).min() if len(centres) > 1 else 1.0
            if not np.allclose(found[order], centres, rtol=0, atol=1e-6 * h):
                raise ValueError(
                    f"`domain` lies at {dim} = {found.min():g} … {found.max():g}, but the "
                    f"cells of the grid at {centres[0]:g} … {centres[-1]:g}."
                )
            mask = mask.isel({dim: order})
    return np.asarray(mask.values)


def _example(values: np.ndarray) -> str:
    if values.dtype.kind not in "biuf":
        return str(values.dtype)
    other = values[~np.isin(values, (0, 1))]
    return f"{other.flat[0]!s:.20}"
