"""Runs from memory become stores like any other."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, models, neural, presets
from rdkit_nn.store import status

FLOW = rd.Flow(models.gray_scott(F=0.03, k=0.06), rd.Euler(dt=0.5))


@pytest.fixture(scope="module")
def run():
    begin = initial.noise(rd.Grid((8, 10), spacing=0.5), u=0.6, v=0.3, seed=0)
    watch = {"mass": lambda state: state.u.sum()}
    return rd.simulate(FLOW, begin, 40, every=[1, 3, 10, 40], watch=watch)


def test_it_is_the_store_that_the_run_would_have_written(run, tmp_path):
    begin = initial.noise(rd.Grid((8, 10), spacing=0.5), u=0.6, v=0.3, seed=0)
    path = tmp_path / "went.zarr"
    watch = {"mass": lambda state: state.u.sum()}
    went = rd.simulate(FLOW, begin, 40, [1, 3, 10, 40], watch=watch, store=path)
    saved = rd.save_run(run, tmp_path / "saved.zarr")
    xr.testing.assert_identical(
        saved.load().drop_attrs(deep=False), went.load().drop_attrs(deep=False)
    )
    assert saved.attrs == went.attrs | {"created": run.attrs["created"]}
    assert saved.v.attrs == went.v.attrs and saved.time.attrs == went.time.attrs
    assert rd.verify(tmp_path / "saved.zarr") == []
    told, wanted = status(tmp_path / "saved.zarr"), status(path)
    for key in (
        "dynamics",
        "dt",
        "steps",
        "first",
        "origin",
        "watch",
        "status",
        "ranges",
    ):
        assert told[key] == wanted[key]


def test_it_is_continued_in_the_same_bits(run, tmp_path):
    saved = rd.save_run(run, tmp_path / "saved.zarr")
    one = rd.simulate(FLOW, saved.isel(time=-1), steps=7)
    other = rd.simulate(FLOW, run.isel(time=-1), steps=7)
    for name in ("u", "v", "step", "time"):
        np.testing.assert_array_equal(one[name], other[name])
    xr.testing.assert_identical(rd.resume(tmp_path / "saved.zarr"), saved)  # complete


def test_part_of_a_run_keeps_its_clock(run, tmp_path):
    part = run.isel(time=slice(3, None))[["v"]]
    saved = rd.save_run(part, tmp_path / "part.zarr")
    np.testing.assert_array_equal(saved.step, [10, 40])
    np.testing.assert_array_equal(saved.time, [5.0, 20.0])
    low, high = saved.v.attrs["actual_range"]
    assert (low, high) == (float(part.v.min()), float(part.v.max()))
    assert run.v.attrs["actual_range"] != [low, high]  # that of the whole is left alone


def test_a_network_and_a_netcdf_file_are_saved(tmp_path):
    task = neural.Task(
        np.random.default_rng(0).normal(size=(6, 3, 4)), np.arange(6) % 2
    )
    flow = presets.pseudo_reaction_diffusion(task, dt=0.1, seed=0)
    weights = neural.weights(task, hidden=5, critic=2, seed=0)
    run = rd.simulate(flow, weights, steps=4)
    run.to_netcdf(tmp_path / "run.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "run.nc", engine="h5netcdf") as opened:
        saved = rd.save_run(opened, tmp_path / "run.zarr")
    for name in ("U", "V", "W"):
        np.testing.assert_array_equal(saved[name], run[name])
        assert saved[name].dims == run[name].dims
    assert saved.attrs["task"] == repr(task)


def test_what_exists_is_not_replaced_unasked(run, tmp_path):
    path = tmp_path / "run.zarr"
    rd.save_run(run, path)
    with pytest.raises(FileExistsError):
        rd.save_run(run, path)
    with pytest.raises(ValueError, match="Load it first"):  # it would eat itself
        rd.save_run(rd.open_run(path), path, overwrite=True)
    assert rd.verify(path) == []
    rd.save_run(run.isel(time=[0, 1]), path, overwrite=True)
    assert rd.open_run(path).sizes["time"] == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run: run.isel(time=0), "A run has frames along `time`"),
        (lambda run: run.drop_vars("step"), "with a coordinate `step`"),
        (lambda run: run.isel(time=slice(None, None, -1)), "must rise"),
        (
            lambda run: run.assign(w=run.u[0].drop_vars(["time", "step"])),
            "w does not change",
        ),
        (lambda run: run.drop_attrs(), "what moved it"),
        (
            lambda run: run.assign_coords(step=(("F", "time"), [run.step.values] * 2)),
            "Sweeps are stored by sweep",
        ),
    ],
)
def test_what_is_no_run_is_a_sentence(run, tmp_path, change, words):
    with pytest.raises(ValueError, match=words):
        rd.save_run(change(run), tmp_path / "none.zarr")
    assert not (tmp_path / "none.zarr").exists()
    with pytest.raises(TypeError, match="got DataArray"):
        rd.save_run(run.u, tmp_path / "none.zarr")
