"""A folder of runs without a window."""

import json
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from napari_rdkit_nn import folder
from napari_rdkit_nn.errands import WAITING, Done, Errands
from napari_rdkit_nn.filters import filter_of
from rdkit_nn import analysis, models, presets


def build(F, k=0.055):
    if F < 0:
        raise ValueError("The feed must not be negative.")
    return rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(dt=1.0))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs, a sweep, a failed one, a foreign store, a damaged one, a tree."""
    home = tmp_path_factory.mktemp("runs")
    grid = rd.Grid((32, 40), spacing=2.5 / 256)
    state = presets.get("gray-scott-k0.055").initial(0, grid=grid, dtype="float32")
    for name, F in (("a", 0.025), ("deep/b", 0.04)):
        path = home / f"{name}.zarr"
        rd.simulate(build(F), state, 200, 100, store=path, progress=False)
    told = state.assign_attrs({"class": "spots"})
    rd.simulate(build(0.03), told, 20, store=home / "c.zarr", progress=False)
    over = {"F": [0.025, 0.03, 0.035], "k": [0.055, 0.06]}
    rd.sweep(build, state, over, steps=40, store=home / "s.zarr", progress=False)
    with pytest.warns(RuntimeWarning, match="failed"):
        rd.sweep(
            build,
            state,
            {"F": [0.025, -1.0]},
            40,
            store=home / "t.zarr",
            progress=False,
        )
    xr.Dataset({"a": ("x", np.ones(3))}).to_zarr(home / "z.zarr", consolidated=False)
    shutil.copytree(home / "a.zarr", home / "y.zarr")
    (home / "y.zarr" / "finished" / "zarr.json").write_text("{}")
    (home / "empty.zarr").mkdir()
    return home


def test_every_store_is_a_row(runs):
    rows = {row.name: row for row in folder.rows(runs)}
    assert list(rows)[:2] == ["a.zarr", "c.zarr"] and "deep/b.zarr" in rows
    kinds = {name: row.kind for name, row in rows.items()}
    assert kinds == {
        "a.zarr": "run",
        "c.zarr": "run",
        "deep/b.zarr": "run",
        "empty.zarr": "foreign",
        "s.zarr": "sweep",
        "t.zarr": "sweep",
        "y.zarr": "damaged",
        "z.zarr": "foreign",
    }
    a = rows["a.zarr"]
    assert (a.model, a.method, a.kernel) == ("gray_scott", "Euler", "fused")
    assert a.parameters == {"F": 0.025, "k": 0.055, "D_u": 2e-5, "D_v": 1e-5, "dt": 1.0}
    assert (a.frames, a.reserved, a.status, a.says) == (3, 3, "complete", "")
    assert rows["c.zarr"].group == "spots"
    assert rows["s.zarr"].model == "sweep of F 3 x k 2"
    assert rows["t.zarr"].says == "1 runs failed."
    assert "damaged" in rows["y.zarr"].says
    assert "no run of rdkit_nn" in rows["z.zarr"].says
    assert "no zarr.json" in rows["empty.zarr"].says


def test_rows_are_made_without_reading_a_frame(runs, tmp_path):
    shutil.copytree(runs / "a.zarr", tmp_path / "a.zarr")
    for chunk in (tmp_path / "a.zarr" / "v" / "c").rglob("*"):
        if chunk.is_file():
            chunk.write_bytes(b"nonsense")
    assert folder.row(tmp_path / "a.zarr").kind == "run"
    with pytest.raises(ValueError, match="damaged"):
        folder.thumbnail(tmp_path / "a.zarr")


def test_a_tree_and_a_netcdf_file_are_rows(runs, tmp_path):
    run = rd.open_run(runs / "a.zarr").load()
    tree = xr.DataTree.from_dict({"one/a": run, "one/b": run})
    tree.to_zarr(tmp_path / "tree.zarr", consolidated=False)
    run.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(tmp_path / "b.nc", engine="h5netcdf")
    kinds = {row.name: row.kind for row in folder.rows(tmp_path)}
    inside = {"tree.zarr/one/a": "run", "tree.zarr/one/b": "run"}
    assert kinds == {"a.nc": "run", "b.nc": "foreign", "tree.zarr": "tree", **inside}
    row = [row for row in folder.rows(tmp_path) if row.name == "tree.zarr/one/b"][0]
    assert (row.model, row.frames, row.kernel) == ("gray_scott", 3, "fused")
    assert row.parameters["F"] == 0.025
    assert folder.measures_of(row.path) == folder.measures_of(runs / "a.zarr")
    np.testing.assert_array_equal(
        folder.thumbnail(tmp_path / "a.nc"), folder.thumbnail(runs / "a.zarr")
    )


def test_a_measures_group_is_read(runs, tmp_path):
    shutil.copytree(runs / "a.zarr", tmp_path / "a.zarr")
    (tmp_path / "a.zarr" / "measures").mkdir()
    told = {"attributes": {"class": "labyrinth", "contrast": 0.25, "words": "no"}}
    (tmp_path / "a.zarr" / "measures" / "zarr.json").write_text(json.dumps(told))
    row = folder.row(tmp_path / "a.zarr")
    assert row.group == "labyrinth" and row.measures == {"contrast": 0.25}


def test_no_folder_is_a_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        list(folder.rows(tmp_path / "nowhere"))


def test_a_scan_stops_when_told(runs):
    assert len(list(folder.rows(runs, iter([False, False, True]).__next__))) == 2


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_is_described(name):
    model, method, numbers = folder.described(repr(presets.get(name).flow))
    assert model and model.isprintable() and numbers["dt"] == presets.get(name).flow.dt
    assert method in ("Euler", "RK4", "ETDRK4", "IMEX")


def test_other_descriptions_are_no_trouble():
    assert folder.described("Life()")[0] == "Life"
    assert folder.described("Flow(law(u='a - u')(a=1.0), Euler(dt=0.1))") == (
        "law",
        "Euler",
        {"a": 1.0, "dt": 0.1},
    )
    assert folder.described("<what> (") == ("<what> ", "", {})


def test_a_thumbnail_is_the_last_frame_made_small(runs):
    picture = folder.thumbnail(runs / "a.zarr", side=16)
    assert picture.shape == (16, 14) and picture.dtype == np.uint8
    assert picture.min() == 0 and picture.max() == 255
    whole = rd.open_run(runs / "a.zarr").v.isel(time=-1).values
    coarse = whole.reshape(16, 2, 40).mean(1)[:, :39].reshape(16, 13, 3).mean(2)
    assert np.corrcoef(coarse.ravel(), picture[:, :13].ravel())[0, 1] > 0.999


def test_measures_are_those_of_analysis(runs):
    told, group = folder.measures_of(runs / "a.zarr")
    run = rd.open_run(runs / "a.zarr").v
    v, kind = run.isel(time=-1), analysis.classify(run)
    assert told == {
        "contrast": float(analysis.contrast(v)),
        "wavelength": float(analysis.wavelength(v)),
        "euler": float(analysis.euler_number(v)),
        "confidence": float(kind.confidence),
    }
    assert group == kind["class"].item() != "homogeneous"


def test_a_bank_is_measured_whole(neuronal, tmp_path):
    neuronal.to_netcdf(tmp_path / "n.nc", engine="h5netcdf")
    told, group = folder.measures_of(tmp_path / "n.nc")
    bank = neuronal.U.isel(time=-1)
    assert told["contrast"] == float(analysis.contrast(bank).mean())
    kinds = analysis.classify(neuronal.U)["class"].values
    assert told["confidence"] == (kinds == group).mean() > 1 / 6
    assert folder.thumbnail(tmp_path / "n.nc").shape == (14, 17)  # of 3 x 3 fields


def test_a_sweep_is_a_plane_whose_cells_are_runs(runs):
    told = folder.diagram(runs / "s.zarr")
    assert told.dims == ("F", "k") and told.shape == (3, 2)
    assert told.values == (("0.025", "0.03", "0.035"), ("0.055", "0.06"))
    sweep = rd.open_run(runs / "s.zarr")
    found = {(r, c): x for r, c, x in folder.measured_cells(told, "contrast")}
    assert len(found) == 6
    for (r, c), value in found.items():
        v = sweep.v.isel(F=r, k=c, time=-1)
        assert value == float(analysis.contrast(v))
    kinds = [x for _, _, x in folder.measured_cells(told, folder.CLASS)]
    assert kinds[0] == analysis.classify(sweep.v.isel(F=0, k=0))["class"].item()
    assert len(kinds) == 6
    turned = folder.diagram(runs / "s.zarr", ("k", "F"))
    assert turned.shape == (2, 3)
    one = folder.cell(sweep, turned.dims, 1, 2)
    assert (float(one.F), float(one.k)) == (0.035, 0.06)
    with pytest.raises(ValueError, match="goes over F, k"):
        folder.diagram(runs / "s.zarr", ("F", "c"))
    with pytest.raises(ValueError, match="no sweep"):
        folder.diagram(runs / "a.zarr")


def test_a_failed_run_is_a_hole_with_its_reason(runs):
    told = folder.diagram(runs / "t.zarr")
    assert told.dims == ("", "F") and told.shape == (1, 2)
    assert "must not be negative" in told.failures[0, 1]
    values = [x for _, _, x in folder.measured_cells(told, "contrast")]
    assert np.isfinite(values[0]) and np.isnan(values[1])


def test_scattered_points_are_told_by_their_numbers(runs, tmp_path):
    state = rd.open_run(runs / "a.zarr").isel(time=-1).load()
    points = rd.sobol({"F": (0.02, 0.06)}, n=4, seed=0)
    rd.sweep(build, state, points, 20, store=tmp_path / "p.zarr", progress=False)
    told = folder.diagram(tmp_path / "p.zarr")
    assert told.shape == (1, 4)
    assert all(label.startswith("F=0.0") for label in told.values[1])


ROW = folder.Row(
    Path("a/spots.zarr"),
    "a/spots.zarr",
    "run",
    "gray_scott",
    "Euler",
    {"F": 0.025, "k": 0.06},
    kernel="fused",
    group="spots",
    frames=21,
    status="complete",
    measures={"contrast": 0.2},
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("F<0.03 kernel=fused class:spot", True),
        ("F<0.02", False),
        ("F>=0.025 F<=0.025 F=0.025", True),
        ("F!=0.025", False),
        ("contrast>0.1 frames>20", True),
        ("wavelength<1", False),
        ("-wavelength<1", True),
        ("GRAY", True),
        ("-gray", False),
        ("kernel!=stepped", True),
        ("kernel=fuse", False),
        ("name:spots.zarr", True),
        ("labyrinth", False),
    ],
)
def test_a_filter_reads_words_side_by_side(text, holds):
    assert filter_of(text)(ROW) is holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("F<", "lacks"),
        ("F<abc", "no number"),
        ("kernel<3", "is a text"),
        ("F:3", "no text"),
        ("-", "lone minus"),
    ],
)
def test_a_filter_that_cannot_be_read_says_why(text, words):
    with pytest.raises(ValueError, match=words):
        filter_of(text)


@pytest.fixture
def errands():
    made = Errands()
    yield made
    assert made.close()


def everything(errands, timeout=10.0):
    found, end = [], time.monotonic() + timeout
    while errands.busy:
        assert time.monotonic() < end
        found += errands.fetch()
        time.sleep(0.005)
    return found + errands.fetch()


def test_errands_bring_results_errors_and_their_end(errands):
    def wrong(stop):
        yield 3
        raise ValueError("no")

    errands.ask("good", lambda stop: iter([1, 2]))
    found = everything(errands)
    assert [x for _, x in found[:-1]] == [1, 2] and isinstance(found[-1][1], Done)
    errands.ask("bad", wrong)
    found = everything(errands)
    assert found[0] == ("bad", 3) and str(found[1][1]) == "no"


def test_errands_are_dropped_in_the_midst(errands):
    going = threading.Event()

    def endless(stop):
        going.set()
        while not stop():
            time.sleep(0.001)
            yield 1

    errands.ask("endless", endless)
    assert going.wait(5.0)
    errands.drop(lambda key: key == "endless")
    everything(errands)
    assert not errands.busy


def test_errands_that_nobody_fetches_are_bounded(errands):
    def many(stop):
        yield from range(1_000_000)

    errands.ask("many", many)
    for k in range(1_000):
        errands.ask(k, many)
    time.sleep(0.2)
    assert errands._results.qsize() <= 256 and len(errands._wanted) <= WAITING
    begun = time.monotonic()
    assert errands.close() and time.monotonic() - begun < 2.0
