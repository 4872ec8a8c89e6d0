"""Layers of runs, sweeps and trees, without a window."""

import numpy as np
import pytest
import xarray as xr
from napari.components import ViewerModel

import rdkit_nn as rd
from napari_rdkit_nn import layers_of, show
from napari_rdkit_nn.layers import Pictures, caption
from napari_rdkit_nn.layers.colours import colours
from napari_rdkit_nn.layers.matrices import corners_of, neuron_at, sheet
from rdkit_nn import initial, models, neural


def named(layers):
    return {words["name"]: (data, words) for data, words, _ in layers}


def test_one_layer_a_variable_with_the_axes_of_the_run(chemical):
    told = layers_of(chemical)
    assert [kind for _, _, kind in told] == ["image", "image"]
    assert [words["name"] for _, words, _ in told] == ["u", "v"]
    field, words, _ = told[1]
    assert field.dims == ("time", "y", "x")
    np.testing.assert_array_equal(field.time, chemical.time)
    assert words["contrast_limits"] == tuple(chemical.v.attrs["actual_range"])
    assert words["metadata"]["kernel"] == "fused"


def test_napari_reads_scale_units_and_labels(chemical):
    viewer = show(chemical, ViewerModel())
    layer = viewer.layers["v"]
    np.testing.assert_allclose(layer.scale, (5.0, 0.5, 0.25))
    np.testing.assert_allclose(layer.translate, (0.0, 0.25, 0.125))
    assert tuple(layer.axis_labels) == ("time", "y", "x")
    assert [str(u) for u in layer.units][1:] == ["millimeter", "millimeter"]


def test_limits_are_those_of_the_run_and_not_of_its_first_frame(flow, state):
    run = rd.simulate(flow, state, steps=400, every=50)
    low, high = named(layers_of(run))["u"][1]["contrast_limits"]
    assert (low, high) == (float(run.u.min()), float(run.u.max()))
    assert high - low > 2 * float(run.u[0].max() - run.u[0].min())


def test_uneven_times_are_counted_and_not_lied_about(flow, state):
    run = rd.simulate(flow, state, steps=100, every=[1, 10, 100])
    field, words, _ = layers_of(run)[0]
    assert "time" not in field.coords and field.dims[0] == "time"
    assert words["metadata"]["time"] == [0.0, 0.5, 5.0, 50.0]


def test_uneven_times_are_told_truly_as_the_slider_moves(flow, state):
    run = rd.simulate(flow, state, steps=100, every=[1, 10, 100])
    viewer = show(run, ViewerModel())
    overlay = viewer.canvas.overlays.text
    for frame, time in enumerate([0, 0.5, 5, 50]):
        viewer.dims.set_point(0, frame)
        assert overlay.text.startswith(f"time {time:g} ") and overlay.visible


def test_a_caption_tells_parameters_and_units():
    coords = {
        "F": ("F", [0.02, 0.03], {"units": "1/s"}),
        "training": ["supervised", "adversarial"],
        "k": ("F", [5.0, 6.0]),
    }
    field = xr.DataArray(np.zeros((2, 2)), coords, ("F", "training"))
    told = caption(field, {"F": 1, "training": 0})
    assert told == "F 0.03 1/s · k 6 · training supervised"


def test_what_others_write_on_the_canvas_is_left_alone(chemical):
    viewer = ViewerModel()
    viewer.canvas.overlays.text.text = "mine"
    show(chemical, viewer)
    viewer.dims.set_point(0, 5.0)
    assert viewer.canvas.overlays.text.text == "mine"


def test_descending_axes_are_turned(chemical):
    field = layers_of(chemical.isel(y=slice(None, None, -1)))[0][0]
    np.testing.assert_array_equal(field, chemical.u)


def test_signed_data_diverge_about_zero(neuronal):
    field, words = named(layers_of(neuronal))["U"]
    low, high = words["contrast_limits"]
    assert words["name"] == "U" and low == -high and words["colormap"] == "PiYG"
    assert field.dims == ("time", "hidden", "y", "x")


def test_an_overshoot_is_no_sign():
    assert colours(-1e-6, 1.0) == {
        "contrast_limits": (-1e-6, 1.0),
        "colormap": "viridis",
    }
    assert colours(-0.5, 1.0)["contrast_limits"] == (-1.0, 1.0)


def test_a_sweep_has_a_slider_for_each_parameter(state):
    def build(F, k):
        return rd.Flow(models.gray_scott(F=F, k=k, Du=0.01, Dv=0.005), rd.Euler(0.5))

    over = {"F": [0.02, 0.03, 0.05], "k": [0.05, 0.06]}
    sweep = rd.sweep(build, state, over, steps=4, every=2, progress=False)
    viewer = show(sweep, ViewerModel())
    assert viewer.layers["v"].axis_labels == ("F", "k", "time", "y", "x")
    viewer.dims.set_point(0, 2)  # F is not even: counted
    viewer.dims.set_point(1, 0.06)
    viewer.dims.set_point(2, 2.0)
    told = viewer.canvas.overlays.text.text
    assert told == "F 0.05 · k 0.06 · time 2 · step 4"


def test_a_tree_shows_one_run_and_hides_the_rest(tree):
    told = named(layers_of(tree))
    assert set(told) == {
        "seed0/gray_scott/u",
        "seed0/gray_scott/v",
        "seed0/adversarial/U",
        "seed0/adversarial/U montage",
    }
    seen = [n for n, (_, w) in told.items() if w["visible"]]
    assert seen == [list(told)[-1]] == ["seed0/adversarial/U montage"]
    montage = told.pop("seed0/adversarial/U montage")[0]
    assert montage.dims == ("time", "hidden", "row", "column")
    # Axes are matched from the right: all have the same ones, and none is empty for a
    # neuron or a frame that another layer has.
    for field, words in told.values():
        assert field.dims == ("time", "hidden", "y", "x")
        assert field.sizes["hidden"] == 6
        assert "time" not in field.coords
        assert len(words["metadata"]["time"]) == field.sizes["time"]
        assert field.dims[-2:] == ("y", "x")
    # Six millimetres and five pixels: the longer side of each picture is one.
    viewer = show(tree, ViewerModel())
    for layer in viewer.layers:
        sides = layer.extent.world[1, -2:] + layer.extent.step[-2:] / 2
        assert max(sides) == pytest.approx(1)
        assert layer.units[-1] == "pixel"
    sides = viewer.layers["seed0/gray_scott/v"].extent
    assert sides.step[-2] == pytest.approx(2 * sides.step[-1])  # as in the run
    v, words = told["seed0/gray_scott/v"]
    np.testing.assert_array_equal(v.isel(hidden=3), tree["seed0/gray_scott"].v)
    assert words["metadata"]["units"]["x"] == "mm"


def test_a_tree_tells_the_time_of_each_run_that_is_seen(tree):
    viewer = show(tree, ViewerModel())
    viewer.layers["seed0/gray_scott/v"].visible = True
    viewer.dims.set_point(0, 2)
    viewer.dims.set_point(1, 4)
    assert viewer.canvas.overlays.text.text.split("\n") == [
        "seed0/gray_scott/v: time 10 · step 20",
        "seed0/adversarial/U montage: time 0.5 · step 10",
    ]


def test_runs_of_one_clock_keep_it(chemical):
    tree = xr.DataTree.from_dict({"a": chemical, "b": chemical})
    for field, _, _ in layers_of(tree):
        np.testing.assert_array_equal(field.time, chemical.time)
        assert field.x.attrs["units"] == "mm"


def test_a_tree_is_shown_without_a_warning(tree, caplog):
    viewer = show(tree, ViewerModel())
    assert len(viewer.layers) == 4 and not caplog.records


def test_the_view_is_that_of_what_is_shown(tree, neuronal):
    # Of a montage of 3 x 3 fields; in a tree of unlike runs its longer side is one.
    for data, sides in ((tree, (14 / 17, 1)), (neuronal, (14, 17))):
        viewer = show(data, ViewerModel())
        camera, first = viewer.scene.camera, 0 if data is tree else -0.5
        np.testing.assert_allclose(camera.center[-2:], first + np.array(sides) / 2)
        room = min(np.asarray(viewer.canvas.viewbox_size(viewer.layers)) / sides)
        assert camera.zoom == pytest.approx(0.95 * room)
        camera.zoom = 3.0
        show(data, viewer)  # beside others: the view stays
        assert viewer.scene.camera.zoom == 3.0


def test_a_constant_field_has_limits():
    state = initial.uniform(rd.Grid((4, 4)), u=1.0)
    run = rd.simulate(rd.Flow(rd.Diffusion(u=0.1), rd.Euler(0.1)), state, steps=2)
    low, high = layers_of(run)[0][1]["contrast_limits"]
    assert low < 1.0 < high


def test_weights_without_pixels_are_matrices():
    task = neural.Task(np.eye(5), np.arange(5) % 2)
    weights = neural.weights(task, hidden=3, seed=0)
    run = rd.simulate(rd.Flow(neural.Supervised(task), rd.Euler(0.1)), weights, steps=2)
    assert [w["name"] for _, w, _ in layers_of(run)] == ["U", "V"]


def test_a_network_has_a_stack_a_montage_and_matrices(neuronal):
    viewer = show(neuronal, ViewerModel())
    assert [layer.name for layer in viewer.layers] == ["V", "W", "U", "U montage"]
    assert [layer.name for layer in viewer.layers if layer.visible] == ["U montage"]
    labels = {layer.name: layer.axis_labels for layer in viewer.layers}
    assert labels["U"] == ("time", "hidden", "y", "x")
    assert labels["V"] == ("time", "hidden", "output", "neuron")
    assert labels["W"] == ("time", "hidden", "critic", "output")
    viewer.dims.set_point(0, neuronal.time.values[4])
    for hidden in (0, 5):  # a matrix is the same whichever neuron is chosen
        viewer.dims.set_point(1, hidden)
        at = np.rint(
            viewer.layers["V"].world_to_data(viewer.dims.point)[:2].astype(float)
        )
        seen = viewer.layers["V"].data[int(at[0]), int(at[1])]
        np.testing.assert_array_equal(seen, neuronal.V[4])


def test_the_montage_is_that_of_the_house(neuronal):
    made = sheet(neuronal.U)
    assert made.dims == ("time", "row", "column")
    for frame in (0, 10):
        np.testing.assert_array_equal(made[frame], neural.montage(neuronal.U[frame]))


def test_every_pixel_of_the_montage_knows_its_neuron(neuronal):
    bank = neuronal.U.isel(time=0, drop=True)
    numbers = bank.copy(data=np.broadcast_to(np.arange(6)[:, None, None], bank.shape))
    picture = neural.montage(numbers)
    for place in np.ndindex(*picture.shape):
        wanted = None if np.isnan(picture[place]) else int(picture[place])
        assert neuron_at(neuronal.U, *place) == wanted
    for j in range(6):
        (top, left), _, (bottom, right), _ = corners_of(neuronal.U, j)
        framed = picture[int(top + 0.5) : int(bottom + 0.5)]
        framed = framed[:, int(left + 0.5) : int(right + 0.5)]
        assert framed.shape == (4, 5) and (framed == j).all()
    assert neuron_at(neuronal.U, -3, 0) is None


def test_pictures_are_cut_like_arrays():
    whole = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    pictures = Pictures((2, 3), (4, 5), lambda place: whole[place])
    for key in (
        (0,),
        (1, 2),
        (slice(None), 1, slice(1, 3)),
        (slice(0, 1), slice(1, 3), 2, slice(None, None, 2)),
    ):
        np.testing.assert_array_equal(pictures[key], whole[key])
    np.testing.assert_array_equal(pictures.array(), whole)


def test_what_cannot_be_made_is_blank_and_told_once():
    def make(place):
        raise ValueError("This frame is damaged.")

    told = []
    pictures = Pictures((3,), (2, 2), make, told.append)
    assert np.isnan(pictures[0]).all() and np.isnan(pictures[1]).all()
    assert told == ["This frame is damaged."]
    with pytest.raises(ValueError, match="damaged"):
        Pictures((3,), (2, 2), make)[0]
