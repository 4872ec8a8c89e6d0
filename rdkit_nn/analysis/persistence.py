"""Persistent homology: pieces and holes of a pattern over all heights at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from .cells import closed_of, worded
from .space import Dims, reduced, space_of


def persistence(
    field: xr.DataArray, dim: Dims = None, *, periodic: bool | None = None
) -> xr.Dataset:
    """Heights at which pieces and holes of what is high come and go as the level falls.

    A piece (dimension 0) is born at its peak and dies where it meets one that is higher; a
    hole in a plane (dimension 1) is born where its rim closes and dies at its bottom; in
    space hollows have dimension 2. Cells hang together by corners. Where t is a level,

        χ(u > t) = Σ (-1)^dimension over the features with birth > t ≥ death

    is the Euler number. The highest piece never dies, nor do the ways round a torus: their
    death is -inf. A homogeneous field has those alone; white noise has short-lived features
    without number.

    Args:
        field: Any shape.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Along `feature` (and the other dims of `field`; a picture with fewer features than
        another is filled up with NaN): `dimension`, `birth` and `death` ≤ birth, in the
        unit of the field, by dimension and from the longest-lived down. A picture with a
        value that is not finite has NaN only.

    Raises:
        ValueError: If a dim has no order, or the field is lazy: how many features there are
            is not known before they are counted.
        ImportError: Without gudhi.

    Source:
        Edelsbrunner, Letscher & Zomorodian, Discrete Comput. Geom. 28 (2002) 511,
        doi:10.1007/s00454-002-2885-2; Wagner, Chen & Vuçini, Topological Methods in Data
        Analysis and Visualization II (Springer, 2012) 91, doi:10.1007/978-3-642-23175-9_7,
        for cubical cells.
    """
    if getattr(field, "chunks", None) is not None:
        raise ValueError(
            "How many features there are is not known before they are counted: load the "
            "field first, field.load(). `total_persistence` stays lazy."
        )
    dims = tuple(space_of(field, dim))
    closed = closed_of(field, dims, periodic)
    diagram = _diagrams(closed)
    lead = [str(d) for d in field.dims if d not in dims]
    array = field.transpose(*lead, *dims).values.astype(np.float64, copy=False)
    shape = array.shape[: len(lead)]
    every = {place: diagram(array[place]) for place in np.ndindex(*shape)}
    most = max((len(told) for told in every.values()), default=0)
    table = np.full((*shape, most, 3), np.nan)
    for place, told in every.items():
        table[place][: len(told)] = told
    unit = field.attrs.get("units", "1")
    parts = {
        name: ((*lead, "feature"), table[..., i], {"long_name": name, "units": u})
        for i, (name, u) in enumerate(
            {"dimension": "1", "birth": unit, "death": unit}.items()
        )
    }
    kept = {n: c for n, c in field.coords.items() if set(c.dims) <= set(lead)}
    return xr.Dataset(parts, kept, {"periodic": worded(dims, closed)})


def total_persistence(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    power: float = 1.0,
    periodic: bool | None = None,
) -> xr.DataArray:
    """Lives of all features that come and go, added up: Σ (birth - death)^power.

    Zero for a homogeneous field. With `power` 1 noise of many cells counts for much; 2 and
    more favour features that stand out.

    Args:
        field: Any shape.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        power: What lives are raised to.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`, plus `dimension`: 0 for pieces, 1 for holes (rings
        in space), 2 for hollows. Features that never die are left out. Unit: field^power.
        NaN where a value is not finite. Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order, or `power` is not positive.
        ImportError: Without gudhi.
    """
    if not power > 0:
        raise ValueError(f"`power` must be above zero, but is {power}.")
    dims = tuple(space_of(field, dim))
    closed = closed_of(field, dims, periodic)
    diagram = _diagrams(closed)
    kinds = np.arange(len(dims))

    def total(array: np.ndarray) -> np.ndarray:
        lead = array.shape[: array.ndim - len(dims)]
        found = np.zeros((*lead, len(kinds)))
        for place in np.ndindex(*lead):
            kind, birth, death = diagram(array[place]).T
            life = np.where(np.isneginf(death), 0.0, birth - death) ** power
            for k in kinds:
                found[place][k] = life[(kind == k) | np.isnan(kind)].sum()
        return found

    unit = field.attrs.get("units", "1")
    attrs = {
        "name": "total_persistence",
        "long_name": "total persistence",
        "units": unit if power == 1 or unit == "1" else f"({unit})**{power:g}",
        "periodic": worded(dims, closed),
    }
    found = reduced(total, field, dims, gives={"dimension": len(kinds)}, attrs=attrs)
    return found.assign_coords(dimension=kinds)


def _diagrams(closed: list[bool]) -> Callable[[np.ndarray], np.ndarray]:
    """From a picture to rows of dimension, birth, death."""
    try:
        from gudhi import PeriodicCubicalComplex
    except ImportError as error:
        raise ImportError(
            "Persistence needs gudhi: pip install 'rdkit-nn[shape]'."
        ) from error

    def diagram(array: np.ndarray) -> np.ndarray:
        if not np.isfinite(array).all():
            return np.full((1, 3), np.nan)
        # Levels rise there: a cell comes with its own value, a corner with its lowest cell.
        cells = PeriodicCubicalComplex(
            top_dimensional_cells=-array, periodic_dimensions=closed
        )
        pairs = cells.persistence(homology_coeff_field=2, min_persistence=0)
        rows = np.array([(k, -birth, -death) for k, (birth, death) in pairs]).reshape(
            -1, 3
        )
        order = np.lexsort(
            (rows[:, 2], -rows[:, 1], rows[:, 2] - rows[:, 1], rows[:, 0])
        )
        return rows[order] + 0.0  # -0 is 0

    return diagram
