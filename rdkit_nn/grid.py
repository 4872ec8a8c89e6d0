"""Where fields live: evenly spaced, cell-centred boxes in up to three dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from . import boundary as _boundary
from . import stencils, symbols
from .boundary import Sides

if TYPE_CHECKING:
    from .dynamics import Clock

SPACE = ("z", "y", "x")


@dataclass(frozen=True, init=False)
class Grid:
    """A box of cells.

    Cell `i` of an axis lies at (i + 1/2) · spacing, so walls stand half a spacing
    outside the first and last cell. The Laplacian is the second-order one of
    2 · dim + 1 points; on a periodic box its Fourier symbol is -Σ (4/h²) sin²(q h / 2).

    Args:
        shape: Cells along (z,) (y,) x; up to three axes, x last. `()` is a single
            well-mixed point.
        spacing: Distance between cell centres, one number or one for each axis.
        boundary: Default for every species: `periodic`, `no-flux`, `dirichlet`
            (held at zero) or a wall; one for all axes, or a mapping such as
            `{"x": "periodic", "y": ("no-flux", rd.Dirichlet(1.0))}` for every axis.
        units: Unit of length, as UDUNITS and pint read it: `1`, `mm`, `um`.

    Example:
        >>> Grid((2, 3), spacing=0.5).coords["x"][1]
        array([0.25, 0.75, 1.25])
    """

    shape: tuple[int, ...]
    spacing: tuple[float, ...]
    boundary: tuple[Sides, ...]
    units: str

    def __init__(
        self,
        shape: int | Sequence[int],
        spacing: float | Sequence[float] = 1.0,
        boundary: Any = "periodic",
        units: str = "1",
    ):
        cells = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
        if len(cells) > 3:
            raise ValueError(
                f"A grid has at most three axes, but the shape is {cells}."
            )
        if any(not isinstance(n, (int, np.integer)) or n < 1 for n in cells):
            raise ValueError(f"A grid needs at least one cell per axis, got {cells}.")
        steps = np.asarray(spacing, dtype=float)
        if steps.ndim == 0:
            steps = np.full(len(cells), steps)
        if steps.shape != (len(cells),):
            raise ValueError(
                f"A grid of shape {cells} needs one spacing per axis, but got {spacing}."
            )
        if not all(isfinite(h) and h > 0 for h in steps):
            raise ValueError(f"`spacing` must be positive and finite, got {spacing}.")
        put = object.__setattr__
        put(self, "shape", tuple(int(n) for n in cells))
        put(self, "spacing", tuple(float(h) for h in steps))
        put(self, "units", units)
        put(self, "boundary", self._read(boundary))
        if any(w.moving for pair in self.boundary for w in pair):
            raise ValueError(
                "Walls of a grid are written into its coordinates and hold numbers. Give "
                "a function of time to the boundary= of a term."
            )

    def _read(self, boundary: Any) -> tuple[Sides, ...]:
        if not isinstance(boundary, Mapping):
            return tuple(_boundary.sides(boundary, "`boundary`") for _ in self.dims)
        if set(boundary) != set(self.dims):
            raise ValueError(
                f"`boundary` must name each axis of {', '.join(self.dims)} once, "
                f"but names {', '.join(map(str, boundary)) or 'none'}."
            )
        return tuple(_boundary.sides(boundary[d], f"Axis {d}") for d in self.dims)

    def __repr__(self) -> str:
        names = {d: _boundary.name(s) for d, s in zip(self.dims, self.boundary)}
        same = len(set(names.values())) == 1
        told = next(iter(names.values())) if same else names
        gaps = self.spacing[0] if len(set(self.spacing)) == 1 else self.spacing
        return f"Grid({self.shape}, spacing={gaps}, boundary={told!r})"

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the axes: the last of z, y, x."""
        return SPACE[len(SPACE) - len(self.shape) :]

    @property
    def axes(self) -> tuple[int, ...]:
        """Where the axes stand in any array of the grid: (-2, -1) in a plane."""
        return tuple(range(-len(self.shape), 0))

    @property
    def cell_volume(self) -> float:
        """Product of the spacings: length, area or volume of one cell."""
        return float(np.prod(self.spacing))

    @cached_property
    def coords(self) -> dict[str, tuple]:
        """Coordinates of the cell centres, ready for a Dataset.

        The spacing and the walls stand in their attributes, which is how a state
        carries its grid through slicing, storage and other people's code.
        """
        return {
            dim: (
                dim,
                (np.arange(n) + 0.5) * h,
                {
                    "units": self.units,
                    "axis": dim.upper(),
                    "spacing": h,
                    "boundary": _boundary.name(pair),
                },
            )
            for dim, n, h, pair in zip(
                self.dims, self.shape, self.spacing, self.boundary
            )
        }

    @classmethod
    def of(cls, state: xr.Dataset | xr.DataArray) -> Grid:
        """Read the grid back from the coordinates of a state.

        A state without z, y and x is a single point. Pixels of a receptive field make a
        grid like any other.

        Raises:
            ValueError: If a coordinate is missing, uneven, or declares no boundary.
        """
        dims = tuple(d for d in SPACE if d in state.dims)
        if dims != SPACE[len(SPACE) - len(dims) :]:
            raise ValueError(
                f"A grid of one axis is along x, of two along y, x: {dims}."
            )
        spacing = [_spacing(state, d) for d in dims]
        units = {state[d].attrs.get("units", "1") for d in dims} or {"1"}
        if len(units) > 1:
            raise ValueError(f"All axes must share one unit, but found {units}.")
        boundary = {d: _declared(state, d) for d in dims}
        return cls([state.sizes[d] for d in dims], spacing, boundary, units.pop())

    def state(self, **fields: Any) -> xr.Dataset:
        """Label arrays of one's own as a state to start from.

        Args:
            fields: Arrays of exactly the grid's shape by name, or DataArrays whose last
                dims are the grid's and whose other dims lead.

        Raises:
            ValueError: If a shape does not match, or a name is that of an axis.

        Example:
            >>> Grid((2, 2)).state(u=np.ones((2, 2))).u.dims
            ('y', 'x')
        """
        if not fields:
            raise ValueError("A state needs at least one field: grid.state(u=array).")
        labelled = {}
        if axes := set(fields) & {"z", "y", "x", "time"}:
            raise ValueError(f"`{axes.pop()}` is the name of an axis: take another.")
        for key, field in fields.items():
            if isinstance(field, xr.DataArray):
                lead = [d for d in field.dims if d not in self.dims]
                dims, array = (*lead, *self.dims), field.values
                if field.dims != dims:
                    raise ValueError(
                        f"`{key}` has dims {field.dims}; the grid's own, "
                        f"{self.dims}, must come last and in this order."
                    )
            else:
                dims, array = self.dims, np.asarray(field)
            if array.shape[array.ndim - len(self.shape) :] != self.shape or (
                array.ndim != len(dims)
            ):
                raise ValueError(
                    f"`{key}` has shape {array.shape}, but the grid is {self.shape}. "
                    "For leading dims such as members give a DataArray that names them."
                )
            labelled[key] = (dims, array.copy())
        return xr.Dataset(labelled, coords=self.coords)

    def conditions(
        self, species: str, told: _boundary.Told = (), clock: Clock | None = None
    ) -> tuple[Sides, ...]:
        """Conditions in force for one species: its own where told, else the grid's.

        Args:
            species: Name of the field.
            told: Boundary of a term.
            clock: When; without it walls that move are returned as they were told.

        Raises:
            ValueError: If the species has walls on an axis that the grid lacks.
        """
        own = dict(dict(told).get(species, ()))
        everywhere = set(own) == set(SPACE)
        if not everywhere and (unknown := set(own) - set(self.dims)):
            raise ValueError(
                f"`boundary` of `{species}` names axis {', '.join(sorted(unknown))}, "
                f"but the grid has {', '.join(self.dims)}."
            )
        pairs = tuple(own.get(d, s) for d, s in zip(self.dims, self.boundary))
        if clock is None or not any(w.moving for pair in pairs for w in pair):
            return pairs
        return tuple(
            (low.now(clock.time, places), high.now(clock.time, places))
            for (low, high), places in zip(pairs, map(self._along, self.dims))
        )

    def _along(self, dim: str) -> dict[str, np.ndarray]:
        """Cell centres of the other axes, broadcasting along a wall of this one."""
        return {
            d: ((np.arange(n) + 0.5) * h).reshape((-1,) + (1,) * (-axis - 1))
            for d, n, h, axis in zip(self.dims, self.shape, self.spacing, self.axes)
            if d != dim
        }

    def padded(self, array: Any, boundary: Sequence[Sides] | None = None) -> Any:
        """Array with one ghost cell on every side; see `stencils.padded`."""
        return stencils.padded(array, self.spacing, boundary or self.boundary)

    def laplacian(
        self,
        array: Any,
        boundary: Sequence[Sides] | None = None,
        stencil: str = "5-point",
    ) -> Any:
        """∇² of an array; see `stencils.laplacian`."""
        told = boundary or self.boundary
        return stencils.laplacian(array, self.spacing, told, stencil)

    def symbol(
        self, boundary: Sequence[Sides] | None = None, stencil: str = "5-point"
    ) -> np.ndarray:
        """Multiplier of the Laplacian for each mode; see `symbols.symbol`."""
        told = boundary or self.boundary
        return symbols.symbol(self.shape, self.spacing, told, stencil)

    def stiffness(
        self, boundary: Sequence[Sides] | None = None, stencil: str = "5-point"
    ) -> float:
        """Bound on the Laplacian's fastest decay; see `symbols.stiffness`."""
        told = boundary or self.boundary
        return symbols.stiffness(self.shape, self.spacing, told, stencil)


def _spacing(state: xr.Dataset | xr.DataArray, dim: str) -> float:
    if dim not in state.coords:
        raise ValueError(
            f"Axis {dim} has no coordinate, so its spacing is unknown. "
            "Label arrays with `grid.state(u=array, ...)`."
        )
    centres = np.asarray(state[dim].values, dtype=float)
    told = state[dim].attrs.get("spacing")
    if len(centres) == 1:
        if told is None:
            raise ValueError(f"Axis {dim} has one cell and declares no `spacing`.")
        return float(told)
    gaps = np.diff(centres)
    found = float((centres[-1] - centres[0]) / (len(centres) - 1))
    if not found > 0 or not np.allclose(gaps, found, rtol=1e-6, atol=0):
        raise ValueError(
            f"Coordinate {dim} must increase in even steps, but its steps go from "
            f"{gaps.min():g} to {gaps.max():g}."
        )
    # The number that was declared, not its rounded echo: a run continued from its last
    # frame must see the very same spacing.
    if told is not None and np.isclose(found, told, rtol=1e-9, atol=0):
        return float(told)
    return found


def _declared(state: xr.Dataset | xr.DataArray, dim: str) -> object:
    told = state[dim].attrs.get("boundary")
    if told is None:
        raise ValueError(
            f"Coordinate {dim} declares no boundary. Label arrays with `rd.Grid(...)"
            ".state(...)`, or set its attribute `boundary` to periodic or no-flux."
        )
    return told
