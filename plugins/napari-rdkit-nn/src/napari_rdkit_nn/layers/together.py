"""Axes of several runs, made to agree as far as one viewer asks for it."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .matrices import beside_neurons

ALIKE = 2.0  # times as long as another a picture may be, and both are seen well at once


def together(fields: list[xr.DataArray]) -> list[xr.DataArray]:
    """Fields of several runs, with axes that one viewer can show.

    Where times differ they are left out: the slider counts frames. Beside banks of neurons
    every field has a slider for them. Where units differ, or one picture is more than twice
    as long as another, the longer side of each is one: eight pixels of a receptive field
    beside 2.5 cm of a chemistry.

    Args:
        fields: (…, y, x) each, or the axes of a montage.
    """
    times = {tuple(f.time.values) if "time" in f.coords else None for f in fields}
    if len(times) > 1:
        fields = [f.drop_vars("time", errors="ignore") for f in fields]
    fields = beside_neurons(fields)
    lengths = [max(_spacing(f, d) * f.sizes[d] for d in f.dims[-2:]) for f in fields]
    units = {_unit(field, d) for field in fields for d in field.dims[-2:]}
    if len(units) > 1 or max(lengths, default=1) > ALIKE * min(lengths, default=1):
        fields = [_of_length_one(f, n) for f, n in zip(fields, lengths)]
    units = {_unit(f, "time") for f in fields if "time" in f.coords}
    if len(units) > 1:
        fields = [f.assign_coords(time=("time", f.time.values)) for f in fields]
    return fields


def _of_length_one(field: xr.DataArray, length: float) -> xr.DataArray:
    places = {}
    for d in map(str, field.dims[-2:]):
        step = _spacing(field, d) / length
        places[d] = (d, step * (np.arange(field.sizes[d]) + 0.5))
    return field.assign_coords(places)


def _spacing(field: xr.DataArray, dim: object) -> float:
    if dim not in field.coords or field.sizes[dim] < 2:
        return 1.0
    ends = field[dim].values[[0, -1]].astype(float)
    return float(ends[1] - ends[0]) / (field.sizes[dim] - 1)


def _unit(field: xr.DataArray, dim: object) -> str | None:
    return field[dim].attrs.get("units") if dim in field.coords else None
