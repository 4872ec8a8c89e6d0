"""Pair mode in a viewer: two runs side by side, measured as the slider moves."""

import numpy as np
import pytest

import rdkit_nn as rd
from napari_rdkit_nn import show
from napari_rdkit_nn.pair import PairMode
from napari_rdkit_nn.pair.figures import ROWS, words_of
from rdkit_nn import analysis


@pytest.fixture(scope="module")
def longer(flow, state):
    return rd.simulate(flow, state, steps=100, every=10)


@pytest.fixture
def dock(make_napari_viewer, tree, longer):
    tree = tree.copy()
    tree["seed0/gray_scott"] = type(tree)(longer)
    viewer = show(tree, make_napari_viewer())
    dock = PairMode(viewer)
    viewer.window.add_dock_widget(dock)
    yield dock
    dock.end()


def settle(qtbot, dock):
    qtbot.waitUntil(lambda: dock.errands.idle, timeout=10_000)


def begin_with(qtbot, dock, left, right):
    dock.choose(left, right)
    dock.start()
    settle(qtbot, dock)


CHEMICAL, NEURAL = "seed0/gray_scott/v", "seed0/adversarial/U"


def test_two_runs_are_proposed(dock):
    assert (dock.left.currentText(), dock.right.currentText()) == (NEURAL, CHEMICAL)


def test_two_runs_stand_side_by_side(qtbot, dock):
    begin_with(qtbot, dock, CHEMICAL, NEURAL)
    viewer = dock.viewer
    names = [layer.name for layer in viewer.layers]
    assert sorted(names) == [f"left: {CHEMICAL}", f"right: {NEURAL}"]
    assert viewer.canvas.grid.enabled
    assert viewer.dims.ndim == 3 and viewer.dims.nsteps[0] == 101
    assert dock.words.text().startswith("No difference: sizes differ")
    assert "of the run's time" in viewer.canvas.overlays.text.text


def test_every_number_is_that_of_the_frame_in_view(qtbot, dock, longer, neuronal):
    begin_with(qtbot, dock, CHEMICAL, NEURAL)
    fields = longer.v, neuronal.U
    seen = [set(), set()]
    for tick in (0, 11, 22, 33, 44, 56, 67, 78, 89, 100):
        dock.viewer.dims.set_point(0, tick)
        settle(qtbot, dock)
        for column, (field, side) in enumerate(zip(fields, dock.shown)):
            number = int(
                abs(np.linspace(0, 1, field.sizes["time"]) - tick / 100).argmin()
            )
            seen[column].add(number)
            frame = field[number]
            others = [d for d in frame.dims if d == "hidden"]
            for row, name in enumerate(ROWS):
                wanted = float(getattr(analysis, name)(frame).mean(others))
                if name == "variation" and column == 1:
                    wanted = np.nan
                assert getattr(side, name) == pytest.approx(wanted, abs=0, nan_ok=True)
                assert dock.figures.table.item(row, column).text() == words_of(wanted)
            curve = dock.figures.spectrum.curves[column]
            spectrum = analysis.power_spectrum(frame).mean(others)
            np.testing.assert_array_equal(curve.y, spectrum)
            np.testing.assert_array_equal(curve.x, spectrum.wavenumber)
            bars = dock.figures.histogram.curves[column]
            within = bars.x[0], bars.x[-1]
            told = analysis.histogram(frame, frame.dims, within=within)
            np.testing.assert_allclose(bars.y, told, atol=1e-12)
    assert len(seen[0]) == 10 and len(seen[1]) == 10


def test_runs_of_one_grid_share_colours_and_have_a_difference(qtbot, dock, longer):
    show(longer.assign(v=longer.v * 2).rename(u="w"), dock.viewer)
    begin_with(qtbot, dock, CHEMICAL, "v")
    left, right, difference = dock.layers
    assert difference.name == "difference: right - left"
    left.contrast_limits = (0.1, 0.2)
    assert tuple(right.contrast_limits) == (0.1, 0.2)
    dock.viewer.dims.set_point(0, 100)
    np.testing.assert_allclose(difference.data[100], longer.v[-1])


def test_the_layers_come_back(qtbot, dock):
    viewer = dock.viewer
    before = [layer.name for layer in viewer.layers]
    viewer.dims.set_point(0, 3)
    begin_with(qtbot, dock, CHEMICAL, NEURAL)
    dock.clock.setCurrentIndex(1)  # begins anew, on the other clock
    settle(qtbot, dock)
    assert dock.pair.clock == "saturation" and len(viewer.layers) == 2
    text = viewer.canvas.overlays.text.text
    assert "of the contrast that it reaches" in text  # the slider has not moved
    dock.neuron.setValue(2)
    settle(qtbot, dock)
    assert viewer.layers[f"right: {NEURAL}"].data.shape == (101, 4, 5)
    dock.stop()
    assert [layer.name for layer in viewer.layers] == before
    assert not viewer.canvas.grid.enabled and viewer.dims.point[0] == 3


def test_runs_are_chosen_by_path_too(qtbot, dock, longer, told, tmp_path):
    path = str(tmp_path / "run.nc")
    longer.to_netcdf(path, engine="h5netcdf")
    dock.add_path(path)
    begin_with(qtbot, dock, path, NEURAL)
    np.testing.assert_array_equal(dock.layers[0].data[100], longer.v[-1])
    dock.add_path(str(tmp_path / "nothing.zarr"))
    assert "holds no run" in told[-1].message


def test_what_cannot_be_paired_is_a_sentence(qtbot, dock, told):
    dock.viewer.layers.clear()
    dock.start()
    assert "Choose two runs first" in told[-1].message
    assert not dock.button.isChecked()


def test_layers_that_are_taken_away_do_no_harm(qtbot, dock):
    begin_with(qtbot, dock, CHEMICAL, NEURAL)
    dock.viewer.layers.clear()
    dock.viewer.add_image(np.zeros((3, 4, 4)))
    dock.viewer.dims.set_point(0, 2)
    settle(qtbot, dock)
    dock.stop()
    assert len(dock.viewer.layers) == 5


def test_every_control_says_what_it_is(dock):
    from qtpy.QtWidgets import QComboBox, QPushButton, QSpinBox

    for kind in (QComboBox, QPushButton, QSpinBox):
        assert all(control.toolTip() for control in dock.findChildren(kind))
