"""Whether neighbours are alike: one number for a whole field."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .adjacent import Neighbourhood, Neighbours
from .space import Dims, reduced


def moran(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    neighbours: Neighbours = "rook",
    periodic: bool | None = None,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """Moran's I: whether neighbours are alike.

        I = (n / Σ w) Σ_ij w_ij z_i z_j / Σ z_i²,   z = u - ⟨u⟩,  w = 1 for neighbours

    Near 1 for a smooth field, -1 for a checkerboard (rook); for values put anywhere by
    chance its expectation is -1/(n - 1), *not* zero.

    Args:
        field: Any shape.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        neighbours: `rook` shares a face, `queen` a face, an edge or a corner.
        periodic: Whether opposite sides touch. Default: as the field's walls say
            (open where nothing is said).
        mask: Cells that belong (True), boolean, over `dim`; those beyond it are nobody's
            neighbours. Default: all.

    Returns:
        Shape of `field` without `dim`. NaN for a homogeneous field, where it is 0/0.

    Raises:
        ValueError: If a dim has no order, such as hidden neurons, or the mask does not fit
            the field.

    Source:
        Moran, Biometrika 37 (1950) 17, doi:10.1093/biomet/37.1-2.17.
    """
    space = Neighbourhood(field, dim, neighbours, periodic, mask)

    def statistic(array: np.ndarray) -> np.ndarray:
        z, square, none = space.centred(array)
        alike = space.products(z)
        none = none | (space.pairs == 0)
        scale = space.cells / max(space.pairs, 1)
        return np.where(none, np.nan, scale * alike / np.where(none, 1, square))

    undefined = "NaN: neighbours of a homogeneous field cannot be compared"
    attrs = space.attrs("moran", "Moran's I", undefined)
    return reduced(statistic, field, space.dims, attrs=attrs)


def geary(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    neighbours: Neighbours = "rook",
    periodic: bool | None = None,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """Geary's C: how far neighbours differ, over how far any two cells do.

        C = (n - 1) / (2 Σ w) · Σ_ij w_ij (u_i - u_j)² / Σ (u_i - ⟨u⟩)²

    Near 0 for a smooth field; 1 for values put anywhere by chance, exactly so over all
    orders of the same values; 2 (n - 1)/n for a periodic checkerboard (rook). It looks at
    steps where Moran's I looks at products, and so more closely.

    Args:
        field: Any shape.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        neighbours: `rook` shares a face, `queen` a face, an edge or a corner.
        periodic: Whether opposite sides touch. Default: as the field's walls say
            (open where nothing is said).
        mask: Cells that belong (True), boolean, over `dim`; those beyond it are nobody's
            neighbours. Default: all.

    Returns:
        Shape of `field` without `dim`. NaN for a homogeneous field, where it is 0/0.

    Raises:
        ValueError: If a dim has no order, such as hidden neurons, or the mask does not fit
            the field.

    Source:
        Geary, Incorporated Statistician 5 (1954) 115, doi:10.2307/2986645.
    """
    space = Neighbourhood(field, dim, neighbours, periodic, mask)

    def statistic(array: np.ndarray) -> np.ndarray:
        z, square, none = space.centred(array)
        unlike = space.steps(z)
        none = none | (space.pairs == 0)
        scale = (space.cells - 1) / (2 * max(space.pairs, 1))
        return np.where(none, np.nan, scale * unlike / np.where(none, 1, square))

    undefined = "NaN: neighbours of a homogeneous field cannot be compared"
    attrs = space.attrs("geary", "Geary's C", undefined)
    return reduced(statistic, field, space.dims, attrs=attrs)


def getis_ord(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    neighbours: Neighbours = "rook",
    periodic: bool | None = None,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """Getis and Ord's G: whether high values lie beside high ones.

        G = Σ_ij w_ij u_i u_j / Σ_{i≠j} u_i u_j,   w = 1 for neighbours

    Σ w / n(n - 1) for a homogeneous field, and the same is expected of values put
    anywhere by chance; more where high values cluster. Low values that cluster do not
    raise it: this is what Moran's I cannot tell.

    Args:
        field: Any shape, not negative.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        neighbours: `rook` shares a face, `queen` a face, an edge or a corner.
        periodic: Whether opposite sides touch. Default: as the field's walls say
            (open where nothing is said).
        mask: Cells that belong (True), boolean, over `dim`; those beyond it are nobody's
            neighbours. Default: all.

    Returns:
        Shape of `field` without `dim`, dimensionless. NaN where a value is negative, or
        fewer than two are positive.

    Raises:
        ValueError: If a dim has no order, such as hidden neurons, or the mask does not fit
            the field.

    Source:
        Getis & Ord, Geogr. Anal. 24 (1992) 189,
        doi:10.1111/j.1538-4632.1992.tb00261.x.
    """
    space = Neighbourhood(field, dim, neighbours, periodic, mask)

    def statistic(array: np.ndarray) -> np.ndarray:
        values = space.values(array)
        near = 2 * space.products(space.within(array))
        each = values.sum(-1) ** 2 - np.einsum("...i,...i->...", values, values)
        none = (values.min(-1) < 0) | ((values > 0).sum(-1) < 2)
        return np.where(none, np.nan, near / np.where(none, 1, each))

    undefined = "NaN: only values that are not negative, two of them positive, cluster"
    attrs = space.attrs("getis_ord", "Getis and Ord's G", undefined)
    return reduced(statistic, field, space.dims, attrs=attrs)
