"""The dock of live runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QFileDialog, QLabel, QVBoxLayout

from .._qt.docks import Dock
from ..engine import Engine, View
from ..history import Frame
from ..recipes import Recipe, of_frame
from ..sentences import say
from ..stores import open_one
from .brush import Brush
from .choice import Choice
from .controls import Controls
from .numbers import Numbers
from .pictures import Pictures

if TYPE_CHECKING:
    import napari

TICK = 34  # milliseconds between two looks at the newest frame: at most 30 a second


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
        self._seen = self._trouble = self._saved = 0
        self._recipe: Recipe | None = None
        self._looking_back = False
        self.pictures = Pictures(napari_viewer, self._adorn)
        self._build()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(TICK)
        self.follow(napari_viewer.layers.events.removed, self.pictures.forget)

    def _build(self) -> None:
        self.choice, self.controls = Choice(), Controls(self)
        self.numbers = Numbers(self.engine.turn)
        self.brush = Brush(self.viewer, self._take_brush, self._paint)
        self.status = QLabel("Begin a run.")
        self.status.setWordWrap(True)
        self.status.setToolTip("Time, step, kernel, and how fast it goes.")
        whole = QVBoxLayout(self)
        whole.addWidget(self.choice)
        whole.addWidget(self.controls)
        whole.addWidget(self.numbers, 1)
        whole.addWidget(self.brush)
        whole.addWidget(self.status)
        self.key("F5", self.begin, whole=True)
        self.key("F6", self.toggle, whole=True)
        self.key("F7", self.step, whole=True)
        self.key("F8", self.stop, whole=True)
        self.key("F9", self.brush.paints.toggle, whole=True)

    @property
    def layers(self) -> dict[str, Any]:
        """Layers of the run, by variable."""
        return self.pictures.layers

    def begin(self) -> None:
        """Begin the chosen preset or the typed law from its start."""
        try:
            recipe = self.choice.asked()
        except Exception as error:
            say(error)
            return
        self._looking_back = False
        self.engine.load(recipe, self.choice.seed.value())

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
        self.engine.restart(self.controls.slider.value())

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
        self.engine.load(partial(_of_store, path, frame), self.choice.seed.value())

    def save(self, path: str, overwrite: bool = False) -> None:
        """Write the remembered frames as a run."""
        self.engine.save(path, overwrite)

    def _save_as(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Save the live run", "live.zarr", "Runs (*.zarr)"
        )
        if path:
            whole = path if path.endswith(".zarr") else f"{path}.zarr"
            self.save(whole, overwrite=path == whole)  # the dialog has asked

    def look_back(self, index: int) -> None:
        """Show a frame of the past, and pause."""
        view = self.engine.view
        if view.running:
            self.engine.pause()
        frame = self.engine.frame(index)
        if frame is not None:
            self._looking_back = index < len(view.frames) - 1
            self.pictures.draw(frame)
            self._tell(view, frame)

    def look(self) -> None:
        """Show the newest frame, and say how it goes."""
        view = self.engine.view
        self._hear(view)
        if view.number == self._seen:
            self.controls.label(view.running)
            if view.running:
                self._tell(view, view.frame)
            return
        self._seen = view.number
        if view.frame is None or view.recipe is None or view.flow is None:
            return
        if view.recipe is not self._recipe:
            self._recipe = view.recipe
            self.pictures.begin(view)
            self.numbers.begin(view.flow)
            self.brush.begin(view.recipe, view.frame)
        if not self._looking_back:
            self.controls.show_last(len(view.frames))
            self.pictures.widen(view)
            self.pictures.draw(view.frame, still=not view.running)
            self._tell(view, view.frame)
        self.controls.label(view.running)

    def _hear(self, view: View) -> None:
        """Tell what went wrong, and what was saved."""
        if view.trouble[0] != self._trouble:
            self._trouble = view.trouble[0]
            say(view.trouble[1])
            if view.flow is not None:
                self.numbers.correct(view.flow)
        if view.saved[0] != self._saved:
            from napari.utils.notifications import show_info

            self._saved = view.saved[0]
            show_info(f"The live run is saved at {view.saved[1]}.")

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

    def _adorn(self, layer: Any) -> None:
        """Let the brush paint into a layer."""
        layer.mouse_drag_callbacks.append(self._drag)
        layer.mouse_pan = not self.brush.paints.isChecked()

    def _take_brush(self, on: bool) -> None:
        for layer in self.layers.values():
            layer.mouse_pan = not on

    def _drag(self, layer: Any, event: Any) -> Iterator[None]:
        if not self.ended:
            yield from self.brush.drag(layer, event)

    def _paint(self, under: np.ndarray, values: Mapping[str, float]) -> None:
        if self._looking_back:
            self.restart()  # what is painted on is what goes on
        if under.any():
            self.engine.paint(under, values)

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
    return of_frame(open_one(path), frame)
