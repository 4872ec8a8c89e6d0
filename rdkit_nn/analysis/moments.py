"""Moments of the values of a field: how far, how lopsided, how heavy in the tails."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from .cells import homogeneous, inside_of, picked
from .modes import square
from .space import Dims, dims_of, reduced


def variance(
    field: xr.DataArray, dim: Dims = None, *, mask: xr.DataArray | None = None
) -> xr.DataArray:
    """Population variance of the values.

        m₂ = ⟨(u - ⟨u⟩)²⟩

    Zero for a homogeneous field; σ² for white noise. It is the square of the contrast,
    and what the modes of the power spectrum add up to.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        mask: Cells that count (True = belongs), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`. Unit: field². Lazy where `field` is.

    Raises:
        ValueError: If the mask does not fit the field.
    """
    dims = dims_of(field, dim)
    inside = inside_of(field, dims, mask)
    attrs = {
        "name": "variance",
        "long_name": "variance",
        "units": square(field.attrs.get("units", "1")),
    }
    return reduced(
        lambda array: picked(array, len(dims), inside).var(-1), field, dims, attrs=attrs
    )


def skewness(
    field: xr.DataArray, dim: Dims = None, *, mask: xr.DataArray | None = None
) -> xr.DataArray:
    """How lopsided the values are: rare high ones, or rare low ones.

        m₃ / m₂^{3/2},   m_k = ⟨(u - ⟨u⟩)^k⟩

    Zero for white noise, up to chance of about √(6/n), and for whatever is symmetric
    about its mean, such as stripes; positive for spots on a low ground, negative for holes
    in a high one. Population moments, not corrected for n.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        mask: Cells that count (True = belongs), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`, dimensionless. NaN for a homogeneous field. Lazy
        where `field` is.

    Raises:
        ValueError: If the mask does not fit the field.
    """

    def third(z: np.ndarray) -> np.ndarray:
        return np.einsum("...i,...i,...i->...", z, z, z) / z.shape[-1]

    return _standardised(third, 3, "skewness", "skewness", field, dim, mask)


def kurtosis(
    field: xr.DataArray, dim: Dims = None, *, mask: xr.DataArray | None = None
) -> xr.DataArray:
    """How much of the spread is in few, far values: excess kurtosis.

        m₄ / m₂² - 3,   m_k = ⟨(u - ⟨u⟩)^k⟩

    Zero for Gaussian white noise, up to chance of about √(24/n); -2, the least there is,
    for two values equally often; -3/2 for a sine; large for a few spots on an empty
    ground. Population moments, not corrected for n.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        mask: Cells that count (True = belongs), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`, dimensionless. NaN for a homogeneous field. Lazy
        where `field` is.

    Raises:
        ValueError: If the mask does not fit the field.
    """

    def fourth(z: np.ndarray) -> np.ndarray:
        square = z * z
        return np.einsum("...i,...i->...", square, square) / z.shape[-1]

    found = _standardised(fourth, 4, "kurtosis", "excess kurtosis", field, dim, mask)
    return (found - 3).assign_attrs(found.attrs)


def _standardised(
    moment: Callable,
    power: int,
    name: str,
    long_name: str,
    field: xr.DataArray,
    dim: Dims,
    mask: xr.DataArray | None,
) -> xr.DataArray:
    """A central moment over the power of the standard deviation that it scales with."""
    dims = dims_of(field, dim)
    inside = inside_of(field, dims, mask)

    def ratio(array: np.ndarray) -> np.ndarray:
        values = picked(array, len(dims), inside)
        z = values - values.mean(-1, keepdims=True)
        square = np.einsum("...i,...i->...", z, z)
        none = homogeneous(values, square)
        spread = np.where(none, 1, square / z.shape[-1])
        return np.where(none, np.nan, moment(z) / spread ** (power / 2))

    attrs = {
        "name": name,
        "long_name": long_name,
        "units": "1",
        "undefined": f"NaN: a homogeneous field has no {name}",
    }
    return reduced(ratio, field, dims, attrs=attrs)
