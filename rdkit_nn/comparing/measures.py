"""The same measures for every run, chemical or neural."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .. import analysis, neural
from .runs import travelled


def field_of(run: xr.Dataset) -> xr.DataArray:
    """What is looked at: the autocatalyst of a chemistry, a network's receptive fields."""
    return run["U"] if "U" in run else run["v"]


def series(field: xr.DataArray) -> xr.Dataset:
    """Measures of a field in time; of a bank of receptive fields, their mean.

    `contrast`, `variation`, `entropy` (within the range of the whole run), `moran`,
    `wavelength` and `spectrum`, all from `rdkit_nn.analysis`. A field of both signs has no
    meaningful coefficient of variation: NaN.

    Args:
        field: (time, y, x) or (time, hidden, y, x).
    """
    low, high = float(field.min()), float(field.max())
    within = (low, high) if low < high else None
    told = {
        "contrast": analysis.contrast(field),
        "variation": analysis.variation(field).where(low >= 0),
        "entropy": analysis.entropy(field, within=within),
        "moran": analysis.moran(field),
        "wavelength": analysis.wavelength(field),
        "spectrum": analysis.power_spectrum(field),
    }
    others = [d for d in field.dims if d not in ("time", "z", "y", "x")]
    return xr.Dataset({name: _mean(value, others) for name, value in told.items()})


def measured(run: xr.Dataset) -> xr.Dataset:
    """Measures in time, and how far the run has gone."""
    field = field_of(run)
    told = series(field)
    if "U" in run:
        told["displacement"] = travelled(run)
        told["effective_rank"] = analysis.effective_rank(field - field.isel(time=0))
        gone = neural.balance(run) - neural.balance(run.isel(time=0))
        told["balance_drift"] = abs(gone).mean("hidden")
    else:
        told["displacement"] = analysis.displacement(field)
    return told


def last(measures: xr.Dataset) -> xr.Dataset:
    """Values at the end, and the growth of displacement over the last quarter."""
    end = measures.isel(time=-1).drop_vars(["spectrum", "wavenumber"], errors="ignore")
    gone = measures.displacement
    quarter = gone.isel(time=-1) - gone.isel(time=-1 - (gone.sizes["time"] - 1) // 4)
    return end.assign(late_growth=quarter).reset_coords(drop=True)


def moran_of_shuffled(
    field: xr.DataArray, *, draws: int = 200, seed: int = 0
) -> np.ndarray:
    """Mean Moran's I of a bank whose pixels were put anywhere, (draws,)."""
    return np.array(
        [
            float(analysis.moran(analysis.permuted(field, seed=seed + i)).mean())
            for i in range(draws)
        ]
    )


def _mean(value: xr.DataArray, dims: list) -> xr.DataArray:
    return value.mean(dims, keep_attrs=True) if dims else value
