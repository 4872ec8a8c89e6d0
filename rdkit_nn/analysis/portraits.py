"""A pattern in a score of numbers, most of them blind to units."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .correlation import correlation_length
from .directions import anisotropy
from .moments import kurtosis, skewness
from .pictures import boundary_of
from .scales import spectral_width, wavelength
from .shape import area, euler_number, perimeter
from .space import Dims, dims_of, reduced, space_of
from .spectra import power_spectrum

EDGES = (0.01, 0.99)  # quantiles that stand for the least and the greatest value
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
LEVELS = {"euler_low": 0.25, "euler": 0.5, "euler_high": 0.75}
SCALED = ("mean", "contrast", "low", "high", "wavelength")
"""Measures that carry a unit; all others stay when values are shifted or stretched, and
lengths counted in another unit."""

SPREAD = {
    "area": 0.006,
    "q10": 0.002,
    "q25": 0.003,
    "q50": 0.006,
    "q75": 0.009,
    "q90": 0.006,
    "skewness": 0.018,
    "kurtosis": 0.035,
    "euler_low": 0.017,
    "euler": 0.014,
    "euler_high": 0.020,
    "edge": 0.011,
    "anisotropy": 0.033,
    "spread": 0.005,
    "coarse": 0.001,
    "fine": 0.003,
    "coherence": 0.001,
    "units": 0.02,
}
"""Standard deviation of each measure from seed to seed: the median over the presets, ten
seeds each, 0.001 at least. `units`, of the logarithms of those with a unit: between that of
a wavelength (0.007) and that of the low quantile (0.034)."""


def portrait(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """A pattern as a labelled vector of measures.

    Of values, their 1 % and 99 % quantiles taken as 0 and 1: `area` above one half,
    the quantiles `q10` to `q90`, `skewness`, `kurtosis`. Of shape, per square wavelength:
    Euler numbers `euler_low`, `euler`, `euler_high` of what is above a quarter, one half,
    three quarters, and `edge`, the length of the line at one half in wavelengths. Of waves:
    `anisotropy`, `spread` of wavenumbers over their mean, `coarse` and `fine` (shares of
    power below half and above one and a half of the strongest wavenumber), `coherence`
    (correlation length over wavelength). With units: `mean`, `contrast`, `low` and `high`
    (those outer quantiles), `wavelength`.

    Args:
        field: On a plane; any leading dims: a frame, a run, a sweep, a bank of neurons.
        dim: Dimensions of space. Default: y and x.

    Returns:
        Shape of `field` without `dim`, plus `measure`, with the coordinate `scale_free`.
        NaN, all but those with the unit of the field, where it is homogeneous.

    Raises:
        ValueError: If space is no plane.
    """
    spacing = space_of(field, dim)
    if len(spacing) != 2:
        raise ValueError(
            f"A portrait is of a plane, but space is {', '.join(spacing)} here."
        )
    length = wavelength(field, dim)
    cells = float(np.prod(list(spacing.values())))
    whole = cells * float(np.prod([field.sizes[d] for d in spacing]))
    squares = whole / length**2
    ranked = _ranked(field, dim)
    low, wide = _scale(ranked)
    level = (field.astype(float) - low) / wide
    level.attrs = boundary_of(field)
    told = {
        "area": area(level, 0.5, dim),
        **{
            f"q{round(100 * q)}": (ranked.sel(quantile=q) - low) / wide
            for q in QUANTILES
        },
        "skewness": skewness(field, dim),
        "kurtosis": kurtosis(field, dim),
        **{
            name: euler_number(level, threshold, dim) / squares
            for name, threshold in LEVELS.items()
        },
        "edge": perimeter(level, 0.5, dim, method="crofton") * length / whole,
        "anisotropy": anisotropy(field, dim),
        "spread": spectral_width(field, dim),
        **_shares(field, dim),
        "coherence": correlation_length(field, dim) / length,
        "mean": field.astype(float).mean(list(spacing)),
        "contrast": field.astype(float).std(list(spacing)),
        "low": ranked.sel(quantile=EDGES[0]),
        "high": ranked.sel(quantile=EDGES[1]),
        "wavelength": length,
    }
    known = length.notnull()
    parts = [
        value.drop_vars("quantile", errors="ignore").where(
            known | (name in ("mean", "contrast", "low", "high"))
        )
        for name, value in told.items()
    ]
    names = xr.Variable("measure", np.array(list(told), dtype=str))
    made = xr.concat(parts, names, coords="minimal", compat="override")
    free = np.array([name not in SCALED for name in told])
    made = made.assign_coords(scale_free=("measure", free)).rename("portrait")
    made.attrs = {
        "long_name": "portrait",
        "undefined": "NaN: a homogeneous field has no shape",
    }
    return made.transpose(..., "measure")


def _ranked(field: xr.DataArray, dim: Dims) -> xr.DataArray:
    """Least and greatest value, and the quantiles between them, along `quantile`."""
    dims, shares = dims_of(field, dim), (0.0, EDGES[0], *QUANTILES, EDGES[1], 1.0)

    def ranks(array: np.ndarray) -> np.ndarray:
        flat = array.reshape(*array.shape[: -len(dims)], -1)
        return np.moveaxis(np.quantile(flat, shares, axis=-1), 0, -1)

    told = reduced(ranks, field, dims, gives={"quantile": len(shares)}, attrs={})
    return told.assign_coords(quantile=list(shares))


def _scale(ranked: xr.DataArray) -> tuple[xr.DataArray, xr.DataArray]:
    """What counts as 0, and how far from it 1 lies: the outer quantiles of a field."""
    least, low, high, most = (
        ranked.sel(quantile=q, drop=True) for q in (0.0, *EDGES, 1.0)
    )
    # Few cells may hold the whole pattern: their quantiles coincide.
    thin = high - low <= 1e-9 * np.maximum(abs(least), abs(most))
    low, high = xr.where(thin, least, low), xr.where(thin, most, high)
    return low, (high - low).where(high > low, 1.0)


def _shares(field: xr.DataArray, dim: Dims) -> dict[str, xr.DataArray]:
    power = power_spectrum(field, dim)
    total = power.sum("wavenumber")
    strongest = power == power.max("wavenumber")
    peak = power.wavenumber.where(strongest).max("wavenumber")
    share = power / total.where(total > 0)
    return {
        "coarse": share.where(power.wavenumber < 0.5 * peak, 0).sum("wavenumber"),
        "fine": share.where(power.wavenumber > 1.5 * peak, 0).sum("wavenumber"),
    }
