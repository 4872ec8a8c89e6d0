"""What is run: a preset or a law of one's own, and where."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from rdkit_nn import presets

from .._qt.docks import button
from ..recipes import Recipe, of_law, of_preset
from .numbers import Number
from .typed import pairs, read

EXAMPLE = (
    ("u", "a - u + u**2 * v", "1", "1.0"),
    ("v", "b - u**2 * v", "40", "0.9"),
)
HELP = (
    "Formulas of numbers, names, + - * / **, comparisons and exp log sqrt tanh sin cos abs "
    "minimum maximum where. They are read by a whitelist, and never executed."
)


class Choice(QWidget):
    """Two tabs, of presets and of laws, over what both share: grid, walls and chance."""

    def __init__(self) -> None:
        super().__init__()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._preset_tab(), "Preset")
        self.tabs.addTab(self._law_tab(), "Law")
        self.tabs.setToolTip("What is run: a preset, or a law of one's own.")
        whole.addWidget(self.tabs)
        whole.addLayout(self._where())
        self._tell_preset()

    def _preset_tab(self) -> QWidget:
        self.preset = QComboBox()
        self.preset.addItems(list(presets.names()))
        self.preset.setToolTip("A published pattern: flow, grid and start.")
        self.preset.currentIndexChanged.connect(lambda *_: self._tell_preset())
        self.says = QLabel()
        self.says.setWordWrap(True)
        self.says.setToolTip("What it shows, and what linear theory says of it.")
        tab = QWidget()
        rows = QVBoxLayout(tab)
        rows.addWidget(self.preset)
        rows.addWidget(self.says)
        return tab

    def _law_tab(self) -> QWidget:
        self.law = QTableWidget(len(EXAMPLE), 4)
        self.law.setHorizontalHeaderLabels(["species", "d/dt", "D", "begins at"])
        self.law.verticalHeader().hide()
        self.law.horizontalHeader().setStretchLastSection(False)
        self.law.horizontalHeader().setSectionResizeMode(
            1, self.law.horizontalHeader().ResizeMode.Stretch
        )
        self.law.setToolTip(HELP)
        for row, texts in enumerate(EXAMPLE):
            for column, text in enumerate(texts):
                self.law.setItem(row, column, QTableWidgetItem(text))
        self.given = QLineEdit("a=0.1, b=0.9")
        self.given.setToolTip("Numbers of the law: a=0.1, b=0.9. Others begin at 1.")
        self.amplitude = Number(0.01, "Amplitude of the noise about the start.")
        self.spacing = Number(1.17, "Spacing of the cells.")
        self.law_dt = Number(0.003, "Time that one step of Euler's method spans.")
        more, fewer = QPushButton("+"), QPushButton("-")
        button(more, "One more species.", self._more)
        button(fewer, "Take away the last species.", self._fewer)
        tab = QWidget()
        rows = QVBoxLayout(tab)
        rows.addWidget(self.law)
        rows.addWidget(self.given)
        row = QHBoxLayout()
        for words, widget in (
            ("noise", self.amplitude),
            ("spacing", self.spacing),
            ("dt", self.law_dt),
        ):
            row.addWidget(QLabel(words))
            row.addWidget(widget, 1)
        row.addWidget(more)
        row.addWidget(fewer)
        rows.addLayout(row)
        return tab

    def _where(self) -> QHBoxLayout:
        self.cells = QSpinBox()
        self.cells.setRange(0, 4096)
        self.cells.setSingleStep(64)
        self.cells.setSpecialValueText("its own")
        self.cells.setToolTip("Cells along each side; 0 for the preset's own.")
        self.boundary = QComboBox()
        self.boundary.addItems(["its own", "periodic", "no-flux"])
        self.boundary.setToolTip("What is at the walls.")
        self.dtype = QComboBox()
        self.dtype.addItems(["float32", "float64"])
        self.dtype.setToolTip("Precision of the numbers.")
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setToolTip("Where chance begins.")
        row = QHBoxLayout()
        for words, widget in (
            ("cells", self.cells),
            ("boundary", self.boundary),
            ("", self.dtype),
            ("seed", self.seed),
        ):
            if words:
                row.addWidget(QLabel(words))
            row.addWidget(widget, 1)
        return row

    def asked(self) -> Callable[[], Recipe]:
        """What makes the recipe that the window tells."""
        cells = self.cells.value() or None
        boundary = self.boundary.currentText()
        how: dict[str, Any] = {"dtype": self.dtype.currentText()}
        if boundary != "its own":
            how["boundary"] = boundary
        if self.tabs.currentIndex() == 0:
            return partial(of_preset, self.preset.currentText(), cells=cells, **how)
        texts = [
            [
                (item.text().strip() if (item := self.law.item(r, c)) else "")
                for c in range(4)
            ]
            for r in range(self.law.rowCount())
        ]
        texts = [row for row in texts if row[0] and row[1]]
        return partial(
            of_law,
            {row[0]: row[1] for row in texts},
            diffusivity={row[0]: read(row[2] or "0", "D") for row in texts},
            around={row[0]: read(row[3] or "0", "begins at") for row in texts},
            parameters=pairs(self.given.text()),
            amplitude=self.amplitude.value(),
            dt=self.law_dt.value(),
            cells=cells or 128,
            spacing=self.spacing.value(),
            **how,
        )

    def _tell_preset(self) -> None:
        told = presets.get(self.preset.currentText())
        kind = f" Linear theory: {told.kind}." if told.kind else ""
        self.says.setText(f"{told.says}{kind}")
        self.preset.setToolTip(f"{told.flow.term!r}\n{told.source}")

    def _more(self) -> None:
        self.law.setRowCount(min(self.law.rowCount() + 1, 8))

    def _fewer(self) -> None:
        self.law.setRowCount(max(self.law.rowCount() - 1, 1))
