"""Numbers of a law, to be turned while it runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from qtpy.QtGui import QValidator
from qtpy.QtWidgets import QDoubleSpinBox, QFormLayout, QScrollArea, QWidget

import rdkit_nn as rd

from ..recipes import dials, turned
from ..sentences import say


class Numbers(QScrollArea):
    """A form with one number for each that the law has.

    Args:
        turn: Called with the flow of the numbers whenever one was turned.
    """

    def __init__(self, turn: Callable[[rd.Flow], None]):
        super().__init__()
        self.turn = turn
        self.flow: rd.Flow | None = None
        self.by_name: dict[str, Number] = {}
        inside = QWidget()
        self.form = QFormLayout(inside)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.setMinimumHeight(110)
        self.setToolTip("Numbers of the law. They can be turned while it runs.")

    def begin(self, flow: rd.Flow) -> None:
        """Show the numbers of another flow."""
        self.flow = flow
        while self.form.rowCount():
            self.form.removeRow(0)
        self.by_name = {}
        told = {"dt": flow.dt, **dials(flow)}
        for name, value in told.items():
            tip = (
                "Time that one step spans." if name == "dt" else f"`{name}` of the law."
            )
            number = Number(value, tip)
            number.valueChanged.connect(partial(self._turn, name))
            self.by_name[name] = number
            self.form.addRow(name, number)

    def correct(self, flow: rd.Flow) -> None:
        """Show what goes on, where a turn was refused."""
        if flow != self.flow:
            self.flow = flow
            self._set()

    def _set(self) -> None:
        told = {"dt": self.flow.dt, **dials(self.flow)}
        for name, number in self.by_name.items():
            if name in told:
                number.blockSignals(True)
                number.setValue(told[name])
                number.blockSignals(False)

    def _turn(self, name: str, value: float) -> None:
        if self.flow is None:
            return
        try:
            if name == "dt":
                self.flow = turned(self.flow, {}, dt=value)
            else:
                self.flow = turned(self.flow, {name: value})
        except Exception as error:
            say(error)
            self._set()
        else:
            self.turn(self.flow)


class Number(QDoubleSpinBox):
    """A number of any size, shown in as many digits as it needs."""

    def __init__(self, value: float, tip: str):
        super().__init__()
        self.setDecimals(12)
        self.setRange(-1e9, 1e9)
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.setKeyboardTracking(False)
        self.setMinimumWidth(60)
        self.setToolTip(tip)
        self.setValue(value)

    def textFromValue(self, value: float) -> str:
        """Six digits, whatever the size."""
        return f"{value:.6g}"

    def valueFromText(self, text: str) -> float:
        """Number of a text."""
        try:
            value = float(text)
        except ValueError:
            return self.value()
        return value if math.isfinite(value) else self.value()

    def validate(self, text: str, place: int) -> tuple[Any, str, int]:
        """Take what is a number, and what may become one."""
        states = QValidator.State
        try:
            fine = math.isfinite(float(text)) and abs(float(text)) <= self.maximum()
            return (states.Acceptable if fine else states.Invalid), text, place
        except ValueError:
            pass
        may = set(text.lower()) <= set("0123456789.+-e")
        return (states.Intermediate if may else states.Invalid), text, place
