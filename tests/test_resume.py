"""Runs that are stopped, killed or hindered, and what is left of them."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import maps, models, neural, presets
from rdkit_nn.interrupts import Interrupted
from rdkit_nn.rebuilding import NotOurs, rebuilt, same
from rdkit_nn.store import status

FLOW = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))
KILLS = Path(__file__).with_name("kills.py")


def stop_at(step, number=signal.SIGINT):
    """A watched number that asks for an end, once, as somebody at the keyboard does."""
    done = []

    def look(frame):
        if int(frame.step) == step and not done:
            done.append(True)
            os.kill(os.getpid(), number)
        return 0.0

    return look


def the_same(one, other):
    assert set(one.variables) == set(other.variables)
    for name in one.variables:
        np.testing.assert_array_equal(one[name].values, other[name].values)
        assert one[name].attrs == other[name].attrs


@pytest.mark.parametrize(
    "kind, trials, steps",
    [
        ("chemistry", 1, 400),
        ("learning", 1, 300),
        pytest.param("chemistry", 20, 1200, marks=pytest.mark.slow),
        pytest.param("learning", 20, 600, marks=pytest.mark.slow),
    ],
)
def test_a_killed_run_ends_in_the_bits_of_the_run_in_one_go(
    tmp_path, kind, trials, steps
):
    told = [kind, tmp_path, trials, 3, steps]
    command = [sys.executable, str(KILLS), *map(str, told)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60 * trials,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    found = re.match(r"\w+: (\d+) of \1 identical, (\d+) kills, (\d+) too", done.stdout)
    identical, kills, early = map(int, found.groups())
    assert identical >= trials and kills - early >= trials


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_how_to_go_on_and_does(fields, tmp_path, number):
    path = tmp_path / "run.zarr"
    told = dict(steps=400, every=4)
    whole = rd.simulate(FLOW, fields, **told, watch={"seen": lambda s: 0.0})
    watch = {"seen": stop_at(120, number)}
    with pytest.raises(
        Interrupted, match=r"after step 1\d\d.*rdkit_nn.resume"
    ) as caught:
        rd.simulate(FLOW, fields, **told, watch=watch, store=path)
    kept = rd.open_run(path)
    the_same(caught.value.run, kept)
    assert 120 <= kept.step[-1] < 400 and status(path)["status"] == "interrupted"
    the_same(rd.resume(path, watch={"seen": lambda s: 0.0}), whole)
    assert status(path)["status"] == "complete" and rd.verify(path) == []
    assert not (path / "checkpoint").exists()
    the_same(rd.resume(path), whole)  # nothing is left to do


def test_handlers_are_put_back(fields, tmp_path):
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    rd.simulate(FLOW, fields, steps=4, store=tmp_path / "run.zarr")
    assert before == [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]


def test_a_condition_with_a_memory_ends_at_the_same_frame(tmp_path):
    grid = rd.Grid((8, 8))
    flow = rd.Flow(rd.Diffusion(u=1.0), rd.Euler(0.2))
    state = grid.state(u=np.random.default_rng(0).random(grid.shape))
    whole = rd.simulate(flow, state, 4000, 10, until=rd.at_rest(1e-10))
    path, rest = tmp_path / "run.zarr", rd.at_rest(1e-10)
    ask = stop_at(100)

    def until(frame):
        ask(frame)
        return rest(frame)

    with pytest.raises(Interrupted):
        rd.simulate(flow, state, 4000, 10, until=until, store=path)
    the_same(rd.resume(path, until=rd.at_rest(1e-10)), whole)
    assert 100 < whole.step[-1] < 4000


def interrupted(fields, path, flow=FLOW, **options):
    watch = {"seen": stop_at(20)}
    with pytest.raises(Interrupted):
        rd.simulate(flow, fields, 400, 4, store=path, watch=watch, **options)


def test_what_a_run_was_not_begun_with_is_refused(fields, tmp_path):
    path = tmp_path / "run.zarr"
    interrupted(fields, path)
    watch = {"seen": lambda s: 0.0}
    with pytest.raises(ValueError, match="watches seen, but `watch` gives nothing"):
        rd.resume(path)
    with pytest.raises(ValueError, match="begun without `until`"):
        rd.resume(path, watch=watch, until=rd.extinct(v=0.1))
    other = rd.Flow(models.gray_scott(F=0.03, Du=0.1, Dv=0.05), rd.Euler(0.5))
    with pytest.raises(ValueError, match="F=0.025 there, F=0.03 here.*frames"):
        rd.resume(path, other, watch=watch)
    assert rd.resume(path, FLOW, watch=watch).step[-1] == 400


def test_a_law_of_ones_own_is_handed_in_and_its_formula_compared(fields, tmp_path):
    def made(power):
        @rd.reaction
        def decay(u, v, *, k):
            return -k * u**power, 0 * v

        return rd.Flow(decay(k=0.1), rd.Euler(0.5))

    path, watch = tmp_path / "run.zarr", {"seen": lambda s: 0.0}
    interrupted(fields, path, made(2))
    with pytest.raises(ValueError, match="`decay` is not of this house.*Hand it in"):
        rd.resume(path, watch=watch)
    with pytest.raises(ValueError, match="another dynamics"):  # of the same name
        rd.resume(path, made(3), watch=watch)
    run = rd.resume(path, made(2), watch=watch)
    the_same(run, rd.simulate(made(2), fields, 400, 4, watch=watch))


@pytest.mark.parametrize(
    "made",
    [
        FLOW,
        presets.get("gray-scott-k0.060").flow,
        rd.Flow(rd.law(u="r*u*(1-u/K)")(r=1.0, K=2.0), rd.RK4(0.1)),
        rd.Flow(
            rd.Linear(u=(-0.7, -2.0, -1.0)) + rd.Noise(u=0.1, seed=3), rd.Euler(1e-3)
        ),
        rd.Flow(rd.Diffusion(u={"x": 1.0, "y": 0.1}), rd.Adaptive(0.1, rtol=1e-7)),
        rd.Flow(
            rd.Diffusion(
                u=1.0, boundary={"u": {"x": (rd.NoFlux(), rd.Robin(1, 2, 3))}}
            ),
            rd.ETDRK4(0.1, dealias=True),
        ),
        rd.Flow(rd.Advection(u={"x": -0.5}, scheme="central"), rd.Euler(0.1)),
        rd.Flow(rd.CrossDiffusion(u={"v": 0.1}) + rd.Diffusion(v=1.0), rd.RK4(0.1)),
        rd.Flow(rd.Conserved(rd.law(u="u**3 - u")(), 0.5), rd.RK4(0.1)),
        rd.Flow(rd.Diffusion(u=1.0).scaled(0.5), rd.Euler(0.1)),
        rd.Flow(rd.ConservedNoise(u=0.1, seed=1), rd.Euler(0.1), "torch:cpu"),
        rd.Flow(
            rd.MultiplicativeNoise(
                rd.law(u="s*u")(s=0.3), seed=1, convention="stratonovich"
            ),
            rd.Milstein(0.1),
        ),
        rd.Flow(rd.Diffusion(u=1.0), rd.Projected(rd.Euler(0.1), {"u": rd.Clip(0, 1)})),
        maps.life(),
        maps.coupled_logistic(),
    ],
    ids=lambda made: repr(made)[:50],
)
def test_a_description_of_the_house_is_read_back(made):
    assert repr(rebuilt(repr(made))) == repr(made)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "Flow(Diffusion(u=1.0), Euler(dt=().__class__))",
        "Flow(Diffusion(u=1.0) + open('x'), Euler(dt=0.1))",
        "[Flow(x, y) for x in ()]",
        "Flow(Diffusion(**{'u': 1.0}), Euler(dt=0.1))",
        "Flow(Diffusion(u=1.0",
        "Diffusion(u=1.0)",
    ],
)
def test_nothing_else_in_a_description_is_done(text):
    with pytest.raises(NotOurs):
        rebuilt(text)


def test_a_difference_is_named():
    assert same("Euler(dt=0.5)", "Euler(dt=0.5)") == ""
    told = same("law(u='a*u')(a=1.0) + Noise(u=0.1, seed=3)", "law(u='a*u')(a=1.0)")
    assert "Noise" in told and "nothing here" in told


def test_many_runs_branch_from_one_frame(fields, tmp_path):
    path = tmp_path / "trunk.zarr"
    trunk = rd.simulate(FLOW, fields, 40, 10, store=path)

    def build(seed):
        term = models.gray_scott(Du=0.1, Dv=0.05) + rd.Noise(v=0.01, seed=seed)
        return rd.Flow(term, rd.Euler(0.5))

    over = {"seed": [0, 1, 2]}
    branches = rd.sweep(build, trunk.isel(time=2), over, steps=20, every=10)
    np.testing.assert_array_equal(branches.step, [20, 30, 40])
    np.testing.assert_array_equal(branches.u.isel(time=0, seed=1), trunk.u.isel(time=2))
    assert float(branches.v.isel(time=-1).std("seed").max()) > 0


def test_two_writers_on_one_store(fields, tmp_path):
    path = tmp_path / "run.zarr"

    def second(frame):
        if int(frame.step) == 0:
            return 0.0  # before there is a store
        with pytest.raises(BlockingIOError, match=f"written by process {os.getpid()}"):
            rd.simulate(FLOW, fields, 4, store=path, overwrite=True)
        with pytest.raises(BlockingIOError, match="being written"):
            rd.resume(path, watch={"second": second})
        return 0.0

    rd.simulate(FLOW, fields, 8, 4, store=path, watch={"second": second})
    assert rd.verify(path) == [] and rd.open_run(path).step[-1] == 8


FULL = """
import resource, sys, numpy as np, rdkit_nn as rd
from rdkit_nn import models
grid = rd.Grid((64, 64))
state = grid.state(**{n: np.random.default_rng(0).random(grid.shape) for n in "uv"})
flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))
def look(frame):
    if int(frame.step) == 60:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    return 0.0
rd.simulate(flow, state, 200, 2, watch={"seen": look}, store=sys.argv[1])
"""


def test_a_full_disk_keeps_what_is_complete(tmp_path):
    path = tmp_path / "full.zarr"
    command = [sys.executable, "-c", FULL, str(path)]
    failed = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert failed.returncode == 1
    told = failed.stderr.strip().splitlines()[-1]
    assert "cannot be written" in told and "rdkit_nn.resume" in told, failed.stderr
    kept = rd.open_run(path).load()
    assert 16 <= kept.sizes["time"] < 101 and rd.verify(path) == []
    grid, watch = rd.Grid((64, 64)), {"seen": lambda s: 0.0}
    state = grid.state(**{n: np.random.default_rng(0).random(grid.shape) for n in "uv"})
    whole = rd.simulate(FLOW, state, 200, 2, watch=watch, store=tmp_path / "whole.zarr")
    the_same(rd.resume(path, watch=watch), whole)


def test_a_lost_folder_is_told(fields, tmp_path):
    path = tmp_path / "run.zarr"

    def lose(frame):
        if int(frame.step) == 4:
            path.rename(tmp_path / "elsewhere")
        return 0.0

    with pytest.raises(OSError, match="cannot be written.*gone"):
        rd.simulate(FLOW, fields, 200, 2, watch={"lose": lose}, store=path)
    assert not path.exists()


def test_other_libraries_than_the_run_began_with_are_told(
    fields, tmp_path, monkeypatch
):
    path = tmp_path / "run.zarr"
    interrupted(fields, path)
    monkeypatch.setattr(np, "__version__", "9.9")
    with pytest.warns(RuntimeWarning, match=r"begun with numpy .* \(now 9.9\)"):
        rd.resume(path, watch={"seen": lambda s: 0.0})


def test_more_than_memory_is_refused_with_the_number(fields):
    with pytest.raises(ValueError, match=r"Keeping \d+ frames needs .* GiB"):
        rd.simulate(FLOW, fields, steps=10**12, every=1)


def test_training_is_resumed_with_its_data(task, weights, tmp_path):
    game = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)
    path, watch = tmp_path / "run.zarr", {"balance": lambda s: neural.balance(s)}
    ask = stop_at(30)

    def look(frame):
        ask(frame)
        return neural.balance(frame)

    with pytest.raises(Interrupted):
        rd.simulate(game, weights, 300, 3, watch={"balance": look}, store=path)
    with pytest.raises(ValueError, match="cannot be rebuilt from its description"):
        rd.resume(path, watch=watch)
    run = rd.resume(path, game, watch=watch)
    the_same(run, rd.simulate(game, weights, 300, 3, watch=watch))
