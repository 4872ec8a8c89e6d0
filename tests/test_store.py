"""Runs on disk."""

import json
import warnings
from contextlib import suppress

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import maps, models, neural, presets
from rdkit_nn.store import Damaged

FLOW = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))


def chunk(path, name="u"):
    return next(p for p in (path / name / "c").rglob("*") if p.is_file())


def test_a_stored_run_is_the_run(fields, tmp_path):
    path = tmp_path / "deep" / "run.zarr"
    plain = rd.simulate(FLOW, fields, steps=30, every=2)
    stored = rd.simulate(FLOW, fields, steps=30, every=2, store=path)
    for opened in (stored, rd.open_run(path), xr.open_zarr(path, consolidated=False)):
        assert opened.u.chunks is not None  # lazy
        for name in ("u", "v", "time", "step", "y", "x"):
            np.testing.assert_array_equal(opened[name], plain[name])
        assert opened.attrs["dynamics"] == plain.attrs["dynamics"]
        assert opened.u.dtype == plain.u.dtype
    rest = rd.simulate(FLOW, rd.open_run(path).isel(time=-1), steps=4)
    whole = rd.simulate(FLOW, fields, steps=34)
    np.testing.assert_array_equal(rest.u[-1], whole.u[-1])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_keep_their_width(fields, tmp_path, dtype):
    stored = rd.simulate(FLOW, fields.astype(dtype), steps=4, store=tmp_path / "a.zarr")
    assert stored.u.dtype == rd.open_run(tmp_path / "a.zarr").v.dtype == dtype


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int64", "float32"])
def test_cells_keep_their_kind(tmp_path, dtype):
    cells = np.random.default_rng(0).random((6, 7)) < 0.5
    state = rd.Grid((6, 7)).state(cells=cells.astype(dtype))
    plain = rd.simulate(maps.life(), state, steps=12, every=1)
    stored = rd.simulate(
        maps.life(), state, steps=12, every=1, store=tmp_path / "a.zarr"
    )
    assert stored.cells.dtype == plain.cells.dtype == dtype
    np.testing.assert_array_equal(stored.cells, plain.cells)


def test_a_run_goes_through_netcdf_and_back(fields, tmp_path):
    run = rd.simulate(FLOW, fields, steps=6, every=2)
    run.to_netcdf(tmp_path / "run.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "run.nc", engine="h5netcdf") as back:
        rest = rd.simulate(FLOW, back.isel(time=-1), steps=2)
    whole = rd.simulate(FLOW, fields, steps=8)
    np.testing.assert_array_equal(rest.u[-1], whole.u[-1])


def test_training_is_stored_like_any_run(task, weights, tmp_path):
    game = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)
    watch = {"balance": lambda s: neural.balance(s)}
    plain = rd.simulate(game, weights, steps=20, every=2, watch=watch)
    path = tmp_path / "game.zarr"
    stored = rd.simulate(game, weights, steps=20, every=2, watch=watch, store=path)
    assert set(stored) == set(plain)
    for name in plain:
        np.testing.assert_array_equal(stored[name], plain[name])


def test_an_existing_store_is_refused_unless_told(fields, tmp_path):
    path = tmp_path / "run.zarr"
    rd.simulate(FLOW, fields, steps=2, store=path)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        rd.simulate(FLOW, fields, steps=4, store=path)
    assert rd.open_run(path).step[-1] == 2
    rd.simulate(FLOW, fields, steps=4, store=path, overwrite=True)
    assert rd.open_run(path).step[-1] == 4


def test_a_folder_that_is_no_store_is_left_alone(fields, tmp_path):
    precious = tmp_path / "notes"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years")
    with pytest.raises(FileExistsError, match="no Zarr store; it is left alone"):
        rd.simulate(FLOW, fields, steps=2, store=precious, overwrite=True)
    assert (precious / "thesis.txt").read_text() == "years"
    with pytest.raises(FileExistsError, match="left alone"):
        rd.simulate(
            FLOW, fields, steps=2, store=precious / "thesis.txt", overwrite=True
        )


def test_a_bad_start_does_not_touch_the_old_store(fields, tmp_path):
    path = tmp_path / "run.zarr"
    rd.simulate(FLOW, fields, steps=2, store=path)
    bad = fields.assign(u=fields.u * np.nan)
    with pytest.raises(ValueError, match="must be finite"):
        rd.simulate(FLOW, bad, steps=2, store=path, overwrite=True)
    assert rd.open_run(path).step[-1] == 2


def test_a_run_that_ends_early_keeps_what_is_complete(fields, tmp_path):
    path = tmp_path / "run.zarr"

    def over(s):
        return int(s.step) >= 22

    rd.simulate(FLOW, fields, steps=100, every=2, until=over, store=path)
    for opened in (rd.open_run(path), xr.open_zarr(path, consolidated=False)):
        np.testing.assert_array_equal(opened.step, np.arange(0, 23, 2))
        assert np.isfinite(opened.u).all()


def test_a_run_that_breaks_keeps_its_complete_frames(tmp_path):
    grid, path = rd.Grid((3, 3)), tmp_path / "run.zarr"
    flow = rd.Flow(rd.law(u="u**2")(), rd.Euler(0.5))
    state = grid.state(u=np.full(grid.shape, 2.0))
    with pytest.raises(FloatingPointError) as caught:
        rd.simulate(flow, state, steps=40, every=1, store=path)
    kept = rd.open_run(path)
    assert kept.sizes["time"] == caught.value.run.sizes["time"] > 3
    assert np.isfinite(kept.u).all()


def test_an_interrupted_run_is_readable(fields, tmp_path):
    path = tmp_path / "run.zarr"

    def interrupt(s):
        if int(s.step) == 12:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        rd.simulate(FLOW, fields, steps=100, every=2, until=interrupt, store=path)
    kept = rd.open_run(path)
    assert kept.step[-1] == 12
    rest = rd.simulate(FLOW, kept.isel(time=-1), steps=88)
    whole = rd.simulate(FLOW, fields, steps=100)
    np.testing.assert_array_equal(rest.v[-1], whole.v[-1])


def test_a_growing_run_shows_what_is_complete(fields, tmp_path):
    path, seen = tmp_path / "run.zarr", []

    def look(s):
        seen.append(rd.open_run(path).sizes["time"])
        return False

    rd.simulate(FLOW, fields, steps=40, every=2, until=look, store=path)
    assert seen[0] == 1 and sorted(seen) == seen and 8 in seen


def test_what_was_opened_while_it_grew_reads_on(fields, tmp_path):
    path, early = tmp_path / "run.zarr", []

    def look(frame):
        if int(frame.step) == 4:
            early.append(rd.open_run(path))
        return False

    whole = rd.simulate(
        FLOW, fields, 20, 1, until=look, store=path, checkpoint=1e-9, progress=False
    )
    there = early[0].sizes["time"]
    assert 1 < there < 8  # a part of the first block, which was written again since
    np.testing.assert_array_equal(early[0].u, whole.u[:there])


def test_other_readers_are_not_warned(fields, tmp_path):
    path = tmp_path / "run.zarr"
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*not recognized as a component")
        rd.simulate(FLOW, fields, 20, 1, store=path, checkpoint=1e-9)
        rd.sweep(lambda F: FLOW, fields, {"F": [0, 1]}, 4, store=tmp_path / "s.zarr")
        xr.open_zarr(path, consolidated=False)


def test_a_writer_that_is_gone_is_no_longer_growing(fields, tmp_path):
    from rdkit_nn.store import status

    path, seen = tmp_path / "run.zarr", []

    def look(frame):
        if int(frame.step) == 10:
            seen.append(status(path)["status"])
        return False

    rd.simulate(FLOW, fields, 40, 1, until=look, store=path)
    assert seen == ["growing"] and status(path)["status"] == "complete"


def test_a_missing_chunk_is_an_error_and_never_a_nan(fields, tmp_path):
    path = tmp_path / "run.zarr"
    rd.simulate(FLOW, fields, steps=4, every=1, store=path)
    chunk(path).unlink()
    with pytest.raises(ValueError, match="damaged: 1 of 13 files are missing, of u;"):
        rd.open_run(path)


def damaged(path, kind):
    """Hurt a store in one way."""
    file = chunk(path)
    raw = bytearray(file.read_bytes())
    head = path / "finished" / "zarr.json"
    if kind == "flip":
        raw[len(raw) // 2] ^= 1
        file.write_bytes(bytes(raw))
    elif kind == "cut":
        file.write_bytes(bytes(raw[:-7]))
    elif kind == "empty":
        file.write_bytes(b"")
    elif kind == "delete":
        file.unlink()
    elif kind == "swapped":  # a sound chunk in the place of another
        other = path / "v" / file.relative_to(path / "u")
        file.write_bytes(other.read_bytes())
    elif kind == "coordinate":
        time = chunk(path, "time")
        raw = bytearray(time.read_bytes())
        raw[10] ^= 4
        time.write_bytes(bytes(raw))
    elif kind in ("attribute", "shape", "codec", "unreadable"):
        meta = path / ("zarr.json" if kind == "attribute" else "u/zarr.json")
        told = json.loads(meta.read_text())
        if kind == "attribute":
            told["attributes"]["dt"] = 0.25
        elif kind == "shape":
            told["shape"][0] += 8
        elif kind == "codec":
            told["codecs"] = told["codecs"][:1]
        text = json.dumps(told)
        meta.write_text(text[: len(text) // 2] if kind == "unreadable" else text)
    elif kind == "foreign array":
        xr.Dataset({"w": ("x", np.ones(9))}).to_zarr(path, mode="a", consolidated=False)
    elif kind == "half a ledger":
        head.write_text(head.read_text()[: head.stat().st_size // 2])
    elif kind == "edited ledger":
        told = json.loads(head.read_text())
        told["attributes"]["ledger"]["told"]["frames"] -= 1
        head.write_text(json.dumps(told))
    elif kind == "no ledger":
        head.unlink()


DAMAGE = (
    *("flip", "cut", "empty", "delete", "swapped", "coordinate", "attribute", "shape"),
    *("codec", "unreadable", "foreign array"),
    *("half a ledger", "edited ledger", "no ledger"),
)


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("growing", [False, True])
def test_every_damage_is_found(fields, tmp_path, kind, growing):
    path = tmp_path / "run.zarr"

    def stop(frame):
        if growing and int(frame.step) == 21:
            raise KeyboardInterrupt
        return False

    with suppress(KeyboardInterrupt):
        rd.simulate(FLOW, fields, steps=40, every=1, store=path, until=stop)
    assert rd.verify(path) == []
    damaged(path, kind)
    with pytest.raises(Damaged, match=r"damaged|nothing that was finished"):
        rd.open_run(path).load()
    assert rd.verify(path)


def test_verify_names_all_that_is_damaged(fields, tmp_path):
    path, seen = tmp_path / "run.zarr", []
    rd.simulate(FLOW, fields, steps=40, every=1, store=path)
    for name in ("u", "v"):
        file = chunk(path, name)
        file.write_bytes(file.read_bytes()[::-1])
    found = rd.verify(path, lambda done, total: seen.append((done, total)))
    assert len(found) == 2 and seen[-1][0] == seen[-1][1]
    assert any(str(path / "v") in sentence for sentence in found)
    with pytest.raises(FileNotFoundError):
        rd.verify(tmp_path / "nothing")


def test_one_frame_touches_one_block(fields, tmp_path):
    path = tmp_path / "run.zarr"
    rd.simulate(FLOW, fields, steps=40, every=1, store=path)
    run = rd.open_run(path)
    for file in (path / "u" / "c").rglob("0"):
        if file.is_file() and file.parent.parent.name != "2":
            file.write_bytes(b"damaged")
    assert np.isfinite(run.u.isel(time=20)).all()
    with pytest.raises(Damaged):
        run.u.isel(time=30).load()


def test_the_ledger_turns_its_pages(fields, tmp_path, monkeypatch):
    from rdkit_nn.store import finished

    monkeypatch.setattr(finished, "PAGE", 2)
    path = tmp_path / "run.zarr"
    run = rd.simulate(FLOW, fields, steps=60, every=1)
    stored = rd.simulate(FLOW, fields, steps=60, every=1, store=path)
    np.testing.assert_array_equal(run.u, stored.u)
    page = path / "finished" / "0001" / "zarr.json"
    page.write_text(page.read_text().replace("0", "1"))
    with pytest.raises(Damaged, match="page"):
        rd.open_run(path)
    assert rd.verify(path)


def test_a_field_of_zeros_is_there(tmp_path):
    path, grid = tmp_path / "run.zarr", rd.Grid((6, 7))
    state = grid.state(cells=np.zeros(grid.shape, "int8"))
    run = rd.simulate(maps.life(), state, steps=20, every=1, store=path)
    assert rd.verify(path) == [] and not run.cells.any()
    chunk(path, "cells").unlink()
    with pytest.raises(Damaged, match="missing"):
        rd.open_run(path)


def test_a_vast_frame_is_cut_into_chunks(fields, tmp_path, monkeypatch):
    from rdkit_nn.store import layout

    monkeypatch.setattr(layout, "LARGEST", 9 * 8 * 2)  # bytes: two rows of a frame
    path = tmp_path / "run.zarr"
    run = rd.simulate(FLOW, fields, steps=6, every=1)
    stored = rd.simulate(FLOW, fields, steps=6, every=1, store=path)
    assert stored.u.chunks == ((1,) * 7, (2, 2, 2), (9,))
    np.testing.assert_array_equal(run.u, stored.u)
    assert rd.verify(path) == []
    file = path / "u" / "c" / "3" / "1" / "0"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Damaged):
        rd.open_run(path).u.load()


def test_a_dask_cluster_can_read_it(fields, tmp_path):
    import pickle

    path = tmp_path / "run.zarr"
    run = rd.simulate(FLOW, fields, steps=20, every=1, store=path)
    again = pickle.loads(pickle.dumps(run))
    np.testing.assert_array_equal(again.u, run.u)
    assert not list((path / "finished").glob("*.partial"))


def test_units_are_read_by_pint(fields, tmp_path):
    pint = pytest.importorskip("pint")
    grid = rd.Grid((6, 9), spacing=0.1, units="mm")
    state = grid.state(u=fields.u.values, v=fields.v.values)
    flow = rd.Flow(models.gray_scott(Du=1e-3, Dv=5e-4), rd.Euler(0.5))
    run = rd.simulate(flow, state, 8, 2, store=tmp_path / "run.zarr")
    assert pint.Unit(run.x.attrs["units"]) == pint.Unit("millimeter")
    for name in ("time", "step"):
        assert pint.Unit(run[name].attrs["units"]).dimensionless
    assert run.attrs["Conventions"].startswith("CF-")


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no run at"):
        rd.open_run(tmp_path / "nothing.zarr")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no Zarr store"):
        rd.open_run(tmp_path / "empty")
    foreign = tmp_path / "foreign.zarr"
    xr.Dataset({"a": ("x", np.ones(3))}).to_zarr(foreign, consolidated=False)
    with pytest.raises(ValueError, match="no run of rdkit_nn"):
        rd.open_run(foreign)


def test_an_unwritable_place_is_told_before_the_first_step(fields, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OSError, match="cannot be made|exists and is no Zarr"):
        rd.simulate(FLOW, fields, steps=2, store=blocked / "run.zarr")


def test_metadata_is_plain_json(fields, tmp_path):
    path = tmp_path / "run.zarr"
    rd.simulate(FLOW, fields, steps=2, store=path)
    told = json.loads((path / "zarr.json").read_text())["attributes"]
    assert told["kernel"] == "fused" and told["variables"] == ["u", "v"]
