"""Two runs on one clock, measured alike: no Qt, no viewer.

Chemistry and learning keep different times. On one clock, from 0 to 100, a run is where it
is in a share of its own: of its frames' time, or of the contrast that it reaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from rdkit_nn import analysis, neural

from .layers import Layer, Pictures
from .layers.axes import turned
from .layers.captions import caption
from .layers.colours import colours, range_of
from .layers.lazily import Tell, lead_of
from .layers.runs import pictures_of, runs_of

CLOCKS = {
    "time": "share of the run's time",
    "contrast": "share of the contrast that it reaches",
}
TICKS = 100
BINS = 64  # of a histogram, as many as `analysis.entropy` takes
LOOKS = 200  # frames that are measured, at most, to find where contrast saturates


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
    counts: np.ndarray
    edges: np.ndarray


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
        edges = np.linspace(
            *((low, high) if low < high else (low - 0.5, low + 0.5)), BINS + 1
        )
        counts, _ = np.histogram(frame.values, edges)
        signed = low < 0
        return Measures(
            contrast=float(analysis.contrast(frame).mean(others)),
            variation=np.nan
            if signed
            else float(analysis.variation(frame).mean(others)),
            moran=float(analysis.moran(frame).mean(others)),
            wavelength=float(analysis.wavelength(frame).mean(others)),
            spectrum=analysis.power_spectrum(frame).mean(others, keep_attrs=True),
            counts=counts,
            edges=edges,
        )

    def share(self, clock: str, stale: Any = lambda: False) -> np.ndarray:
        """Share of each frame on a clock of `CLOCKS`."""
        if clock == "time":
            return share_of_time(self.field.time.values)
        count = self.field.sizes["time"]
        looks = np.unique(
            np.linspace(0, count - 1, min(count, LOOKS)).round().astype(int)
        )
        contrast = []
        for number in looks:
            if stale():
                break
            frame = self.frame(int(number))
            contrast.append(float(analysis.contrast(frame).mean()))
        share = share_of_saturation(contrast)
        return np.interp(np.arange(count), looks[: len(share)], share)


class Pair:
    """Two sides on one clock.

    Args:
        one: Left.
        other: Right.
        clock: `time` or `contrast`, see `CLOCKS`.

    Raises:
        ValueError: If there is no such clock.
    """

    def __init__(self, one: Side, other: Side, clock: str = "time", stale: Any = None):
        if clock not in CLOCKS:
            raise ValueError(
                f"A clock is one of {', '.join(CLOCKS)}, but not {clock!r}."
            )
        self.sides, self.clock = (one, other), clock
        look = {} if stale is None else {"stale": stale}
        self.frames = [frames_on(side.share(clock, **look)) for side in self.sides]

    @cached_property
    def differs(self) -> str:
        """Why there is no difference of the two; empty if there is."""
        a, b = (side.seen for side in self.sides)
        if a.dims != b.dims or a.isel(time=0).shape != b.isel(time=0).shape:
            return f"sizes differ: {_sizes(a)} and {_sizes(b)}"
        for d in ("y", "x"):
            if (d in a.coords) != (d in b.coords):
                return f"only one has a coordinate {d}"
            if d in a.coords:
                units = [f[d].attrs.get("units", "1") for f in (a, b)]
                if units[0] != units[1]:
                    return f"{d} is told in {units[0]} and in {units[1]}"
                if not np.allclose(a[d], b[d]):
                    return f"the coordinates {d} differ"
        units = [f.attrs.get("units", "1") for f in (a, b)]
        return (
            "" if units[0] == units[1] else f"units differ: {units[0]} and {units[1]}"
        )

    @property
    def alike(self) -> bool:
        """Whether one scale of colours serves both: the same variable in the same unit."""
        a, b = (side.field for side in self.sides)
        return a.name == b.name and a.attrs.get("units", "1") == b.attrs.get(
            "units", "1"
        )

    def measures(self, tick: int) -> tuple[Measures, Measures]:
        """Numbers of both sides at a tick of the clock."""
        one, other = (s.measures(int(f[tick])) for s, f in zip(self.sides, self.frames))
        return one, other

    def caption(self, tick: int) -> str:
        """Where both are."""
        lines = [f"{tick} % of {CLOCKS[self.clock].removeprefix('share of ')}"]
        for side, frames in zip(self.sides, self.frames):
            place = {"time": int(frames[tick])}
            if side.neuron is not None:
                place["hidden"] = side.neuron
            lines.append(f"{side.name}: {caption(side.field, place)}")
        return "\n".join(lines)

    def layers(self, tell: Tell | None = None) -> list[Layer]:
        """Left, right, and their difference where there is one: (tick, y, x) each.

        Sides of one grid keep its coordinates; else the longer side of each is one, so
        that linked cameras see both whole.
        """
        ranges = [side.range for side in self.sides]
        if self.alike:
            whole = min(r[0] for r in ranges), max(r[1] for r in ranges)
            ranges = [whole, whole]
        made = []
        for n, (side, frames) in enumerate(zip(self.sides, self.frames)):
            first = side.picture(0)
            pictures = Pictures(
                [TICKS + 1],
                first.shape,
                lambda place, side=side, frames=frames: side.picture(
                    int(frames[place[0]])
                ),
                tell,
            )
            name = f"{('left', 'right')[n]}: {side.name}"
            made.append(self._layer(pictures, first.shape, name, colours(*ranges[n])))
        if not self.differs:
            one, other = self.sides
            a, b = self.frames

            def difference(place: tuple[int, ...]) -> np.ndarray:
                tick = place[0]
                return other.picture(int(b[tick])) - one.picture(int(a[tick]))

            low = min(side.range[0] for side in self.sides)
            high = max(side.range[1] for side in self.sides)
            most = (high - low) or 1.0
            words = {"contrast_limits": (-most, most), "colormap": "PiYG"}
            pictures = Pictures([TICKS + 1], first.shape, difference, tell)
            name = "difference: right - left"
            made.append(self._layer(pictures, first.shape, name, words))
        return made

    def _layer(
        self, pictures: Pictures, shape: tuple, name: str, words: dict[str, Any]
    ) -> Layer:
        scale, translate, units = self._axes(shape)
        told = {
            "name": name,
            **words,
            "scale": (1.0, *scale),
            "translate": (0.0, *translate),
            "units": ("pixel", *units),
            "axis_labels": ("share of the run, %", "y", "x"),
            "metadata": {
                "pair": self,
                "caption": lambda position: self.caption(
                    int(np.clip(np.rint(position[0]), 0, TICKS))
                ),
            },
        }
        return pictures.array(), told, "image"

    def _axes(self, shape: tuple[int, int]) -> tuple[tuple, tuple, tuple]:
        a = self.sides[0].seen
        if not self.differs and "hidden" not in a.dims and "x" in a.coords:
            steps = [float(a[d][1] - a[d][0]) if len(a[d]) > 1 else 1.0 for d in "yx"]
            units = tuple(a[d].attrs.get("units", "pixel") for d in "yx")
            return tuple(steps), tuple(float(a[d][0]) for d in "yx"), units
        step = 1.0 / max(shape)
        return (step, step), (step / 2, step / 2), ("pixel", "pixel")


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


def _sizes(field: xr.DataArray) -> str:
    return " x ".join(str(field.sizes[d]) for d in field.dims if d != "time")
