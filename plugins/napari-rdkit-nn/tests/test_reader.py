"""From paths to layers: runs, sweeps, trees, netCDF; what is damaged or not ours."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from napari.components import ViewerModel

import rdkit_nn as rd
from napari_rdkit_nn.kinds import kind_of
from napari_rdkit_nn.reader import get_reader, read, said_of
from napari_rdkit_nn.stores import open_any
from napari_rdkit_nn.viewer import accompany, add
from rdkit_nn import initial, models


@pytest.fixture
def stored(flow, state, tmp_path):
    path = tmp_path / "run.zarr"
    rd.simulate(flow, state, steps=40, every=1, store=path)
    return str(path)


def test_the_reader_opens_runs_lazily(stored):
    assert kind_of(stored) == "run"
    told = get_reader([stored])(stored)
    assert all(field.chunks is not None for field, _, _ in told)
    np.testing.assert_array_equal(told[0][0], rd.open_run(stored).u)


def test_the_reader_opens_trees(tree, tmp_path, told):
    path = str(tmp_path / "compare.zarr")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree.to_zarr(path, consolidated=False)
    assert kind_of(path) == "tree"
    assert len(read([path])) == 4
    assert isinstance(open_any(path), xr.DataTree)
    assert (
        "2 runs. seed0/adversarial is shown; the others are hidden" in told[-1].message
    )
    one = f"{path}/seed0/gray_scott"
    assert kind_of(one) == "run" and get_reader(one) is not None
    np.testing.assert_array_equal(read(one)[1][0], tree["seed0/gray_scott"].v)


def test_the_reader_opens_netcdf(chemical, tmp_path):
    path = str(tmp_path / "run.nc")
    chemical.to_netcdf(path, engine="h5netcdf")
    field, words, _ = get_reader(path)(path)[1]
    np.testing.assert_array_equal(field, chemical.v)
    assert words["contrast_limits"] == tuple(chemical.v.attrs["actual_range"])
    foreign = str(tmp_path / "foreign.nc")
    xr.Dataset({"a": ("x", np.ones(3))}).to_netcdf(foreign, engine="h5netcdf")
    assert get_reader(foreign) is None


def test_the_reader_opens_stored_sweeps(state, tmp_path, told):
    def build(F):
        if F > 0.04:
            raise ValueError("too much")
        return rd.Flow(models.gray_scott(F=F, Du=0.01, Dv=0.005), rd.Euler(0.5))

    path = str(tmp_path / "sweep.zarr")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rd.sweep(build, state, {"F": [0.02, 0.03, 0.05]}, steps=4, store=path)
    viewer = ViewerModel()
    accompany(viewer)
    add(viewer, get_reader(path)(path))
    assert viewer.layers["v"].axis_labels == ("F", "time", "y", "x")
    viewer.dims.set_point(0, 2)
    assert "F 0.05" in viewer.canvas.overlays.text.text
    assert "failed: " in viewer.canvas.overlays.text.text


@pytest.fixture
def chunks(monkeypatch):
    """Names of the chunks of fields that are read from any store."""
    from zarr.storage import LocalStore

    read, seen = LocalStore.get, []

    async def get(self, key, *args, **how):
        if key[:4] in ("u/c/", "v/c/"):
            seen.append(key)
        return await read(self, key, *args, **how)

    monkeypatch.setattr(LocalStore, "get", get)
    return seen


def test_adding_ten_thousand_frames_reads_three_at_most(tmp_path, chunks, monkeypatch):
    from napari_rdkit_nn.layers import Pictures

    make, frames = Pictures._one, []

    def counted(self, place):
        frames.append(place)
        return make(self, place)

    monkeypatch.setattr(Pictures, "_one", counted)
    monkeypatch.setattr("rdkit_nn.store.layout.BLOCK", 128)  # fewer files, sooner made
    state = initial.noise(rd.Grid((4, 4)), u=0.5, seed=0)
    flow = rd.Flow(rd.Diffusion(u=0.01), rd.Euler(0.1))
    path = str(tmp_path / "long.zarr")
    rd.simulate(flow, state, steps=10_000, every=1, store=path)
    chunks.clear()
    viewer = ViewerModel()
    (layer,) = add(viewer, get_reader(path)(path))
    assert layer.data.shape == (10_001, 4, 4)
    assert 1 <= len(frames) <= 3 and 1 <= len(chunks) <= 3
    frames.clear(), chunks.clear()
    viewer.dims.set_point(0, 123.4)
    assert frames == [(1234,)] and chunks == [f"u/c/{1234 // 128}/0/0"]


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


def test_the_reader_declines_microscopy_and_plain_arrays(tmp_path):
    import zarr

    image = zarr.open_group(tmp_path / "cells.zarr", mode="w")
    image.create_array("0", data=np.zeros((2, 8, 8)))
    image.attrs["ome"] = {
        "version": "0.5",
        "multiscales": [{"datasets": [{"path": "0"}]}],
    }
    zarr.save_array(tmp_path / "plain.zarr", np.zeros((8, 8)))
    (tmp_path / "text.nc").write_text("not netCDF")
    for name in ("cells.zarr", "plain.zarr", "text.nc"):
        assert get_reader(str(tmp_path / name)) is None


def flipped(file):
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(bytes(body))


def test_a_damaged_store_is_a_sentence(stored, told):
    flipped(Path(stored) / "finished" / "zarr.json")
    assert get_reader(stored)(stored) == [(None,)]
    assert "is damaged: its ledger" in told[-1].message
    (Path(stored) / "finished" / "zarr.json").unlink()
    assert get_reader(stored)(stored) == [(None,)]
    assert "ledger is missing" in told[-1].message


def test_a_run_whose_head_is_broken_is_ours_and_damaged(stored, told):
    (Path(stored) / "zarr.json").write_text('{"attributes": [1')
    assert get_reader(stored)(stored) == [(None,)]
    assert "damaged" in told[-1].message


def test_a_damaged_frame_is_blank_and_a_sentence(stored, told):
    run = rd.open_run(stored).load()
    (chunk,) = (Path(stored) / "v" / "c" / "2").glob("0/0")
    flipped(chunk)
    viewer = ViewerModel()
    layers = add(viewer, get_reader(stored)(stored))
    viewer.layers["u"].visible = False
    for frame in (0, 17, 18, 30):
        viewer.dims.set_point(0, frame * 0.5)
        seen = np.asarray(layers[1].data[frame])
        if frame in (17, 18):
            assert np.isnan(seen).all()
        else:
            np.testing.assert_array_equal(seen, run.v[frame])
    assert len(told) == 1 and "fails its checksum" in told[0].message


def test_a_run_that_grows_says_so_and_is_read_again(flow, state, tmp_path, told):
    from napari_rdkit_nn.commands import refresh

    class Stop(Exception):
        pass

    def until(frame):
        if int(frame.step) == 20:
            raise Stop
        return False

    path = str(tmp_path / "grows.zarr")
    with pytest.raises(Stop):
        rd.simulate(flow, state, steps=40, every=1, store=path, until=until)
    viewer = ViewerModel()
    layers = add(viewer, get_reader(path)(path))
    assert "of 41 frames. Control-Alt-R" in said_of(path, open_any(path))
    before = layers[0].data.shape[0]
    assert before < 41
    rd.resume(path, until=lambda frame: False)
    refresh(viewer)
    assert layers[0].data.shape[0] == 41
    viewer.dims.set_point(0, 20.0)
    np.testing.assert_array_equal(layers[0].data[40], rd.open_run(path).u[40])
    refresh(viewer)
    assert told[-1].message == "Nothing has come since."


def test_a_viewer_opens_a_run_and_shows_a_picture(make_napari_viewer, stored):
    viewer = make_napari_viewer(show=True)  # hidden viewers draw black
    viewer.open(stored, plugin="napari-rdkit-nn")
    assert [layer.name for layer in viewer.layers] == ["u", "v"]
    assert viewer.dims.axis_labels[-3:] == ("time", "y", "x")
    assert viewer.canvas.overlays.text.text.startswith("time 10 ")
    picture = viewer.screenshot(canvas_only=True, flash=False)[..., :3]
    colours = np.unique(picture.reshape(-1, 3), axis=0)
    assert len(colours) > 50
    assert (picture.max(axis=-1) > 10).mean() > 0.2
