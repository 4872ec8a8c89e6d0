"""Clocks on which two runs can be compared, each in shares of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from rdkit_nn import analysis

CLOCKS = {
    "share": "share of the run's time",
    "saturation": "share of the contrast that it reaches",
}
TICKS = 100
LOOKS = 200  # frames that are measured, at most, to find where contrast saturates


def share_of(field: xr.DataArray, name: str, clock: str = "share") -> np.ndarray:
    """How far each frame of a run is on a clock: `analysis.clock`, the mean over neurons.

    Contrast is measured in two hundred frames at most; those between are interpolated.

    Args:
        field: (time, …, y, x).
        name: For the sentence.
        clock: One of `CLOCKS`.

    Returns:
        (time,), from 0 to 1, never falling.

    Raises:
        ValueError: If there is no such clock, or nothing that it could go by.
    """
    if clock not in CLOCKS:
        raise ValueError(f"A clock is one of {', '.join(CLOCKS)}, but not {clock!r}.")
    count = field.sizes["time"]
    if count < 2:
        return np.zeros(count)
    most = LOOKS if clock == "saturation" else count
    looks = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
    told = analysis.clock(field.isel(time=looks), by=clock)  # type: ignore[arg-type]
    told = told.mean([d for d in told.dims if d != "time"])
    share = told.compute(scheduler="synchronous").values
    known = np.isfinite(share)
    if not known.any():
        stands = "no time passes" if clock == "share" else "the contrast never changes"
        raise ValueError(
            f"In {name} {stands}: it has no clock of {CLOCKS[clock]}. Choose another."
        )
    return np.interp(np.arange(count), looks[known], share[known])


def frames_on(share: Sequence[float], ticks: int = TICKS) -> np.ndarray:
    """Frame at each tick of a clock: the first that is nearest to it.

    Args:
        share: Of each frame, rising from 0 to 1.
        ticks: How many after the first.

    Returns:
        (ticks + 1,) indices of frames.
    """
    s = np.asarray(share, float)
    wanted = np.linspace(0, 1, ticks + 1)
    return abs(wanted[:, None] - s).argmin(axis=1)
