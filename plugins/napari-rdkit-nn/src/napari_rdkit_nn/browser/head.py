"""The head of the browser: which folder is searched, and which runs are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from .._qt.docks import button

FILTER = (
    "Words that must all hold: F<0.03 kernel=fused class:spots -failed.\n"
    "Numbers (parameters, contrast, wavelength, euler, frames) take < <= > >= = !=;\n"
    "texts (name, model, class, kernel, status, …) take = (just that) and : (holds that);\n"
    "a word alone is looked for everywhere, and a minus turns a word round."
)


class Head(QWidget):
    """Two lines: a folder, and a filter.

    Args:
        scan: Called with a folder that is to be searched.
        rescan: Called when the same is to be searched again.
        filter: Called with the text of the filter whenever it changes.
    """

    def __init__(
        self,
        scan: Callable[[str], Any],
        rescan: Callable[[], Any],
        filter: Callable[[str], Any],
    ):
        super().__init__()
        self._scan = scan
        self.line = QLineEdit()
        self.line.setPlaceholderText("folder of runs")
        self.line.setToolTip("Folder that is searched for runs, with all below it.")
        self.line.returnPressed.connect(lambda: scan(self.line.text()))
        choose = QPushButton("Choose…")
        button(choose, "Choose a folder of runs.", self._choose)
        self.again = QPushButton("Scan again")
        button(self.again, "Look for runs in the folder once more (R).", rescan)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("filter: F<0.03 kernel=fused class:spots")
        self.filter.setToolTip(FILTER)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(filter)

        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        for widget in (self.line, choose, self.again):
            row.addWidget(widget)
        whole.addLayout(row)
        whole.addWidget(self.filter)

    def _choose(self) -> None:
        start = self.line.text().strip() or str(Path.cwd())
        if told := QFileDialog.getExistingDirectory(self, "Folder of runs", start):
            self._scan(told)
