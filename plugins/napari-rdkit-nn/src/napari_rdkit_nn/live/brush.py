"""The brush: what the mouse paints into a live run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import xarray as xr
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from rdkit_nn import Periodic

from ..engine import brush_values, discs
from ..history import Frame
from ..recipes import Recipe
from .numbers import Number


class Brush(QWidget):
    """Whether one paints, how broadly, and with which values.

    Args:
        viewer: Where one paints.
        take: Called with whether the brush is in hand.
        paint: Called with cells and values wherever the brush was.
    """

    def __init__(
        self,
        viewer: Any,
        take: Callable[[bool], None],
        paint: Callable[[np.ndarray, Mapping[str, float]], None],
    ):
        super().__init__()
        self._viewer, self._paint = viewer, paint
        self._recipe: Recipe | None = None
        self.values: dict[str, Number] = {}
        self.paints = QCheckBox("Paint")
        self.paints.setToolTip("Drag the mouse over the picture to paint into it (F9).")
        self.paints.toggled.connect(take)
        self.radius = Number(5.0, "Radius of the brush in cells.")
        self.radius.setRange(0.5, 512.0)
        self.row = QHBoxLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.paints)
        row.addWidget(QLabel("radius"))
        row.addWidget(self.radius)
        row.addLayout(self.row, 1)

    def begin(self, recipe: Recipe, frame: Frame) -> None:
        """Offer a value for each variable of another run."""
        self._recipe = recipe
        while self.row.count():
            widget = self.row.takeAt(0).widget()
            if widget is not None:
                widget.deleteLater()
        self.values = {}
        dims = recipe.grid.dims
        fields = {n: (dims, a) for n, a in frame.values.items() if a.ndim == len(dims)}
        for name, value in brush_values(xr.Dataset(fields)).items():
            self.values[name] = Number(value, f"Value of {name} that the brush puts.")
            self.row.addWidget(QLabel(name))
            self.row.addWidget(self.values[name], 1)

    def drag(self, layer: Any, event: Any) -> Iterator[None]:
        """Paint while the mouse is dragged over a layer."""
        if not self.paints.isChecked() or self._viewer.dims.ndisplay != 2:
            return
        before = None
        while True:
            before = self._dab(layer, event.position, before)
            yield
            if event.type != "mouse_move":
                break

    def _dab(self, layer: Any, position: Any, before: Any) -> Any:
        """Put paint where the mouse is, along the way from where it was."""
        recipe = self._recipe
        place = np.asarray(layer.world_to_data(position))[-2:]
        if recipe is None or len(recipe.grid.shape) != 2:
            return None
        shape = recipe.grid.shape
        wraps = [isinstance(low, Periodic) for low, _ in recipe.grid.boundary]
        ends = [place] if before is None else [before, place]
        under = discs(shape, ends, self.radius.value(), wraps)
        told = {name: number.value() for name, number in self.values.items()}
        self._paint(under, told)
        return place
