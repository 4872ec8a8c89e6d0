"""A live run without a window."""

import json
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

import rdkit_nn as rd
from napari_rdkit_nn.engine import Engine, brush_values, discs
from napari_rdkit_nn.history import Frame, History, save
from napari_rdkit_nn.recipes import of_law, of_preset, turned
from rdkit_nn import initial, store

SMALL = of_preset("gray-scott-k0.055", cells=32)


@pytest.fixture
def engine():
    made = Engine(steps=5, pace=0)
    yield made
    assert made.close()


def until(engine, holds, timeout=30.0):
    """Look as a window would, until something is seen."""
    end = time.monotonic() + timeout
    while not holds(engine.view):
        assert time.monotonic() < end, engine.view
        time.sleep(0.01)
    return engine.view


def test_a_live_run_is_the_run_that_simulate_makes(engine):
    engine.load(SMALL, seed=3)
    for _ in range(4):
        engine.step()
    view = engine.wait()
    assert view.frame.step == 20 and view.frames == (0, 5, 10, 15, 20)
    assert view.kernel == "fused" and view.trouble == (0, "")
    run = rd.simulate(SMALL.flow, SMALL.initial(3), steps=20, progress=False)
    for name, array in view.frame.values.items():
        np.testing.assert_array_equal(array, run[name].isel(time=-1))


def test_a_live_run_stays_in_its_domain(engine):
    mask = np.hypot(*(np.indices((16, 16)) - 7.5)) < 7
    grid = rd.Grid((16, 16), spacing=2.5 / 256, domain=mask)
    recipe = replace(
        SMALL,
        grid=grid,
        initial=lambda seed: initial.noise(grid, u=1.0, v=0.2, seed=seed),
    )
    engine.load(recipe, seed=3)
    engine.step()
    view = engine.wait()
    assert view.trouble == (0, "") and view.frame.step == 5
    run = rd.simulate(recipe.flow, recipe.initial(3), steps=5, progress=False)
    for name, array in view.frame.values.items():
        np.testing.assert_array_equal(array, run[name].isel(time=-1))
        assert (np.isnan(array) == ~mask).all()


def test_it_starts_pauses_and_stops(engine):
    engine.load(SMALL)
    assert not engine.wait().running
    engine.start()
    assert until(engine, lambda view: view.frame.step >= 25).running
    engine.pause()
    at = engine.wait().frame.step
    assert at % 5 == 0
    time.sleep(0.1)
    assert engine.view.frame.step == at
    engine.start()
    until(engine, lambda view: view.frame.step > at)
    engine.stop()
    assert not engine.wait().running


def test_stop_halts_in_the_midst_of_a_long_frame(engine):
    engine.load(of_preset("gray-scott-k0.055", cells=128))
    engine.wait()
    engine.pacing(steps=10_000_000, pace=0)
    engine.start()
    time.sleep(0.2)
    engine.stop()
    assert engine.wait(5.0).frame.step == 0


def test_frames_are_paced(engine):
    engine.pacing(steps=1, pace=20.0)
    engine.load(SMALL)
    engine.wait()
    engine.start()
    begun = time.monotonic()
    until(engine, lambda view: view.frame.step >= 6)
    assert time.monotonic() - begun > 0.2
    engine.stop()  # also while it waits for the next frame
    assert not engine.wait(1.0).running


def test_numbers_turn_on_the_way_and_the_state_stays(engine):
    engine.load(SMALL)
    engine.step()
    before = engine.wait()
    engine.turn(turned(before.flow, {"F": 0.04}, dt=0.5))
    after = engine.wait()
    assert after.frame == before.frame
    engine.step()
    view = engine.wait()
    assert view.frame.step == 10 and view.frame.time == pytest.approx(5.0 + 2.5)
    state = SMALL.initial(0).assign(
        {n: (("y", "x"), a) for n, a in before.frame.values.items()}
    )
    run = rd.simulate(view.flow, state, steps=5, progress=False)
    np.testing.assert_array_equal(view.frame.values["v"], run.v.isel(time=-1))


def test_a_number_that_cannot_be_is_a_sentence_and_the_run_goes_on(engine):
    engine.load(SMALL)
    engine.start()
    until(engine, lambda view: view.frame is not None)
    engine.turn(turned(SMALL.flow, {}, dt=1000.0))
    view = until(engine, lambda view: view.trouble[0] == 1)
    assert "is unstable" in view.trouble[1] and view.flow == SMALL.flow
    at = view.frame.step
    until(engine, lambda view: view.frame.step > at)


def test_paint_is_put_into_cells_before_the_next_step(engine):
    engine.load(SMALL)
    before = engine.wait().frame.values
    under = discs((32, 32), [(3.0, 4.0)], 2.0, (True, True))
    engine.paint(under, {"v": 0.75, "nothing": 1.0})
    view = engine.wait()
    assert view.frame.step == 0 and view.frames == (0,)
    v = view.frame.values["v"]
    assert (v[under] == np.float32(0.75)).all() and v.dtype == np.float32
    np.testing.assert_array_equal(v[~under], before["v"][~under])
    np.testing.assert_array_equal(view.frame.values["u"], before["u"])
    engine.step()
    assert engine.wait().frame.step == 5


def test_painting_piles_nothing_up(engine):
    engine.load(of_preset("gray-scott-k0.055", cells=128))
    engine.wait()
    engine.start()
    for k in range(300):
        engine.paint(
            discs((128, 128), [(k % 128, 9)], 3.0, (True, True)), {"u": 0.5, "v": 0.25}
        )
        assert len(engine._paint) <= 2
    engine.pause()
    assert engine.wait().trouble == (0, "")


def test_paint_that_is_not_finite_is_refused(engine):
    engine.load(SMALL)
    engine.wait()
    engine.paint(np.ones((32, 32), bool), {"u": np.nan})
    view = engine.wait()
    assert "must be finite" in view.trouble[1]
    assert np.isfinite(view.frame.values["u"]).all()


def test_a_brush_wraps_where_the_grid_does_and_leaves_no_gaps():
    corner = discs((8, 8), [(0.0, 0.0)], 1.0, (True, False))
    assert corner[7, 0] and not corner[0, 7] and corner.sum() == 4
    line = discs((40, 40), [(2.0, 2.0), (35.0, 30.0)], 1.0, (True, True))
    assert all(line[y, :].any() for y in range(2, 36))


def test_the_past_is_a_start(engine):
    engine.load(SMALL)
    for _ in range(4):
        engine.step()
    end = engine.wait()
    engine.restart(2)
    view = engine.wait()
    assert view.frame.step == 10 and view.frames == (0, 5, 10)
    engine.step()
    engine.step()
    again = engine.wait()
    np.testing.assert_array_equal(again.frame.values["v"], end.frame.values["v"])


def test_history_is_bounded_even_and_has_both_ends():
    one = Frame(0, 0.0, {"u": np.zeros(100)})
    history = History(most=20 * one.nbytes)
    for step in range(1000):
        history.keep(Frame(step, float(step), {"u": np.zeros(100)}))
        assert sum(f.nbytes for f in history.frames) <= history.most
        steps = [f.step for f in history.frames]
        assert steps[0] == 0 and steps[-1] == step
        assert len(set(np.diff(steps[:-1]))) <= 1
    history.cut(4)
    assert len(history.frames) == 5
    history.keep(Frame(2000, 0.0, {"u": np.zeros(100)}))
    assert len(history.frames) == 6


def test_a_law_that_runs_away_stops_with_the_words_of_the_core(engine):
    boom = of_law({"u": "u**3 * 1000"}, diffusivity={}, around={"u": 1.0}, cells=8)
    engine.load(boom)
    engine.start()
    view = until(engine, lambda view: view.trouble[0] == 1)
    assert "`u` is no longer finite after step" in view.trouble[1]
    assert not view.running
    assert np.isfinite(view.frame.values["u"]).all() and view.frame.step == 0
    engine.stop()
    engine.load(SMALL)  # and another run can begin
    engine.step()
    assert engine.wait().frame.step == 5


def test_a_start_that_cannot_be_leaves_the_run_before_at_rest(engine):
    engine.load(SMALL)
    engine.step()
    engine.wait()
    engine.load(of_preset("gray-scott-k0.055", cells=32, dt=1e6))
    engine.start()
    view = until(engine, lambda view: view.trouble[0] == 1)
    assert "unstable" in view.trouble[1]
    assert not engine.wait().running and engine.view.frame.step == 5


def test_it_is_saved_like_any_other_run(engine, tmp_path):
    path = tmp_path / "live.zarr"
    engine.load(SMALL, seed=1)
    for _ in range(3):
        engine.step()
    engine.wait()
    engine.turn(turned(SMALL.flow, {"k": 0.06}))
    engine.wait()
    engine.paint(np.eye(32, dtype=bool), {"v": 0.5})
    engine.wait()
    engine.step()
    last = engine.wait().frame
    engine.save(path)
    until(engine, lambda view: view.saved == (1, str(path)))
    assert rd.verify(path) == []
    run = rd.open_run(path)
    assert run.step.values.tolist() == [0, 5, 10, 15, 20]
    np.testing.assert_array_equal(run.time, run.step * 1.0)
    np.testing.assert_array_equal(run.v.isel(time=-1), last.values["v"])
    assert run.attrs["seed"] == 1 and run.attrs["kernel"] == "fused"
    assert run.v.attrs["actual_range"][1] == pytest.approx(float(run.v.max()))
    assert "k=0.06" in run.attrs["dynamics"]
    told = json.loads(run.attrs["live"])
    assert [note["step"] for note in told] == [15, 15]
    assert "k=0.06" in told[0]["what"] and told[1]["what"] == "painted into v"
    assert store.status(path)["status"] == "complete"
    on = rd.simulate(SMALL.flow, run.isel(time=-1), steps=5, progress=False)
    assert on.step.values.tolist() == [20, 25]
    engine.save(path)
    view = until(engine, lambda view: view.trouble[0] == 1)
    assert "exists already" in view.trouble[1]
    engine.save(path, overwrite=True)
    until(engine, lambda view: view.saved[0] == 2)


def test_nothing_to_save_is_a_sentence(engine):
    engine.save("nowhere.zarr")
    assert "no run to save" in until(engine, lambda v: v.trouble[0] == 1).trouble[1]
    with pytest.raises(ValueError, match="no frame"):
        save(History(), SMALL.flow, SMALL.initial(0), "nowhere.zarr")


def test_computing_leaves_other_threads_their_turn(engine):
    engine.load(of_preset("gray-scott-k0.055", cells=256))
    engine.wait()
    engine.start()
    until(engine, lambda view: view.frame.step >= 10)
    gaps, last = [], time.perf_counter()
    for _ in range(200):
        time.sleep(0.001)
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
    assert np.median(gaps) < 0.1  # a held lock would take whole frames


def test_closing_ends_the_thread_even_while_it_runs():
    engine = Engine(pace=0)
    engine.load(SMALL)
    engine.start()
    until(engine, lambda view: view.frame is not None)
    assert engine.close()
    assert "live run" not in {thread.name for thread in threading.enumerate()}
    assert engine.close()


def test_a_brush_has_values_that_do_something():
    told = brush_values(of_preset("gray-scott-k0.055", cells=64).initial(0))
    assert told["u"] == pytest.approx(0.5, abs=0.02)
    assert told["v"] == pytest.approx(0.25, abs=0.02)
    noise = brush_values(of_preset("schnakenberg-spots", cells=32).initial(0))
    assert abs(noise["u"] - 1.0) > 0.1
