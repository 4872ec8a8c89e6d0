"""Pair mode: two runs side by side on one clock, measured as the slider moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
)

from .._qt.docks import Dock
from .._qt.latest import Latest
from ..beside import beside
from ..pairing import CLOCKS, TICKS, Measures, Pair
from ..sentences import say
from ..viewer import accompany, add
from .figures import Figures
from .sources import Source, is_run, source_of, sources_at


class PairMode(Dock):
    """Set two runs side by side on one clock.

    Choose two runs among the layers, or open them from their paths; both are seen in a
    grid with linked cameras, on a slider from 0 to 100 % of each run's own time or of the
    contrast that it reaches. Spectrum, homogeneity and histogram follow the slider; where
    the grids agree, the difference stands beside them. The other layers come back when pair
    mode ends.
    """

    def __init__(self, napari_viewer: Any):
        super().__init__(napari_viewer)
        accompany(napari_viewer)
        self.errands = Latest()
        self.ends_with(self.errands.close)
        self.pair: Pair | None = None
        self.shown: tuple[Measures, Measures] | None = None
        self.layers: list[Any] = []
        self._paths: dict[str, Source] = {}
        self._sources: dict[str, Source] = {}
        self._before: dict[str, Any] = {}
        self._placing = False
        self._build()
        for name in ("inserted", "removed"):
            self.follow(getattr(self.viewer.layers.events, name), self._changed)
        self.follow(self.viewer.dims.events.point, self._moved)
        self._changed()

    def _build(self) -> None:
        self.left, self.right, self.clock = QComboBox(), QComboBox(), QComboBox()
        self.left.setToolTip("Run on the left")
        self.right.setToolTip("Run on the right")
        for clock, words in CLOCKS.items():
            self.clock.addItem(words, clock)
        self.clock.setToolTip(
            "What 0 to 100 % on the slider mean, for each run its own"
        )
        self.neuron = QSpinBox()
        self.neuron.setRange(-1, 10**6)
        self.neuron.setValue(-1)
        self.neuron.setSpecialValueText("all, as a montage")
        self.neuron.setToolTip(
            "Of networks: one neuron, or the montage and mean of all"
        )
        self.path = QPushButton("Open…")
        self.path.setToolTip("Add a run, a sweep or a comparison from its folder")
        self.path.clicked.connect(self._ask_path)
        self.button = QPushButton("Side by side")
        self.button.setCheckable(True)
        self.button.setToolTip(
            "Begin pair mode; again: end it, and have the layers back"
        )
        self.button.clicked.connect(lambda on: self.start() if on else self.stop())
        for box in (self.clock, self.neuron):
            signal = getattr(box, "currentIndexChanged", None) or box.valueChanged
            signal.connect(lambda _: self.start() if self.pair else None)
        form = QFormLayout()
        form.addRow("Left", self.left)
        form.addRow("Right", self.right)
        form.addRow("Clock", self.clock)
        form.addRow("Neuron", self.neuron)
        row = QHBoxLayout()
        row.addWidget(self.path)
        row.addWidget(self.button)
        self.figures = Figures()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setToolTip("Whether there is a difference, and why not")
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addLayout(row)
        column.addWidget(self.figures)
        column.addWidget(self.words)

    def add_path(self, path: str) -> None:
        """Add the runs at a path to what can be chosen."""
        try:
            self._paths |= beside(lambda: dict(sources_at(path)))
        except (ValueError, OSError, ImportError) as error:
            say(error)
        self._changed()

    def choose(self, left: str, right: str) -> None:
        """Choose two of the names that are listed."""
        for box, name in ((self.left, left), (self.right, right)):
            box.setCurrentIndex(box.findText(name))

    def start(self) -> None:
        """Begin, or begin anew with what is chosen now."""
        names = self.left.currentText(), self.right.currentText()
        if not all(name in self._sources for name in names):
            self.button.setChecked(False)
            say(ValueError("Choose two runs first: open them, or add their layers."))
            return
        j = self.neuron.value() if self.neuron.value() >= 0 else None
        clock = self.clock.currentData()
        sources = [self._sources[name] for name in names]

        def work(stale: Callable[[], bool]) -> Pair | Exception:
            try:
                pair = Pair(*(source(j) for source in sources), clock)
                pair.layers()  # reads the first pictures, and says what is wrong
                return pair
            except Exception as error:  # the button must come up again
                return error

        self.errands.ask("pair", work, self._placed)

    def stop(self) -> None:
        """End pair mode: the other layers come back as they were."""
        self.button.setChecked(False)
        with self._quietly():
            if self._before:  # before the layers: a grid is laid out anew for each
                self.viewer.canvas.grid.enabled = self._before["grid"]
                self.viewer.canvas.grid.shape = self._before["shape"]
            self._clear()
            if self._before:
                before, self._before = self._before, {}
                self.viewer.layers.extend(before["layers"])
                if len(before["point"]) == self.viewer.dims.ndim:
                    self.viewer.dims.point = before["point"]
                self.viewer.reset_view()

    def _placed(self, pair: Pair | Exception) -> None:
        if isinstance(pair, Exception):
            self.stop()
            say(pair)
            return
        tick = self.tick if self.pair is not None else 0
        with self._quietly():
            self._place(pair)
        self.viewer.dims.set_point(0, tick)
        self.viewer.reset_view()
        self.button.setChecked(True)
        self.words.setText(f"No difference: {pair.differs}." if pair.differs else "")
        accompany(self.viewer).tell()  # the slider stands, and shows another frame
        self._moved()

    def _place(self, pair: Pair) -> None:
        from napari.experimental import link_layers
        from napari.utils.notifications import show_error

        if not self._before:
            self._before = {
                "layers": list(self.viewer.layers),
                "grid": self.viewer.canvas.grid.enabled,
                "shape": self.viewer.canvas.grid.shape,
                "point": self.viewer.dims.point,
            }
            self.viewer.layers.clear()
        made = pair.layers(show_error)
        same = [(words["name"], data.shape) for data, words, _ in made]
        if same == [(layer.name, layer.data.shape) for layer in self._there()]:
            for layer, (data, words, _) in zip(self.layers, made):
                layer.data, layer.metadata = data, words["metadata"]
            self.pair = pair
            return
        self._clear()
        self.pair = pair
        # The first in the list stands in the first place of the grid.
        self.layers = add(self.viewer, made)
        if pair.alike:
            link_layers(self.layers[:2], ("contrast_limits", "colormap", "gamma"))
        self.viewer.canvas.grid.shape = (1, -1)
        self.viewer.canvas.grid.stride = 1
        self.viewer.canvas.grid.enabled = True

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """While layers are placed: what can be chosen is looked up once, in the end."""
        self._placing = True
        try:
            yield
        finally:
            self._placing = False
            self._changed()

    @property
    def tick(self) -> int:
        """Where the slider is, in per cent."""
        there = self._there()
        if not there:
            return 0
        place = there[0].world_to_data(self.viewer.dims.point)[0]
        return int(np.clip(np.rint(place), 0, TICKS))

    def _there(self) -> list[Any]:
        """Layers of the pair that nobody has taken away."""
        return [layer for layer in self.layers if layer in self.viewer.layers]

    def _moved(self, event: Any = None) -> None:
        pair, tick = self.pair, self.tick
        if pair is not None:
            self.errands.ask(
                "measures", lambda stale: pair.measures(tick), self._measured
            )

    def _measured(self, told: tuple[Measures, Measures]) -> None:
        self.shown = told
        self.figures.tell(told)

    def _changed(self, event: Any = None) -> None:
        if self._placing:
            return
        found: dict[str, Source] = {}
        kept = self._before.get("layers", [])
        runs = []
        for layer in reversed([*kept, *self.viewer.layers]):  # from the top, as listed
            if is_run(layer):
                found[layer.name] = source_of(layer, self._point)
                runs.append(layer.metadata["run"])
        self._sources = {**found, **self._paths}
        others = [n for n, run in enumerate(runs) if run is not runs[0]]
        for box, other in ((self.left, 0), (self.right, min(others, default=1))):
            before = box.currentText()
            box.blockSignals(True)
            box.clear()
            box.addItems(list(self._sources))
            n = box.findText(before)
            box.setCurrentIndex(n if n >= 0 else min(other, box.count() - 1))
            box.blockSignals(False)

    def _point(self) -> Any:
        """Where the sliders are, or were before pair mode."""
        return self._before.get("point", self.viewer.dims.point)

    def _clear(self) -> None:
        gone, self.layers, self.pair, self.shown = self.layers, [], None, None
        if all(layer in gone for layer in self.viewer.layers):
            self.viewer.layers.clear()  # at once: napari cleans up after each removal
        for layer in gone:
            if layer in self.viewer.layers:
                self.viewer.layers.remove(layer)

    def _ask_path(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Folder of a run (.zarr)")
        if path:
            self.add_path(path)

    def end(self) -> None:
        """Let go of the viewer, with its layers as they were before."""
        if self.pair is not None:
            self.stop()
        super().end()
