"""Where in a field neighbours are alike: a number for every cell."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .adjacent import Neighbourhood, Neighbours
from .cells import mapped
from .space import Dims


def local_moran(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    neighbours: Neighbours = "rook",
    periodic: bool | None = None,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """What each cell adds to Moran's I: positive inside a patch, negative beside its edge.

        I_i = (n - 1) z_i Σ_j w_ij z_j / Σ z²,   z = u - ⟨u⟩,  w = 1 for neighbours

    Weights are binary, not divided by the number of neighbours. The mean over cells is
    Moran's I times (n - 1) Σ w / n².

    Args:
        field: Any shape.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        neighbours: `rook` shares a face, `queen` a face, an edge or a corner.
        periodic: Whether opposite sides touch. Default: as the field's walls say
            (open where nothing is said).
        mask: Cells that belong (True), boolean, over `dim`; those beyond it are nobody's
            neighbours. Default: all.

    Returns:
        Shape of `field`, dimensionless. NaN beyond the mask, and everywhere in a
        homogeneous field.

    Raises:
        ValueError: If a dim has no order, such as hidden neurons, or the mask does not fit
            the field.

    Source:
        Anselin, Geogr. Anal. 27 (1995) 93, doi:10.1111/j.1538-4632.1995.tb00338.x.
    """
    space = Neighbourhood(field, dim, neighbours, periodic, mask)

    def statistic(array: np.ndarray) -> np.ndarray:
        z, square, none = space.centred(array)
        scale = (space.cells - 1) / np.where(none, 1, square)
        told = space.spread(np.where(none, np.nan, scale)) * z * space.around(z)
        return np.where(space.belongs, told, np.nan)

    undefined = "NaN: beyond the mask; in a homogeneous field nothing can be compared"
    attrs = space.attrs("local_moran", "local Moran's I", undefined)
    return mapped(statistic, field, space.dims, attrs=attrs)


def hot_spots(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    neighbours: Neighbours = "rook",
    periodic: bool | None = None,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """How far the surroundings of a cell lie above the mean: Getis and Ord's G* as z-score.

        z_i = (Σ_j w_ij u_j - W_i ⟨u⟩) / (s √((n S_i - W_i²) / (n - 1)))
        W_i = Σ_j w_ij,   S_i = Σ_j w_ij²,   w = 1 for neighbours and for the cell itself

    with s the population standard deviation. Positive in hot spots, negative in cold
    ones; mean 0 and variance 1 for values put anywhere by chance. Many cells are asked at
    once, so that some lie beyond ±2 by chance alone: see `adjusted`.

    Args:
        field: Any shape; negative values are welcome.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        neighbours: `rook` shares a face, `queen` a face, an edge or a corner.
        periodic: Whether opposite sides touch. Default: as the field's walls say
            (open where nothing is said).
        mask: Cells that belong (True), boolean, over `dim`; those beyond it are nobody's
            neighbours. Default: all.

    Returns:
        Shape of `field`, dimensionless. NaN beyond the mask, everywhere in a homogeneous
        field, and where all cells are neighbours.

    Raises:
        ValueError: If a dim has no order, such as hidden neurons, or the mask does not fit
            the field.

    Source:
        Ord & Getis, Geogr. Anal. 27 (1995) 286,
        doi:10.1111/j.1538-4632.1995.tb00912.x.
    """
    space = Neighbourhood(field, dim, neighbours, periodic, mask)
    first, second = space.weights()
    n, weight, squares = space.cells, first + 1, second + 1
    room = (n * squares - weight**2) / max(n - 1, 1)
    known = space.belongs & (room > 0)

    def score(array: np.ndarray) -> np.ndarray:
        z, square, none = space.centred(array)
        s = np.sqrt(np.where(none, np.nan, square / n))
        told = (z + space.around(z)) / (
            space.spread(s) * np.sqrt(np.where(known, room, 1))
        )
        return np.where(known, told, np.nan)

    undefined = "NaN: beyond the mask, in a homogeneous field, where all are neighbours"
    attrs = space.attrs("hot_spots", "Getis and Ord's G*, z-score", undefined)
    return mapped(score, field, space.dims, attrs=attrs)
