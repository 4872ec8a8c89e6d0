"""When a run is over before its last step: conditions for `simulate(until=…)`.

Asked at every kept frame, so that the answer does not depend on how fast a machine is.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from .labels import time_of


class at_rest:  # noqa: N801  (read as a condition: until=rd.at_rest(1e-6))
    """Over when nothing changes any more: max |Δ| / Δt ≤ rate.

    The change is that over the last step, so that an oscillation whose period is the time
    between frames is no rest; and that since the frame before, so that a change too slow
    for one step in float32 is seen.

    Args:
        rate: Largest change of any value in unit time that still counts as rest.
    """

    last_step = True  # asked with the state one step before

    def __init__(self, rate: float = 1e-6):
        if not rate > 0:
            raise ValueError(f"`rate` must be positive, but is {rate}.")
        self.rate = rate
        self._before: xr.Dataset | None = None

    def __call__(
        self, frame: xr.Dataset, step_before: xr.Dataset | None = None
    ) -> bool:
        """Compare a frame with the state one step before, and the frame shown before."""
        shown, self._before = self._before, frame
        others = [s for s in (step_before, shown) if s is not None]
        return bool(others) and all(self._still(frame, other) for other in others)

    def _still(self, frame: xr.Dataset, before: xr.Dataset) -> bool:
        span = time_of(frame) - time_of(before)
        if span <= 0:
            return False
        return all(
            float(np.nanmax(np.abs(frame[n].values - before[n].values)))
            <= self.rate * span
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
