"""What there is to see of a live run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

import rdkit_nn as rd

from ..history import Frame
from ..recipes import Recipe


@dataclass(frozen=True)
class View:
    """What there is to see: made anew whenever something changes.

    Args:
        number: Counts what can be seen; another number is another picture.
        recipe: What runs; None before the first `load`.
        flow: What moves it now.
        frame: The newest frame; None before the first.
        ranges: Least and greatest value of each variable in it.
        running: Whether it goes on by itself.
        busy: Whether something is being computed or prepared.
        frames: Steps of the frames in the history.
        speed: Steps a second and frames a second, of the last second.
        kernel: Name of the kernel.
        trouble: Number and sentence of the last thing that went wrong.
        saved: Number and path of the last run that was saved.
    """

    number: int = 0
    recipe: Recipe | None = None
    flow: rd.Flow | None = None
    frame: Frame | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    running: bool = False
    busy: bool = False
    frames: tuple[int, ...] = ()
    speed: tuple[float, float] = (0.0, 0.0)
    kernel: str = ""
    trouble: tuple[int, str] = (0, "")
    saved: tuple[int, str] = (0, "")


def ranges_of(frame: Frame) -> dict[str, tuple[float, float]]:
    """Least and greatest value of each variable; closed cells, NaN, do not count."""
    return {
        name: (float(np.nanmin(array)), float(np.nanmax(array)))
        for name, array in frame.values.items()
        if array.size and not np.isnan(array).all()
    }


def broken(values: Mapping[str, np.ndarray]) -> bool:
    """Whether a value is not finite."""
    return any(
        array.dtype.kind == "f"
        and not np.isfinite(float(array.sum()))
        and not np.isfinite(array).all()
        for array in values.values()
    )
