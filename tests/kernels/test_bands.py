"""Threads: how many, and what they must not change."""

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import models
from rdkit_nn.kernels import fused, stepped
from rdkit_nn.kernels.fused import bands, room
from rdkit_nn.machine import threads as usable

GRID = rd.Grid((512, 512))
FLOW = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))


def values():
    u, v = 0.3 + 0.5 * np.random.default_rng(0).random((2, *GRID.shape))
    return {"u": u, "v": v}


def end(threads):
    os.environ["NUMBA_NUM_THREADS"] = str(threads)
    flow = rd.Flow(FLOW.term, FLOW.method)
    return flow.advance(values(), GRID, range(40))["v"]


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    one = end(1)
    for threads in (2, 3, 5):
        np.testing.assert_array_equal(end(threads), one)


def test_threads_are_as_many_as_the_environment_says(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    assert usable() == 3
    monkeypatch.setenv("NUMBA_NUM_THREADS", "")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert usable() == 2
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert 1 <= usable() <= (os.cpu_count() or 1)


def test_small_runs_take_one_thread_and_many_runs_one_each(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "8")

    def threads(shape, runs=()):
        u = np.zeros((*runs, *shape), "float32")
        term = models.gray_scott(Du=0.1, Dv=0.05)
        told = term, rd.Euler(0.5), rd.Grid(shape), {"u": u, "v": u}, "cpu"
        room = fused.kernel(*told).run
        return room.threads, room.apart

    assert threads((64, 64)) == (1, True)
    assert threads((1000,)) == (1, True)
    assert threads((1024, 1024)) == (8, False)
    assert threads((64, 64), (20,)) == (8, True)
    assert threads((64, 64), (3,)) == (3, True)
    assert threads((1024, 1024), (3,)) == (8, False)


def test_many_runs_are_shared_among_threads_without_changing_a_bit(monkeypatch):
    grid = rd.Grid((33, 70))
    u, v = 0.3 + 0.5 * np.random.default_rng(0).random((2, 7, *grid.shape))
    flow = rd.Flow(FLOW.term, FLOW.method)
    one = flow.advance({"u": u[3], "v": v[3]}, grid, range(40))["v"]
    for threads in (1, 2, 5):
        monkeypatch.setenv("NUMBA_NUM_THREADS", str(threads))
        flow = rd.Flow(FLOW.term, FLOW.method)
        several = flow.advance({"u": u, "v": v}, grid, range(40))["v"]
        np.testing.assert_array_equal(several[3], one)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "2")
    here = end(2)
    queue = multiprocessing.get_context("fork").SimpleQueue()
    child = os.fork()
    if child == 0:
        queue.put(float(end(2).sum()))
        os._exit(0)
    os.waitpid(child, 0)
    assert queue.get() == float(here.sum())


def test_two_runs_at_once_wait_their_turn(monkeypatch):
    # Threads that meet must never stand behind those of another run.
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    alone = end(3)
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda _: end(3), range(8)))
    for found in ends:
        np.testing.assert_array_equal(found, alone)


def test_a_thread_that_cannot_begin_ends_the_run(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    begun = []

    pool = ThreadPoolExecutor(1)

    class Poor:
        def submit(self, work, k):
            begun.append(k)
            if k == 2:
                raise RuntimeError("can't start new thread")
            return pool.submit(work, k)  # which waits for the other at the gate

    monkeypatch.setattr(bands, "_pool", lambda count, process: Poor())
    with pytest.raises(RuntimeError, match="can't start"):
        end(3)
    assert begun == [1, 2]
    pool.shutdown()


@pytest.mark.parametrize("method", [rd.Euler(0.2), rd.RK4(0.2)], ids=["euler", "rk4"])
@pytest.mark.parametrize("shape", [(40, 30), (16, 9, 11)], ids=["2d", "3d"])
def test_species_that_disagree_about_an_axis_are_cut_rightly(
    method, shape, monkeypatch
):
    # u has walls where v wraps around: a band at one end has neighbours at the other.
    grid = rd.Grid(shape)
    u, v = 0.3 + 0.5 * np.random.default_rng(0).random((2, *shape))
    term = models.gray_scott(Du=0.1, Dv=0.05, boundary={"u": {grid.dims[0]: "no-flux"}})
    told = term, method, grid, {"u": u, "v": v}, "cpu"
    exact = stepped.kernel(*told).run({"u": u, "v": v}, range(6))
    monkeypatch.setattr(room, "threads", lambda: 4)
    for several in (1, 2, 3):
        monkeypatch.setattr(room, "bands", lambda made, n=several: n)
        found = fused.kernel(*told).run({"u": u, "v": v}, range(6))
        for name in ("u", "v"):
            # Six steps of rounding in another order of summation.
            np.testing.assert_allclose(found[name], exact[name], rtol=0, atol=1e-13)
