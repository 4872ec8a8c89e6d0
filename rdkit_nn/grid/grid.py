"""Where fields live: evenly spaced, cell-centred boxes in up to three dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.parameters import SPACE
from . import boundary as _boundary
from . import stencils, symbols
from .boundary import Sides
from .conditions import in_force
from .domain import Domain
from .reading import arguments_of, placed
from .stated import Stated

if TYPE_CHECKING:
    from ..dynamics import Clock

__all__ = ["SPACE", "Grid"]


@dataclass(frozen=True, init=False)
class Grid:
    """A box of cells.

    Cell `i` of an axis lies at (i + 1/2) · spacing, so the boundary lies half a spacing
    outside the first and last cell. The Laplacian is the second-order one of
    2 · dim + 1 points; on a periodic box its Fourier symbol is -Σ (4/h²) sin²(q h / 2).

    Args:
        shape: Cells along (z,) (y,) x; up to three axes, x last. `()` is a single
            well-mixed point.
        spacing: Distance between cell centres, one number or one for each axis.
        boundary: Default for every variable: `periodic`, `no-flux`, `dirichlet`
            (held at zero) or a condition; one for all axes, or a mapping such as
            `{"x": "periodic", "y": ("no-flux", rd.Dirichlet(1.0))}` for every axis.
        units: Unit of length, as UDUNITS and pint read it: `1`, `mm`, `um`.
        domain: Which cells are open: a boolean array or DataArray over the cells. Nothing
            crosses its edge; closed cells hold nothing (NaN in every state and frame).

    Example:
        >>> Grid((2, 3), spacing=0.5).coords["x"][1]
        array([0.25, 0.75, 1.25])
    """

    shape: tuple[int, ...]
    spacing: tuple[float, ...]
    boundary: tuple[Sides, ...]
    units: str
    domain: Domain | None
    ghosts: tuple[Any, tuple[str, ...], int, tuple[str, ...]] | None = None

    def __init__(
        self,
        shape: int | Sequence[int],
        spacing: float | Sequence[float] = 1.0,
        boundary: Any = "periodic",
        units: str = "1",
        domain: Any = None,
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
        vars(self).update(
            shape=tuple(int(n) for n in cells),
            spacing=tuple(float(h) for h in steps),
            units=units,
            ghosts=None,
        )
        vars(self)["boundary"] = _boundary.by_axis(boundary, self.dims)
        if domain is not None and not isinstance(domain, Domain):
            centres = {d: c[1] for d, c in self.coords.items()}
            domain = Domain(domain, self.dims, self.shape, centres)
        whole = domain is None or bool(domain.open.all())
        vars(self)["domain"] = None if whole else domain

    def __repr__(self) -> str:
        names = {d: _boundary.name(s) for d, s in zip(self.dims, self.boundary)}
        same = len(set(names.values())) == 1
        told = next(iter(names.values())) if same else names
        gaps = self.spacing[0] if len(set(self.spacing)) == 1 else self.spacing
        domain = f", domain={self.domain!r}" if self.domain else ""
        return f"Grid({self.shape}, spacing={gaps}, boundary={told!r}{domain})"

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

    @property
    def core(self) -> Grid:
        """The grid itself; of a grid with ghost cells, that without."""
        return self.ghosts[0] if self.ghosts else self

    def extend(self, values: np.ndarray) -> np.ndarray:
        """Values (member, *cells of `core`) continued on the ghost cells, if there are any.

        Around the ring of an axis that is one, behind other boundaries as in the last cell.
        """
        if not self.ghosts:
            return values
        core, dims, width, rings = self.ghosts
        for axis, (dim, n) in enumerate(zip(core.dims, core.shape), start=1):
            if dim in dims and values.shape[axis] == n:
                pads = [(0, 0)] * values.ndim
                pads[axis] = (width, width)
                mode: Any = "wrap" if dim in rings else "edge"
                values = np.pad(values, pads, mode)
        return values

    @cached_property
    def places(self) -> dict[str, np.ndarray]:
        """Cell centres of each axis, shaped to broadcast against a field."""
        return {
            d: ((np.arange(n) + 0.5) * h).reshape((-1,) + (1,) * (-axis - 1))
            for d, n, h, axis in zip(self.dims, self.shape, self.spacing, self.axes)
        }

    def padded_grid(self, *dims: str, width: int = 1, rings: tuple = ()) -> Grid:
        """This grid with ghost cells on both sides of some axes, for terms of single cells.

        Args:
            dims: Which axes.
            width: Ghost cells on each side.
            rings: Those of the axes that close on themselves.
        """
        key = dims, width, rings
        kept: dict = self.__dict__.setdefault("_padded_grids", {})
        if key not in kept:
            ghosts = [2 * width * (d in dims) for d in self.dims]
            wide = object.__new__(Grid)
            shape = tuple(n + g for n, g in zip(self.shape, ghosts))
            names = ("spacing", "boundary", "units")
            wide.__dict__.update({n: getattr(self, n) for n in names})
            wide.__dict__.update(
                shape=shape, domain=None, ghosts=(self, dims, width, rings)
            )
            kept[key] = wide
        return kept[key]

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
        return cls(*arguments_of(state))

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
        if reserved := set(fields) & {*SPACE, "time", "step", "domain"}:
            raise ValueError(
                f"`{reserved.pop()}` is the name of an axis or a coordinate of every run: "
                "take another."
            )
        for key, field in fields.items():
            if isinstance(field, xr.DataArray):
                dims, array = placed(self, key, field)
            else:
                dims, array = self.dims, np.asarray(field)
            if array.shape[array.ndim - len(self.shape) :] != self.shape or (
                array.ndim != len(dims)
            ):
                raise ValueError(
                    f"`{key}` has shape {array.shape}, but the grid is {self.shape}. "
                    "For leading dims such as members give a DataArray that names them."
                )
            array = array.copy()
            if self.domain is not None:
                if array.dtype.kind != "f":
                    array = array.astype(float)
                array = self.domain.select(array, np.nan)
            labelled[key] = (dims, array)
        return xr.Dataset(labelled, coords={**self.coords, **self.domain_coord})

    @property
    def domain_coord(self) -> dict[str, tuple]:
        """The coordinate `domain` of a state, where the grid has one."""
        if self.domain is None:
            return {}
        return {"domain": (self.dims, self.domain.open, {"long_name": "open cells"})}

    def conditions(
        self,
        variable: str,
        stated: Stated = (),
        clock: Clock | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> tuple[Sides, ...]:
        """Conditions in force for one variable: its own where stated, else the grid's.

        Args:
            variable: Name of the field.
            stated: Conditions of a term.
            clock: When; without it conditions that move are returned as they were stated.
            values: Fields, for conditions that hold the value of another variable.

        Raises:
            ValueError: If the variable has a condition on an axis that the grid lacks, or
                variables hold each other's values in a circle.
        """
        return in_force(self, variable, stated, clock, values)

    def laplacian(
        self,
        array: Any,
        conditions: Sequence[Sides] | None = None,
        stencil: str = "5-point",
    ) -> Any:
        """∇² of an array; see `stencils.laplacian`."""
        return stencils.laplacian(
            array, self.spacing, conditions or self.boundary, stencil, self.domain
        )

    def symbol(
        self, conditions: Sequence[Sides] | None = None, stencil: str = "5-point"
    ) -> np.ndarray:
        """Multiplier of the Laplacian for each mode; see `symbols.symbol`."""
        pairs = conditions or self.boundary
        return symbols.symbol(self.shape, self.spacing, pairs, stencil)

    def stiffness(
        self, conditions: Sequence[Sides] | None = None, stencil: str = "5-point"
    ) -> float:
        """Bound on the Laplacian's fastest decay; see `symbols.stiffness`."""
        pairs = conditions or self.boundary
        return symbols.stiffness(self.shape, self.spacing, pairs, stencil)
