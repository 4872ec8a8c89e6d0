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

SPACE = ("z", "y", "x")


def layers_of(data: xr.Dataset | xr.DataTree) -> list[Layer]:
    """Layers of a run, or of a tree of runs: one a variable.

    Of a tree the first run is shown and the others are hidden. Axes are matched from the
    right in napari, so chemical fields get a `hidden` axis of one beside weights.

    Args:
        data: What `simulate` returned, `open_run` opened, or `compare` wrote.

    Returns:
        (data, keywords, "image") for each variable that is a picture.
    """
    if isinstance(data, xr.Dataset):
        return _layers(data, "", align=False, visible=True)
    runs = {
        node.path.strip("/"): node.to_dataset()
        for node in data.subtree
        if "rdkit_nn" in node.attrs
    }
    align = len({_is_bank(run) for run in runs.values()}) > 1
    told: list[Layer] = []
    for name, run in runs.items():
        told += _layers(run, f"{name}/", align=align, visible=not told)
    return told


def _layers(run: xr.Dataset, prefix: str, *, align: bool, visible: bool) -> list[Layer]:
    every = sorted(map(str, run.data_vars))  # a store keeps no order of its own
    names = [n for n in every if {"y", "x"} <= set(run[n].dims)]
    if not names:  # weights whose inputs are no images
        names = [n for n in every if run[n].ndim >= 2]
    return [
        _layer(
            run[name],
            f"{prefix}{name}",
            run.attrs,
            align=align,
            visible=visible and i == len(names) - 1,
        )
        for i, name in enumerate(names)
    ]


def _layer(
    field: xr.DataArray,
    name: str,
    provenance: Mapping[str, Any],
    *,
    align: bool,
    visible: bool,
) -> Layer:
    low, high = _range(field)
    signed = low < 0 < high
    if signed:
        low, high = -max(-low, high), max(-low, high)
    elif low == high:
        low, high = low - 0.5, high + 0.5
    times = {}
    if "time" in field.coords and field.time.ndim == 1:
        times["time"] = np.asarray(field.time.values).tolist()
    field = _even(field)
    if align and "hidden" not in field.dims:
        field = field.expand_dims("hidden", axis=field.ndim - 2)
    told = {
        "name": name,
        "contrast_limits": (low, high),
        "colormap": "PiYG" if signed else "viridis",
        "visible": visible,
        "metadata": {**provenance, **times},
    }
    return field, told, "image"


def _is_bank(run: xr.Dataset) -> bool:
    return any("hidden" in field.dims for field in run.values())


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
