"""What is measured of two frames: a table, their spectra, and their histograms."""

from __future__ import annotations

import numpy as np
import xarray as xr
from qtpy.QtWidgets import (
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .._qt.plots import Curve, Curves
from ..pairing import Measures

ROWS = {
    "contrast": "contrast",
    "variation": "coefficient of variation",
    "moran": "Moran's I",
    "wavelength": "wavelength",
}


class Figures(QWidget):
    """Measures of the left and of the right frame, one beside the other."""

    def __init__(self) -> None:
        super().__init__()
        self.table = QTableWidget(len(ROWS), 2)
        self.table.setHorizontalHeaderLabels(["left", "right"])
        self.table.setVerticalHeaderLabels(list(ROWS.values()))
        self.table.setToolTip("From rdkit_nn.analysis; of networks, means over neurons")
        self.table.setMinimumHeight(150)
        stretch = QHeaderView.ResizeMode.Stretch
        self.table.horizontalHeader().setSectionResizeMode(stretch)
        self.spectrum = Curves(
            "power spectrum", "wavenumber, rad / length of each", logarithmic="xy"
        )
        self.spectrum.setToolTip("analysis.power_spectrum of both frames")
        self.histogram = Curves("histogram", "value", steps=True)
        self.histogram.setToolTip(
            "analysis.histogram of both frames, over each run's range"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.table, self.spectrum, self.histogram):
            column.addWidget(part)

    def tell(self, told: tuple[Measures, Measures]) -> None:
        """Show the measures of both."""
        for column, side in enumerate(told):
            for row, name in enumerate(ROWS):
                self.table.setItem(
                    row, column, QTableWidgetItem(words_of(getattr(side, name)))
                )
        names = ("left", "right")
        spectra = [m.spectrum for m in told]
        self.spectrum.tell(
            [Curve(s.wavenumber.values, s.values, n) for s, n in zip(spectra, names)]
        )
        self.histogram.tell(
            [
                Curve(_edges(m.histogram), m.histogram.values, n)
                for m, n in zip(told, names)
            ]
        )


def _edges(histogram: xr.DataArray) -> np.ndarray:
    wide = histogram["value"].attrs["spacing"]
    return np.append(histogram["value"] - wide / 2, histogram["value"][-1] + wide / 2)


def words_of(value: float) -> str:
    """A number of the table; a dash where there is none."""
    return "-" if np.isnan(value) else f"{value:.6g}"
