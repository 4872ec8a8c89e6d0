"""A dock for one hidden neuron: its field, spectrum, way in time, and what pulls at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
)

from .._qt.docks import Dock
from .._qt.latest import Latest
from ..layers.matrices import neuron_at
from ..neurons import Neuron, neuron, pulls
from ..tasks import task_in
from ..viewer import accompany
from .figures import Figures
from .networks import Networks
from .outline import Outline

DRAG = 4  # pixels of the screen from which on a click is a drag
KINDS = {
    "U": "stack, one neuron a picture",
    "montage": "montage of all neurons",
    "V": "top layer V",
    "W": "critic's layer W",
}


class Weights(Dock):
    """Look closely at one hidden neuron of a network.

    Click a neuron in the montage, move the slider `hidden`, or choose its number: beside
    the viewer stand its receptive field, its power spectrum, how far it has gone in time,
    and the reaction R_j and the diffusion D_j that pull at it, where the task of the
    network is known.
    """

    def __init__(self, napari_viewer: Any):
        super().__init__(napari_viewer)
        accompany(napari_viewer)
        self.errands = Latest()
        self.ends_with(self.errands.close)
        self.networks = Networks([])
        self.neuron: Neuron | None = None
        self.pulls: xr.Dataset | None = None
        self.outline = Outline(napari_viewer)
        self._kept: xr.Dataset | None = None
        self._build()
        for name in ("inserted", "removed"):
            self.follow(getattr(self.viewer.layers.events, name), self._changed)
        self.follow(self.viewer.dims.events.point, self._moved)
        self.viewer.mouse_drag_callbacks.append(self._clicked)
        self._changed()

    def _build(self) -> None:
        self.choice, self.kind, self.number = QComboBox(), QComboBox(), QSpinBox()
        self.choice.setToolTip("Which network, of those among the layers")
        self.kind.setToolTip("What of the network is seen in the viewer")
        self.number.setToolTip(
            "Which hidden neuron; or click one in the montage, or move the slider `hidden`"
        )
        self.choice.currentIndexChanged.connect(self._picked)
        self.kind.activated.connect(lambda _: self.show_as(self.kind.currentData()))
        self.number.valueChanged.connect(self._numbered)
        form = QFormLayout()
        form.addRow("Network", self.choice)
        form.addRow("Shown", self.kind)
        form.addRow("Neuron j", self.number)
        self.figures = Figures()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setToolTip("What is missing, and how it can be had")
        self.inputs = QPushButton("Inputs…")
        self.inputs.setToolTip(
            "Folder of the images that the network learned (IDX files, as MNIST comes)"
        )
        self.inputs.clicked.connect(self._ask_inputs)
        self.inputs.hide()
        column = QVBoxLayout(self)
        column.addLayout(form)
        for part in (self.figures, self.words, self.inputs):
            column.addWidget(part)

    @property
    def run(self) -> xr.Dataset | None:
        """Network that is looked at."""
        n = self.choice.currentIndex()
        return self.networks.runs[n] if 0 <= n < len(self.networks.runs) else None

    @property
    def layers(self) -> dict[str, Any]:
        """Its layers: `U`, `montage`, `V`, `W`, as far as they are there."""
        n = self.choice.currentIndex()
        return self.networks.layers[n] if 0 <= n < len(self.networks.layers) else {}

    def choose(self, number: int) -> None:
        """Look at a neuron."""
        self.number.setValue(number)

    def show_as(self, kind: str) -> None:
        """Show the stack `U`, the `montage`, or a matrix `V` or `W`; hide the others."""
        if kind not in self.layers:
            return
        for name, layer in self.layers.items():
            layer.visible = name == kind
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.viewer.layers.selection.active = self.layers[kind]
        self.viewer.reset_view()

    def _changed(self, event: Any = None) -> None:
        self.networks = Networks(self.viewer.layers)
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems(self.networks.names)
        again = [n for n, run in enumerate(self.networks.runs) if run is self._kept]
        self.choice.setCurrentIndex(again[0] if again else 0)
        self.choice.blockSignals(False)
        self._chosen()

    def _picked(self, index: int) -> None:
        self._kept = self.run  # of those that come and go, this one stays chosen
        self._chosen()

    def _chosen(self) -> None:
        run = self.run
        self.setEnabled(run is not None)
        if run is None:
            self._forget()
            self.words.setText("Open the run of a network first.")
            return
        self.number.setMaximum(run["U"].sizes["hidden"] - 1)
        self.kind.clear()
        for name, words in KINDS.items():
            if name in self.layers:
                self.kind.addItem(words, name)
        seen = [name for name, layer in self.layers.items() if layer.visible]
        if seen:
            self.kind.setCurrentIndex(self.kind.findData(seen[0]))
        self._look()

    def _frame(self) -> int:
        """Frame at the slider, or the last."""
        for layer in self.layers.values():
            if "time" in getattr(layer.data, "dims", ()):
                axis = layer.data.dims.index("time")
                place = layer.world_to_data(self.viewer.dims.point)[axis]
                return int(np.clip(np.rint(place), 0, layer.data.shape[axis] - 1))
        return -1

    def _slider(self) -> int | None:
        """Axis of the viewer along which neurons are counted."""
        for layer in self.layers.values():
            dims = getattr(layer.data, "dims", ())
            if "hidden" in dims[:-2]:
                return self.viewer.dims.ndim - len(dims) + dims.index("hidden")
        return None

    def _moved(self, event: Any = None) -> None:
        axis = self._slider()
        if axis is not None and axis >= 0:
            self.number.blockSignals(True)
            self.number.setValue(int(np.rint(self.viewer.dims.point[axis])))
            self.number.blockSignals(False)
        self._look()

    def _numbered(self, number: int) -> None:
        axis = self._slider()
        if axis is not None and axis >= 0 and self.viewer.dims.point[axis] != number:
            self.viewer.dims.set_point(axis, number)  # comes back through `_moved`
        else:
            self._look()

    def _clicked(self, viewer: Any, event: Any) -> Iterator[None]:
        sheet = self.layers.get("montage")
        if sheet is None or not sheet.visible or self.run is None:
            return
        begun = np.asarray(event.pos, float)
        yield
        while event.type == "mouse_move":
            yield
        if np.abs(np.asarray(event.pos, float) - begun).max() > DRAG:
            return
        place = sheet.world_to_data(event.position)
        found = neuron_at(self.run["U"], *place[-2:])
        if found is not None:
            self.choose(found)

    def _look(self) -> None:
        run, number, frame = self.run, self.number.value(), self._frame()
        if run is None:
            return
        self.errands.ask("neuron", lambda stale: neuron(run, number, frame), self._seen)

        def pull(stale: Any) -> xr.Dataset | str:
            try:
                return pulls(run, number, frame)
            except (ValueError, KeyError, ImportError) as error:
                return str(error)

        self.errands.ask("pulls", pull, self._pulled)

    def _seen(self, told: Neuron) -> None:
        run, sheet = self.run, self.layers.get("montage")
        if run is None:
            return
        self.neuron = told
        if sheet is not None:
            self.outline.show(sheet, run["U"], told.number)
        self.figures.tell(told)

    def _pulled(self, told: xr.Dataset | str) -> None:
        if self.run is None:
            return
        self.pulls = None if isinstance(told, str) else told
        self.words.setText(told if isinstance(told, str) else "")
        self.inputs.setVisible(isinstance(told, str) and "digest" in told)
        self.figures.pulled(self.pulls)

    def find_inputs(self, folder: str) -> None:
        """Look for what the network learned among the images of a folder."""
        run = self.run
        if run is not None:
            self.errands.ask(
                "inputs", lambda stale: task_in(folder, run), lambda task: self._look()
            )

    def _ask_inputs(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder of the images")
        if folder:
            self.find_inputs(folder)

    def _forget(self) -> None:
        """Show nothing: what was measured is not there any more."""
        self.neuron = self.pulls = None
        self.outline.remove()
        self.figures.clear()

    def end(self) -> None:
        """Let go of the viewer, and end the thread."""
        if self._clicked in self.viewer.mouse_drag_callbacks:
            self.viewer.mouse_drag_callbacks.remove(self._clicked)
        if not self.ended:
            self.outline.remove()
        super().end()
