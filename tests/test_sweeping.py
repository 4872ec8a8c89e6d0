"""The same simulation over a grid of parameters."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import initial, models, stacking

GRID = rd.Grid((8, 8))
BEGIN = initial.noise(GRID, u=0.6, v=0.3, seed=0)
OVER = {"F": [0.02, 0.03, 0.04], "k": np.array([0.05, 0.06])}


def build(F, k):
    return rd.Flow(models.gray_scott(F=F, k=k, Du=0.1, Dv=0.05), rd.Euler(0.5))


def begin(F, k):
    return initial.noise(GRID, u=F, v=k, seed=0)


def test_a_sweep_is_its_runs_side_by_side():
    swept = rd.sweep(build, BEGIN, OVER, steps=10, every=5, save=("v",))
    assert swept.v.dims == ("F", "k", "time", "y", "x")
    assert swept.sizes["F"] == 3 and swept.sizes["k"] == 2
    one = rd.simulate(build(0.03, 0.06), BEGIN, steps=10, every=5)
    np.testing.assert_array_equal(swept.v.sel(F=0.03, k=0.06), one.v)
    assert swept.attrs["kernel"] == "fused" and "dynamics" not in swept.attrs


def test_bits_do_not_depend_on_the_number_of_workers():
    alone = rd.sweep(build, BEGIN, OVER, steps=20)
    several = rd.sweep(build, BEGIN, OVER, steps=20, workers=2)
    for name in ("u", "v"):
        np.testing.assert_array_equal(alone[name], several[name])


def test_a_start_may_depend_on_what_is_swept():
    swept = rd.sweep(build, begin, OVER, steps=2)
    np.testing.assert_array_equal(
        swept.u.sel(F=0.04, k=0.05).isel(time=0), begin(0.04, 0.05).u
    )


def test_seeds_are_swept_like_anything_else():
    def noisy(seed):
        term = models.gray_scott(Du=0.1, Dv=0.05) + rd.Noise(u=0.1, seed=seed)
        return rd.Flow(term, rd.Euler(0.5))

    swept = rd.sweep(noisy, BEGIN, {"seed": [0, 1]}, steps=3)
    assert (swept.u.sel(seed=0) != swept.u.sel(seed=1)).any()


def with_step(dt):
    return rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(dt))


def test_a_sweep_of_which_all_runs_fail_says_why():
    with pytest.raises(RuntimeError, match="run at F=-0.5, k=0.05 failed: .*finite"):
        rd.sweep(
            lambda F, k: rd.Flow(rd.law(u="u**3")(), rd.Euler(1.0)),
            initial.uniform(GRID, u=3.0),
            {"F": [-0.5], "k": [0.05]},
            steps=50,
        )


def test_sweeps_that_make_no_sense_are_refused(tmp_path):
    with pytest.raises(ValueError, match="Nothing is swept"):
        rd.sweep(build, BEGIN, {}, steps=1)
    with pytest.raises(ValueError, match="list of values for `F`"):
        rd.sweep(build, BEGIN, {"F": []}, steps=1)
    with pytest.raises(ValueError, match="a value of `F` twice"):
        rd.sweep(build, BEGIN, {"F": [0.1, 0.1]}, steps=1)
    with pytest.raises(ValueError, match="`workers` must be"):
        rd.sweep(build, BEGIN, OVER, steps=1, workers=0)
    with pytest.raises(TypeError, match="leave `until` out"):
        rd.sweep(build, BEGIN, OVER, 1, store=tmp_path / "x", until=rd.at_rest())
    with pytest.raises(ValueError, match="share no times"):
        rd.sweep(with_step, BEGIN, {"dt": [0.1, 0.2]}, steps=1)


def test_what_cannot_travel_to_a_worker_is_told():
    with pytest.raises(TypeError, match="at the top of a module"):
        rd.sweep(lambda F: build(F, 0.06), BEGIN, {"F": [0.1, 0.2]}, steps=1, workers=2)


def one_by_one(build, begin, over, **told):
    """A sweep that may not be stacked, because it is asked to watch."""
    return rd.sweep(build, begin, over, watch={"n": lambda frame: 0}, **told)


@pytest.mark.parametrize("begin", [BEGIN, begin], ids=["one start", "many starts"])
def test_runs_that_are_stacked_have_the_bits_of_single_ones(begin):
    told = dict(steps=20, every=10)
    stacked = rd.sweep(build, begin, OVER, **told)
    single = one_by_one(build, begin, OVER, **told)
    for name in ("u", "v"):
        np.testing.assert_array_equal(stacked[name], single[name])
        assert stacked[name].attrs == single[name].attrs
        low, high = stacked[name].attrs["actual_range"]
        assert (low, high) == (stacked[name].min(), stacked[name].max())
    assert {**single.attrs, "created": ""} == {**stacked.attrs, "created": ""}


def test_a_stack_is_one_call_and_cut_where_memory_ends(monkeypatch):
    calls = []
    whole = stacking.simulate

    def seen(flow, state, *told, **options):
        calls.append(dict(state.sizes))
        return whole(flow, state, *told, **options)

    monkeypatch.setattr(stacking, "simulate", seen)
    rd.sweep(build, BEGIN, OVER, steps=2)
    assert calls == [{"run": 6, "y": 8, "x": 8}]
    monkeypatch.setattr(stacking, "BYTES", 4 * BEGIN.nbytes)
    calls.clear()
    rd.sweep(build, BEGIN, OVER, steps=2)
    assert [call["run"] for call in calls] == [4, 2]


def test_laws_typed_anew_for_each_run_are_stacked_where_they_are_alike(monkeypatch):
    def typed(r):
        return rd.Flow(
            rd.law(u="r * u * (1 - u)")(r=r) + rd.Diffusion(u=0.1), rd.Euler(0.5)
        )

    def twisted(r):
        text = "r * u" if r > 0.5 else "r * u**2"
        return rd.Flow(rd.law(u=text)(r=r), rd.Euler(0.5))

    begin = initial.uniform(GRID, u=0.3)
    calls = []
    whole = stacking.simulate
    monkeypatch.setattr(
        stacking, "simulate", lambda *a, **o: calls.append(1) or whole(*a, **o)
    )
    swept = rd.sweep(typed, begin, {"r": [0.1, 0.9]}, steps=3)
    assert (
        len(calls) == 1
        and (swept.u.sel(r=0.1) < swept.u.sel(r=0.9)).isel(time=-1).all()
    )
    rd.sweep(twisted, begin, {"r": [0.1, 0.9]}, steps=3)
    assert len(calls) == 1
