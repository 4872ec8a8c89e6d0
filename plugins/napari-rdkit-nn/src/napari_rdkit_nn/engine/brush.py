"""What a brush paints with."""

from __future__ import annotations

import numpy as np
import xarray as xr


def brush_values(begin: xr.Dataset) -> dict[str, float]:
    """Values that a brush may put into a start so that something happens.

    Those of the cell that differs most from the others; where all are alike but for
    noise, twenty times as far away.
    """
    fields = {str(name): np.asarray(f.values, float) for name, f in begin.items()}
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
