"""What stands under a picture: where on the sliders it is, in the run's own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr


def caption(field: xr.DataArray, place: dict[str, int]) -> str:
    """Say in words which picture of a field is seen.

    Times that one spacing cannot tell, parameters of a sweep, names: all as the run has
    them, whatever the slider counts.

    Args:
        field: With all its coordinates.
        place: Index along each dim that has a slider.

    Example:
        >>> run = xr.DataArray([[0.0], [0.0]], {"time": [0.0, 100.0]}, ("time", "x"))
        >>> caption(run, {"time": 1})
        'time 100'
    """
    told = []
    for dim, i in place.items():
        if dim not in field.dims:
            continue
        i = int(np.clip(i, 0, field.sizes[dim] - 1))
        along = [n for n, c in field.coords.items() if c.dims == (dim,)]
        along.sort(key=lambda name: name != dim)  # the axis itself comes first
        told += [_value(str(n), field.coords[n], i) for n in along]
        if not along:
            told.append(f"{dim} {i}")
    return " · ".join(told + _trouble(field, place))


def _value(name: str, coordinate: xr.DataArray, i: int) -> str:
    value = coordinate.values[i]
    number = np.issubdtype(coordinate.dtype, np.number)
    words = f"{value:.7g}" if number else str(value)
    unit = coordinate.attrs.get("units", "1")
    return f"{name} {words}" if unit in ("1", "") else f"{name} {words} {unit}"


def _trouble(field: xr.DataArray, place: dict[str, int]) -> list[str]:
    """What a sweep says of a run that failed, or is not there yet."""
    told = []
    for name in ("finished", "failure"):
        if name in field.coords:
            at = {d: i for d, i in place.items() if d in field.coords[name].dims}
            value = field.coords[name].isel(at).values
            if name == "finished" and not value.all():
                told.append("not finished yet")
            elif name == "failure" and value.ndim == 0 and str(value):
                told.append(f"failed: {value}")
    return told


def place_of(position: Sequence[float], dims: Sequence[str]) -> dict[str, int]:
    """Index along each leading dim of a layer, from its place in data coordinates."""
    return {d: int(np.rint(p)) for d, p in zip(dims, position) if np.isfinite(p)}


def words_of(metadata: dict[str, Any], position: Sequence[float]) -> str:
    """Caption of a layer at a position in its data coordinates; empty if it has none."""
    told = metadata.get("caption")
    return told(position) if callable(told) else ""
