"""Controls of a live run: its buttons, its past, and its pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from .._qt.docks import button

if TYPE_CHECKING:
    from .dock import Live


class Controls(QWidget):
    """Buttons, a slider over the frames that are remembered, and how fast it goes.

    Args:
        dock: That does what the buttons say.
    """

    def __init__(self, dock: Live):
        super().__init__()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._build_buttons(whole, dock)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setToolTip(
            "Frames of this run that are remembered. Moving it pauses the run and shows "
            "a frame of the past."
        )
        self.slider.setRange(0, 0)
        self.slider.valueChanged.connect(dock.look_back)
        whole.addWidget(self.slider)
        self._build_paces(whole, dock)

    def show_last(self, count: int) -> None:
        """Set the slider to the last of so many frames."""
        last = max(0, count - 1)
        self.slider.blockSignals(True)
        self.slider.setRange(0, last)
        self.slider.setValue(last)
        self.slider.blockSignals(False)

    def label(self, running: bool) -> None:
        """Say what the button of start and pause does."""
        words = "Pause" if running else "Start"
        if self.starts.text() != words:
            self.starts.setText(words)

    def _build_buttons(self, whole: QVBoxLayout, dock: Live) -> None:
        self.begins, self.starts = QPushButton("Begin"), QPushButton("Start")
        self.steps_once, self.stops = QPushButton("Step"), QPushButton("Stop")
        self.back, self.layer = QPushButton("Restart here"), QPushButton("From layer")
        self.saves = QPushButton("Save as…")
        button(self.begins, "Begin anew from the start (F5).", dock.begin)
        button(
            self.starts, "Start, or pause after the frame in hand (F6).", dock.toggle
        )
        button(self.steps_once, "Go on by one frame (F7).", dock.step)
        button(self.stops, "Halt at once, in the midst of a frame too (F8).", dock.stop)
        button(
            self.back,
            "Start again from the frame that the slider shows; what came after it is "
            "forgotten.",
            dock.restart,
        )
        button(
            self.layer,
            "Go on from the frame in view of the chosen layer of a stored run.",
            dock.from_layer,
        )
        button(
            self.saves, "Write the remembered frames as a run (….zarr).", dock._save_as
        )
        for widgets in (
            (self.begins, self.starts, self.steps_once, self.stops),
            (self.back, self.layer, self.saves),
        ):
            row = QHBoxLayout()
            for widget in widgets:
                row.addWidget(widget)
            whole.addLayout(row)

    def _build_paces(self, whole: QVBoxLayout, dock: Live) -> None:
        self.steps = QSpinBox()
        self.steps.setRange(1, 100_000)
        self.steps.setValue(20)
        self.steps.setToolTip("Steps from one frame to the next.")
        self.pace = QSpinBox()
        self.pace.setRange(0, 1_000)
        self.pace.setValue(30)
        self.pace.setSpecialValueText("all there can be")
        self.pace.setToolTip("Frames a second at most; 0 for as many as there can be.")
        row = QHBoxLayout()
        for words, widget in (("steps a frame", self.steps), ("frames/s", self.pace)):
            row.addWidget(QLabel(words))
            row.addWidget(widget, 1)
            widget.valueChanged.connect(
                lambda *_: dock.engine.pacing(self.steps.value(), self.pace.value())
            )
        whole.addLayout(row)
