"""A monkey at the docks: whatever it does, nothing is raised and nothing is left over.

Ten seconds; the environment variable RDKIT_NN_MONKEY_SECONDS tells another span, and
RDKIT_NN_MONKEY_SEED another monkey.
"""

import os
import random
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from napari.utils.notifications import NotificationSeverity, notification_manager
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QSlider,
    QTabWidget,
)

import rdkit_nn as rd
from napari_rdkit_nn.browser import Browser
from napari_rdkit_nn.live import Live
from rdkit_nn import models, presets

SECONDS = float(os.environ.get("RDKIT_NN_MONKEY_SECONDS", "10"))
SEED = int(os.environ.get("RDKIT_NN_MONKEY_SEED", "9"))
KINDS = (
    QPushButton,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QAbstractSpinBox,
    QSlider,
    QTabWidget,
    QAbstractItemView,
)
WORDS = (
    *("0", "1", "-1", "1e9", "0.03", "abc", "", "u", "u*v", "1/0", "a - u + u**2 * v"),
    *("a=0.1, b=0.9", "F<0.03", "F<", "kernel=fused", "-", "__import__('os')", "nan"),
)
KEYS = (
    *("/", "R", "M", "D", "Return", "F5", "F6", "F7", "F8", "F9", "Up", "Down", "Tab"),
    *("Left", "Right", "PgUp", "Home", "End", "Space", "Backspace", "1", "e", "-"),
)


class Monkey:
    """Does this and that to controls, by chance from a seed."""

    def __init__(self, docks, viewer, seed):
        self.docks, self.viewer = docks, viewer
        self.chance, self.done = random.Random(seed), []

    def act(self):
        dock = self.chance.choice(self.docks)
        what = self.chance.random()
        if what < 0.1:
            self.key(dock)
        elif what < 0.2 and isinstance(dock, Live):
            self.drag(dock)
        elif what < 0.23 and self.viewer.layers:
            # napari 0.9.2 dies in software OpenGL when a layer below others is taken away
            # from a window that is shown, with or without this plugin: only the top one.
            layer = self.viewer.layers[-1]
            if self.chance.random() < 0.4 or len(self.viewer.layers) > 6:
                self.done.append(f"remove {layer.name}")
                self.viewer.layers.remove(layer)
            else:
                layer = self.chance.choice(list(self.viewer.layers))
                self.viewer.layers.selection.active = layer
        else:
            controls = [w for kind in KINDS for w in dock.findChildren(kind)]
            controls = [w for w in controls if w.isVisible() and w.isEnabled()]
            if controls:
                self.use(self.chance.choice(controls))

    def key(self, dock):
        target = dock.focusWidget() or dock
        key = self.chance.choice(KEYS)
        self.done.append(f"key {key}")
        codes = {"/": "Slash", "-": "Minus", "PgUp": "PageUp"}
        code = codes.get(key, key if len(key) > 1 else key.upper())
        QTest.keyClick(target, getattr(Qt.Key, f"Key_{code}"))

    def drag(self, live):
        if not live.layers:
            return
        name = self.chance.choice(list(live.layers))
        layer = live.layers[name]
        shape = layer.data.shape
        places = [[self.chance.uniform(-9, n + 9) for n in shape] for _ in range(5)]
        self.done.append(f"drag {name}")
        event = SimpleNamespace(
            position=layer.data_to_world(places[0]), type="mouse_press"
        )
        drag = live._drag(layer, event)
        for place in places:
            next(drag, None)
            event.type, event.position = "mouse_move", layer.data_to_world(place)
        event.type = "mouse_release"
        next(drag, None)

    def use(self, control):
        chance = self.chance
        self.done.append(f"{type(control).__name__} {control.toolTip()[:40]}")
        if isinstance(control, (QPushButton, QCheckBox)):
            QTest.mouseClick(control, Qt.MouseButton.LeftButton)
        elif isinstance(control, QComboBox):
            if control.count():
                index = chance.randrange(control.count())
                control.setCurrentIndex(index)
                control.activated.emit(index)
        elif isinstance(control, QLineEdit):
            if isinstance(control.parent(), QAbstractSpinBox):
                control = control.parent()
                control.stepBy(chance.randint(-3, 3))
                return
            if "Folder" not in control.toolTip():
                control.setText(chance.choice(WORDS))
        elif isinstance(control, QAbstractSpinBox):
            if chance.random() < 0.5:
                control.stepBy(chance.randint(-3, 3))
            else:
                line = control.findChild(QLineEdit)
                line.selectAll()
                QTest.keyClicks(line, chance.choice(WORDS))
                QTest.keyClick(control, Qt.Key.Key_Return)
            self.tame(control)
        elif isinstance(control, QSlider):
            control.setValue(chance.randint(control.minimum(), control.maximum()))
        elif isinstance(control, QTabWidget):
            control.setCurrentIndex(chance.randrange(control.count()))
        elif isinstance(control, QAbstractItemView):
            self.table(control)

    def tame(self, control):
        """No monkey may ask for more than this machine can hold."""
        for live in self.docks:
            if isinstance(live, Live) and live.choice.cells.value() > 256:
                live.choice.cells.setValue(128)

    def table(self, view):
        model, chance = view.model(), self.chance
        if model is None or not model.rowCount() or not model.columnCount():
            return
        index = model.index(
            chance.randrange(model.rowCount()), chance.randrange(model.columnCount())
        )
        view.setCurrentIndex(index)
        what = chance.random()
        if what < 0.2 and len(self.viewer.layers) < 8:
            view.doubleClicked.emit(index)
        elif what < 0.4 and hasattr(view, "cellClicked"):
            view.cellClicked.emit(index.row(), index.column())
            if view.item(index.row(), index.column()) and view.columnCount() == 4:
                view.item(index.row(), index.column()).setText(chance.choice(WORDS))
        elif what < 0.6 and hasattr(view, "sortByColumn"):
            order = chance.choice(list(Qt.SortOrder))
            view.sortByColumn(index.column(), order)


@pytest.fixture
def runs(tmp_path):
    grid = rd.Grid((32, 32), spacing=2.5 / 256)
    state = presets.get("gray-scott-k0.055").initial(0, grid=grid, dtype="float32")

    def build(F, k=0.055):
        return rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(dt=1.0))

    for n, F in enumerate((0.025, 0.03)):
        path = tmp_path / f"run{n}.zarr"
        rd.simulate(build(F), state, 40, 20, store=path, progress=False)
    over = {"F": [0.025, 0.03], "k": [0.055, 0.06]}
    rd.sweep(build, state, over, steps=20, store=tmp_path / "s.zarr", progress=False)
    xr.Dataset({"a": ("x", np.ones(3))}).to_zarr(
        tmp_path / "z.zarr", consolidated=False
    )
    return tmp_path


def left_over(before):
    """Threads that were not there before, but for pools that the libraries keep."""
    kept = ("rdkit_nn_", "asyncio", "ThreadPool", "zarr", "tqdm", "Dummy", "Tqdm")
    now = [t for t in threading.enumerate() if t not in before]
    return [t for t in now if not any(k in f"{t.name}{type(t)}" for k in kept)]


def test_a_monkey_raises_nothing_and_leaves_nothing(
    make_napari_viewer, qtbot, runs, tmp_path, monkeypatch
):
    raised, counter = [], iter(range(10**9))
    monkeypatch.setattr(sys, "excepthook", lambda *told: raised.append(told[1]))
    monkeypatch.setattr(threading, "excepthook", lambda told: raised.append(told))
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda *a, **k: (str(tmp_path / "saved" / f"{next(counter)}.zarr"), ""),
    )
    monkeypatch.setattr(
        QFileDialog, "getExistingDirectory", lambda *a, **k: str(tmp_path)
    )

    def heard(note):
        # A sentence of ours is text; an exception that got away has its traceback.
        if note.severity >= NotificationSeverity.ERROR and hasattr(note, "exception"):
            raised.append(note.exception)

    notification_manager.notification_ready.connect(heard)
    viewer = make_napari_viewer()
    before, widgets = threading.enumerate(), set(QApplication.topLevelWidgets())
    docks = Browser(viewer), Live(viewer)
    holders = [
        viewer.window.add_dock_widget(dock, name=type(dock).__name__) for dock in docks
    ]
    viewer.window._qt_window.show()
    docks[0].scan(runs)
    docks[1].choice.cells.setValue(64)
    docks[1].begin()
    monkey = Monkey(docks, viewer, SEED)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        monkey.act()
        QApplication.processEvents()
        if raised:
            break
        qtbot.wait(5)
    notification_manager.notification_ready.disconnect(heard)
    assert not raised, (raised, monkey.done[-20:])
    assert len(monkey.done) > 3 * SECONDS
    viewer.layers.clear()
    for holder in holders:
        holder.destroyOnClose()
    qtbot.waitUntil(lambda: not left_over(before), timeout=20_000)
    del docks, holders
    monkey.docks = ()

    def gone():
        QApplication.sendPostedEvents(None, 52)  # DeferredDelete
        now = {w for w in QApplication.topLevelWidgets() if w not in widgets}
        return not [w for w in now if isinstance(w, (Browser, Live))]

    qtbot.waitUntil(gone, timeout=10_000)
    notification_manager.records.clear()
