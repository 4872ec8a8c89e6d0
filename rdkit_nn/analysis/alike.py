"""How alike two patterns are, and which of many a pattern is most like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from .portraits import SPREAD, portrait

FEW = 3  # portraits of one label, below which its own spread is not known
SHRINK = 0.1  # share of the common covariance that is kept diagonal
PRIOR = 4.0  # portraits of common spread that are added to those of a label


def distance(
    one: xr.DataArray, other: xr.DataArray, *, scaled: bool = False
) -> xr.DataArray:
    """Distance of two portraits, in spreads.

        d² = mean over measures of ((a - b) / s)²

    with s the spread of a measure from seed to seed, typical of chemical patterns
    (`portraits.SPREAD`). Two runs of one model, from other seeds, are about √2 apart; what
    the eye calls another pattern is 10 apart or more.

    Args:
        one: Portraits, or fields on a plane to draw them from.
        other: The same; other dims broadcast.
        scaled: Whether measures with a unit count as well, by the logarithm of their ratio.

    Returns:
        Shape of both without `measure`. NaN where either has no shape.
    """
    a, b = _portrait(one), _portrait(other)
    free = a.scale_free
    gap = (a - b).where(free, drop=True)
    spread = xr.DataArray([SPREAD[str(m)] for m in gap.measure.values], dims="measure")
    square = ((gap / spread) ** 2).sum("measure", skipna=False)
    count = gap.sizes["measure"]
    if scaled:
        with np.errstate(all="ignore"):
            ratio: Any = np.log(np.abs(a / b)).where(~free, drop=True)
        square = square + ((ratio / SPREAD["units"]) ** 2).sum("measure", skipna=False)
        count += ratio.sizes["measure"]
    found: Any = np.sqrt(square / count)
    found = found.rename("distance")
    found.attrs = {"long_name": "distance of portraits", "units": "spreads"}
    return found


def nearest(
    field: xr.DataArray,
    atlas: xr.DataArray,
    *,
    scaled: bool = False,
    limit: float | None = None,
) -> xr.Dataset:
    """The label of an atlas whose patterns are most like a given one, or none.

    Each label has a centre and a size; they share one covariance of measures. The label of
    the greatest likelihood is the closest; it is accepted where the distance from its
    centre, over its size, is within a limit that 95 % of its own portraits keep when they
    are left out in turn. A label with fewer than three portraits (a cell of a sweep) takes
    the spread that is typical of chemical patterns, `portraits.SPREAD`.

    Args:
        field: A pattern, or its portrait; any leading dims.
        atlas: Portraits, `measure` last; a coordinate `label` along another dim tells what
            they are of. Without it every cell is a label of its own, told by its
            coordinates: the portraits of a sweep are an atlas.
        scaled: Whether measures with a unit count as well, by their logarithms.
        limit: Of the distance, in sizes; default as above.

    Returns:
        `label` (empty where none is accepted), `closest` (in any case), `distance` (in
        sizes), each of the shape of the field's leading dims; the limit is an attribute of
        `distance`.

    Raises:
        ValueError: If the atlas is empty.
    """
    many = _portrait(atlas)
    seen = _portrait(field)
    fit = fitted(many, scaled, limit)
    lead = [d for d in seen.dims if d != "measure"]
    rows = fit.columns(seen).reshape(-1, len(fit.names))
    closest, far = fit.closest(rows)
    shape = [seen.sizes[d] for d in lead]
    good = far <= fit.limit
    label = np.where(good, closest, "").reshape(shape)
    coords = {d: seen[d] for d in lead if d in seen.coords}
    found = xr.Dataset(
        {
            "label": (lead, label),
            "closest": (lead, closest.reshape(shape)),
            "distance": (lead, far.reshape(shape)),
        },
        coords=coords,
    )
    found.distance.attrs = {
        "long_name": "distance from the centre of a label",
        "units": "sizes of the label",
        "limit": fit.limit,
    }
    return found


@dataclass
class Fitted:
    """Centres and sizes of the labels of an atlas, and the covariance they share."""

    names: list[str]
    scaled: bool
    labels: np.ndarray
    centres: np.ndarray
    sizes: np.ndarray
    precision: np.ndarray
    limit: float

    def columns(self, portraits: xr.DataArray) -> np.ndarray:
        """Rows of the measures that count."""
        return _columns(portraits, self.scaled)[0]

    def closest(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Label of the greatest likelihood for each row, and the distance in its sizes."""
        far = self.distances(rows)
        best = self.costs(rows).argmin(axis=1)
        told = far[np.arange(len(rows)), best]
        known = np.isfinite(rows).all(1)
        return self.labels[best], np.where(known, told, np.nan)

    def distances(self, rows: np.ndarray) -> np.ndarray:
        """Distance of each row from each centre, in the sizes of the labels."""
        square = [_square(rows - centre, self.precision) for centre in self.centres]
        return np.sqrt(np.stack(square, axis=1)) / self.sizes

    def costs(self, rows: np.ndarray) -> np.ndarray:
        """Minus twice the logarithm of the likelihood, by measure; infinite if unknown."""
        cost = self.distances(rows) ** 2 + 2 * np.log(self.sizes)
        return np.where(np.isfinite(cost), cost, np.inf)


def fitted(atlas: xr.DataArray, scaled: bool, limit: float | None) -> Fitted:
    """What `nearest` needs to know of an atlas.

    Raises:
        ValueError: If the atlas is empty.
    """
    rows, names = _columns(atlas, scaled)
    rows = rows.reshape(-1, len(names))
    labels = _labels(atlas)
    known = np.isfinite(rows).all(1)
    rows, labels = rows[known], labels[known]
    if len(rows) == 0:
        raise ValueError("The atlas holds no portrait of a pattern.")
    every = np.unique(labels)
    members = [rows[labels == name] for name in every]
    centres = np.array([m.mean(0) for m in members])
    typical = np.array([SPREAD.get(n, SPREAD["units"]) for n in names])
    enough = [m for m in members if len(m) >= FEW]
    if sum(len(m) - 1 for m in enough) < 3 * len(names):
        # Too few to know how measures move together: the typical spread of each.
        precision = np.diag(typical**-2.0)
        sizes = np.ones(len(every))
        return Fitted(names, scaled, every, centres, sizes, precision, limit or 3.0)
    # Every label counts alike, however wide it is.
    shapes = []
    for m in enough:
        gap = m - m.mean(0)
        size = np.sqrt(((gap / typical) ** 2).sum() / (len(m) - 1) / len(names))
        shapes.append(gap / max(size, 1e-9) / np.sqrt(len(m) - 1))
    whole = np.concatenate(shapes)
    covariance = whole.T @ whole / len(shapes)
    covariance = (1 - SHRINK) * covariance + SHRINK * np.diag(np.diag(covariance))
    precision = np.linalg.inv(covariance)
    left_out = [_left_out(m, precision) for m in members]
    own = np.array([np.mean(d**2) if len(d) >= FEW else np.nan for d in left_out])
    common = float(np.nanmedian(own))
    counts = np.array([len(d) for d in left_out])
    sizes = np.sqrt((counts * np.nan_to_num(own) + PRIOR * common) / (counts + PRIOR))
    if limit is None:
        scores = [d / s for d, s in zip(left_out, sizes) if len(d) >= FEW]
        limit = float(np.quantile(np.concatenate(scores), 0.95))
    return Fitted(names, scaled, every, centres, sizes, precision, limit)


def _left_out(rows: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """Distance of each from the mean of the others."""
    n = len(rows)
    if n < FEW:
        return np.zeros(0)
    gap = (rows - rows.mean(0)) * n / (n - 1)
    return np.sqrt(_square(gap, precision))


def _square(gap: np.ndarray, precision: np.ndarray) -> np.ndarray:
    return np.einsum("ni,ij,nj->n", gap, precision, gap) / gap.shape[1]


def _columns(portraits: xr.DataArray, scaled: bool) -> tuple[np.ndarray, list[str]]:
    """Measures that count, last; those with a unit by their logarithms."""
    free = portraits.scale_free.values
    values: Any = portraits.transpose(..., "measure").values
    names = [str(n) for n in portraits.measure.values[free]]
    told = values[..., free]
    if scaled:
        with np.errstate(divide="ignore", invalid="ignore"):
            told = np.concatenate([told, np.log(np.abs(values[..., ~free]))], axis=-1)
        names += [str(n) for n in portraits.measure.values[~free]]
    return told, names


def _labels(atlas: xr.DataArray) -> np.ndarray:
    lead = [d for d in atlas.dims if d != "measure"]
    sizes = [atlas.sizes[d] for d in lead]
    if "label" in atlas.coords:
        return np.asarray(
            atlas.label.broadcast_like(atlas.isel(measure=0)).values, str
        ).ravel()
    told = []
    for place in np.ndindex(*sizes):
        parts = [
            f"{d}={atlas[d].values[i]:.6g}" if d in atlas.coords else f"{d}={i}"
            for d, i in zip(lead, place)
        ]
        told.append(", ".join(parts))
    return np.array(told)


def _portrait(given: xr.DataArray) -> xr.DataArray:
    return given if "measure" in getattr(given, "dims", ()) else portrait(given)
