"""The browser and the live dock under a virtual screen."""

import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from napari.utils import notifications
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPushButton

import rdkit_nn as rd
from napari_rdkit_nn import show
from napari_rdkit_nn.browser import Browser
from napari_rdkit_nn.live import Live
from napari_rdkit_nn.pair import PairMode
from napari_rdkit_nn.weights import Weights
from rdkit_nn import analysis, models, presets

WAIT = 20_000


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    home = tmp_path_factory.mktemp("runs")
    grid = rd.Grid((32, 32), spacing=2.5 / 256)
    state = presets.get("gray-scott-k0.055").initial(0, grid=grid, dtype="float32")

    def build(F, k=0.055):
        return rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(dt=1.0))

    for n, F in enumerate((0.025, 0.03, 0.035)):
        path = home / f"run{n}.zarr"
        rd.simulate(build(F), state, 40, 20, store=path, progress=False)
    over = {"F": [0.025, 0.03, 0.035], "k": [0.055, 0.06]}
    rd.sweep(build, state, over, steps=40, store=home / "sweep.zarr", progress=False)
    xr.Dataset({"a": ("x", np.ones(3))}).to_zarr(home / "z.zarr", consolidated=False)
    (home / "damaged.zarr").mkdir()
    (home / "damaged.zarr" / "zarr.json").write_text(
        '{"attributes": {"rdkit_nn": "0.1.0"}, "node_type": "group", "zarr_format": 3}'
    )
    return home


@pytest.fixture
def told(monkeypatch):
    """What was told as a notification."""
    words = []
    for name in ("show_error", "show_warning"):
        monkeypatch.setattr(notifications, name, words.append)
    return words


@pytest.fixture
def browser(make_napari_viewer, qtbot, runs, told):
    viewer = make_napari_viewer()
    made = Browser(viewer)
    viewer.window.add_dock_widget(made, name="Runs")
    made.scan(runs)
    qtbot.waitUntil(lambda: len(made.model.rows) == 6, timeout=WAIT)
    yield made
    made.end()


def names(browser):
    return [browser.model.row(i).name for i in range(len(browser.model.rows))]


def test_a_folder_becomes_a_table_that_sorts_and_filters(browser):
    rows = browser.model.rows
    assert browser.model.columnCount() == len(rows.columns)
    column = rows.columns.index("F")
    browser.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    assert names(browser)[:3] == ["run2.zarr", "run1.zarr", "run0.zarr"]
    browser.head.filter.setText("F<0.033 kernel=fused")
    assert names(browser) == ["run1.zarr", "run0.zarr"]
    browser.head.filter.setText("F<")
    assert names(browser) == ["run1.zarr", "run0.zarr"]
    assert "lacks" in browser.status.text()
    browser.head.filter.setText("")
    assert len(names(browser)) == 6


def test_pictures_come_from_the_worker(browser, qtbot):
    index = browser.model.index(names(browser).index("run0.zarr"), 0)
    role = Qt.ItemDataRole.DecorationRole
    browser.model.data(index, role)
    qtbot.waitUntil(lambda: browser.model.data(index, role) is not None, timeout=WAIT)
    image = browser.model.data(index, role).toImage()
    seen = {image.pixel(x, y) for x in range(image.width()) for y in range(32)}
    assert len(seen) > 20


def test_measures_in_the_table_are_those_of_analysis(browser, qtbot, runs):
    browser.measure()
    at = names(browser).index("run1.zarr")
    qtbot.waitUntil(lambda: "euler" in browser.model.row(at).measures, timeout=WAIT)
    v = rd.open_run(runs / "run1.zarr").v.isel(time=-1)
    measures = browser.model.row(at).measures
    assert measures["contrast"] == float(analysis.contrast(v))
    assert measures["wavelength"] == float(analysis.wavelength(v))
    assert measures["euler"] == float(analysis.euler_number(v))
    group = browser.model.row(at).group
    run = rd.open_run(runs / "run1.zarr").v
    assert group == analysis.classify(run)["class"].item()
    browser.head.filter.setText(f"class:{group}")
    assert "run1.zarr" in names(browser)
    browser.head.filter.setText("")
    at = names(browser).index("run1.zarr")
    column = browser.model.rows.columns.index("contrast")
    text = browser.model.data(
        browser.model.index(at, column), Qt.ItemDataRole.DisplayRole
    )
    assert text == f"{measures['contrast']:.4g}"


def test_enter_opens_a_run_and_foreign_stores_are_a_sentence(browser, qtbot, told):
    browser.table.selectRow(names(browser).index("run0.zarr"))
    browser.table.setFocus()
    browser._enter()
    assert [layer.name for layer in browser.viewer.layers][-1].endswith("v")
    count = len(browser.viewer.layers)
    for name, words in (("z.zarr", "no run of rdkit_nn"), ("damaged.zarr", "damaged")):
        browser.table.doubleClicked.emit(
            browser.model.index(names(browser).index(name), 0)
        )
        assert words in told[-1]
    assert len(browser.viewer.layers) == count


def test_a_click_in_the_phase_diagram_opens_its_run(browser, qtbot, runs, told):
    browser.table.selectRow(names(browser).index("run0.zarr"))
    browser.plane.click()
    assert "Choose a sweep" in told[-1]
    browser.table.selectRow(names(browser).index("sweep.zarr"))
    browser.plane.click()
    cells = browser.phases.cells
    qtbot.waitUntil(lambda: len(browser.phases._values) == 6, timeout=WAIT)
    assert (cells.rowCount(), cells.columnCount()) == (3, 2)
    seen = {cells.item(r, c).background().color().rgb() for r, c in np.ndindex(3, 2)}
    assert len(seen) > 2
    sweep = rd.open_run(runs / "sweep.zarr")
    v = sweep.v.isel(F=2, k=1, time=-1)
    assert cells.item(2, 1).text() == f"{float(analysis.contrast(v)):.3g}"
    browser.phases.measure.setCurrentText("class")
    browser.phases._again()
    kind = analysis.classify(sweep.v.isel(F=2, k=1))["class"].item()
    qtbot.waitUntil(
        lambda: getattr(cells.item(2, 1), "text", str)() == kind, timeout=WAIT
    )
    cells.cellClicked.emit(2, 1)
    qtbot.waitUntil(lambda: len(browser.viewer.layers) == 2, timeout=WAIT)
    layer = browser.viewer.layers[-1]
    assert layer.name == "sweep F=0.035, k=0.06: v"
    np.testing.assert_array_equal(layer.data[-1], v)


def test_no_folder_is_a_sentence(browser, qtbot, told):
    browser.scan("/no/such/folder")
    qtbot.waitUntil(lambda: "There is no folder" in "".join(told), timeout=WAIT)
    assert len(browser.model.rows) == 0


@pytest.fixture
def live(make_napari_viewer, qtbot, told):
    viewer = make_napari_viewer()
    made = Live(viewer)
    viewer.window.add_dock_widget(made, name="Live")
    made.choice.cells.setValue(64)
    made.controls.pace.setValue(0)
    made.begin()
    qtbot.waitUntil(lambda: bool(made.layers), timeout=WAIT)
    yield made
    made.end()


def test_a_preset_begins_with_its_sentence_layers_and_numbers(live):
    assert "One seed that opens" in live.choice.says.text()
    assert "finite-amplitude only" in live.choice.says.text()
    assert [x.name for x in live.viewer.layers] == ["live: u", "live: v"]
    assert list(live.numbers.by_name) == ["dt", "F", "k", "D_u", "D_v"]
    assert live.numbers.by_name["D_u"].text() == "2e-05"
    assert list(live.brush.values) == ["u", "v"]
    layer = live.layers["v"]
    np.testing.assert_allclose(layer.scale, [2.5 / 256] * 2)


def test_start_pause_step_and_stop(live, qtbot):
    live.controls.steps.setValue(5)
    qtbot.mouseClick(live.controls.steps_once, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "step 5," in live.status.text(), timeout=WAIT)
    np.testing.assert_array_equal(
        live.layers["v"].data, live.engine.view.frame.values["v"]
    )
    live.toggle()
    qtbot.waitUntil(lambda: live.controls.starts.text() == "Pause", timeout=WAIT)
    qtbot.waitUntil(lambda: live.controls.slider.maximum() > 10, timeout=WAIT)
    live.toggle()
    qtbot.waitUntil(lambda: live.controls.starts.text() == "Start", timeout=WAIT)
    live.toggle()
    live.stop()
    qtbot.waitUntil(lambda: not live.engine.view.running, timeout=WAIT)


def test_numbers_turn_while_it_runs(live, qtbot, told):
    live.toggle()
    live.numbers.by_name["F"].setValue(0.04)
    qtbot.waitUntil(lambda: "F=0.04," in repr(live.engine.view.flow), timeout=WAIT)
    live.numbers.by_name["D_u"].setValue(-1.0)
    assert "must not be negative" in told[-1]
    assert live.numbers.by_name["D_u"].value() == pytest.approx(2e-5)
    live.numbers.by_name["dt"].setValue(1000.0)
    qtbot.waitUntil(lambda: "unstable" in told[-1], timeout=WAIT)
    qtbot.waitUntil(lambda: live.numbers.by_name["dt"].value() == 1.0, timeout=WAIT)


def test_a_law_typed_as_text_runs(live, qtbot, told):
    live.choice.tabs.setCurrentIndex(1)
    live.begin()
    qtbot.waitUntil(lambda: "a" in live.numbers.by_name, timeout=WAIT)
    assert live.numbers.by_name["b"].value() == 0.9
    live.step()
    qtbot.waitUntil(lambda: "step 20," in live.status.text(), timeout=WAIT)
    live.choice.law.item(0, 1).setText("__import__('os')")
    live.begin()
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    assert "not plain arithmetic" in told[-1]
    live.choice.law.item(0, 2).setText("much")
    live.begin()
    assert "is a number" in told[-1]


def test_a_law_that_runs_away_is_a_sentence(live, qtbot, told):
    live.choice.tabs.setCurrentIndex(1)
    live.choice.law.item(0, 1).setText("u**3 * 1e6")
    live.begin()
    live.toggle()
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    assert "no longer finite" in told[-1]
    qtbot.waitUntil(lambda: live.controls.starts.text() == "Start", timeout=WAIT)
    assert np.isfinite(live.engine.view.frame.values["u"]).all()


def dragged(live, places):
    """Drag the mouse over the picture, as napari does."""
    layer = live.layers["v"]
    event = SimpleNamespace(position=layer.data_to_world(places[0]), type="mouse_press")
    drag = live._drag(layer, event)
    for place in places[1:]:
        next(drag, None)
        event.type, event.position = "mouse_move", layer.data_to_world(place)
    next(drag, None)
    event.type = "mouse_release"
    next(drag, None)


def test_the_mouse_paints_into_the_state(live, qtbot):
    layer = live.layers["v"]
    assert live._drag in layer.mouse_drag_callbacks and layer.mouse_pan
    dragged(live, [(5, 5), (5, 12)])
    assert live.engine.wait().frame.values["v"][5, 9] == 0
    live.brush.paints.setChecked(True)
    assert not layer.mouse_pan
    live.brush.values["v"].setValue(0.75)
    live.brush.radius.setValue(2)
    dragged(live, [(5, 5), (5, 12)])
    v = live.engine.wait().frame.values["v"]
    assert (v[5, 4:14] == np.float32(0.75)).all() and v[5, 20] == 0
    qtbot.waitUntil(lambda: layer.data[5, 9] == np.float32(0.75), timeout=WAIT)


def test_the_past_is_looked_at_and_is_a_start(live, qtbot):
    live.controls.steps.setValue(5)
    for _ in range(4):
        live.step()
    qtbot.waitUntil(lambda: live.controls.slider.maximum() == 4, timeout=WAIT)
    live.controls.slider.setValue(1)
    assert "step 5," in live.status.text() and "looking back" in live.status.text()
    np.testing.assert_array_equal(
        live.layers["u"].data, live.engine.frame(1).values["u"]
    )
    live.controls.back.click()
    qtbot.waitUntil(lambda: live.controls.slider.maximum() == 1, timeout=WAIT)
    assert live.engine.view.frame.step == 5


def test_a_live_run_is_saved_opened_and_goes_on(live, qtbot, tmp_path, told):
    live.step()
    live.engine.wait()
    path = str(tmp_path / "live.zarr")
    live.save(path)
    qtbot.waitUntil(lambda: live._saved == 1, timeout=WAIT)
    assert rd.verify(path) == []
    live.from_layer()
    assert "Choose a layer" in told[-1]
    for layer in live.viewer.open(path, plugin="napari-rdkit-nn"):
        live.viewer.layers.selection.active = layer
    live.viewer.dims.set_current_step(0, 1)
    live.from_layer()
    qtbot.waitUntil(lambda: "stored run" in live._recipe.says, timeout=WAIT)
    assert live.engine.view.frame.step == 20
    live.save(path)
    qtbot.waitUntil(lambda: "exists already" in told[-1], timeout=WAIT)


def test_a_layer_that_was_taken_away_comes_back_with_the_next_run(live, qtbot):
    live.viewer.layers.remove(live.layers["u"])
    live.toggle()
    qtbot.waitUntil(lambda: live.controls.slider.maximum() > 3, timeout=WAIT)
    assert list(live.layers) == ["v"]
    live.begin()
    qtbot.waitUntil(lambda: list(live.layers) == ["u", "v"], timeout=WAIT)


@pytest.mark.parametrize("maker", [Browser, Live])
def test_every_control_has_a_tip(make_napari_viewer, maker):
    made = maker(make_napari_viewer())
    kinds = (QPushButton, QAbstractSpinBox, QComboBox, QLineEdit)
    mute = [
        w
        for kind in kinds
        for w in made.findChildren(kind)
        if not w.toolTip() and not isinstance(w.parent(), QAbstractSpinBox)
    ]
    assert not mute
    made.end()
    made.close()
    made.deleteLater()


def ours():
    return {t.name for t in threading.enumerate()} & {"live run", "browser of runs"}


@pytest.mark.parametrize("maker", [Browser, Live])
@pytest.mark.parametrize("how", ["dock", "viewer"])
def test_closing_ends_the_thread(make_napari_viewer, qtbot, maker, how):
    viewer = make_napari_viewer()
    made = maker(viewer)
    dock = viewer.window.add_dock_widget(made, name="one of ours")
    if isinstance(made, Live):
        made.toggle()
    else:
        made.errands.ask("long", lambda stop: iter(lambda: time.sleep(0.01), 1))
    assert ours()
    if how == "dock":
        dock.destroyOnClose()
    else:
        viewer.close()
    qtbot.waitUntil(lambda: not ours(), timeout=WAIT)


@pytest.mark.parametrize("maker", [PairMode, Weights])
@pytest.mark.parametrize("how", ["dock", "viewer"])
def test_a_closed_dock_follows_no_viewer(
    make_napari_viewer, qtbot, chemical, maker, how
):
    viewer = make_napari_viewer()
    show(chemical, viewer)
    before = list(viewer.layers)
    made = maker(viewer)
    dock = viewer.window.add_dock_widget(made, name="one of ours")
    if maker is PairMode:
        made.start()
        qtbot.waitUntil(lambda: made.pair is not None, timeout=WAIT)
        assert list(viewer.layers) != before
    if how == "viewer":
        viewer.close()
        return
    dock.destroyOnClose()
    assert list(viewer.layers) == before
    assert made.ended and not made._followed
    assert getattr(made, "_clicked", None) not in viewer.mouse_drag_callbacks


def test_the_docks_are_told_in_the_manifest(make_napari_viewer):
    viewer = make_napari_viewer()
    for name, kind in (("Runs", Browser), ("Live", Live)):
        _, widget = viewer.window.add_plugin_dock_widget("napari-rdkit-nn", name)
        assert isinstance(widget, kind)
        widget.end()


def test_a_live_picture_is_drawn(make_napari_viewer, qtbot):
    viewer = make_napari_viewer(show=True)  # hidden viewers draw black
    made = Live(viewer)
    viewer.window.add_dock_widget(made, name="Live")
    made.controls.pace.setValue(0)
    made.choice.cells.setValue(128)
    made.toggle()
    qtbot.waitUntil(lambda: made.controls.slider.maximum() > 20, timeout=WAIT)
    made.stop()
    picture = viewer.screenshot(canvas_only=True, flash=False)[..., :3]
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 50
    assert (picture.max(axis=-1) > 10).mean() > 0.2
    made.end()


def test_looking_is_quick(live, qtbot):
    live.toggle()
    spent = []
    for _ in range(20):
        qtbot.wait(20)
        begun = time.perf_counter()
        live.look()
        spent.append(time.perf_counter() - begun)
    assert np.median(spent) < 0.5  # waiting for a frame would take seconds


def test_docks_are_tabs_and_the_window_keeps_its_size(make_napari_viewer, qtbot):
    from qtpy.QtWidgets import QMainWindow

    viewer = make_napari_viewer(show=True)
    window = viewer.window._qt_window
    window.resize(1200, 800)
    qtbot.wait(100)
    frames = []
    for name in ("Weights", "Pair mode", "Runs", "Live"):
        add = viewer.window.add_plugin_dock_widget
        frames.append(add("napari-rdkit-nn", name)[0])
        qtbot.wait(200)
    assert len(QMainWindow.tabifiedDockWidgets(window, frames[0])) == 3
    assert window.height() <= 800
