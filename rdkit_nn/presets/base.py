"""What a preset is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import xarray as xr

from ..flow import Flow
from ..grid import Grid
from ..terms import Term


@dataclass(frozen=True)
class Preset:
    """All that a published pattern needs to be grown again.

    Args:
        name: Short name, as it is asked for.
        says: What it shows, in a sentence.
        flow: Term and method.
        grid: Where it is grown.
        initial: From a seed (and a dtype) to the state that it starts from.
        steps: Length of run that shows the pattern.
        source: Where it stands in print.
        kind: What linear theory says of its uniform states; see `stability.verdict`.
        wavelength: Of the fastest mode, where one grows; the unit of the grid.
        about: The uniform state of which `kind` and `wavelength` speak; where none is told,
            all there are.
    """

    name: str
    says: str
    flow: Flow
    grid: Grid
    initial: Callable[..., xr.Dataset]
    steps: int
    source: str
    kind: str = ""
    wavelength: float | None = None
    about: Mapping[str, float] | None = None


def source_of(model: Callable[..., Term]) -> str:
    """Where a model stands in print, as its docstring says."""
    doc = model.func.__doc__ if isinstance(model, partial) else model.__doc__
    return " ".join((doc or "").split("Source:")[-1].split())
