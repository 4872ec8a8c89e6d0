"""Layers of a live run: one a variable, drawn anew frame by frame. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import numpy as np

from ..engine import View
from ..history import Frame
from ..viewer import look_at


class Pictures:
    """The layers of the run that goes on.

    Args:
        viewer: Where they are.
        adorn: Called with each new layer.
    """

    def __init__(self, viewer: Any, adorn: Callable[[Any], None]):
        self.viewer, self._adorn = viewer, adorn
        self.layers: dict[str, Any] = {}
        self._spans: dict[str, tuple[float, float]] = {}

    def begin(self, view: View) -> None:
        """One layer a variable; those of the run before are taken over, by place."""
        recipe, frame = view.recipe, view.frame
        if recipe is None or frame is None:
            return
        self._spans = dict(view.ranges)
        grid = recipe.grid
        names = [n for n, a in frame.values.items() if a.ndim == len(grid.shape)]
        there = [x for x in self.layers.values() if x.ndim == len(grid.shape)]
        spare = [x for x in self.layers.values() if x not in there[: len(names)]]
        for layer in reversed(spare):  # from the top: safest in napari 0.9.2
            self.viewer.layers.remove(layer)
        first = not there
        self.layers = {}
        for name, layer in zip_longest(names, there[: len(names)]):
            told: dict[str, Any] = {
                "name": f"live: {name}",
                "scale": grid.spacing,
                "translate": tuple(h / 2 for h in grid.spacing),
                "axis_labels": grid.dims,
                "metadata": {"live": True, "dynamics": repr(view.flow)},
            }
            if grid.units != "1":
                told["units"] = (grid.units,) * len(grid.dims)
            if layer is None:
                told |= {"visible": name == names[-1], "contrast_limits": (0.0, 1.0)}
                layer = self.viewer.add_image(frame.values[name].copy(), **told)
                self._adorn(layer)
            else:
                moved = layer.data.shape != grid.shape or not np.allclose(
                    layer.scale, grid.spacing
                )
                first = first or moved
                layer.data = frame.values[name].copy()
                for key, value in told.items():  # each costs a look at all layers
                    now = getattr(layer, key)
                    if not (
                        np.allclose(now, value)
                        if key in ("scale", "translate")
                        else now == value
                    ):
                        setattr(layer, key, value)
            self.layers[name] = layer
            self._limits(name)
        if first:  # other layers may lie elsewhere, and be of another size
            look_at(self.viewer, list(self.layers.values()))

    def forget(self, event: Any) -> None:
        """A layer was taken away: it is drawn no more, until a run begins."""
        self.layers = {n: x for n, x in self.layers.items() if x is not event.value}

    def widen(self, view: View) -> None:
        """Let colours span all that was seen; by a twentieth at least at once."""
        for name, (low, high) in view.ranges.items():
            before = self._spans.get(name, (low, high))
            slack = 0.05 * (before[1] - before[0])
            if low < before[0] - slack or high > before[1] + slack:
                self._spans[name] = min(low, before[0]), max(high, before[1])
                if name in self.layers:
                    self._limits(name)

    def draw(self, frame: Frame, still: bool = True) -> None:
        """Copy a frame into the layers; frames themselves are never written to.

        In place: a layer that is given other data works out the whole viewer anew.
        """
        for name, layer in self.layers.items():
            array, there = frame.values.get(name), layer.data
            if array is None or (array.shape, array.dtype) != (
                there.shape,
                there.dtype,
            ):
                continue
            np.copyto(there, array)
            layer.refresh(extent=False, highlight=False, thumbnail=still)

    def _limits(self, name: str) -> None:
        low, high = self._spans[name]
        gap = high - low
        signed = low < -0.05 * gap and high > 0.05 * gap
        if signed:
            low, high = -max(-low, high), max(-low, high)
        elif not gap > 1e-6 * max(abs(low), abs(high), 1e-30):
            low, high = low - 0.5, high + 0.5
        layer = self.layers[name]
        layer.colormap = "PiYG" if signed else "viridis"
        layer.contrast_limits_range = (low, high)
        layer.contrast_limits = (low, high)
