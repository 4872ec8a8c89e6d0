"""Blocks of a store: frames are right, the next is read ahead, damage is told when seen."""

import threading

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from napari_rdkit_nn.layers import blocks
from napari_rdkit_nn.layers.blocks import Blocks
from rdkit_nn import initial, models


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(blocks, "LEAST", 0)


@pytest.fixture
def path(tmp_path):
    state = initial.noise(rd.Grid((6, 7)), u=0.6, v=0.3, seed=0)
    flow = rd.Flow(models.gray_scott(), rd.Euler(0.5))
    rd.simulate(flow, state, 40, 1, store=tmp_path / "run.zarr", progress=False)
    return tmp_path / "run.zarr"


def settle():
    for thread in threading.enumerate():
        if thread.name == "frames ahead":
            thread.join(10)


def test_every_frame_is_the_frame_in_any_order(path):
    field = rd.open_run(path).v
    whole, made = field.values, Blocks(field, ("time",))
    assert len(field.chunksizes["time"]) == 6
    for k in [*range(41), *range(40, -1, -1), 3, 39, 17, 17]:
        np.testing.assert_array_equal(made.frame((k,)), whole[k])
        assert len(made._kept) <= blocks.KEPT
    settle()


def test_coordinates_may_lie_in_other_blocks(path):
    field = rd.open_run(path).v
    steps = field.step.copy(data=field.step.variable.chunk({"time": 41}).data)
    other = field.assign_coords(step=steps)
    np.testing.assert_array_equal(Blocks(other, ("time",)).frame((9,)), field[9])


def test_the_block_ahead_is_read_before_it_is_asked_for(path, monkeypatch):
    field, read = rd.open_run(path).v, []
    plain = Blocks._read

    def noted(self, key):
        read.append((key[1], threading.current_thread() is threading.main_thread()))
        return plain(self, key)

    monkeypatch.setattr(Blocks, "_read", noted)
    made = Blocks(field, ("time",))
    made.frame((9,))
    assert read == [(1, True)]  # nothing is read ahead of the first look
    made.frame((10,))
    settle()
    made.frame((16,))
    settle()
    assert read == [(1, True), (2, False), (3, False)]
    made.frame((15,))
    settle()
    made.frame((7,))  # back again: that one was read too, and not by this thread
    settle()
    assert read[3:] == [(0, False)]
    made.frame((3,))
    settle()
    assert len(read) == 4  # there is none before the first


def test_damage_ahead_is_told_when_it_is_looked_at(path):
    (chunk,) = (f for f in (path / "v" / "c" / "2").rglob("*") if f.is_file())
    made = Blocks(rd.open_run(path).v, ("time",))
    whole = rd.open_run(path).v[:16].values
    chunk.write_bytes(chunk.read_bytes()[:-1])
    for k in range(16):
        np.testing.assert_array_equal(made.frame((k,)), whole[k])
        settle()
    for _ in range(2):
        with pytest.raises(ValueError, match="damaged"):
            made.frame((16,))
        settle()
    np.testing.assert_array_equal(made.frame((15,)), whole[15])
    settle()


def test_sweeps_states_and_blocks_beyond_bounds(path, monkeypatch):
    run = rd.open_run(path).v
    sweep = xr.concat([run, run + 1], "F")
    made = Blocks(sweep, ("F", "time"))
    for F, k in ((0, 3), (1, 3), (1, 4), (0, 40)):
        np.testing.assert_array_equal(made.frame((F, k)), run[k].values + F)
    settle()
    np.testing.assert_array_equal(Blocks(run[5], ()).frame(()), run[5])
    monkeypatch.setattr(blocks, "MOST", 100)
    made = Blocks(run, ("time",))
    np.testing.assert_array_equal(made.frame((8,)), run[8])
    assert not made._kept
