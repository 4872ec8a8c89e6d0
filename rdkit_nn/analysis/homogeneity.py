"""How far a field is from being the same everywhere, wherever its values lie."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .cells import inside_of, picked
from .space import Dims, dims_of, reduced


def contrast(
    field: xr.DataArray, dim: Dims = None, *, mask: xr.DataArray | None = None
) -> xr.DataArray:
    """Root-mean-square contrast: the population standard deviation over `dim`.

    Zero for a homogeneous field; σ for white noise.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        mask: Cells that count (True = belongs), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`. Unit: that of the field. Lazy where `field` is.

    Raises:
        ValueError: If the mask does not fit the field.
    """
    dims = dims_of(field, dim)
    inside = inside_of(field, dims, mask)
    unit = field.attrs.get("units", "1")
    return reduced(
        lambda array: picked(array, len(dims), inside).std(-1),
        field,
        dims,
        attrs={"name": "contrast", "long_name": "contrast", "units": unit},
    )


def variation(
    field: xr.DataArray, dim: Dims = None, *, mask: xr.DataArray | None = None
) -> xr.DataArray:
    """Coefficient of variation: standard deviation over |mean|.

    Zero for a homogeneous field. NaN where the mean is zero: signed fields such as
    weights have a contrast, but no meaningful variation.

    Args:
        field: Any shape.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        mask: Cells that count (True = belongs), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`, dimensionless. Lazy where `field` is.

    Raises:
        ValueError: If the mask does not fit the field.
    """
    dims = dims_of(field, dim)
    inside = inside_of(field, dims, mask)

    def ratio(array: np.ndarray) -> np.ndarray:
        values = picked(array, len(dims), inside)
        mean = np.abs(values.mean(-1))
        return np.where(mean == 0, np.nan, values.std(-1) / np.where(mean, mean, 1))

    attrs = {
        "name": "variation",
        "long_name": "coefficient of variation",
        "units": "1",
        "undefined": "NaN: a field of zero mean has no coefficient of variation",
    }
    return reduced(ratio, field, dims, attrs=attrs)


def patchiness(
    field: xr.DataArray, dim: Dims = None, *, mask: xr.DataArray | None = None
) -> xr.DataArray:
    """How crowded an individual finds its cell, over how crowded cells are: Lloyd's index.

        m* / m = 1 + (s² / m - 1) / m,   m* = Σ u (u - 1) / Σ u

    with m the mean and s² the population variance. One where individuals are put into
    cells by chance (Poisson), more where they gather, less where they keep apart;
    1 - 1/m for a homogeneous field. It speaks of counts: any other field of values that
    are not negative has a number too, but one that depends on the unit.

    Args:
        field: Any shape, counts a cell.
        dim: Dimensions to reduce. Default: those of z, y, x that `field` has.
        mask: Cells that count (True = belongs), boolean, over `dim`. Default: all.

    Returns:
        Shape of `field` without `dim`, dimensionless. NaN for a mean of zero, and where
        a value is negative. Lazy where `field` is.

    Raises:
        ValueError: If the mask does not fit the field.

    Source:
        Lloyd, J. Anim. Ecol. 36 (1967) 1, doi:10.2307/3012.
    """
    dims = dims_of(field, dim)
    inside = inside_of(field, dims, mask)

    def index(array: np.ndarray) -> np.ndarray:
        values = picked(array, len(dims), inside)
        mean = values.mean(-1)
        none = (mean == 0) | (values.min(-1) < 0)
        m = np.where(none, 1, mean)
        return np.where(none, np.nan, 1 + (values.var(-1) / m - 1) / m)

    attrs = {
        "name": "patchiness",
        "long_name": "Lloyd's patchiness",
        "units": "1",
        "undefined": "NaN: without individuals, or with negative ones, nothing is crowded",
    }
    return reduced(index, field, dims, attrs=attrs)
