"""The dock of one neuron follows sliders, numbers and clicks."""

from types import SimpleNamespace

import numpy as np
import pytest

import rdkit_nn as rd
from napari_rdkit_nn import offer, show
from napari_rdkit_nn.weights import Weights
from rdkit_nn import analysis


@pytest.fixture
def dock(make_napari_viewer, neuronal, task):
    offer(task)
    viewer = show(neuronal, make_napari_viewer())
    dock = Weights(viewer)
    viewer.window.add_dock_widget(dock)
    yield dock
    dock.end()


def settle(qtbot, dock):
    qtbot.waitUntil(lambda: dock.errands.idle, timeout=10_000)


def click(viewer, *position, drag=0):
    from napari.utils.interactions import mouse_press_callbacks, mouse_release_callbacks

    event = SimpleNamespace(type="mouse_press", position=position, handled=False)
    event.dims_displayed, event.modifiers = viewer.dims.displayed, ()
    event.pos = (100, 100)
    mouse_press_callbacks(viewer, event)
    event.type, event.pos = "mouse_release", (100, 100 + drag)
    mouse_release_callbacks(viewer, event)


def test_moving_the_sliders_changes_all_that_is_shown(qtbot, dock, neuronal, game):
    viewer = dock.viewer
    for frame in range(10):
        j = frame % 6
        viewer.dims.set_point(0, float(neuronal.time[frame]))
        viewer.dims.set_point(1, j)
        settle(qtbot, dock)
        assert dock.number.value() == j
        bank = neuronal.U.isel(hidden=j)
        np.testing.assert_array_equal(dock.figures.field.array, bank[frame])
        np.testing.assert_array_equal(
            dock.figures.spectrum.curves[0].y, analysis.power_spectrum(bank[frame])
        )
        np.testing.assert_array_equal(
            dock.figures.way.curves[0].y, analysis.displacement(bank)
        )
        assert dock.figures.way.mark == float(neuronal.time[frame])
        rates = rd.rates(game.term, neuronal.isel(time=frame)).isel(hidden=j)
        R, D = (rates.sel(term=t) for t in ("Supervised", "Adversarial"))
        np.testing.assert_array_equal(dock.figures.reaction.array, R.U)
        np.testing.assert_array_equal(dock.figures.diffusion.array, D.U)
        np.testing.assert_array_equal(dock.figures.top.curves[0].y, R.V)
        np.testing.assert_array_equal(dock.figures.top.curves[1].y, D.V)


def test_a_number_moves_the_slider(qtbot, dock):
    dock.choose(5)
    settle(qtbot, dock)
    assert dock.viewer.dims.point[1] == 5 and dock.neuron.number == 5


def test_a_click_in_the_montage_chooses_a_neuron(qtbot, dock):
    dock.show_as("montage")
    viewer = dock.viewer
    settle(qtbot, dock)
    seen = [layer.name for layer in viewer.layers if layer.visible]
    assert seen == ["U montage", "chosen neuron"]
    # Pictures of 4 x 5 pixels, three in a row: the fifth is below the second.
    click(viewer, *viewer.dims.point[:2], 6.0, 7.0)
    settle(qtbot, dock)
    assert dock.neuron.number == 4
    frame = viewer.layers["chosen neuron"].data[0]
    np.testing.assert_array_equal(frame.min(0), (4.5, 5.5))
    np.testing.assert_array_equal(frame.max(0), (8.5, 10.5))
    click(viewer, *viewer.dims.point[:2], 4.0, 7.0)  # between two
    assert dock.number.value() == 4
    click(viewer, *viewer.dims.point[:2], 0.0, 0.0, drag=20)  # moves the picture
    assert dock.number.value() == 4
    dock.show_as("U")
    click(viewer, *viewer.dims.point[:2], 0.0, 0.0)  # the montage is not seen
    assert dock.number.value() == 4


def test_the_frame_about_a_neuron_goes_with_the_dock(qtbot, dock):
    settle(qtbot, dock)
    assert "chosen neuron" in dock.viewer.layers
    assert dock.viewer.layers.selection.active.name == "U montage"
    dock.end()
    assert "chosen neuron" not in dock.viewer.layers


def test_what_is_shown_is_one_layer_of_the_network(dock):
    assert [dock.kind.itemData(i) for i in range(4)] == ["U", "montage", "V", "W"]
    dock.show_as("Z")  # there is none: nothing changes
    assert dock.viewer.layers["U montage"].visible
    dock.show_as("W")
    assert [layer.name for layer in dock.viewer.layers if layer.visible] == ["W"]


def test_without_its_task_a_network_says_what_is_missing(qtbot, dock, neuronal, told):
    settle(qtbot, dock)
    while dock.viewer.layers:
        dock.viewer.layers.pop()
    settle(qtbot, dock)
    assert not dock.isEnabled() and "Open the run" in dock.words.text()
    assert dock.figures.field.array is None and not dock.figures.way.curves
    show(neuronal.assign_attrs(task="unknown"), dock.viewer)
    settle(qtbot, dock)
    assert (
        "Name their folder" in dock.words.text() and dock.figures.reaction.array is None
    )
    assert not dock.inputs.isHidden()
    dock.find_inputs("/no/such/folder")
    settle(qtbot, dock)
    assert "has no file" in told[-1].message
    assert dock.neuron is not None


def test_every_control_says_what_it_is(dock):
    from qtpy.QtWidgets import QComboBox, QSpinBox

    controls = dock.findChildren(QComboBox) + dock.findChildren(QSpinBox)
    assert controls and all(c.toolTip() for c in controls)
