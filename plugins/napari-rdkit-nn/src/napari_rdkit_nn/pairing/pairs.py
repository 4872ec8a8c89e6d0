"""Two sides on one clock: their layers, and their difference where there is one."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from ..layers import Layer, Pictures
from ..layers.captions import caption
from ..layers.colours import colours
from ..layers.lazily import Tell
from .clocks import CLOCKS, TICKS, frames_on, share_of
from .sides import Measures, Side


class Pair:
    """Two sides on one clock.

    Args:
        one: Left.
        other: Right.
        clock: `share` or `saturation`, see `CLOCKS`.

    Raises:
        ValueError: If there is no such clock, or a run does not go by it.
    """

    def __init__(self, one: Side, other: Side, clock: str = "share"):
        self.sides, self.clock = (one, other), clock
        self.frames = [
            frames_on(share_of(side.seen, side.name, clock)) for side in self.sides
        ]

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


def _sizes(field: xr.DataArray) -> str:
    return " x ".join(str(field.sizes[d]) for d in field.dims if d != "time")
