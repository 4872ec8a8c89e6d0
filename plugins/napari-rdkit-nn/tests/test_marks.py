"""Masks, spots, tips and defects as layers: what analysis says, where it lies."""

import numpy as np
import pytest
import xarray as xr
from napari.components import ViewerModel

import rdkit_nn as rd
from napari_rdkit_nn import show
from napari_rdkit_nn.layers import marks
from napari_rdkit_nn.viewer import add
from rdkit_nn import analysis

GRID = rd.Grid((24, 32), spacing=(0.5, 0.25), units="mm")


def run_of(**fields):
    coords = {"time": ("time", [0.0, 2.0, 4.0], {"units": "s"})}
    coords |= GRID.coords
    dims = ("time", "y", "x")
    return xr.Dataset(
        {n: (dims, np.stack([f(i) for i in range(3)])) for n, f in fields.items()},
        coords,
        {"rdkit_nn": rd.__version__},
    )


def blobs(i):
    y, x = np.meshgrid(*(c[1] for c in GRID.coords.values()), indexing="ij")
    one = np.exp(-((y - 4.25) ** 2 + (x - 2.125 - 0.25 * i) ** 2))
    return one + 0.9 * np.exp(-((y - 8.25) ** 2 + (x - 5.125) ** 2))


def vortex(part):
    def field(i):
        y, x = np.meshgrid(*(c[1] for c in GRID.coords.values()), indexing="ij")
        gap = {"u": x - 2.0 - 0.25 * i, "v": y - 4.0}[part]
        return gap * np.exp(-((x - 4) ** 2 + (y - 6) ** 2) / 50)

    return field


@pytest.fixture
def spotted():
    return run_of(v=blobs)


def test_a_mask_is_what_components_says(spotted):
    viewer = show(spotted, ViewerModel())
    (labels,) = add(viewer, [marks.mask(spotted.v, "v")])
    assert labels.name == "v mask" and labels.axis_labels == ("time", "y", "x")
    np.testing.assert_array_equal(labels.data, analysis.components(spotted.v))
    np.testing.assert_allclose(labels.extent.world, viewer.layers["v"].extent.world)
    assert labels.units == viewer.layers["v"].units


def test_spots_lie_where_they_are_with_what_is_measured(spotted):
    viewer = show(spotted, ViewerModel())
    (points,) = add(viewer, [marks.spots(spotted.v, "v")])
    found = analysis.spots(spotted.v)
    assert len(points.data) == int(found.number.sum()) == 6
    world = points.data * points.scale + points.translate
    for place, (_, row) in zip(world, points.features.iterrows()):
        here = found.sel(time=place[0])
        near = here.isel(spot=int(abs(here.x - place[2]).values.argmin()))
        assert place[1:] == pytest.approx([float(near.y), float(near.x)])
        for name in ("area", "diameter", "elongation", "peak"):
            assert row[name] == float(near[name])
    assert points.units == viewer.layers["v"].units


def test_spots_are_seen_in_their_own_frame_only(spotted):
    spotted = spotted.assign_coords(time=spotted.time * 0.01)  # 0.02 between frames
    viewer = show(spotted, ViewerModel())
    (points,) = add(viewer, [marks.spots(spotted.v)])
    for frame in range(3):
        viewer.dims.set_point(0, frame * 0.02)
        assert len(points._view_data) == 2


def test_tips_are_followed(request):
    run = run_of(u=vortex("u"), v=vortex("v"))
    for name in ("u", "v"):
        run[name].attrs["boundary"] = "y: no-flux; x: no-flux"
    viewer = show(run, ViewerModel())
    made = marks.tips(run.u, run.v, "run")
    table, words, kind = made[0]
    tracks, points = add(viewer, made)
    found = analysis.tips(run.u, run.v, centre=None)
    linked = analysis.tracks(found, reach=words["metadata"]["reach"])
    assert kind == "tracks" and len(table) == found.sizes["point"] > 0
    assert set(table[:, 0]) == set(linked.track.values)
    world = tracks.data[:, 1:] * tracks.scale + tracks.translate
    wanted = np.column_stack([linked.time, linked.y, linked.x])
    np.testing.assert_allclose(np.unique(world, axis=0), np.unique(wanted, axis=0))
    assert sorted(tracks.features.charge) == sorted(linked.charge.values)
    np.testing.assert_array_equal(points.data, tracks.data[:, 1:])
    for charge, colour in zip(points.features.charge, points.border_color):
        assert (colour[0] > 0.5) == (charge > 0)  # orange or blue
    viewer.dims.set_point(0, float(run.time[1]))
    assert len(points._view_data) == (found.frame == 1).sum() > 0


def test_ends_of_stripes_are_followed():
    y, x = np.meshgrid(*(c[1] for c in GRID.coords.values()), indexing="ij")
    angle = np.arctan2(y - 6.01, x - 4.01)
    wave = np.cos(2 * np.pi * x + angle)
    run = run_of(v=lambda i: wave)
    (table, words, kind), (places, _, other) = marks.defects(run.v, "v")
    found = analysis.dislocations(run.v)
    assert kind == "tracks" and len(table) == found.sizes["point"] > 0
    assert words["name"] == "v defects, tracks"
    assert other == "points" and len(places) == len(table)


@pytest.mark.parametrize("along", ["y", "x"])
def test_a_band_round_the_torus_has_no_centre(along):
    y, x = np.meshgrid(*(c[1] for c in GRID.coords.values()), indexing="ij")
    across, length = (x, 8.0) if along == "y" else (y, 12.0)
    band = run_of(v=lambda i: np.cos(2 * np.pi * across / length)).v
    with pytest.raises(ValueError, match="no spots in v"):
        marks.spots(band, "v")
    spot = np.exp(-((y - 6) ** 2) - (x - 4) ** 2)
    data, _, _ = marks.spots(band + 1.5 * spot, "v")
    assert len(data) == 3 and np.isfinite(data).all()


def test_where_nothing_is_found_there_is_a_sentence():
    flat = run_of(v=lambda i: np.ones(GRID.shape))
    with pytest.raises(ValueError, match="no spots in v"):
        marks.spots(flat.v, "v")
    with pytest.raises(ValueError, match="no v defects"):
        marks.defects(flat.v, "v")
    with pytest.raises(ValueError, match="plane"):
        marks.spots(flat.v.isel(y=0))
    with pytest.raises(ValueError, match=r"one run in a plane"):
        marks.tips(flat.v[0], flat.v[0])


def test_commands_mark_the_selected_layer(make_napari_viewer, qtbot, spotted, told):
    from napari_rdkit_nn.commands import mark_mask, mark_spots, mark_tips
    from napari_rdkit_nn.viewer import accompany

    viewer = show(spotted, make_napari_viewer())
    errands = accompany(viewer).errands()
    mark_spots(viewer)
    qtbot.waitUntil(lambda: errands.idle)
    viewer.layers.selection.active = viewer.layers["v"]
    mark_mask(viewer)
    qtbot.waitUntil(lambda: errands.idle)
    assert [layer.name for layer in viewer.layers] == ["v", "v spots", "v mask"]
    viewer.layers.selection.active = viewer.layers["v"]
    mark_tips(viewer)
    qtbot.waitUntil(lambda: errands.idle)
    assert "two variables" in told[-1].message
    viewer.layers.selection.active = viewer.layers["v spots"]
    mark_tips(viewer)
    assert told[-1].message == "Select the layer of a run first."
    errands.close()
