"""What a preset is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr

from ..flow import Flow
from ..grid import Grid


@dataclass(frozen=True)
class Preset:
    """All that a published pattern needs to be grown again.

    Args:
        name: Short name, as it is asked for.
        says: What it shows, in a sentence.
        flow: Term and method.
        grid: Where it is grown.
        begin: From a seed (and a dtype) to the state that it starts from.
        steps: Length of run that shows the pattern.
        source: Where it stands in print.
        kind: What linear theory says of its uniform states; see `stability.verdict`.
        wavelength: Of the fastest mode, where one grows; the unit of the grid.
    """

    name: str
    says: str
    flow: Flow
    grid: Grid
    begin: Callable[..., xr.Dataset]
    steps: int
    source: str
    kind: str = ""
    wavelength: float | None = None
