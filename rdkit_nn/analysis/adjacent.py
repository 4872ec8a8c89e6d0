"""Who is whose neighbour: sums over neighbours, by shifted views of the cells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from string import ascii_lowercase
from typing import Any, Literal

import numpy as np
import xarray as xr

from .cells import closed_of, homogeneous, inside_of, picked, worded
from .space import Dims, space_of

Neighbours = Literal["rook", "queen"]
View = tuple[Any, ...]  # ..., then a slice for each dim of space


class Neighbourhood:
    """Cells of a field, those of them that belong, and which touch.

    Weights are binary: w = 1 for neighbours, both of them inside. Around a side of two
    cells the other one is met twice, so that w = 2.

    Raises:
        ValueError: If a dim has no order, `neighbours` is unknown, or the mask does not
            fit the field.
    """

    def __init__(
        self,
        field: xr.DataArray,
        dim: Dims,
        neighbours: str,
        periodic: bool | None,
        mask: xr.DataArray | None,
    ) -> None:
        if neighbours not in ("rook", "queen"):
            raise ValueError(
                f"`neighbours` must be rook or queen, but is {neighbours!r}."
            )
        self.dims = tuple(space_of(field, dim))
        self.closed = closed_of(field, self.dims, periodic)
        self.inside = inside_of(field, self.dims, mask)
        self.shape = tuple(field.sizes[d] for d in self.dims)
        every = product((-1, 0, 1), repeat=len(self.dims))
        self.offsets = [
            o
            for o in every
            if sum(map(abs, o)) == 1 or (any(o) and neighbours == "queen")
        ]
        self.told = {
            "neighbours": neighbours,
            "periodic": worded(self.dims, self.closed),
        }

        everywhere = np.ones(self.shape, bool)
        self.belongs = everywhere if self.inside is None else self.inside
        self.cells = int(self.belongs.sum())
        self.pairs = int(self.products(self.belongs.astype(float)))

    def attrs(self, name: str, long_name: str, undefined: str) -> dict[str, Any]:
        """Attributes of a dimensionless measure of neighbours."""
        said = {"name": name, "long_name": long_name, "units": "1"}
        return {**said, **self.told, "undefined": undefined}

    def values(self, array: np.ndarray) -> np.ndarray:
        """Values of the cells that belong, side by side."""
        return picked(array, len(self.dims), self.inside)

    def within(self, array: np.ndarray) -> np.ndarray:
        """Cells as they are, those that do not belong set to zero."""
        return array if self.inside is None else np.where(self.inside, array, 0.0)

    def centred(self, array: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Deviations z from the mean, zero outside; Σ z²; whether there are none."""
        values = self.values(array)
        z = self.within(array - self.spread(values.mean(-1)))
        inner = self.values(z)
        square = np.einsum("...i,...i->...", inner, inner)
        return z, square, homogeneous(values, square)

    def spread(self, number: np.ndarray) -> np.ndarray:
        """One number a field, given to all of its cells."""
        return number.reshape(*number.shape, *(1,) * len(self.dims))

    def products(self, z: np.ndarray) -> np.ndarray:
        """Σ z_i z_j over pairs of neighbours, each pair once; z is zero outside."""
        names = ascii_lowercase[: len(self.dims)]
        total = np.zeros(z.shape[: -len(self.dims)])
        for _, near, far in self._views(half=True):
            total += np.einsum(f"...{names},...{names}->...", z[near], z[far])
        return total

    def steps(self, z: np.ndarray) -> np.ndarray:
        """Σ (z_i - z_j)² over pairs of neighbours, each pair once."""
        names = ascii_lowercase[: len(self.dims)]
        total = np.zeros(z.shape[: -len(self.dims)])
        for _, near, far in self._views(half=True):
            gap = z[near] - z[far]
            if self.inside is not None:
                gap *= self.inside[near] & self.inside[far]
            total += np.einsum(f"...{names},...{names}->...", gap, gap)
        return total

    def around(self, z: np.ndarray) -> np.ndarray:
        """Σ_j w_ij z_j for each cell; z is zero outside."""
        total = np.zeros(z.shape)
        for _, near, far in self._views():
            total[near] += z[far]
        return total

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Σ_j w_ij and Σ_j w_ij² for each cell."""
        first, second = np.zeros((2, *self.shape))
        for offset, near, far in self._views():
            met = [wrap and n == 2 for wrap, n in zip(self.closed, self.shape)]
            twice = sum(abs(step) for step, again in zip(offset, met) if again)
            first[near] += self.belongs[far]
            second[near] += 2**twice * self.belongs[far]
        return first, second

    def _views(
        self, half: bool = False
    ) -> Iterator[tuple[tuple[int, ...], View, View]]:
        """Each offset, cells that have a neighbour there, and that neighbour.

        A wrap around is a view of its own, so that nothing is copied.
        """
        for offset in self.offsets:
            if half and offset < (0,) * len(offset):
                continue
            sides = [
                _sides(step, n, wrap)
                for step, n, wrap in zip(offset, self.shape, self.closed)
            ]
            for views in product(*sides):
                near, far = zip(*views)
                yield offset, (..., *near), (..., *far)


def _sides(step: int, n: int, wrap: bool) -> list[tuple[slice, slice]]:
    """Along one axis: (cells, their neighbours), within and around."""
    if step == 0:
        return [(slice(None), slice(None))]
    if n == 1:  # a single cell is no neighbour of its own
        return []
    found = [(slice(0, n - 1), slice(1, n))]
    if wrap:
        found.append((slice(n - 1, n), slice(0, 1)))
    return found if step > 0 else [(far, near) for near, far in found]
