"""The phase diagram of a sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtGui import QBrush, QColor
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from rdkit_nn.analysis.classes import CLASSES

from .._qt.pixmaps import colours
from ..folder import CLASS, MEASURES, Diagram

PALE = (
    "#8dd3c7",
    "#ffffb3",
    "#bebada",
    "#fb8072",
    "#80b1d3",
    "#fdb462",
    "#b3de69",
    "#fccde5",
    "#d9d9d9",
    "#bc80bd",
)  # of classes, in the order of `analysis.classes.CLASSES`


class Phases(QWidget):
    """The plane of a sweep: a grid of cells, each in the colour of its measure.

    `asked` is sent with a path, two parameters and a measure when another plane is wanted;
    `chosen` with row and column of a cell.
    """

    asked = Signal(object, object, str)
    chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._path = Path()
        self._values: dict[tuple[int, int], float | str] = {}
        self.rows, self.columns, self.measure = QComboBox(), QComboBox(), QComboBox()
        self.rows.setToolTip("Parameter that goes down.")
        self.columns.setToolTip("Parameter that goes to the right.")
        self.measure.setToolTip("Measure of the last frame that colours the cells.")
        self.measure.addItems([*MEASURES, CLASS])
        self.cells = QTableWidget()
        self.cells.setToolTip("A click, or Enter, opens the run of a cell.")
        self.cells.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.cells.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        fill = QHeaderView.ResizeMode.Stretch
        self.cells.horizontalHeader().setSectionResizeMode(fill)
        self.cells.verticalHeader().setSectionResizeMode(fill)
        self.cells.cellClicked.connect(self.chosen)
        self.scale = QLabel()
        self.scale.setToolTip("Which values are dark and which are bright.")
        top = QHBoxLayout()
        for widget in (self.rows, self.columns, self.measure):
            top.addWidget(widget)
            widget.activated.connect(lambda *_: self._again())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(top)
        whole.addWidget(self.cells)
        whole.addWidget(self.scale)

    def begin(self, path: Path) -> None:
        """Show a sweep by its first two parameters."""
        self._path = path
        self.asked.emit(path, None, self.measure.currentText())

    def _again(self) -> None:
        dims = self.rows.currentText(), self.columns.currentText()
        if dims[0] == dims[1]:
            others = [
                self.columns.itemText(i)
                for i in range(self.columns.count())
                if self.columns.itemText(i) != dims[0]
            ]
            dims = (dims[0], others[0]) if others else ("", dims[1])
        measure = self.measure.currentText()
        self.asked.emit(self._path, dims, measure)

    def show_plane(self, told: Diagram) -> None:
        """Lay out the cells of a plane, without colours yet."""
        names = [d for d in (*told.dims, *told.others) if d]
        for combo, chosen in zip((self.rows, self.columns), told.dims):
            combo.clear()
            combo.addItems(sorted(names))
            combo.setCurrentText(chosen)
            combo.setVisible(bool(chosen))
        self._values = {}
        self.cells.clear()
        self.cells.setRowCount(told.shape[0])
        self.cells.setColumnCount(told.shape[1])
        self.cells.setVerticalHeaderLabels(list(told.values[0]))
        self.cells.setHorizontalHeaderLabels(list(told.values[1]))
        for (row, column), why in told.failures.items():
            item = QTableWidgetItem("failed")
            item.setToolTip(why)
            self.cells.setItem(row, column, item)
        at = ", ".join(f"{d}={v}" for d, v in told.others.items())
        self._at = f" at {at}" if at else ""
        self.scale.setText(f"Measuring{self._at} …")
        self.show()

    def colour(self, row: int, column: int, value: float | str) -> None:
        """Take the measure of one cell; all are coloured anew by their range.

        A class has a colour of its own; what has no measure has none.
        """
        measure = self.measure.currentText()
        if not isinstance(value, str) and not np.isfinite(value):
            self._paint(row, column, "-", "")
            return
        self._values[row, column] = value
        if isinstance(value, str):
            colour = QColor(PALE[CLASSES.index(value)])
            self._paint(row, column, value, f"class: {value}", colour)
            self.scale.setText(f"class of the last frame{self._at}")
            return
        there = [float(x) for x in self._values.values()]
        low, high = min(there), max(there)
        # Cells are coloured anew where one widens the range: the others keep their colours.
        changed = self._values if value in (low, high) else {(row, column): value}
        for (r, c), told in changed.items():
            x = float(told)
            share = (x - low) / (high - low) if high > low else 0.5
            colour = QColor.fromRgba(colours()[int(255 * share)])
            self._paint(r, c, f"{x:.3g}", f"{measure} {x:.6g}", colour, share)
        self.scale.setText(
            f"{measure}: {low:.4g} (dark) to {high:.4g} (bright){self._at}"
        )

    def _item(self, r: int, c: int) -> QTableWidgetItem:
        item = self.cells.item(r, c)
        if item is None:
            item = QTableWidgetItem()
            self.cells.setItem(r, c, item)
        return item

    def _paint(
        self,
        r: int,
        c: int,
        words: str,
        tip: str,
        colour: QColor | None = None,
        share: float = 1.0,
    ) -> None:
        item = self._item(r, c)
        if colour is None:
            if not item.text():  # one that failed says so
                item.setText(words)
            return
        item.setBackground(QBrush(colour))
        item.setForeground(QBrush(QColor("black" if share > 0.6 else "white")))
        item.setText(words)
        item.setToolTip(tip)
