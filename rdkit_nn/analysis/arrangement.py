"""How spots are arranged: how far apart, how hexagonal."""

from __future__ import annotations

from itertools import product
from math import gamma, pi
from typing import Any

import numpy as np
import scipy.spatial
import xarray as xr

from .cells import closed_of
from .pictures import box_of, plane_of
from .space import Dims, space_of
from .spots import spots
from .thresholds import Threshold


def spacing(
    field: xr.DataArray, threshold: Threshold = None, dim: Dims = None, **how: Any
) -> xr.Dataset:
    """How far spots are from their nearest neighbours, and how evenly.

        normalised = mean / (Γ(1 + 1/d) (ρ V_d)^(-1/d)),    = 2 √ρ · mean in a plane

    with ρ spots per volume and V_d the ball of radius one: 1 for points put anywhere by
    chance in a large plane, 2 for a square lattice, √(8/√3) = 2.149 for a triangular one.
    Between open walls spots near a wall have fewer neighbours, and it is greater.

    Args:
        field: Any shape.
        threshold: What counts as high, as for `above`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        **how: `connected` and `periodic`, as for `spots`.

    Returns:
        Shape of `field` without `dim`: `mean` (length), `variation` (standard deviation
        over mean), `normalised`. NaN with fewer than two spots that have a centre.

    Raises:
        ValueError: As `spots`.

    Source:
        Clark & Evans, Ecology 35 (1954) 445, doi:10.2307/1931034.
    """
    found = spots(field, threshold, dim, **how)
    cells = space_of(field, dim)
    d = len(cells)
    box = float(np.prod([field.sizes[name] * h for name, h in cells.items()]))
    near = found["nearest"]
    number = near.notnull().sum("spot")
    mean = near.mean("spot")
    ball = pi ** (d / 2) / gamma(d / 2 + 1)
    chance = gamma(1 + 1 / d) * (box / (ball * number.where(number > 0))) ** (1 / d)
    told = xr.Dataset(
        {
            "mean": mean,
            "variation": np.sqrt(((near - mean) ** 2).mean("spot")) / mean,
            "normalised": mean / chance,
        }
    )
    words = {
        "mean": "distance of the nearest spot",
        "variation": "variation of the distance of the nearest spot",
        "normalised": "distance of the nearest spot over that by chance",
    }
    for name, sentence in words.items():
        unit = near.attrs["units"] if name == "mean" else "1"
        told[name].attrs = {"long_name": sentence, "units": unit}
    told.attrs = {**found.attrs, "undefined": "NaN: fewer than two spots"}
    return told


def hexatic(
    field: xr.DataArray, threshold: Threshold = None, dim: Dims = None, **how: Any
) -> xr.Dataset:
    """Whether spots have six neighbours at equal angles, and the same ones everywhere.

        ψ₆(j) = Σ_k l_jk exp(6i θ_jk) / Σ_k l_jk,    local = ⟨|ψ₆|⟩,  overall = |⟨ψ₆⟩|

    over the Delaunay neighbours k of spot j, seen at the angle θ_jk, each weighed by the
    length l_jk of the side that their Voronoi cells share: it then does not jump where
    four spots lie on a circle. One for a triangular lattice, zero for a square one; many
    grains of triangular lattice have `local` near one and `overall` near zero.

    Args:
        field: Any shape, with two dims of space.
        threshold: What counts as high, as for `above`.
        dim: The two dims. Default: those of z, y, x that `field` has.
        **how: `connected` and `periodic`, as for `spots`.

    Returns:
        Shape of `field` without `dim`: `local` and `overall`, 0 to 1. Between open walls
        spots whose cell is cut by no neighbour on one side are left out. NaN with fewer
        than three spots.

    Raises:
        ValueError: As `spots`, and where there are not two dims.

    Source:
        Nelson & Halperin, Phys. Rev. B 19 (1979) 2457, doi:10.1103/PhysRevB.19.2457;
        Mickel, Kapfer, Schröder-Turk & Mecke, J. Chem. Phys. 138 (2013) 044501,
        doi:10.1063/1.4774084, for the weights.
    """
    plane = plane_of(field, dim, "Hexagons")
    found = spots(field, threshold, dim, **how)
    _, box = box_of(field, plane, closed_of(field, tuple(plane), how.get("periodic")))
    lead = found["area"].dims[:-1]
    centres = np.stack(
        [found[d].transpose(*lead, "spot").values for d in plane], axis=-1
    )
    shape = centres.shape[:-2]
    told = np.full((*shape, 2), np.nan)
    for picture in np.ndindex(*shape):
        psi = _psi(centres[picture][np.isfinite(centres[picture]).all(-1)], box)
        if len(psi):
            told[picture] = np.abs(psi).mean(), np.abs(psi.mean())
    result = xr.Dataset(
        {"local": (lead, told[..., 0]), "overall": (lead, told[..., 1])}, found.coords
    )
    for name in ("local", "overall"):
        result[name].attrs = {"long_name": f"{name} hexatic order", "units": "1"}
    result.attrs = {**found.attrs, "undefined": "NaN: fewer than three spots"}
    return result


def _psi(points: np.ndarray, box: np.ndarray) -> np.ndarray:
    """ψ₆ of each point (y, x) whose Voronoi cell is bounded; an open side has length 0."""
    if len(points) < 3:
        return np.zeros(0)
    copies = list(product(*[(0, -1, 1) if side else (0,) for side in box]))
    tiled = np.concatenate([points + np.array(copy) * box for copy in copies])
    try:
        cells = scipy.spatial.Voronoi(tiled)
    except scipy.spatial.QhullError:  # all on one line
        return np.zeros(0)
    ends = np.array(cells.ridge_vertices)
    endless = (ends < 0).any(-1)
    corner = cells.vertices[np.where(ends < 0, 0, ends)]
    side = np.where(endless, 0.0, np.linalg.norm(corner[:, 1] - corner[:, 0], axis=-1))
    one, other = cells.ridge_points.T
    gap = tiled[other] - tiled[one]
    star = side * np.exp(
        6j * np.arctan2(gap[:, 0], gap[:, 1])
    )  # the same seen from both
    n = len(tiled)
    total, weight, cut = np.zeros(n, complex), np.zeros(n), np.zeros(n, bool)
    for end in (one, other):
        np.add.at(total, end, star)
        np.add.at(weight, end, side)
        np.logical_or.at(cut, end, endless)
    good = np.flatnonzero(~cut[: len(points)] & (weight[: len(points)] > 0))
    return total[good] / weight[good]
