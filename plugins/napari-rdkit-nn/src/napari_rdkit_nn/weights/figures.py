"""What is seen of one neuron: three pictures and three curves."""

from __future__ import annotations

import numpy as np
import xarray as xr
from qtpy.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from .._qt.plots import Curve, Curves, Picture
from ..neurons import Neuron, largest


class Figures(QWidget):
    """Field, reaction and diffusion of a neuron; spectrum, way in time, top weights."""

    def __init__(self) -> None:
        super().__init__()
        self.field = Picture("u_j")
        self.reaction, self.diffusion = Picture("R_j^u"), Picture("D_j^u")
        self.field.setToolTip("Receptive field of the neuron in this frame")
        self.reaction.setToolTip("Descent of the supervised loss: the reaction")
        self.diffusion.setToolTip("Descent of the adversarial loss: the diffusion")
        row = QHBoxLayout()
        for picture in (self.field, self.reaction, self.diffusion):
            row.addWidget(picture)
        self.spectrum = Curves("power spectrum of u_j", "wavenumber, rad / pixel")
        self.spectrum.setToolTip("analysis.power_spectrum of the receptive field")
        self.way = Curves("displacement ‖u_j(t) - u_j(0)‖", "time")
        self.way.setToolTip("analysis.displacement; the line is where the slider is")
        self.top = Curves("R_j^v and D_j^v", "output")
        self.top.setToolTip(
            "The same two pulls at the neuron's weights in the top layer"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        for part in (self.spectrum, self.way, self.top):
            column.addWidget(part)

    def tell(self, told: Neuron) -> None:
        """Show a neuron in one frame."""
        field = told.field.values
        self.field.tell(field if field.ndim == 2 else field[None], largest(told.field))
        spectrum = told.spectrum
        curves = (
            []
            if spectrum is None
            else [Curve(spectrum.wavenumber.values, spectrum.values)]
        )
        self.spectrum.tell(curves)
        way = told.displacement
        if way is not None:
            self.way.tell([Curve(way.time.values, way.values)], float(told.field.time))

    def pulled(self, told: xr.Dataset | None) -> None:
        """Show what pulls at it; None for what is not known."""
        found = {} if told is None else dict(told.items())
        R, D = found.get("R_u"), found.get("D_u")
        scale = largest(R, D)
        for picture, array in ((self.reaction, R), (self.diffusion, D)):
            values = None if array is None else array.values
            flat = values is not None and values.ndim == 1
            picture.tell(values[None] if flat else values, scale)
        curves = [
            Curve(np.arange(found[n].size), found[n].values, n[0] + "_j^v")
            for n in ("R_v", "D_v")
            if n in found
        ]
        self.top.tell(curves)

    def clear(self) -> None:
        """Show nothing."""
        for picture in (self.field, self.reaction, self.diffusion):
            picture.tell(None, 0.0)
        for curves in (self.spectrum, self.way, self.top):
            curves.tell([])
