"""When a run is over before its last step: conditions for `simulate(until=…)`.

Asked at every kept frame, so that the answer does not depend on how fast a machine is.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from .labels import time_of


class at_rest:  # noqa: N801  (read as a condition: until=rd.at_rest(1e-6))
    """Over when nothing moves any more: max |Δ| / Δt ≤ rate between two kept frames.

    Args:
        rate: Largest change of any value in unit time that still counts as rest.
    """

    def __init__(self, rate: float = 1e-6):
        if not rate > 0:
            raise ValueError(f"`rate` must be positive, but is {rate}.")
        self.rate = rate
        self._before: xr.Dataset | None = None

    def __call__(self, frame: xr.Dataset) -> bool:
        """Compare a frame with the one shown before."""
        before, self._before = self._before, frame
        if before is None or time_of(frame) <= time_of(before):
            return False
        span = time_of(frame) - time_of(before)
        return all(
            float(np.abs(frame[n].values - before[n].values).max()) <= self.rate * span
            for n in frame.data_vars
            if frame[n].dtype.kind == "f" and n in before
        )


def extinct(**below: float):
    """Over when every named species is nowhere above its threshold.

    Args:
        below: Threshold by species: `extinct(v=1e-3)`.
    """
    if not below:
        raise TypeError("Name who must die out: rd.extinct(v=1e-3).")

    def over(frame: xr.Dataset) -> bool:
        return all(float(frame[n].max()) < limit for n, limit in below.items())

    return over
