"""A pattern in a score of numbers, most of them blind to units."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .cells import mapped
from .correlation import correlation_length
from .directions import anisotropy
from .moments import kurtosis, skewness
from .pictures import walls_of
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
seeds each; of those with a unit, of their logarithms."""


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
    level = _levelled(field, dim)
    told = {
        "area": area(level, 0.5, dim),
        **_quantiles(level, dim),
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
        "low": _outer(field, dim, EDGES[0]),
        "high": _outer(field, dim, EDGES[1]),
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


def _levelled(field: xr.DataArray, dim: Dims) -> xr.DataArray:
    """Values from 0 to 1 between their outer quantiles."""
    dims = dims_of(field, dim)
    axes = tuple(range(-len(dims), 0))

    def level(array: np.ndarray) -> np.ndarray:
        low, high = np.quantile(array, EDGES, axis=axes, keepdims=True)
        # Few cells may hold the whole pattern: their quantiles coincide.
        thin = high - low <= 1e-9 * np.abs(array).max(axis=axes, keepdims=True)
        low = np.where(thin, array.min(axis=axes, keepdims=True), low)
        wide = np.where(thin, array.max(axis=axes, keepdims=True), high) - low
        return (array - low) / np.where(wide > 0, wide, 1.0)

    return mapped(level, field, dims, attrs=walls_of(field))


def _outer(field: xr.DataArray, dim: Dims, share: float) -> xr.DataArray:
    axes = tuple(range(-len(dims_of(field, dim)), 0))
    return reduced(
        lambda array: np.quantile(array, share, axis=axes),
        field,
        dims_of(field, dim),
        attrs={},
    )


def _quantiles(level: xr.DataArray, dim: Dims) -> dict[str, xr.DataArray]:
    dims = dims_of(level, dim)

    def told(array: np.ndarray) -> np.ndarray:
        flat = array.reshape(*array.shape[: -len(dims)], -1)
        return np.moveaxis(np.quantile(flat, QUANTILES, axis=-1), 0, -1)

    many = reduced(told, level, dims, gives={"quantile": len(QUANTILES)}, attrs={})
    return {
        f"q{round(100 * q)}": many.isel(quantile=i) for i, q in enumerate(QUANTILES)
    }


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
