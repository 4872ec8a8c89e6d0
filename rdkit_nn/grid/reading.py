"""A grid read back from the coordinates of a state, and fields placed on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ..core.parameters import SPACE

if TYPE_CHECKING:
    from .grid import Grid


def arguments_of(state: xr.Dataset | xr.DataArray) -> tuple:
    """Shape, spacing, boundary, units and domain of the grid of a state.

    Raises:
        ValueError: If a coordinate is missing, uneven, or declares no boundary.
    """
    dims = tuple(d for d in SPACE if d in state.dims)
    if dims != SPACE[len(SPACE) - len(dims) :]:
        raise ValueError(f"A grid of one axis is along x, of two along y, x: {dims}.")
    spacing = [_spacing(state, d) for d in dims]
    units = {state[d].attrs.get("units", "1") for d in dims} or {"1"}
    if len(units) > 1:
        raise ValueError(f"All axes must share one unit, but found {units}.")
    boundary = {d: _boundary_of(state, d) for d in dims}
    domain = state.coords.get("domain")
    return [state.sizes[d] for d in dims], spacing, boundary, units.pop(), domain


def placed(grid: Grid, key: str, field: xr.DataArray) -> tuple[tuple, np.ndarray]:
    """Dims and values of a field, its axes by name and its cells by coordinate.

    Raises:
        ValueError: If an axis is missing, or the coordinates are not the grid's.
    """
    lead = [d for d in field.dims if d not in grid.dims]
    if missing := [d for d in grid.dims if d not in field.dims]:
        raise ValueError(
            f"`{key}` has dims {field.dims}; the grid's own, {grid.dims}, must be "
            f"among them, but {', '.join(missing)} is not."
        )
    field = field.transpose(*lead, *grid.dims)
    for dim, h in zip(grid.dims, grid.spacing):
        centres: Any = grid.coords[dim][1]
        if dim not in field.coords or field.sizes[dim] != len(centres):
            continue
        found = np.asarray(field[dim].values, dtype=float)
        order = np.argsort(found, kind="stable")
        if not np.allclose(found[order], centres, rtol=0, atol=1e-6 * h):
            raise ValueError(
                f"`{key}` lies at {dim} = {found.min():g} … {found.max():g}, but the "
                f"cells of the grid at {centres[0]:g} … {centres[-1]:g}: give it the "
                f"grid's coordinates, or none (field.drop_vars({dim!r}))."
            )
        field = field.isel({dim: order})
    return (*lead, *grid.dims), field.values


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


def _boundary_of(state: xr.Dataset | xr.DataArray, dim: str) -> object:
    told = state[dim].attrs.get("boundary")
    if told is None:
        raise ValueError(
            f"Coordinate {dim} declares no boundary. Label arrays with "
            "`rd.Grid(...).state(...)`, or set its attribute "
            "`boundary` to periodic or no-flux."
        )
    return told
