"""Measures as pictures: spectra on one axis, portraits as rows of bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from ..analysis import portrait as _portrait
from ..analysis import power_spectrum
from ..analysis.portraits import SPREAD
from .scales import pyplot


def spectrum(
    fields: xr.DataArray | Mapping[str, xr.DataArray], *, log: bool = True
) -> Any:
    """Power of patterns by wavenumber, a line each.

    Args:
        fields: A field, or several by name; of a run the last frame; over other dims
            (neurons, members) the mean, with the 10 % and 90 % quantiles as a band.
        log: Whether both axes are logarithmic.

    Returns:
        The figure.
    """
    plt = pyplot()
    many = _named(fields)
    figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
    tops = []
    for name, field in many.items():
        last = field.isel(time=-1) if "time" in field.dims else field
        power = power_spectrum(last)
        others = [d for d in power.dims if d != "wavenumber"]
        k = power.wavenumber.values
        if others:
            low, high = (power.quantile(q, others).values for q in (0.1, 0.9))
            ax.fill_between(k, low, high, alpha=0.2)
        ax.plot(k, power.mean(others).values, label=name)
        tops.append(float(power.mean(others).max()))
        unit = power.wavenumber.attrs.get("units", "rad")
        ax.set(xlabel=f"wavenumber [{unit}]", ylabel=f"power [{power.attrs['units']}]")
    if log and max(tops) > 0:
        ax.set(xscale="log", yscale="log")
        ax.set_ylim(1e-8 * max(tops), 3 * max(tops))
    if len(many) > 1:
        ax.legend(fontsize="small")
    return figure


def portrait(portraits: xr.DataArray | Mapping[str, xr.DataArray]) -> Any:
    """Portraits beside each other: how many spreads each measure lies from their mean.

    Args:
        portraits: Portraits or fields by name; or portraits along one other dim.

    Returns:
        The figure.

    Raises:
        ValueError: If there are fewer than two: a portrait is read against another.
    """
    plt = pyplot()
    if isinstance(portraits, xr.DataArray):
        (lead,) = (d for d in portraits.dims if d != "measure")
        labels = (
            portraits[lead].values
            if lead in portraits.coords
            else range(portraits.sizes[lead])
        )
        many = {str(n): portraits.isel({lead: i}) for i, n in enumerate(labels)}
    else:
        many = dict(portraits)
    if len(many) < 2:
        raise ValueError("A portrait is drawn beside another: give two at least.")
    rows = [p if "measure" in p.dims else _portrait(p) for p in many.values()]
    free = rows[0].scale_free.values
    names = [str(m) for m in rows[0].measure.values[free]]
    table = np.array([row.values[free] for row in rows])
    spread = np.array([SPREAD[name] for name in names])
    far = (table - np.nanmean(table, axis=0)) / spread
    most = float(np.nanmax(np.abs(far))) or 1.0
    figure, ax = plt.subplots(
        figsize=(1.5 + 0.6 * len(names), 1.8 + 0.45 * len(many)), layout="constrained"
    )
    drawn = ax.imshow(far, cmap="RdBu_r", norm=_folded(most), aspect="auto")
    ax.set_xticks(range(len(names)), names, rotation=60, ha="right")
    ax.set_yticks(range(len(many)), list(many))
    for i, j in np.ndindex(*far.shape):
        dark = abs(far[i, j]) > 0.3 * most
        told = dict(ha="center", va="center", fontsize=7, color="w" if dark else "k")
        ax.text(j, i, f"{table[i, j]:.2g}", **told)
    figure.colorbar(drawn, ax=ax, label="from their mean [spreads]")
    return figure


def _folded(most: float) -> Any:
    from matplotlib.colors import SymLogNorm

    return SymLogNorm(1.0, vmin=-max(most, 1.0), vmax=max(most, 1.0))


def _named(
    fields: xr.DataArray | Mapping[str, xr.DataArray],
) -> dict[str, xr.DataArray]:
    if isinstance(fields, xr.DataArray):
        return {str(fields.name or "field"): fields}
    return dict(fields)
