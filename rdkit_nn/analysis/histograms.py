"""How often which values occur, wherever they lie: histograms and their entropy."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .cells import inside_of, picked
from .space import Dims, dims_of, reduced


def histogram(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    bins: int = 64,
    within: tuple[float, float] | None = None,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """Share of the values that fall into each of `bins` equal parts of one range.

        p_b = share of values in [low + b w, low + (b + 1) w),   w = (high - low) / bins

    The shares of a field add up to one. It knows how often values occur, not where.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        bins: Number of bins.
        within: Lowest and highest value, the same for all; values outside count in the
            outermost bins. Default: the range of the whole field, which is read for it; a
            field that is the same everywhere stands in the middle of a range of one.
        mask: Cells that count (True = belongs), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`, and `value`: the middles of the bins, in the unit
        of the field, with their width as `spacing`. Dimensionless. NaN where a value is
        not known. Lazy where `field` is and `within` is told.

    Raises:
        ValueError: If `bins` is less than 2, the range is empty, or the mask does not fit
            the field.

    Example:
        >>> run = xr.DataArray([0.0, 0.1, 0.9, 1.0], dims="x")
        >>> histogram(run, bins=2).values
        array([0.5, 0.5])
    """
    _check(bins, within)
    dims = dims_of(field, dim)
    inside = inside_of(field, dims, mask)
    low, high = within or _range(field)

    def shares(array: np.ndarray) -> np.ndarray:
        values = picked(array, len(dims), inside)
        flat = values.reshape(-1, values.shape[-1])
        told = _shares(flat, low, high, bins)
        return told.reshape(*values.shape[:-1], bins)

    attrs = {"name": "histogram", "long_name": "share of values", "units": "1"}
    told = reduced(shares, field, dims, gives={"value": bins}, attrs=attrs)
    wide = (high - low) / bins
    middles = low + wide * (np.arange(bins) + 0.5)
    units = {"units": field.attrs.get("units", "1"), "spacing": wide}
    return told.assign_coords(value=("value", middles, units))


def entropy(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    bins: int = 64,
    within: tuple[float, float] | None = None,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """Shannon entropy of the histogram of values, over that of a flat one.

        H = -Σ p_b ln p_b / ln(bins)

    Zero for a homogeneous field, near one for values spread evenly over the range. It
    knows how often values occur, not where.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        bins: Number of bins.
        within: Lowest and highest value of the histogram, the same for all; values
            outside count in the outermost bins. Default: each field's own range, so that
            faint noise counts like strong; fields are compared within one range.
        mask: Cells that count (True = belongs), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`, 0 to 1. Lazy where `field` is.

    Raises:
        ValueError: If `bins` is less than 2, the range is empty, or the mask does not fit
            the field.
    """
    _check(bins, within)
    dims = dims_of(field, dim)
    inside = inside_of(field, dims, mask)

    def spread(array: np.ndarray) -> np.ndarray:
        values = picked(array, len(dims), inside)
        flat = values.reshape(-1, values.shape[-1])
        low, high = within or (flat.min(-1)[:, None], flat.max(-1)[:, None])
        p = _shares(flat, low, high, bins)
        told = np.abs((p * np.log(np.where(p > 0, p, 1))).sum(-1)) / np.log(bins)
        return told.reshape(values.shape[:-1])

    attrs = {"name": "entropy", "long_name": "histogram entropy", "units": "1"}
    return reduced(spread, field, dims, attrs=attrs)


def _check(bins: int, within: tuple[float, float] | None) -> None:
    if bins < 2:
        raise ValueError(f"`bins` must be at least 2, but is {bins}.")
    if within is not None and not within[0] < within[1]:
        raise ValueError(f"`within` must be (low, high) with low < high, got {within}.")


def _range(field: xr.DataArray) -> tuple[float, float]:
    there = field.where(
        np.isfinite(field)
    )  # what is left out by a mask may be infinite
    told = xr.Dataset({"low": there.min(), "high": there.max()}).astype(float).compute()
    low, high = float(told.low), float(told.high)
    if not np.isfinite([low, high]).all():
        return 0.0, 1.0  # nothing is known, and every share is NaN
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _shares(flat: np.ndarray, low, high, bins: int) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Share of values in each bin: (field, cell) to (field, bin), NaN where one is unknown.

    `low` and `high` are numbers, or (field, 1) for a range of each field's own.
    """
    wide = np.where(np.subtract(high, low) > 0, np.subtract(high, low), 1.0)
    place = np.nan_to_num((flat - low) / wide * bins)
    which = np.clip(place.astype(int), 0, bins - 1)
    which = which + bins * np.arange(len(flat))[:, None]
    counts = np.bincount(which.ravel(), minlength=bins * len(flat)).reshape(-1, bins)
    known = np.isfinite(flat).all(-1)[:, None]
    return np.where(known, counts / flat.shape[1], np.nan)
