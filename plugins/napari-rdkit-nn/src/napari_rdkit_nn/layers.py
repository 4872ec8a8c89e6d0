"""From runs to layers: no Qt, no viewer.

napari reads axis labels, scale, translate and units from a DataArray's coordinates. It
reads *one* spacing an axis, so a coordinate that is not even is left out here, and the
slider then counts frames instead of lying about time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

Layer = tuple[xr.DataArray, dict[str, Any], str]


def layers_of(data: xr.Dataset | xr.DataTree) -> list[Layer]:
    """Layers of a run, or of a tree of runs: one a variable.

    Of a tree the first run is shown and the others are hidden. One viewer has one slider
    for all: where runs keep different times, it counts frames; beside banks of neurons a
    chemical field is the same for every neuron; where units differ they are left out. All
    three stand in each layer's metadata.

    Args:
        data: What `simulate` returned, `open_run` opened, or `compare` wrote.

    Returns:
        (data, keywords, "image") for each variable that is a picture.
    """
    if isinstance(data, xr.Dataset):
        return [_layer(field, name, data.attrs) for name, field in _pictures(data)]
    runs = {
        node.path.strip("/"): node.to_dataset()
        for node in sorted(data.subtree, key=lambda node: node.path)
        if "rdkit_nn" in node.attrs
    }
    told = [
        _layer(field, f"{path}/{name}", run.attrs)
        for path, run in runs.items()
        for name, field in _pictures(run)
    ]
    shown = next(iter(runs), "")
    together = _together([field for field, _, _ in told])
    return [
        (field, {**words, "visible": words["name"].startswith(f"{shown}/")}, kind)
        for field, (_, words, kind) in zip(together, told)
    ]


def _pictures(run: xr.Dataset) -> list[tuple[str, xr.DataArray]]:
    """Variables that are pictures: those in space, else matrices of weights."""
    every = sorted(map(str, run.data_vars))  # a store keeps no order of its own
    names = [n for n in every if {"y", "x"} <= set(run[n].dims)]
    names = names or [n for n in every if run[n].ndim >= 2]
    return [(name, run[name]) for name in names]


def _layer(field: xr.DataArray, name: str, provenance: Mapping[str, Any]) -> Layer:
    low, high = _range(field)
    signed = low < 0 < high
    if signed:
        low, high = -max(-low, high), max(-low, high)
    elif low == high:
        low, high = low - 0.5, high + 0.5
    axes = {
        "units": {str(d): c.attrs.get("units", "1") for d, c in field.coords.items()}
    }
    if "time" in field.coords and field.time.ndim == 1:
        axes["time"] = np.asarray(field.time.values).tolist()
    told = {
        "name": name,
        "contrast_limits": (low, high),
        "colormap": "PiYG" if signed else "viridis",
        "metadata": {**provenance, **axes},
    }
    return _even(field), told, "image"


def _together(fields: list[xr.DataArray]) -> list[xr.DataArray]:
    """Make the axes of several runs agree, as far as one viewer asks for it."""
    times = {tuple(f.time.values) if "time" in f.coords else None for f in fields}
    if len(times) > 1:
        fields = [f.drop_vars("time", errors="ignore") for f in fields]
    neurons = max((f.sizes.get("hidden", 0) for f in fields), default=0)
    if neurons:
        fields = [
            f
            if "hidden" in f.dims
            else f.expand_dims(hidden=neurons, axis=f.dims.index("y"))
            for f in fields
        ]
    units: dict[str, set] = {}
    for field in fields:
        for d in field.dims:
            told = field[d].attrs.get("units") if d in field.coords else None
            units.setdefault(str(d), set()).add(told)
    if any(len(found) > 1 for found in units.values()):
        fields = [
            f.assign_coords({d: (d, c.values) for d, c in f.coords.items()})
            for f in fields
        ]
    return fields


def _range(field: xr.DataArray) -> tuple[float, float]:
    """Scale of a whole run: told by the run itself, else looked up in three frames."""
    told = field.attrs.get("actual_range")
    if told is None and "time" in field.dims:
        last = field.sizes["time"] - 1
        field = field.isel(time=sorted({0, last // 2, last}))
    if told is None:
        told = float(field.min()), float(field.max())
    low, high = (float(x) for x in told)
    return (low, high) if np.isfinite([low, high]).all() else (0.0, 1.0)


def _even(field: xr.DataArray) -> xr.DataArray:
    """Sort descending axes; drop coordinates that one spacing cannot tell."""
    for dim in field.dims:
        if dim not in field.coords:
            continue
        centres = field[dim].values
        if centres.dtype.kind not in "fiu" or not np.isfinite(centres).all():
            field = field.drop_vars(dim)
            continue
        if len(centres) > 1 and centres[0] > centres[-1]:
            field = field.isel({dim: slice(None, None, -1)})
            centres = centres[::-1]
        gaps = np.diff(centres.astype(float))
        if len(gaps) and not (
            gaps[0] > 0 and np.allclose(gaps, gaps.mean(), rtol=1e-6, atol=0)
        ):
            field = field.drop_vars(dim)
    # Coordinates that follow another axis (the step numbers) are no axes of the picture.
    return field.drop_vars([c for c in field.coords if c not in field.dims])
