"""Spots: where they are, how large, how long and how far apart."""

from __future__ import annotations

from math import gamma, pi
from typing import Literal

import numpy as np
import scipy.spatial
import xarray as xr

from .cells import closed_of, worded
from .components import Pieces, pieces_of
from .modes import length_unit
from .pictures import axis_of, box_of, into_box
from .space import SPACE, Dims, space_of
from .thresholds import Threshold, check_connected, threshold_set, told


def spots(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    connected: Literal["corners", "faces"] = "corners",
    periodic: bool | None = None,
) -> xr.Dataset:
    """Every piece of what is high, measured where it lies flat.

    A piece that crosses a periodic side is laid out before it is measured, so that its
    centre and moments are exact; a band that winds round the torus has no centre along
    that side, and no axes. Second moments are those of the cells as little boxes:

        M = ⟨(r - r̄)(r - r̄)ᵀ⟩ + diag(h²) / 12,   elongation = √(λ_max / λ_min)

    One for a disc or a square, a / b for an ellipse or a box of sides a and b.

    Args:
        field: Any shape.
        threshold: What counts as high, as for `above`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        connected: As for `components`.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Along `spot` (and the other dims of `field`; a picture with fewer spots than
        another is filled up with NaN), in order of first cell: the centre by dim, in its
        coordinate; `area` (a volume in space, a length on a line); `diameter` of the disc
        (ball) that is as large; `elongation`; `orientation` of the long axis in a plane,
        from x towards y, in [0, π), NaN for a round one; `peak`, the greatest value;
        `winds`, whether it goes round the torus; `nearest`, how far the nearest other
        centre is. And, without `spot`, their `number`: NaN where `above` is.

    Raises:
        ValueError: If a dim has no order, or the field is lazy: how many spots there are
            is not known before they are counted.
    """
    check_connected(connected)
    if getattr(field, "chunks", None) is not None:
        raise ValueError(
            "How many spots there are is not known before they are counted: load the "
            "field first, field.load()."
        )
    spacing = space_of(field, dim)
    if set(spacing) <= set(SPACE):
        spacing = {d: spacing[d] for d in SPACE if d in spacing}
    dims = tuple(spacing)
    closed = closed_of(field, dims, periodic)
    lead = [str(d) for d in field.dims if d not in dims]
    array = field.transpose(*lead, *dims).values.astype(np.float64, copy=False)
    high, known = threshold_set(array, threshold, len(dims))
    found = pieces_of(high, closed, connected == "corners")
    measured = _measured(
        array, found, [axis_of(field, d, h) for d, h in spacing.items()]
    )
    low, box = box_of(field, spacing, closed)
    centre = into_box(measured.pop("centre"), low, box)
    measured |= {d: centre[:, axis] for axis, d in enumerate(dims)}
    measured["nearest"] = _nearest(centre - low, found.picture[1:], box)
    length = length_unit(field, spacing) or "1"
    units = {
        d: field[d].attrs.get("units", "1") if d in field.coords else "1" for d in dims
    }
    units |= {
        "area": length
        if len(dims) == 1 or length == "1"
        else f"({length})**{len(dims)}",
        "diameter": length,
        "elongation": "1",
        "orientation": "rad",
        "peak": field.attrs.get("units", "1"),
        "winds": "1",
        "nearest": length,
    }
    table = {
        name: (
            (*lead, "spot"),
            _padded(measured[name], found.picture[1:], array.shape[: len(lead)]),
            {
                "long_name": f"{name} of the centre" if name in dims else name,
                "units": unit,
            },
        )
        for name, unit in units.items()
    }
    kept = {n: c for n, c in field.coords.items() if set(c.dims) <= set(lead)}
    attrs = {
        "connected": connected,
        "periodic": worded(dims, closed),
        **told(threshold),
    }
    result = xr.Dataset(table, kept, attrs)
    count = np.bincount(found.picture[1:], minlength=known.size).reshape(known.shape)
    result["number"] = (lead, np.where(known, count, np.nan))
    result["number"].attrs = {"long_name": "number of spots", "units": "1"}
    for d, side in zip(dims, box):
        result[d].attrs["box"] = float(side)
    return result


def _measured(
    array: np.ndarray, found: Pieces, axes: list[tuple[float, float]]
) -> dict[str, np.ndarray]:
    """What is asked of each piece, in one pass over all high cells."""
    d, n = len(axes), len(found.picture) - 1
    where = np.nonzero(found.unique)
    of = found.unique[where] - 1
    size = np.bincount(of, minlength=n)

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(of, values, n) / np.maximum(size, 1)

    winds = found.winds[1:]
    steps = np.array([step for _, step in axes])
    turns = found.turns[where] * array.shape[array.ndim - d :]
    laid = steps * (np.column_stack(where[-d:]) + turns)
    middle = np.stack([mean(part) for part in laid.T], axis=-1)
    apart = laid - middle[of]
    moments = np.empty((n, d, d))
    for i, j in np.ndindex(d, d):
        moments[:, i, j] = (
            mean(apart[:, i] * apart[:, j]) + (i == j) * steps[i] ** 2 / 12
        )
    axis = np.linalg.eigvalsh(moments) if d > 1 else np.full((n, 2), np.nan)
    orientation = np.full(n, np.nan)
    if d == 2:
        xx, yy, xy = moments[:, 1, 1], moments[:, 0, 0], moments[:, 0, 1]
        tilt = np.mod(0.5 * np.arctan2(2 * xy, xx - yy), np.pi)
        orientation = np.where(axis[:, -1] > axis[:, 0] * (1 + 1e-9), tilt, np.nan)
    peak = np.full(n, -np.inf)
    np.maximum.at(peak, of, array[where])
    area = size * float(np.prod(np.abs(steps)))
    none: np.ndarray = np.logical_or.reduce(winds, axis=1)
    return {
        "centre": np.where(winds, np.nan, middle + [first for first, _ in axes]),
        "area": area,
        "diameter": 2 * (area / _ball(d)) ** (1 / d),
        "elongation": np.where(none, np.nan, np.sqrt(axis[:, -1] / axis[:, 0])),
        "orientation": np.where(none, np.nan, orientation),
        "peak": peak,
        "winds": none,
    }


def _ball(d: int) -> float:
    """Volume of the ball of radius one."""
    return pi ** (d / 2) / gamma(d / 2 + 1)


def _nearest(centre: np.ndarray, picture: np.ndarray, box: np.ndarray) -> np.ndarray:
    """How far the nearest other centre of the same picture is, round the torus."""
    told = np.full(len(centre), np.nan)
    whole = np.flatnonzero(np.isfinite(centre).all(-1))
    for mine in np.split(whole, np.flatnonzero(np.diff(picture[whole])) + 1):
        if len(mine) > 1:
            tree = scipy.spatial.cKDTree(centre[mine], boxsize=box)
            told[mine] = tree.query(centre[mine], k=2)[0][:, 1]
    return told


def _padded(
    values: np.ndarray, picture: np.ndarray, lead: tuple[int, ...]
) -> np.ndarray:
    """Values of all spots, a row for each picture, filled up with NaN (False)."""
    rows = int(np.prod(lead))
    counts = np.bincount(picture, minlength=rows)
    place = np.arange(len(picture)) - (np.cumsum(counts) - counts)[picture]
    empty = False if values.dtype == bool else np.nan
    table = np.full((rows, int(counts.max(initial=0))), empty, values.dtype)
    table[picture, place] = values
    return table.reshape(*lead, -1) if lead else table[0]
