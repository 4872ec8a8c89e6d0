"""Where a brush paints, and what it paints with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr


def brush_values(state: xr.Dataset) -> dict[str, float]:
    """Values that a brush may put into a start so that something happens.

    Those of the cell that differs most from the others; where all are alike but for
    noise, twenty times as far away.
    """
    fields = {str(name): np.asarray(f.values, float) for name, f in state.items()}
    fields = {n: f for n, f in fields.items() if f.ndim}
    middle = {n: float(np.median(f)) for n, f in fields.items()}
    spans = {n: float(np.ptp(f)) or 1.0 for n, f in fields.items()}
    off = [abs(f - middle[n]) / spans[n] for n, f in fields.items()]
    if not off:
        return {}
    where = np.unravel_index(int(np.argmax(sum(off))), off[0].shape)
    told = {}
    for name, f in fields.items():
        gap = float(f[where]) - middle[name]
        faint = spans[name] < 0.1 * max(abs(middle[name]), 1.0)
        told[name] = middle[name] + (20 * gap if faint else gap)
    return told


def discs(
    shape: Sequence[int],
    line: Sequence[Sequence[float]],
    radius: float,
    wraps: Sequence[bool],
) -> np.ndarray:
    """Cells under a round brush that is drawn along a line.

    Args:
        shape: Of the grid.
        line: Places that the brush goes through, in cells, (point, axis).
        radius: Of the brush, in cells.
        wraps: Whether each axis is periodic.

    Returns:
        True under the brush, of the grid's shape.
    """
    ends = np.asarray(line, float)
    places = [ends[:1]]
    for a, b in zip(ends, ends[1:]):
        count = int(np.ceil(np.abs(b - a).max() / max(0.5, radius / 2)))
        count = min(max(count, 1), 1_000)
        places.append(a + (b - a) * np.linspace(0, 1, count + 1)[1:, None])
    under = np.zeros(tuple(shape), bool)
    for place in np.concatenate(places):
        near, squares = [], []
        for n, x, wrap in zip(shape, place, wraps):
            gap = np.abs(np.arange(n) - x)
            gap = np.minimum(gap % n, -gap % n) if wrap else gap
            near.append(np.flatnonzero(gap <= radius))
            squares.append(gap[near[-1]] ** 2)
        total = sum(np.meshgrid(*squares, indexing="ij", sparse=True))
        under[np.ix_(*near)] |= total <= radius**2
    return under
