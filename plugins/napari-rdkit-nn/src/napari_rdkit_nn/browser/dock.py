"""The browser dock: a folder of runs as a table, and a sweep as a phase diagram."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QModelIndex, Qt, QTimer
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from .._qt.docks import Dock, button
from .._qt.pixmaps import pixmap
from ..errands import Done, Errands
from ..folder import Diagram, Row
from ..sentences import say, sentence_of, warn
from ..table import tip_of
from ..viewer import accompany
from . import reading
from .head import Head
from .phases import Phases
from .table import View

if TYPE_CHECKING:
    import napari

TICK = 100  # milliseconds between two looks at what the worker brought


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
        accompany(napari_viewer)
        self.errands = Errands("browser of runs")
        self.ends_with(partial(self.errands.close, 2.0))
        self.folder: Path | None = None
        self.diagram: Diagram | None = None
        self._turns = {"scan": 0, "cells": 0}  # of results, only the last turn's count
        self._build()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._fetch)
        self._timer.start(TICK)

    def _build(self) -> None:
        self.head = Head(self.scan, self.rescan, self._filter)
        self.table = View(self.errands)
        self.model = self.table.rows
        self.table.doubleClicked.connect(lambda index: self.open(index.row()))
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.opened = QPushButton("Open")
        button(self.opened, "Open the chosen runs in the viewer (Enter).", self._open)
        self.measured = QPushButton("Measure")
        button(
            self.measured,
            "Contrast, wavelength, Euler number and class of the last frame of the chosen "
            "runs, or of all that are shown where none is chosen (M).",
            self.measure,
        )
        self.plane = QPushButton("Phase diagram")
        button(self.plane, "Show the chosen sweep as a plane (D).", self._plane)
        self.status = QLabel("Choose a folder of runs.")
        self.status.setWordWrap(True)
        self.status.setToolTip("What is known of the chosen run, or what is going on.")
        self.phases = Phases()
        self.phases.asked.connect(self.show_diagram)
        self.phases.chosen.connect(self.open_cell)
        self.phases.hide()

        top, middle = QWidget(), QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        for widgets in (
            (self.head,),
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

        self.key("/", self.head.filter.setFocus)
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
        self.head.line.setText(str(self.folder))
        self.errands.drop()
        self.model.clear()
        self.errands.ask(self._turn("scan"), partial(reading.scan, self.folder))
        self.status.setText(f"Looking for runs in {self.folder} …")

    def rescan(self) -> None:
        """Look into the same folder once more."""
        if self.folder is not None or self.head.line.text().strip():
            self.scan(
                self.head.line.text() if self.head.line.text().strip() else self.folder
            )  # type: ignore[arg-type]

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
        rows = self.table.chosen() or [
            self.model.row(i) for i in range(len(self.model.rows))
        ]
        runs = [row.path for row in rows if row is not None and row.kind == "run"]
        if runs:
            self.errands.ask("measure", partial(reading.measure, runs))
            self.status.setText(f"Measuring {len(runs)} runs …")

    def show_diagram(
        self, path: Path, dims: tuple[str, str] | None, measure: str
    ) -> None:
        """Show a sweep as a plane of two parameters, coloured by a measure."""
        self.errands.drop(lambda key: isinstance(key, tuple) and key[0] == "cells")
        self.errands.ask(
            self._turn("cells"), partial(reading.cells, path, dims, measure)
        )

    def open_cell(self, row: int, column: int) -> None:
        """Open the run of one cell of the phase diagram in the viewer."""
        told = self.diagram
        if told is None:
            return
        if why := told.failures.get((row, column)):
            warn(f"This run failed: {why}")
            return
        self.errands.ask(
            ("cell", row, column), partial(reading.cell, told, row, column)
        )

    # What follows from it.

    def _turn(self, kind: str) -> tuple[str, int]:
        self._turns[kind] += 1
        return kind, self._turns[kind]

    def _filter(self, text: str) -> None:
        try:
            self.model.filter(text)
        except ValueError as error:
            self.head.filter.setStyleSheet("border: 1px solid #c0392b")
            self.status.setText(sentence_of(error))
        else:
            self.head.filter.setStyleSheet("")
            self._count()

    def _open(self) -> None:
        for index in self.table.selectionModel().selectedRows():
            self.open(index.row())

    def _enter(self) -> None:
        if self.head.line.hasFocus():
            self.scan(self.head.line.text())
        elif self.head.filter.hasFocus():
            self.table.setFocus()
        elif self.phases.cells.hasFocus():
            self.open_cell(
                self.phases.cells.currentRow(), self.phases.cells.currentColumn()
            )
        else:
            self._open()

    def _plane(self) -> None:
        sweeps = [row for row in self.table.chosen() if row.kind == "sweep"]
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
            self.model.again()
            self._count()
            return
        path, told = result
        if isinstance(told, Exception):
            say(told)
        else:
            self.model.measure(path, *told)

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
