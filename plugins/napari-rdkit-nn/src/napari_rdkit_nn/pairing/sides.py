"""One of two runs side by side: its pictures and its measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from rdkit_nn import analysis, neural

from ..layers.axes import turned
from ..layers.colours import range_of
from ..layers.lazily import lead_of
from ..layers.runs import pictures_of, runs_of

BINS = 64  # of a histogram, as many as `analysis.entropy` takes


@dataclass(frozen=True)
class Measures:
    """Numbers of one frame of a field; of a bank, the mean over its neurons.

    Each is what the function of `rdkit_nn.analysis` of this name gives. A field of both
    signs has no meaningful coefficient of variation: NaN.
    """

    contrast: float
    variation: float
    moran: float
    wavelength: float
    spectrum: xr.DataArray
    histogram: xr.DataArray


class Side:
    """One of the two: a field in time, and which of its pictures is looked at.

    Args:
        field: (time, y, x), or (time, hidden, y, x) for a bank of receptive fields.
        name: For captions.
        neuron: One neuron of a bank; None for the montage of all of them.

    Raises:
        ValueError: If it is no run in a plane.
    """

    def __init__(self, field: xr.DataArray, name: str, neuron: int | None = None):
        if field.dims not in (("time", "y", "x"), ("time", "hidden", "y", "x")):
            raise ValueError(
                f"Pair mode sets runs in a plane side by side, (time, y, x) or (time, "
                f"hidden, y, x), but {name} has dims {field.dims}."
            )
        self.field, self.name = turned(field), name
        self.neuron = neuron if "hidden" in field.dims else None
        self.range = range_of(field)

    @property
    def seen(self) -> xr.DataArray:
        """What is measured: the field, or that of one neuron."""
        if self.neuron is None:
            return self.field
        return self.field.isel(hidden=min(self.neuron, self.field.sizes["hidden"] - 1))

    def frame(self, number: int) -> xr.DataArray:
        """One frame of it, read."""
        return self.seen.isel(time=number).compute(scheduler="synchronous")

    def picture(self, number: int) -> np.ndarray:
        """The same as a picture; of a bank the montage."""
        frame = self.frame(number)
        if "hidden" in frame.dims:
            return neural.montage(frame, frame.sizes["hidden"])
        return frame.values

    def measures(self, number: int) -> Measures:
        """Numbers of one frame."""
        frame = self.frame(number)
        others = [d for d in frame.dims if d not in ("y", "x")]
        low, high = self.range
        within = (low, high) if low < high else (low - 0.5, low + 0.5)
        signed = low < 0
        return Measures(
            contrast=float(analysis.contrast(frame).mean(others)),
            variation=np.nan
            if signed
            else float(analysis.variation(frame).mean(others)),
            moran=float(analysis.moran(frame).mean(others)),
            wavelength=float(analysis.wavelength(frame).mean(others)),
            spectrum=analysis.power_spectrum(frame).mean(others, keep_attrs=True),
            histogram=analysis.histogram(frame, frame.dims, bins=BINS, within=within),
        )


def side_of(
    run: xr.Dataset | xr.DataTree,
    name: str,
    variable: str | None = None,
    *,
    neuron: int | None = None,
    place: dict[str, int] | None = None,
) -> Side:
    """Side of a run: receptive fields of a network, else the autocatalyst, else the last.

    Args:
        run: Or a comparison, of which the first run is taken.
        name: For captions.
        variable: Which; default as above.
        neuron: As for `Side`.
        place: Which run of a sweep: index along each of its dims. Default: the first.

    Raises:
        ValueError: If there is no picture in it.
    """
    if isinstance(run, xr.DataTree):
        first, run = next(iter(runs_of(run).items()))
        name = f"{name}/{first}"
    names = pictures_of(run)
    if not names:
        raise ValueError(f"{name} holds no variable that is a picture.")
    if variable is None:
        variable = next((n for n in ("U", "v") if n in names), names[-1])
    field = run[variable]
    sweep = [d for d in lead_of(field) if d != "time"]
    field = field.isel({d: (place or {}).get(d, 0) for d in sweep})
    return Side(field, name, neuron)
