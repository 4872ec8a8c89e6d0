"""Fields beside each other: two on one scale, and many over two parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from ..analysis import power_spectrum
from .scales import SEQUENTIAL, colours, picture, pyplot


def pair(
    one: xr.DataArray,
    other: xr.DataArray,
    *,
    names: tuple[str, str] | None = None,
    shared: bool | None = None,
) -> Any:
    """Two patterns side by side, and their spectra below.

    Args:
        one: A field on a plane; of a run the last frame, of a bank of neurons a montage.
        other: The same.
        names: Titles. Default: the names of the fields.
        shared: Whether both have one colour scale. Default: where their units agree and
            neither range is less than a tenth of the other.

    Returns:
        The figure.

    Raises:
        ValueError: If a field has no plane to draw.
    """
    plt = pyplot()
    planes = [picture(one), picture(other)]
    if shared is None:
        units = {plane.attrs.get("units", "1") for plane in planes}
        spans = [float(plane.max() - plane.min()) for plane in planes]
        shared = len(units) == 1 and min(spans) > 0.1 * max(spans)
    scales = [colours(planes)] * 2 if shared else [colours([p]) for p in planes]
    titles = names or tuple(str(f.name or "") for f in (one, other))
    figure, axes = plt.subplots(
        2, 2, figsize=(9, 6.5), height_ratios=(3, 1), layout="constrained"
    )
    for column, (field, plane) in enumerate(zip((one, other), planes)):
        above, below = axes[:, column]
        plane.plot.imshow(ax=above, **scales[column], interpolation="nearest")
        above.set_title(titles[column])
        above.set_aspect("equal")
        power = power_spectrum(field.isel(time=-1) if "time" in field.dims else field)
        power = power.mean(
            [d for d in power.dims if d != "wavenumber"], keep_attrs=True
        )
        share: Any = (power / power.sum()).assign_attrs(long_name="share of power")
        share.plot(ax=below)
        below.set_title("")
    return figure


def atlas(
    fields: xr.DataArray,
    measure: xr.DataArray | None = None,
    *,
    cmap: str | None = None,
) -> Any:
    """Patterns over two parameters: a tile each, and a measure as a map beside them.

    Args:
        fields: (…, …, y, x): two parameters, with coordinates, and a plane; of runs the
            last frame.
        measure: A number for each tile, along both parameters.
        cmap: Of the measure. Default: diverging about zero where it has both signs.

    Returns:
        The figure.

    Raises:
        ValueError: If there are not two parameters beside the plane.
    """
    plt = pyplot()
    last = fields.isel(time=-1) if "time" in fields.dims else fields
    lead = [str(d) for d in last.dims if d not in ("y", "x")]
    if len(lead) != 2 or not {"y", "x"} <= set(last.dims):
        raise ValueError(
            f"An atlas has two parameters and a plane y, x, but this has {fields.dims}."
        )
    rows, columns = lead
    tiles = last.transpose(rows, "y", columns, "x")
    a, b, c, d = tiles.shape
    figure, axes = plt.subplots(
        1,
        1 if measure is None else 2,
        figsize=(6.5 if measure is None else 12.5, 5.5),
        layout="constrained",
        squeeze=False,
    )
    left = axes[0, 0]
    edges = [*_edges(last, columns), *_edges(last, rows)]
    drawn = left.imshow(
        tiles.values.reshape(a * b, c * d),
        origin="lower",
        extent=edges,
        aspect="auto",
        interpolation="nearest",
        **colours([last]),
    )
    left.set(xlabel=_label(last, columns), ylabel=_label(last, rows))
    figure.colorbar(drawn, ax=left, label=_label(fields))
    if measure is not None:
        told = measure.transpose(rows, columns).drop_vars(
            ["time", "step"], errors="ignore"
        )
        how = colours([told])
        if cmap is not None:
            how["cmap"] = cmap
        elif how["cmap"] == SEQUENTIAL:
            how["cmap"] = "magma"
        told.plot(ax=axes[0, 1], **how)
        axes[0, 1].set(xlim=edges[:2], ylim=edges[2:], title="")
    return figure


def _edges(field: xr.DataArray, dim: str) -> list[float]:
    """Outer edges of the tiles along a parameter; places where it is uneven or bare."""
    if dim not in field.coords or field.sizes[dim] < 2:
        return [-0.5, field.sizes[dim] - 0.5]
    values = field[dim].values.astype(float)
    half = float(np.diff(values).mean()) / 2
    return [float(values[0]) - half, float(values[-1]) + half]


def _label(field: xr.DataArray, dim: str | None = None) -> str:
    what = field if dim is None or dim not in field.coords else field[dim]
    name = what.attrs.get("long_name", dim or str(field.name or ""))
    unit = what.attrs.get("units", "1")
    return name if unit in ("1", "") else f"{name} [{unit}]"
