"""The browser dock: a folder of runs as a table, and a sweep as a phase diagram."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt, QTimer
from qtpy.QtGui import QBrush, QColor, QPixmap
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from . import folder
from ._qt.docks import Dock, button
from ._qt.pixmaps import colours, pixmap
from .errands import Done, Errands, Stop
from .folder import Diagram, Row
from .layers import Layer, layers_of
from .sentences import say, sentence_of, warn
from .table import Rows, text_of, tip_of

if TYPE_CHECKING:
    import napari

PICTURES = 512  # thumbnails that are kept
TICK = 100  # milliseconds between two looks at what the worker brought
FILTER = (
    "Words that must all hold: F<0.03 kernel=fused class:spots -failed.\n"
    "Numbers (parameters, contrast, wavelength, euler, frames) take < <= > >= = !=;\n"
    "texts (name, model, class, kernel, status, …) take = (just that) and : (holds that);\n"
    "a word alone is looked for everywhere, and a minus turns a word round."
)


class Browser(Dock):
    """A folder of runs: which there are, what they look like, what they measure.

    Reading is done on a thread of its own; a row is made of the ledger and attributes of
    a store, and frames are read only for pictures and measures. Enter or a double click
    opens a run in the viewer. A sweep is also shown as a plane of two of its parameters,
    coloured by a measure; a click opens the run of a cell.

    Keys while the dock has the focus: `/` to the filter, `R` scans again, `M` measures,
    `D` shows the phase diagram, Enter opens.

    Args:
        napari_viewer: Where runs are opened.
    """

    def __init__(self, napari_viewer: napari.viewer.Viewer):
        super().__init__(napari_viewer)
        self.errands = Errands("browser of runs")
        self.ends_with(partial(self.errands.close, 2.0))
        self.folder: Path | None = None
        self.diagram: Diagram | None = None
        self._turns = {"scan": 0, "cells": 0}  # of results, only the last turn's count
        self._kept: Path | None = None  # the chosen row while the table is made anew
        self._build()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._fetch)
        self._timer.start(TICK)

    def _build(self) -> None:
        self.line = QLineEdit()
        self.line.setPlaceholderText("folder of runs")
        self.line.setToolTip("Folder that is searched for runs, with all below it.")
        self.line.returnPressed.connect(lambda: self.scan(self.line.text()))
        choose = QPushButton("Choose…")
        button(choose, "Choose a folder of runs.", self._choose)
        self.again = QPushButton("Scan again")
        button(self.again, "Look for runs in the folder once more (R).", self.rescan)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("filter: F<0.03 kernel=fused class:spots")
        self.filter.setToolTip(FILTER)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)

        self.model = _Table(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setToolTip("Enter or a double click opens a run in the viewer.")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setIconSize(QSize(folder.SIDE, folder.SIDE))
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setToolTip("A click sorts by this column.")
        self.table.verticalHeader().setDefaultSectionSize(folder.SIDE + 4)
        self.table.verticalHeader().hide()
        self.table.doubleClicked.connect(lambda index: self.open(index.row()))
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._choose_again)

        self.opened = QPushButton("Open")
        button(self.opened, "Open the chosen runs in the viewer (Enter).", self._open)
        self.measured = QPushButton("Measure")
        button(
            self.measured,
            "Contrast, wavelength and Euler number of the last frame of the chosen runs, "
            "or of all that are shown where none is chosen (M).",
            self.measure,
        )
        self.plane = QPushButton("Phase diagram")
        button(self.plane, "Show the chosen sweep as a plane (D).", self._plane)
        self.status = QLabel("Choose a folder of runs.")
        self.status.setWordWrap(True)
        self.status.setToolTip("What is known of the chosen run, or what is going on.")
        self.phases = _Phases(self)
        self.phases.hide()

        top, middle = QWidget(), QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        for widgets in (
            (self.line, choose, self.again),
            (self.filter,),
            (self.table,),
            (self.opened, self.measured, self.plane),
            (self.status,),
        ):
            row = QHBoxLayout()
            for widget in widgets:
                row.addWidget(widget)
            middle.addLayout(row)
        top.setLayout(middle)
        both = QSplitter(Qt.Orientation.Vertical)
        both.addWidget(top)
        both.addWidget(self.phases)
        whole = QVBoxLayout(self)
        whole.addWidget(both)

        self.key("/", self.filter.setFocus)
        self.key("R", self.rescan)
        self.key("M", self.measure)
        self.key("D", self._plane)
        for enter in ("Return", "Enter"):
            self.key(enter, self._enter)

    # What a user may do.

    def scan(self, path: str | Path) -> None:
        """Look for runs in a folder; rows come as they are found."""
        if not str(path).strip():
            return
        self.folder = Path(path).expanduser()
        self.line.setText(str(self.folder))
        self.errands.drop()
        self.model.clear()
        self.errands.ask(self._turn("scan"), partial(_scan, self.folder))
        self.status.setText(f"Looking for runs in {self.folder} …")

    def rescan(self) -> None:
        """Look into the same folder once more."""
        if self.folder is not None or self.line.text().strip():
            self.scan(self.line.text() if self.line.text().strip() else self.folder)  # type: ignore[arg-type]

    def open(self, index: int) -> None:
        """Open one of the rows in the viewer, by this plugin's reader."""
        row = self.model.row(index)
        if row is None:
            return
        if row.kind in ("foreign", "damaged"):
            (say if row.kind == "damaged" else warn)(row.says)
            return
        try:
            self.viewer.open(str(row.path), plugin="napari-rdkit-nn")
        except Exception as error:  # whatever a reader raises is a sentence here
            say(error)

    def measure(self) -> None:
        """Measure the last frames of the chosen rows, or of all that are shown."""
        rows = self._rows() or [self.model.row(i) for i in range(len(self.model.rows))]
        runs = [row.path for row in rows if row is not None and row.kind == "run"]
        if runs:
            self.errands.ask("measure", partial(_measure, runs))
            self.status.setText(f"Measuring {len(runs)} runs …")

    def show_diagram(
        self, path: Path, dims: tuple[str, str] | None, measure: str
    ) -> None:
        """Show a sweep as a plane of two parameters, coloured by a measure."""
        self.errands.drop(lambda key: isinstance(key, tuple) and key[0] == "cells")
        self.errands.ask(self._turn("cells"), partial(_cells, path, dims, measure))

    def open_cell(self, row: int, column: int) -> None:
        """Open the run of one cell of the phase diagram in the viewer."""
        told = self.diagram
        if told is None:
            return
        if why := told.failures.get((row, column)):
            warn(f"This run failed: {why}")
            return
        self.errands.ask(("cell", row, column), partial(_cell, told, row, column))

    # What follows from it.

    def _turn(self, kind: str) -> tuple[str, int]:
        self._turns[kind] += 1
        return kind, self._turns[kind]

    def _remember(self) -> None:
        row = self.model.row(self.table.currentIndex().row())
        self._kept = row.path if row is not None else None

    def _choose_again(self) -> None:
        index = self.model.rows.find(self._kept) if self._kept is not None else None
        if index is not None:
            self.table.selectRow(index)

    def _choose(self) -> None:
        start = str(self.folder or Path.cwd())
        if told := QFileDialog.getExistingDirectory(self, "Folder of runs", start):
            self.scan(told)

    def _filter(self, text: str) -> None:
        try:
            self.model.filter(text)
        except ValueError as error:
            self.filter.setStyleSheet("border: 1px solid #c0392b")
            self.status.setText(sentence_of(error))
        else:
            self.filter.setStyleSheet("")
            self._count()

    def _rows(self) -> list[Row]:
        chosen = self.table.selectionModel().selectedRows()
        rows = [self.model.row(index.row()) for index in chosen]
        return [row for row in rows if row is not None]

    def _open(self) -> None:
        for index in self.table.selectionModel().selectedRows():
            self.open(index.row())

    def _enter(self) -> None:
        if self.line.hasFocus():
            self.scan(self.line.text())
        elif self.filter.hasFocus():
            self.table.setFocus()
        elif self.phases.cells.hasFocus():
            self.open_cell(
                self.phases.cells.currentRow(), self.phases.cells.currentColumn()
            )
        else:
            self._open()

    def _plane(self) -> None:
        sweeps = [row for row in self._rows() if row.kind == "sweep"]
        if not sweeps:
            warn("Choose a sweep first: a single run has no phase diagram.")
            return
        self.phases.begin(sweeps[0].path)

    def _chosen(self, index: QModelIndex, *_: Any) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self.status.setText(row.says or tip_of(row))

    def _count(self) -> None:
        rows = self.model.rows
        self.status.setText(f"{len(rows)} of {len(rows.every)} stores are shown.")

    def _fetch(self) -> None:
        """Take what the worker has brought, a bounded number at a time."""
        found: list[Row] = []
        for key, result in self.errands.fetch():
            kind = key[0] if isinstance(key, tuple) else key
            if kind in self._turns and key[1] != self._turns[kind]:
                continue
            if kind == "scan" and isinstance(result, Row):
                found.append(result)
                continue
            if found:
                self.model.add(found)
                found = []
            getattr(self, f"_take_{kind}")(key, result)
        if found:
            self.model.add(found)
            self._count()

    def _take_scan(self, key: Any, result: Any) -> None:
        if isinstance(result, Done):
            self._count()
        else:
            self.status.setText(sentence_of(result))
            say(result)

    def _take_thumbnail(self, key: Any, result: Any) -> None:
        if isinstance(result, np.ndarray):
            self.model.picture(key[1], pixmap(result))
        elif isinstance(result, Exception):
            self.model.picture(
                key[1], QPixmap()
            )  # its sentence comes when it is opened

    def _take_measure(self, key: Any, result: Any) -> None:
        if isinstance(result, Done):
            self._count()
            return
        path, told = result
        if isinstance(told, Exception):
            say(told)
        else:
            self.model.measure(path, told)

    def _take_cells(self, key: Any, result: Any) -> None:
        if isinstance(result, Diagram):
            self.diagram = result
            self.phases.show_plane(result)
        elif isinstance(result, tuple):
            self.phases.colour(*result)
        elif isinstance(result, Exception):
            say(result)

    def _take_cell(self, key: Any, result: Any) -> None:
        if isinstance(result, Exception):
            say(result)
        elif not isinstance(result, Done):
            try:
                for data, told, kind in result:
                    getattr(self.viewer, f"add_{kind}")(data, **told)
            except Exception as error:
                say(error)


# Errands: run on the worker's thread, and touch no widget.


def _scan(path: Path, stop: Stop) -> Iterator[Row]:
    yield from folder.rows(path, stop)


def _thumbnail(path: Path, stop: Stop) -> Iterator[np.ndarray]:
    yield folder.thumbnail(path)


def _measure(paths: list[Path], stop: Stop) -> Iterator[tuple[Path, Any]]:
    for path in paths:
        if stop():
            return
        try:
            yield path, folder.measures_of(path)
        except Exception as error:
            yield path, error


def _cells(
    path: Path, dims: tuple[str, str] | None, measure: str, stop: Stop
) -> Iterator[Any]:
    told = folder.diagram(path, dims)
    yield told
    yield from folder.measured_cells(told, measure, stop)


def _cell(told: Diagram, row: int, column: int, stop: Stop) -> Iterator[list[Layer]]:
    run = folder.cell(folder.opened(told.path), told.dims, row, column)
    labels = [
        f"{d}={v[i]}" if "=" not in v[i] else v[i]
        for d, v, i in zip(told.dims, told.values, (row, column))
        if d
    ]
    name = f"{told.path.stem} {', '.join(labels)}"
    yield [
        (data, {**words, "name": f"{name}: {words['name']}"}, kind)
        for data, words, kind in layers_of(run)
    ]


class _Table(QAbstractTableModel):
    """Rows as Qt asks for them; pictures are asked for when they come into view."""

    def __init__(self, browser: Browser):
        super().__init__(browser)
        self.rows, self._errands = Rows(), browser.errands
        self._pictures: OrderedDict[Path, QPixmap | None] = OrderedDict()

    def row(self, index: int) -> Row | None:
        """One of the rows that are shown."""
        return self.rows[index] if 0 <= index < len(self.rows) else None

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Count of rows that are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Count of columns."""
        return 0 if parent.isValid() else len(self.rows.columns)

    def headerData(self, section: int, orientation: Any, role: Any) -> Any:
        """Names of the columns."""
        display = Qt.ItemDataRole.DisplayRole
        if orientation == Qt.Orientation.Horizontal and role == display:
            columns = self.rows.columns
            return columns[section] if 0 <= section < len(columns) else None
        return None

    def data(self, index: QModelIndex, role: Any) -> Any:
        """Text, picture and tip of a cell."""
        row, roles = self.row(index.row()), Qt.ItemDataRole
        if row is None:
            return None
        if role == roles.DisplayRole:
            return text_of(row, self.rows.columns[index.column()])
        if role == roles.ToolTipRole:
            return tip_of(row)
        if role == roles.DecorationRole and index.column() == 0:
            return self._look(row)
        if role == roles.ForegroundRole and row.kind in ("foreign", "damaged"):
            return QBrush(QColor("#c0392b" if row.kind == "damaged" else "#888888"))
        return None

    def _look(self, row: Row) -> QPixmap | None:
        if row.kind not in ("run", "sweep"):
            return None
        if row.path not in self._pictures:
            self._pictures[row.path] = None
            while len(self._pictures) > PICTURES:
                self._pictures.popitem(last=False)
            errand = partial(_thumbnail, row.path)
            for key in self._errands.ask(("thumbnail", row.path), errand):
                if isinstance(key, tuple) and key[0] == "thumbnail":
                    self._pictures.pop(key[1], None)  # asked again when it is seen
        return self._pictures[row.path]

    def picture(self, path: Path, made: QPixmap) -> None:
        """Take the picture of a run."""
        if path in self._pictures:
            self._pictures[path] = made
            self._changed(self.rows.find(path))

    def measure(self, path: Path, told: dict[str, float]) -> None:
        """Take the measures of a run."""
        self._changed(self.rows.measure(path, told))

    def _changed(self, row: int | None) -> None:
        if row is not None:
            last = self.columnCount() - 1
            self.dataChanged.emit(self.index(row, 0), self.index(row, last))

    def clear(self) -> None:
        """Forget all rows."""
        self.beginResetModel()
        self.rows.clear()
        self._pictures.clear()
        self.endResetModel()

    def add(self, rows: list[Row]) -> None:
        """Take rows that were found."""
        new = {n for row in rows for n in row.parameters} - set(self.rows.parameters)
        known = any(row.path in self.rows for row in rows)
        if not new and not known and self.rows.plain:
            count = len(self.rows)
            self.beginInsertRows(QModelIndex(), count, count + len(rows) - 1)
            self.rows.add(rows)
            self.endInsertRows()
            return
        self.beginResetModel()
        self.rows.add(rows)
        self.endResetModel()

    def filter(self, text: str) -> None:
        """Show only some rows."""
        self.beginResetModel()
        try:
            self.rows.filter(text)
        finally:
            self.endResetModel()

    def sort(self, column: int, order: Any = Qt.SortOrder.AscendingOrder) -> None:
        """Order rows by a column."""
        columns = self.rows.columns
        name = columns[column] if 0 <= column < len(columns) else None
        self.beginResetModel()
        self.rows.sort(name, order == Qt.SortOrder.DescendingOrder)
        self.endResetModel()


class _Phases(QWidget):
    """The plane of a sweep: a grid of cells, each in the colour of its measure."""

    def __init__(self, browser: Browser):
        super().__init__(browser)
        self._browser, self._path = browser, Path()
        self._values: dict[tuple[int, int], float] = {}
        self.rows, self.columns, self.measure = QComboBox(), QComboBox(), QComboBox()
        self.rows.setToolTip("Parameter that goes down.")
        self.columns.setToolTip("Parameter that goes to the right.")
        self.measure.setToolTip("Measure of the last frame that colours the cells.")
        self.measure.addItems(list(folder.MEASURES))
        self.cells = QTableWidget()
        self.cells.setToolTip("A click, or Enter, opens the run of a cell.")
        self.cells.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.cells.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        fill = QHeaderView.ResizeMode.Stretch
        self.cells.horizontalHeader().setSectionResizeMode(fill)
        self.cells.verticalHeader().setSectionResizeMode(fill)
        self.cells.cellClicked.connect(browser.open_cell)
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
        self._browser.show_diagram(path, None, self.measure.currentText())

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
        self._browser.show_diagram(self._path, dims, measure)

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

    def colour(self, row: int, column: int, value: float) -> None:
        """Take the measure of one cell; all are coloured anew by their range."""
        self._values[row, column] = value
        there = [x for x in self._values.values() if np.isfinite(x)]
        low, high = (min(there), max(there)) if there else (0.0, 1.0)
        whole = len(
            self._values
        ) == self.cells.rowCount() * self.cells.columnCount() or value in (low, high)
        for (r, c), x in self._values.items() if whole else [((row, column), value)]:
            self._paint(r, c, x, low, high)
        name = self.measure.currentText()
        self.scale.setText(f"{name}: {low:.4g} (dark) to {high:.4g} (bright){self._at}")

    def _paint(self, r: int, c: int, x: float, low: float, high: float) -> None:
        item = self.cells.item(r, c)
        if item is None:
            item = QTableWidgetItem()
            self.cells.setItem(r, c, item)
        if not np.isfinite(x):
            if not item.text():
                item.setText("-")
            return
        share = (x - low) / (high - low) if high > low else 0.5
        item.setBackground(QBrush(QColor.fromRgba(colours()[int(255 * share)])))
        item.setForeground(QBrush(QColor("black" if share > 0.6 else "white")))
        item.setText(f"{x:.3g}")
        item.setToolTip(f"{self.measure.currentText()} {x:.6g}")
