"""How alike two patterns are, and which of many a pattern is most like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from .portraits import SPREAD, portrait

FEW = 3  # portraits of one label, below which its own spread is not known
SHRINK = 0.1  # share of the common correlation that is kept diagonal
PRIOR = 4.0  # portraits of typical spread that are added to those of a label
SHARE = 0.95  # of an atlas's own portraits that are accepted when left out
FAR = 3.0  # limit where no label has portraits enough to tell


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
            ratio = xr.apply_ufunc(np.log, abs(a / b)).where(~free, drop=True)
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

    Each label has a centre and a width for each measure (its own spread, shrunk towards
    the typical one), and all share one correlation of measures. The label of the greatest
    likelihood is the closest; it is accepted where the distance from its centre, in its
    widths, is within a limit that 95 % of the atlas's own portraits keep when they are left
    out in turn. Without repeated portraits of a label (the cells of a sweep) the typical
    spread is that of chemical patterns, `portraits.SPREAD`, and the limit is 3.

    Args:
        field: A pattern, or its portrait; any leading dims.
        atlas: Portraits, `measure` last; a coordinate `label` along another dim tells what
            they are of. Without it every cell is a label of its own, told by its
            coordinates: the portraits of a sweep are an atlas.
        scaled: Whether measures with a unit count as well, by their logarithms.
        limit: Of the distance, in widths; default as above.

    Returns:
        `label` (empty where none is accepted), `closest` (in any case), `distance` (in
        widths), each of the shape of the field's leading dims; the limit is an attribute of
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
        "units": "widths of the label",
        "limit": fit.limit,
    }
    return found


@dataclass
class Fitted:
    """Centres and widths of the labels of an atlas, and how measures move together."""

    names: list[str]
    scaled: bool
    labels: np.ndarray
    centres: np.ndarray  # (label, measure)
    widths: np.ndarray  # (label, measure)
    precision: np.ndarray  # inverse of the correlation that the labels share
    limit: float

    def columns(self, portraits: xr.DataArray) -> np.ndarray:
        """Rows of the measures that count."""
        return _columns(portraits, self.scaled)[0]

    def closest(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Label of the greatest likelihood for each row, and the distance from it."""
        best = self.costs(rows).argmin(axis=1)
        told = self.distances(rows)[np.arange(len(rows)), best]
        known = np.isfinite(rows).all(1)
        return self.labels[best], np.where(known, told, np.nan)

    def distances(self, rows: np.ndarray) -> np.ndarray:
        """Distance of each row from each label, in the label's own widths."""
        told = [
            _size((rows - centre) / width, self.precision)
            for centre, width in zip(self.centres, self.widths)
        ]
        return np.stack(told, axis=1)

    def distances_to(self, rows: np.ndarray, one: np.ndarray) -> np.ndarray:
        """Distance of each row from one, in the widths that all labels share."""
        return _size((rows - one) / self.widths[0], self.precision)

    def costs(self, rows: np.ndarray) -> np.ndarray:
        """Minus twice the logarithm of the likelihood, by measure; infinite if unknown."""
        cost = self.distances(rows) ** 2 + 2 * np.log(self.widths).mean(axis=1)
        return np.where(np.isfinite(cost), cost, np.inf)


def fitted(
    atlas: xr.DataArray, scaled: bool, limit: float | None, alike: bool = False
) -> Fitted:
    """What `nearest` needs to know of an atlas.

    Args:
        atlas: Portraits.
        scaled: Whether measures with a unit count.
        limit: As told, if it is.
        alike: Whether all labels are taken for equally wide: right for places along a
            parameter, where a wide one must not draw in what belongs to its neighbours.

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
    floor = np.array([SPREAD.get(name, SPREAD["units"]) for name in names])
    enough = [m for m in members if len(m) >= FEW]
    typical = floor
    if enough:
        median = np.sqrt(np.median([m.var(0, ddof=1) for m in enough], axis=0))
        typical = np.maximum(median, 0.1 * floor)
    prior = np.inf if alike else PRIOR
    widths = np.array([_width(m, typical, prior) for m in members])
    precision = np.eye(len(names))
    if sum(len(m) - 1 for m in enough) >= 3 * len(names):
        gaps = [(m - m.mean(0)) / _width(m, typical, PRIOR) for m in enough]
        together = np.corrcoef(np.concatenate(gaps).T)
        precision = np.linalg.inv((1 - SHRINK) * together + SHRINK * precision)
    if limit is None:
        some = [m for m in members if len(m) >= FEW]
        scores = [_left_out(m, typical, precision, prior) for m in some]
        many = np.concatenate(scores) if scores else np.array([FAR])
        limit = float(np.quantile(many, SHARE))
    return Fitted(names, scaled, every, centres, widths, precision, limit)


def _width(rows: np.ndarray, typical: np.ndarray, prior: float) -> np.ndarray:
    """Standard deviation, as if so many portraits of typical spread were there as well."""
    if prior == np.inf:
        return typical
    n = len(rows) - 1
    own = rows.var(0, ddof=1) if n else np.zeros(rows.shape[1])
    return np.sqrt((n * own + prior * typical**2) / (n + prior))


def _left_out(
    rows: np.ndarray, typical: np.ndarray, precision: np.ndarray, prior: float
) -> np.ndarray:
    """Distance of each portrait from what the others of its label make."""
    told = []
    for i, row in enumerate(rows):
        others = np.delete(rows, i, axis=0)
        gap = (row - others.mean(0)) / _width(others, typical, prior)
        told.append(_size(gap[None], precision)[0])
    return np.array(told)


def _size(gap: np.ndarray, precision: np.ndarray) -> np.ndarray:
    square = np.einsum("ni,ij,nj->n", gap, precision, gap) / gap.shape[1]
    return np.sqrt(square)


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
