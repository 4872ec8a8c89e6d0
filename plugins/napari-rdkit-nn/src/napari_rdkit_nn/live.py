"""The live dock: run a preset or a law of one's own while its numbers are turned."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QValidator
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from rdkit_nn import Periodic, presets

from ._qt.docks import Dock, button
from .engine import Engine, View, brush_values
from .folder import opened
from .history import Frame, discs
from .recipes import Recipe, dials, of_frame, of_law, of_preset, turned
from .sentences import say

if TYPE_CHECKING:
    import napari

TICK = 34  # milliseconds between two looks at the newest frame: at most 30 a second
EXAMPLE = (
    ("u", "a - u + u**2 * v", "1", "1.0"),
    ("v", "b - u**2 * v", "40", "0.9"),
)
HELP = (
    "Formulas of numbers, names, + - * / **, comparisons and exp log sqrt tanh sin cos abs "
    "minimum maximum where. They are read by a whitelist, and never executed."
)


class Live(Dock):
    """A run that goes on while it is watched.

    Choose a preset or type a law; begin, start, pause, step and stop; turn its numbers on
    the way; paint into the picture; go back to a frame and start from there; save the run
    like any other. Computing is done on a thread of its own; the newest frame is fetched
    at most thirty times a second.

    Keys in the whole window: F5 begins, F6 starts and pauses, F7 goes one frame, F8
    stops, F9 takes up the brush.

    Args:
        napari_viewer: Where the run is shown, one layer a variable.
    """

    def __init__(self, napari_viewer: napari.viewer.Viewer):
        super().__init__(napari_viewer)
        self.engine = Engine()
        self.ends_with(partial(self.engine.close, 2.0))
        self.layers: dict[str, Any] = {}
        self.brush: dict[str, _Number] = {}
        self.numbers: dict[str, _Number] = {}
        self._seen = self._trouble = self._saved = 0
        self._recipe: Recipe | None = None
        self._flow: Any = None
        self._looking_back = False
        self._spans: dict[str, tuple[float, float]] = {}
        self._build()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(TICK)
        self.follow(napari_viewer.layers.events.removed, self._forget)

    # The window.

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._preset_tab(), "Preset")
        self.tabs.addTab(self._law_tab(), "Law")
        self.tabs.setToolTip("What is run: a preset, or a law of one's own.")
        whole.addWidget(self.tabs)
        whole.addLayout(self._where())
        whole.addLayout(self._buttons())
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setToolTip(
            "Frames of this run that are remembered. Moving it pauses the run and shows "
            "a frame of the past."
        )
        self.slider.setRange(0, 0)
        self.slider.valueChanged.connect(self._look_back)
        whole.addWidget(self.slider)
        whole.addLayout(self._paces())
        inside = QWidget()
        self.form = QFormLayout(inside)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setMinimumHeight(110)
        scroll.setToolTip("Numbers of the law. They can be turned while it runs.")
        whole.addWidget(scroll, 1)
        whole.addLayout(self._painting())
        self.status = QLabel("Begin a run.")
        self.status.setWordWrap(True)
        self.status.setToolTip("Time, step, kernel, and how fast it goes.")
        whole.addWidget(self.status)
        self.key("F5", self.begin, whole=True)
        self.key("F6", self.toggle, whole=True)
        self.key("F7", self.step, whole=True)
        self.key("F8", self.stop, whole=True)
        self.key("F9", self.paints.toggle, whole=True)
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
        self.amplitude = _Number(0.01, "Amplitude of the noise about the start.")
        self.spacing = _Number(1.17, "Spacing of the cells.")
        self.law_dt = _Number(0.003, "Time that one step of Euler's method spans.")
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
        self.walls = QComboBox()
        self.walls.addItems(["its own", "periodic", "no-flux"])
        self.walls.setToolTip("What is at the walls.")
        self.dtype = QComboBox()
        self.dtype.addItems(["float32", "float64"])
        self.dtype.setToolTip("Precision of the numbers.")
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setToolTip("Where chance begins.")
        row = QHBoxLayout()
        for words, widget in (
            ("cells", self.cells),
            ("walls", self.walls),
            ("", self.dtype),
            ("seed", self.seed),
        ):
            if words:
                row.addWidget(QLabel(words))
            row.addWidget(widget, 1)
        return row

    def _buttons(self) -> QVBoxLayout:
        self.begins, self.starts = QPushButton("Begin"), QPushButton("Start")
        self.steps_once, self.stops = QPushButton("Step"), QPushButton("Stop")
        self.back, self.layer = QPushButton("Restart here"), QPushButton("From layer")
        self.saves = QPushButton("Save as…")
        button(self.begins, "Begin anew from the start (F5).", self.begin)
        button(
            self.starts, "Start, or pause after the frame in hand (F6).", self.toggle
        )
        button(self.steps_once, "Go on by one frame (F7).", self.step)
        button(self.stops, "Halt at once, in the midst of a frame too (F8).", self.stop)
        button(
            self.back,
            "Start again from the frame that the slider shows; what came after it is "
            "forgotten.",
            self.restart,
        )
        button(
            self.layer,
            "Go on from the frame in view of the chosen layer of a stored run.",
            self.from_layer,
        )
        button(
            self.saves, "Write the remembered frames as a run (….zarr).", self._save_as
        )
        both = QVBoxLayout()
        for widgets in (
            (self.begins, self.starts, self.steps_once, self.stops),
            (self.back, self.layer, self.saves),
        ):
            row = QHBoxLayout()
            for widget in widgets:
                row.addWidget(widget)
            both.addLayout(row)
        return both

    def _paces(self) -> QHBoxLayout:
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
                lambda *_: self.engine.pacing(self.steps.value(), self.pace.value())
            )
        return row

    def _painting(self) -> QHBoxLayout:
        self.paints = QCheckBox("Paint")
        self.paints.setToolTip("Drag the mouse over the picture to paint into it (F9).")
        self.paints.toggled.connect(self._take_brush)
        self.radius = _Number(5.0, "Radius of the brush in cells.")
        self.radius.setRange(0.5, 512.0)
        self.values = QHBoxLayout()
        row = QHBoxLayout()
        row.addWidget(self.paints)
        row.addWidget(QLabel("radius"))
        row.addWidget(self.radius)
        row.addLayout(self.values, 1)
        return row

    # What a user may do.

    def begin(self) -> None:
        """Begin the chosen preset or the typed law from its start."""
        try:
            recipe = self._asked()
        except Exception as error:
            say(error)
            return
        self._looking_back = False
        self.engine.load(recipe, self.seed.value())

    def toggle(self) -> None:
        """Start, or pause; begin first where nothing has begun."""
        view = self.engine.view
        if view.running:
            self.engine.pause()
            return
        if view.recipe is None and not view.busy:
            self.begin()
        self._looking_back = False
        self.engine.start()

    def step(self) -> None:
        """Go on by one frame."""
        view = self.engine.view
        if view.recipe is None and not view.busy:
            self.begin()
        self._looking_back = False
        self.engine.step()

    def stop(self) -> None:
        """Halt at once."""
        self.engine.stop()

    def restart(self) -> None:
        """Start again from the frame that the slider shows."""
        self._looking_back = False
        self.engine.restart(self.slider.value())

    def from_layer(self) -> None:
        """Go on from the frame in view of the chosen layer of a stored run."""
        layer = self.viewer.layers.selection.active
        path = layer.source.path if layer is not None else None
        if path is None:
            say("Choose a layer of a stored run first; it is told by where it lies.")
            return
        frame = -1
        labels = tuple(layer.axis_labels)
        if "time" in labels:
            axis = labels.index("time") - layer.ndim
            frame = int(layer.world_to_data(self.viewer.dims.point)[axis].round())
        self._looking_back = False
        self.engine.load(partial(_of_store, path, frame), self.seed.value())

    def save(self, path: str, overwrite: bool = False) -> None:
        """Write the remembered frames as a run."""
        self.engine.save(path, overwrite)

    # What follows from it.

    def _asked(self) -> Callable[[], Recipe]:
        """What makes the recipe that the window tells."""
        cells = self.cells.value() or None
        walls = self.walls.currentText()
        how: dict[str, Any] = {"dtype": self.dtype.currentText()}
        if walls != "its own":
            how["boundary"] = walls
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
            diffusivity={row[0]: _read(row[2] or "0", "D") for row in texts},
            around={row[0]: _read(row[3] or "0", "begins at") for row in texts},
            parameters=_pairs(self.given.text()),
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

    def _save_as(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Save the live run", "live.zarr", "Runs (*.zarr)"
        )
        if path:
            whole = path if path.endswith(".zarr") else f"{path}.zarr"
            self.save(whole, overwrite=path == whole)  # the dialog has asked

    def _look_back(self, index: int) -> None:
        view = self.engine.view
        if view.running:
            self.engine.pause()
        frame = self.engine.frame(index)
        if frame is not None:
            self._looking_back = index < len(view.frames) - 1
            self._draw(frame)
            self._tell(view, frame)

    def look(self) -> None:
        """Show the newest frame, and say how it goes."""
        view = self.engine.view
        self._hear(view)
        if view.number == self._seen:
            self._label(view)
            if view.running:
                self._tell(view, view.frame)
            return
        self._seen = view.number
        if view.frame is None or view.recipe is None or view.flow is None:
            return
        if view.recipe is not self._recipe:
            self._recipe, self._flow = view.recipe, view.flow
            self._begun(view)
        if not self._looking_back:
            last = max(0, len(view.frames) - 1)
            self.slider.blockSignals(True)
            self.slider.setRange(0, last)
            self.slider.setValue(last)
            self.slider.blockSignals(False)
            self._widen(view)
            self._draw(view.frame, still=not view.running)
            self._tell(view, view.frame)
        self._label(view)

    def _hear(self, view: View) -> None:
        """Tell what went wrong, and what was saved."""
        if view.trouble[0] != self._trouble:
            self._trouble = view.trouble[0]
            say(view.trouble[1])
            if view.flow is not None and view.flow != self._flow:
                self._flow = view.flow
                self._set_numbers()
        if view.saved[0] != self._saved:
            from napari.utils.notifications import show_info

            self._saved = view.saved[0]
            show_info(f"The live run is saved at {view.saved[1]}.")

    def _label(self, view: View) -> None:
        words = "Pause" if view.running else "Start"
        if self.starts.text() != words:
            self.starts.setText(words)

    def _tell(self, view: View, frame: Frame | None) -> None:
        if frame is None:
            return
        words = f"time {frame.time:.6g}, step {frame.step}, kernel {view.kernel}"
        if self._looking_back:
            words += ", looking back"
        elif view.running:
            words += f"; {view.speed[0]:.0f} steps/s, {view.speed[1]:.1f} frames/s"
        if view.busy:
            words += " …"
        self.status.setText(words)

    # Another run.

    def _begun(self, view: View) -> None:
        """Make the layers, the numbers and the brush of another run."""
        recipe, frame = view.recipe, view.frame
        if recipe is None or frame is None:
            return
        self._spans = dict(view.ranges)
        self._layers(recipe, frame)
        self._fill_numbers()
        self._fill_brush(recipe, frame)

    def _layers(self, recipe: Recipe, frame: Frame) -> None:
        """One layer a variable; those of the run before are taken over, by place."""
        grid = recipe.grid
        names = [n for n, a in frame.values.items() if a.ndim == len(grid.shape)]
        there = [x for x in self.layers.values() if x.ndim == len(grid.shape)]
        spare = [x for x in self.layers.values() if x not in there[: len(names)]]
        for layer in reversed(spare):  # from the top: safest in napari 0.9.2
            self.viewer.layers.remove(layer)
        first = not there
        self.layers = {}
        for name, layer in zip_longest(names, there[: len(names)]):
            told: dict[str, Any] = {
                "name": f"live: {name}",
                "scale": grid.spacing,
                "translate": tuple(h / 2 for h in grid.spacing),
                "axis_labels": grid.dims,
                "metadata": {"live": True, "dynamics": repr(self._flow)},
            }
            if grid.units != "1":
                told["units"] = (grid.units,) * len(grid.dims)
            if layer is None:
                told |= {"visible": name == names[-1], "contrast_limits": (0.0, 1.0)}
                layer = self.viewer.add_image(frame.values[name].copy(), **told)
                layer.mouse_drag_callbacks.append(self._drag)
                layer.mouse_pan = not self.paints.isChecked()
            else:
                moved = layer.data.shape != grid.shape or not np.allclose(
                    layer.scale, grid.spacing
                )
                first = first or moved
                layer.data = frame.values[name].copy()
                for key, value in told.items():  # each costs a look at all layers
                    now = getattr(layer, key)
                    if not (
                        np.allclose(now, value)
                        if key in ("scale", "translate")
                        else now == value
                    ):
                        setattr(layer, key, value)
            self.layers[name] = layer
            self._limits(name)
        if first and len(self.viewer.layers) == len(self.layers):
            self.viewer.reset_view()

    def _forget(self, event: Any) -> None:
        """A layer was taken away: it is drawn no more, until a run begins."""
        self.layers = {n: x for n, x in self.layers.items() if x is not event.value}

    def _limits(self, name: str) -> None:
        low, high = self._spans[name]
        gap = high - low
        signed = low < -0.05 * gap and high > 0.05 * gap
        if signed:
            low, high = -max(-low, high), max(-low, high)
        elif not gap > 1e-6 * max(abs(low), abs(high), 1e-30):
            low, high = low - 0.5, high + 0.5
        layer = self.layers[name]
        layer.colormap = "PiYG" if signed else "viridis"
        layer.contrast_limits_range = (low, high)
        layer.contrast_limits = (low, high)

    def _widen(self, view: View) -> None:
        """Let colours span all that was seen; by a twentieth at least at once."""
        for name, (low, high) in view.ranges.items():
            before = self._spans.get(name, (low, high))
            slack = 0.05 * (before[1] - before[0])
            if low < before[0] - slack or high > before[1] + slack:
                self._spans[name] = min(low, before[0]), max(high, before[1])
                if name in self.layers:
                    self._limits(name)

    def _draw(self, frame: Frame, still: bool = True) -> None:
        """Copy a frame into the layers; frames themselves are never written to.

        In place: a layer that is given other data works out the whole viewer anew.
        """
        for name, layer in self.layers.items():
            array, there = frame.values.get(name), layer.data
            if array is None or (array.shape, array.dtype) != (
                there.shape,
                there.dtype,
            ):
                continue
            np.copyto(there, array)
            layer.refresh(extent=False, highlight=False, thumbnail=still)

    # Numbers.

    def _fill_numbers(self) -> None:
        while self.form.rowCount():
            self.form.removeRow(0)
        self.numbers = {}
        told = {"dt": self._flow.dt, **dials(self._flow)}
        for name, value in told.items():
            tip = (
                "Time that one step spans." if name == "dt" else f"`{name}` of the law."
            )
            number = _Number(value, tip)
            number.valueChanged.connect(partial(self._turn, name))
            self.numbers[name] = number
            self.form.addRow(name, number)

    def _set_numbers(self) -> None:
        told = {"dt": self._flow.dt, **dials(self._flow)}
        for name, number in self.numbers.items():
            if name in told:
                number.blockSignals(True)
                number.setValue(told[name])
                number.blockSignals(False)

    def _turn(self, name: str, value: float) -> None:
        if self._flow is None:
            return
        try:
            if name == "dt":
                self._flow = turned(self._flow, {}, dt=value)
            else:
                self._flow = turned(self._flow, {name: value})
        except Exception as error:
            say(error)
            self._set_numbers()
        else:
            self.engine.turn(self._flow)

    # Paint.

    def _fill_brush(self, recipe: Recipe, frame: Frame) -> None:
        while self.values.count():
            widget = self.values.takeAt(0).widget()
            if widget is not None:
                widget.deleteLater()
        self.brush = {}
        dims = recipe.grid.dims
        fields = {n: (dims, a) for n, a in frame.values.items() if a.ndim == len(dims)}
        for name, value in brush_values(xr.Dataset(fields)).items():
            self.brush[name] = _Number(value, f"Value of {name} that the brush puts.")
            self.values.addWidget(QLabel(name))
            self.values.addWidget(self.brush[name], 1)

    def _take_brush(self, on: bool) -> None:
        for layer in self.layers.values():
            layer.mouse_pan = not on

    def _drag(self, layer: Any, event: Any) -> Iterator[None]:
        if not self.paints.isChecked() or self.ended or self.viewer.dims.ndisplay != 2:
            return
        before = None
        while True:
            before = self._dab(layer, event.position, before)
            yield
            if event.type != "mouse_move":
                break

    def _dab(self, layer: Any, position: Any, before: Any) -> Any:
        """Put paint where the mouse is, along the way from where it was."""
        recipe = self._recipe
        place = np.asarray(layer.world_to_data(position))[-2:]
        if recipe is None or len(recipe.grid.shape) != 2:
            return None
        if self._looking_back:
            self.restart()  # what is painted on is what goes on
        shape = recipe.grid.shape
        wraps = [isinstance(low, Periodic) for low, _ in recipe.grid.boundary]
        ends = [place] if before is None else [before, place]
        under = discs(shape, ends, self.radius.value(), wraps)
        if under.any():
            told = {name: number.value() for name, number in self.brush.items()}
            self.engine.paint(under, told)
        return place

    def end(self) -> None:
        """End the thread, and let go of the viewer."""
        if not self.ended:
            self._timer.stop()
            for layer in self.layers.values():
                if self._drag in layer.mouse_drag_callbacks:
                    layer.mouse_drag_callbacks.remove(self._drag)
                layer.mouse_pan = True
        super().end()


def _of_store(path: str, frame: int) -> Recipe:
    return of_frame(opened(path), frame)


def _read(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(
            f"`{what}` is a number, but {text!r} is typed there."
        ) from None


def _pairs(text: str) -> dict[str, float]:
    """Numbers by name from `a=0.1, b=0.9`."""
    told = {}
    for part in filter(None, (p.strip() for p in text.replace(";", ",").split(","))):
        name, sign, value = part.partition("=")
        if not sign:
            raise ValueError(
                f"Numbers are typed as a=0.1, b=0.9, but there is {part!r}."
            )
        told[name.strip()] = _read(value.strip(), name.strip())
    return told


class _Number(QDoubleSpinBox):
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
