"""A frame about the chosen neuron in the montage."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from ..layers.matrices import corners_of

NAME = "chosen neuron"
COLOUR = "#f28e2b"


class Outline:
    """A layer with one rectangle, seen as long as the montage is.

    Args:
        viewer: That has the montage.
    """

    def __init__(self, viewer: Any):
        self.viewer = viewer
        self.layer: Any = None
        self._sheet: Any = None

    def show(self, sheet: Any, bank: xr.DataArray, number: int) -> None:
        """Frame one neuron.

        Args:
            sheet: Layer of the montage.
            bank: (…, hidden, y, x), which it shows.
            number: Which neuron.
        """
        corners = np.array(corners_of(bank, number))
        if self.layer is None or self.layer not in self.viewer.layers:
            active = self.viewer.layers.selection.active
            self.layer = self.viewer.add_shapes(
                [corners],
                shape_type="rectangle",
                name=NAME,
                edge_color=COLOUR,
                face_color="transparent",
                edge_width=0.4,
                scale=sheet.scale[-2:],
                translate=sheet.translate[-2:],
            )
            self.viewer.layers.selection.active = active
        else:
            self.layer.data = [corners]
        if sheet is not self._sheet:
            self._sheet = sheet
            sheet.events.visible.connect(self._follow)
        self._follow()

    def remove(self) -> None:
        """Take the frame away; one that pair mode has set aside is left to come back."""
        layers, layer = self.viewer.layers, self.layer
        if layer is not None and layer in layers:
            self.layer = None
            layers.move(layers.index(layer), len(layers))  # from the top: see `live`
            layers.remove(layer)

    def _follow(self, event: Any = None) -> None:
        if self.layer is not None:
            self.layer.visible = self._sheet.visible
