"""What analysis finds in a field, as layers: masks, spots, tips of spirals, defects.

Places are told in cells, with the scale and translate of the picture, so that a point is
seen in its own frame however long a frame lasts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from rdkit_nn import analysis

from .axes import is_even, turned
from .lazily import Pictures, Tell

Layer = tuple[Any, dict[str, Any], str]
CHARGES = ("#ff9f1c", "#2ec4f1")  # colours of positive and of negative ones
FEATURES = ("area", "diameter", "elongation", "orientation", "peak", "nearest")


def mask(field: xr.DataArray, name: str = "", *, tell: Tell | None = None) -> Layer:
    """Pieces of what is high, as Labels: `analysis.components`, frame by frame when seen.

    Args:
        field: In a plane or in space, with or without other dims.
        name: Of the picture.
        tell: As for `Pictures`.
    """
    field = turned(field)
    space = [d for d in field.dims if d in ("z", "y", "x")]
    if list(field.dims[-len(space) :]) != space or len(space) < 2:
        raise ValueError(_no_plane(field))
    lead = field.dims[: -len(space)]

    def make(place: tuple[int, ...]) -> np.ndarray:
        frame = field.isel(dict(zip(lead, place))).compute(scheduler="synchronous")
        return np.maximum(analysis.components(frame).values, 0)  # -1: without a half

    shape = [field.sizes[d] for d in space]
    pictures = Pictures([field.sizes[d] for d in lead], shape, make, tell, "int32")
    return pictures.array(), {**_axes(field), "name": f"{name} mask".strip()}, "labels"


def spots(field: xr.DataArray, name: str = "") -> Layer:
    """Spots as Points, with what `analysis.spots` measures of each as features.

    Bands that wind round the torus have no centre and are left out.

    Args:
        field: (…, y, x), read whole.
        name: Of the picture.

    Raises:
        ValueError: If there are no spots, or the field is no plane.
    """
    field = turned(_plane(field))
    lead = field.dims[:-2]
    found = analysis.spots(field.load())
    there = np.isfinite(found.x) & np.isfinite(found.y)
    whole = np.argwhere(there.transpose(*lead, "spot").values)
    if not len(whole):
        raise ValueError(f"There are no spots in {name or 'the field'}.")
    at = {d: xr.DataArray(whole[:, i], dims="point") for i, d in enumerate(lead)}
    at["spot"] = xr.DataArray(whole[:, -1], dims="point")
    told = found.isel(at)
    places = [whole[:, i] for i in range(len(lead))]
    places += [_cells(field, d, told[d].values) for d in ("y", "x")]
    features = {n: told[n].values for n in FEATURES if n in told}
    features |= {
        str(d): field[d].values[whole[:, i]]
        for i, d in enumerate(lead)
        if d in field.coords
    }
    step = _step(field, "x")
    words = {
        **_axes(field),
        "name": f"{name} spots".strip(),
        "features": features,
        "size": told.diameter.values / step,
        "face_color": "transparent",
        "border_color": "orange",
        "border_width": 0.1,
    }
    return np.column_stack(places).astype(float), words, "points"


def tips(u: xr.DataArray, v: xr.DataArray, name: str = "") -> list[Layer]:
    """Tips of spiral waves as Tracks: `analysis.tips`, linked by `analysis.tracks`.

    Beside the tracks stand the tips of each frame as Points, coloured by their charge:
    napari draws no track of what has been there for one frame alone.

    Args:
        u: (time, y, x), one variable.
        v: Another, over the same cells.
        name: Of the picture.

    Raises:
        ValueError: If there are none, or there is no run in a plane.
    """
    one, other = (turned(_run_in_a_plane(f)).load() for f in (u, v))
    return _tracks(analysis.tips(one, other), one, f"{name} tips".strip())


def defects(field: xr.DataArray, name: str = "") -> list[Layer]:
    """Ends of stripes as Tracks: `analysis.dislocations`, linked by `analysis.tracks`.

    Beside the tracks stand the ends in each frame as Points, coloured by their charge.

    Args:
        field: (time, y, x).
        name: Of the picture.

    Raises:
        ValueError: If there are none, or there is no run in a plane.
    """
    field = turned(_run_in_a_plane(field)).load()
    return _tracks(analysis.dislocations(field), field, f"{name} defects".strip())


def reach_of(points: xr.Dataset, field: xr.DataArray) -> float:
    """How far a point may go from frame to frame: less than half the way to the next.

    A quarter of the mean distance, √(area / number in a frame), but two cells at least.
    """
    sides = [field.sizes[d] * _step(field, d) for d in ("y", "x")]
    many = max(1.0, points.sizes["point"] / field.sizes["time"])
    return max(2 * _step(field, "x"), 0.25 * float(np.sqrt(np.prod(sides) / many)))


def _tracks(points: xr.Dataset, field: xr.DataArray, name: str) -> list[Layer]:
    if not points.sizes["point"]:
        raise ValueError(f"There are no {name}: nothing to follow.")
    reach = reach_of(points, field)
    linked = analysis.tracks(points, reach=reach)
    order = np.lexsort((linked.frame.values, linked.track.values))
    linked = linked.isel(point=order)
    table = np.column_stack(
        [linked.track.values, linked.frame.values]
        + [_cells(field, d, linked[d].values) for d in ("y", "x")]
    )
    charge = linked.charge.values
    words = {
        **_axes(field),
        "features": {"charge": charge, "time": linked.time.values},
        "metadata": {"reach": reach},
    }
    colour = np.where(charge > 0, *CHARGES)
    lines = {"name": f"{name}, tracks", "tail_width": 4, "blending": "translucent"}
    dots = {
        "name": name,
        "size": max(3.0, min(field.sizes["y"], field.sizes["x"]) / 50),  # cells
        "face_color": "transparent",
        "border_color": colour,
        "border_width": 0.25,
    }
    return [
        (table, {**words, **lines}, "tracks"),
        (table[:, 1:], {**words, **dots}, "points"),
    ]


def _axes(field: xr.DataArray) -> dict[str, Any]:
    """Scale, translate, labels and units, as napari takes them from the picture."""
    kept = [d for d in field.dims if d in field.coords and is_even(field[d].values)]
    return {
        "scale": [_step(field, d) if d in kept else 1.0 for d in field.dims],
        "translate": [float(field[d][0]) if d in kept else 0.0 for d in field.dims],
        "axis_labels": tuple(map(str, field.dims)),
        "units": [
            field[d].attrs.get("units", "pixel") if d in kept else "pixel"
            for d in field.dims
        ],
    }


def _step(field: xr.DataArray, dim: Any) -> float:
    if dim not in field.coords or field.sizes[dim] < 2:
        return 1.0
    return float(field[dim][1] - field[dim][0])


def _cells(field: xr.DataArray, dim: str, places: np.ndarray) -> np.ndarray:
    first = float(field[dim][0]) if dim in field.coords else 0.0
    return (places - first) / _step(field, dim)


def _plane(field: xr.DataArray) -> xr.DataArray:
    if field.dims[-2:] != ("y", "x") or "z" in field.dims:
        raise ValueError(_no_plane(field))
    return field


def _run_in_a_plane(field: xr.DataArray) -> xr.DataArray:
    if field.dims != ("time", "y", "x"):
        raise ValueError(
            "Points are followed through one run in a plane (time, y, x), but the field "
            f"has dims {field.dims}."
        )
    return field


def _no_plane(field: xr.DataArray) -> str:
    return f"This needs a plane (y, x), but the field has dims {field.dims}."
