"""The table of runs as Qt asks for it."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt
from qtpy.QtGui import QBrush, QColor, QPixmap
from qtpy.QtWidgets import QAbstractItemView, QTableView

from ..errands import Errands
from ..folder import SIDE, Row
from ..table import Rows, text_of, tip_of
from .reading import thumbnail

NAME = 190  # pixels of the column of names, with their pictures
PICTURES = 512  # thumbnails that are kept


class Table(QAbstractTableModel):
    """Rows as Qt asks for them; pictures are asked for when they come into view.

    Args:
        errands: Reads the pictures; they come back by `picture`.
    """

    def __init__(self, errands: Errands, parent: QObject):
        super().__init__(parent)
        self.rows, self._errands = Rows(), errands
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
            errand = partial(thumbnail, row.path)
            for key in self._errands.ask(("thumbnail", row.path), errand):
                if isinstance(key, tuple) and key[0] == "thumbnail":
                    self._pictures.pop(key[1], None)  # asked again when it is seen
        return self._pictures[row.path]

    def picture(self, path: Path, made: QPixmap) -> None:
        """Take the picture of a run."""
        if path in self._pictures:
            self._pictures[path] = made
            self._changed(self.rows.find(path))

    def measure(self, path: Path, told: dict[str, float], group: str) -> None:
        """Take the measures of a run, and its class."""
        self._changed(self.rows.measure(path, told, group))

    def again(self) -> None:
        """Filter and sort once more: rows have other numbers now."""
        if not self.rows.plain:
            self.beginResetModel()
            self.rows.again()
            self.endResetModel()

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


class View(QTableView):
    """The table itself; a chosen row stays chosen while rows come and go.

    Args:
        errands: Reads the pictures.
    """

    def __init__(self, errands: Errands):
        super().__init__()
        self._kept: Path | None = None  # the chosen row while the table is made anew
        self.rows = Table(errands, self)
        self.setModel(self.rows)
        self.setToolTip("Enter or a double click opens a run in the viewer.")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().setToolTip("A click sorts by this column.")
        self.verticalHeader().setDefaultSectionSize(SIDE + 4)
        self.verticalHeader().hide()
        self.setColumnWidth(0, NAME)
        self.rows.modelAboutToBeReset.connect(self._remember)
        self.rows.modelReset.connect(self._choose_again)

    def chosen(self) -> list[Row]:
        """Rows that are chosen."""
        chosen = self.selectionModel().selectedRows()
        rows = [self.rows.row(index.row()) for index in chosen]
        return [row for row in rows if row is not None]

    def _remember(self) -> None:
        row = self.rows.row(self.currentIndex().row())
        self._kept = row.path if row is not None else None

    def _choose_again(self) -> None:
        index = self.rows.rows.find(self._kept) if self._kept is not None else None
        if index is not None:
            self.selectRow(index)
