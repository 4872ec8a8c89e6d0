"""Layers without a window; then the reader, the manifest and a real picture."""

import warnings

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from napari_rdkit_nn import layers_of, show
from napari_rdkit_nn.reader import get_reader, kind_of, open_any, read
from rdkit_nn import models, neural, presets, start

GRID = rd.Grid((12, 16), spacing=(0.5, 0.25), units="mm")
FLOW = rd.Flow(models.gray_scott(Du=0.01, Dv=0.005), rd.Euler(0.5))


@pytest.fixture
def begin():
    return start.noise(GRID, u=0.6, v=0.3, seed=0)


@pytest.fixture
def chemical(begin):
    return rd.simulate(FLOW, begin, steps=40, every=10)


@pytest.fixture
def neuronal():
    rng = np.random.default_rng(0)
    task = neural.Task(rng.standard_normal((9, 4, 5)), np.arange(9) % 3)
    weights = neural.weights(task, hidden=6, critic=4, seed=0)
    game = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)
    return rd.simulate(game, weights, steps=20, every=5)  # another clock


@pytest.fixture
def tree(chemical, neuronal):
    runs = {"seed0/gray_scott": chemical, "seed0/adversarial": neuronal}
    return xr.DataTree.from_dict({**runs, "measures": xr.Dataset({"n": ("k", [1.0])})})


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
    from napari.components import ViewerModel

    viewer = show(chemical, ViewerModel())
    layer = viewer.layers["v"]
    np.testing.assert_allclose(layer.scale, (5.0, 0.5, 0.25))
    np.testing.assert_allclose(layer.translate, (0.0, 0.25, 0.125))
    assert tuple(layer.axis_labels) == ("time", "y", "x")
    assert [str(u) for u in layer.units][1:] == ["millimeter", "millimeter"]


def test_uneven_times_are_counted_and_not_lied_about(begin):
    run = rd.simulate(FLOW, begin, steps=100, every=[1, 10, 100])
    field, words, _ = layers_of(run)[0]
    assert "time" not in field.coords and field.dims[0] == "time"
    assert words["metadata"]["time"] == [0.0, 0.5, 5.0, 50.0]


def test_descending_axes_are_turned(chemical):
    turned = chemical.isel(y=slice(None, None, -1))
    field = layers_of(turned)[0][0]
    np.testing.assert_array_equal(field, chemical.u)


def test_signed_data_diverge_about_zero(neuronal):
    field, words, _ = layers_of(neuronal)[0]
    low, high = words["contrast_limits"]
    assert words["name"] == "U" and low == -high and words["colormap"] == "PiYG"
    assert field.dims == ("time", "hidden", "y", "x")


def test_a_tree_shows_one_run_and_hides_the_rest(tree):
    told = {words["name"]: (field, words) for field, words, _ in layers_of(tree)}
    assert set(told) == {
        "seed0/gray_scott/u",
        "seed0/gray_scott/v",
        "seed0/adversarial/U",
    }
    assert [n for n, (_, w) in told.items() if w["visible"]] == ["seed0/adversarial/U"]
    # Axes are matched from the right: all have the same ones, and none is empty for a
    # neuron or a frame that another layer has.
    for field, words in told.values():
        assert field.dims == ("time", "hidden", "y", "x")
        assert field.sizes["time"] == 5 and field.sizes["hidden"] == 6
        assert "time" not in field.coords and len(words["metadata"]["time"]) == 5
    v, words = told["seed0/gray_scott/v"]
    np.testing.assert_array_equal(v.isel(hidden=3), tree["seed0/gray_scott"].v)
    assert words["metadata"]["units"]["x"] == "mm"


def test_runs_of_one_clock_keep_it(chemical):
    tree = xr.DataTree.from_dict({"a": chemical, "b": chemical})
    for field, _, _ in layers_of(tree):
        np.testing.assert_array_equal(field.time, chemical.time)
        assert field.x.attrs["units"] == "mm"


def test_a_tree_is_shown_without_a_warning(tree, caplog):
    from napari.components import ViewerModel

    viewer = show(tree, ViewerModel())
    assert len(viewer.layers) == 3 and not caplog.records


def test_a_constant_field_has_limits():
    begin = start.uniform(rd.Grid((4, 4)), u=1.0)
    run = rd.simulate(rd.Flow(rd.Diffusion(u=0.1), rd.Euler(0.1)), begin, steps=2)
    low, high = layers_of(run)[0][1]["contrast_limits"]
    assert low < 1.0 < high


def test_weights_without_pixels_are_matrices():
    task = neural.Task(np.eye(5), np.arange(5) % 2)
    weights = neural.weights(task, hidden=3, seed=0)
    run = rd.simulate(rd.Flow(neural.Supervised(task), rd.Euler(0.1)), weights, steps=2)
    assert [w["name"] for _, w, _ in layers_of(run)] == ["U", "V"]


def test_the_reader_opens_runs_lazily(begin, tmp_path):
    path = str(tmp_path / "run.zarr")
    rd.simulate(FLOW, begin, steps=40, every=1, store=path)
    assert kind_of(path) == "run"
    told = get_reader([path])(path)
    assert all(field.chunks is not None for field, _, _ in told)
    np.testing.assert_array_equal(told[0][0], rd.open_run(path).u)


def test_the_reader_opens_trees(tree, tmp_path):
    path = str(tmp_path / "compare.zarr")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree.to_zarr(path, consolidated=False)
    assert kind_of(path) == "tree"
    assert len(read([path])) == 3
    assert isinstance(open_any(path), xr.DataTree)


def test_the_reader_declines_what_is_not_ours(tmp_path):
    foreign = tmp_path / "foreign.zarr"
    xr.Dataset({"a": ("x", np.ones(3))}).to_zarr(foreign, consolidated=False)
    (tmp_path / "empty.zarr").mkdir()
    broken = tmp_path / "broken.zarr"
    broken.mkdir()
    (broken / "zarr.json").write_text('{"attributes": [1')
    for path in (foreign, tmp_path / "empty.zarr", broken, tmp_path / "nothing.zarr"):
        assert get_reader(str(path)) is None
        with pytest.raises(ValueError, match="holds no run"):
            open_any(path)
    assert get_reader(["one.zarr", "two.zarr"]) is None


def test_the_manifest_is_valid_and_found():
    from npe2 import PluginManifest

    manifest = PluginManifest.from_distribution("napari-rdkit-nn")
    manifest.validate_imports()
    assert manifest.name == "napari-rdkit-nn"
    assert {s.key for s in manifest.contributions.sample_data} == {
        "gray_scott",
        "twins",
    }


def test_sample_data_are_real_runs():
    from napari_rdkit_nn.samples import gray_scott, twins

    assert gray_scott()[1][0].sizes["time"] == 101
    names = [words["name"] for _, words, _ in twins()]
    assert names == ["adversarial/U", "supervised/U"]


def test_a_viewer_opens_a_run_and_shows_a_picture(make_napari_viewer, begin, tmp_path):
    path = str(tmp_path / "run.zarr")
    rd.simulate(FLOW, begin, steps=40, every=10, store=path)
    viewer = make_napari_viewer(show=True)  # hidden viewers draw black
    viewer.open(path, plugin="napari-rdkit-nn")
    assert [layer.name for layer in viewer.layers] == ["u", "v"]
    assert viewer.dims.axis_labels[-3:] == ("time", "y", "x")
    picture = viewer.screenshot(canvas_only=True, flash=False)[..., :3]
    colours = np.unique(picture.reshape(-1, 3), axis=0)
    assert len(colours) > 50
    assert (picture.max(axis=-1) > 10).mean() > 0.2
