"""Clocks on which two runs can be compared, each in shares of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

CLOCKS = {
    "time": "share of the run's time",
    "contrast": "share of the contrast that it reaches",
}


TICKS = 100


def share_of_time(times: Sequence[float]) -> np.ndarray:
    """Share of a run's time that has passed at each frame, 0 to 1.

    Example:
        >>> share_of_time([10.0, 15.0, 20.0])
        array([0. , 0.5, 1. ])
    """
    t = np.asarray(times, float)
    whole = t[-1] - t[0]
    return (t - t[0]) / whole if whole > 0 else np.zeros(len(t))


def share_of_saturation(contrast: Sequence[float]) -> np.ndarray:
    """Share of its greatest change of contrast that a run has reached by each frame.

        s(t) = max over t' ≤ t of |c(t') - c(0)|, over its greatest value

    It never goes back: a pattern that fades again has been there already.

    Args:
        contrast: `analysis.contrast` of each frame, (time,).

    Example:
        >>> share_of_saturation([1.0, 3.0, 2.0, 5.0])
        array([0. , 0.5, 0.5, 1. ])
    """
    c = np.asarray(contrast, float)
    gone = np.maximum.accumulate(np.nan_to_num(abs(c - c[0])))
    return gone / gone[-1] if gone[-1] > 0 else np.zeros(len(c))


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
