"""Following a dynamics, and what is kept."""

import warnings

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis, initial, models, neural

FLOW = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))


def test_a_run_tells_where_it_comes_from(fields):
    run = rd.simulate(FLOW, fields, steps=4)
    assert run.attrs["dynamics"] == repr(FLOW)
    assert run.attrs["kernel"] == "fused" and run.attrs["device"] == "cpu"
    assert run.attrs["equations"].startswith("u: F * (1 - u)")
    assert run.u.attrs["boundary"] == "y: periodic; x: periodic"
    assert rd.Grid.of(run) == rd.Grid.of(fields)


def test_the_walls_in_force_are_written_to_each_variable(fields):
    boundary = {
        "v": {"x": rd.Dirichlet(0.5), "y": (rd.NoFlux(), rd.Robin(1.0, 1.0, 0.2))}
    }
    term = models.gray_scott(Du=0.1, Dv=0.05, boundary=boundary)
    run = rd.simulate(rd.Flow(term, rd.Euler(0.2)), fields, steps=2)
    assert run.u.attrs["boundary"] == "y: periodic; x: periodic"
    told = "y: no-flux | Robin(a=1.0, b=1.0, g=0.2); x: Dirichlet(value=0.5)"
    assert run.v.attrs["boundary"] == told
    assert analysis.moran(run.u).attrs["periodic"] == "y, x"
    assert analysis.moran(run.v).attrs["periodic"] == "none"


def test_a_grid_survives_the_trip_through_coordinates():
    mixture = {"y": ("no-flux", rd.Robin(1.0, 0.25, -3e-5)), "x": rd.Neumann(0.5)}
    for boundary in ("periodic", "no-flux", "dirichlet", mixture):
        grid = rd.Grid((3, 7), spacing=(0.1, 1 / 3), boundary=boundary, units="mm")
        assert rd.Grid.of(grid.state(u=np.ones(grid.shape))) == grid
    mixed = rd.Grid((3, 7), 0.5, mixture)
    assert eval(repr(mixed), {"Grid": rd.Grid}) == mixed


def test_numbers_print_plainly_whatever_they_were_given_as(fields):
    assert repr(rd.Euler(np.float64(0.5))) == repr(rd.Euler(0.5)) == "Euler(dt=0.5)"
    assert repr(rd.RK4(1)) == "RK4(dt=1.0)"
    assert "np." not in repr(models.gray_scott(F=np.float64(0.02), Du=np.float64(1e-5)))


def test_bytes_in_the_other_order_are_read(fields):
    turned = fields.astype(">f8")
    one, other = (rd.simulate(FLOW, state, steps=3) for state in (fields, turned))
    np.testing.assert_array_equal(one.u, other.u)


def test_times_may_be_a_list(fields):
    run = rd.simulate(FLOW, fields, steps=100, every=[1, 10, 100])
    np.testing.assert_array_equal(run.step, [0, 1, 10, 100])
    assert rd.simulate(FLOW, fields, steps=0).sizes["time"] == 1


def test_some_variables_and_some_numbers_are_kept(fields):
    watch = {
        "contrast": lambda s: analysis.contrast(s.v),
        "top": lambda s: float(s.u.max()),
        "row": lambda s: s.u.isel(x=0),
    }
    run = rd.simulate(FLOW, fields, steps=6, every=2, save=("v",), watch=watch)
    assert set(run) == {"v", "contrast", "top", "row"}
    assert run.contrast.dims == ("time",) and run.row.dims == ("time", "y")
    np.testing.assert_array_equal(run.contrast, analysis.contrast(run.v))


def test_what_is_kept_does_not_depend_on_how_often(fields):
    noisy = rd.Flow(FLOW.term + rd.Noise(u=0.02, seed=1), rd.Euler(0.5))
    often = rd.simulate(noisy, fields, steps=60, every=1)
    seldom = rd.simulate(noisy, fields, steps=60, every=20)
    np.testing.assert_array_equal(often.u[::20], seldom.u)


def test_a_run_ends_when_it_is_told():
    grid = rd.Grid((8, 8))
    state = initial.noise(grid, u=1.0, seed=0)
    flow = rd.Flow(rd.Diffusion(u=1.0), rd.Euler(0.2))
    rest = rd.simulate(flow, state, steps=10_000, every=10, until=rd.at_rest(1e-6))
    assert 2 < rest.sizes["time"] < 1000
    assert np.abs(rest.u[-1] - rest.u[-2]).max() <= 1e-6 * 2.0
    dying = rd.Flow(rd.law(u="-u")(), rd.Euler(0.1))
    gone = rd.simulate(dying, state, steps=1000, every=10, until=rd.extinct(u=1e-3))
    assert float(gone.u[-1].max()) < 1e-3 <= float(gone.u[-2].max())
    own = rd.simulate(dying, state, 100, 10, until=lambda s: float(s.time) >= 3)
    assert float(own.time[-1]) == 3.0


def test_the_first_value_that_is_not_finite_stops_the_run(fields):
    # u' = u²: from u = 2 with dt = 0.5 it doubles its digits each step.
    grid = rd.Grid((3, 3))
    flow = rd.Flow(rd.law(u="u**2")(), rd.Euler(0.5))
    state = grid.state(u=np.full(grid.shape, 2.0))
    u, broken = 2.0, 0
    with np.errstate(over="ignore"):
        while np.isfinite(u):
            u, broken = np.float64(u) + 0.5 * np.float64(u) ** 2, broken + 1
    with pytest.raises(FloatingPointError, match=f"after step {broken} ") as caught:
        rd.simulate(flow, state, steps=40, every=5)
    kept = caught.value.run
    assert kept.sizes["time"] == 1 + (broken - 1) // 5
    assert np.isfinite(kept.u).all()
    half = rd.simulate(flow, state, steps=3)
    with pytest.raises(FloatingPointError, match=f"after step {broken} "):
        rd.simulate(flow, half.isel(time=-1), steps=40)


def test_float32_stays_float32(fields):
    single = fields.astype("float32")
    for term in (
        FLOW.term,
        rd.law(u="where(u > 0.5, 1.0, 0.1)", v="-0.3")(),
        FLOW.term + rd.Noise(u=0.1, seed=0),
    ):
        for device in ("cpu", "torch:cpu"):
            run = rd.simulate(rd.Flow(term, rd.Euler(0.1), device), single, steps=3)
            assert run.u.dtype == run.v.dtype == np.float32


def test_continuing_with_another_step_goes_on_in_time(fields):
    half = rd.simulate(FLOW, fields, steps=10)
    slower = rd.Flow(FLOW.term, rd.Euler(0.25))
    rest = rd.simulate(slower, half.isel(time=-1), steps=4, every=2)
    np.testing.assert_allclose(rest.time, [5.0, 5.5, 6.0])
    np.testing.assert_array_equal(rest.step, [10, 12, 14])


def test_a_bar_is_shown_when_asked_for(fields, capsys):
    rd.simulate(FLOW, fields, steps=4, progress=True)
    assert "step" in capsys.readouterr().err
    rd.simulate(FLOW, fields, steps=4)
    assert capsys.readouterr().err == ""


def test_rates_take_a_sum_apart(fields):
    told = rd.rates(FLOW.term + rd.Diffusion(u=0.1), fields)
    assert list(told.term.values) == ["gray_scott_kinetics", "Diffusion", "Diffusion 2"]
    one = FLOW.advance(
        {n: fields[n].values for n in "uv"}, rd.Grid.of(fields), range(1)
    )
    step = fields.v + 0.5 * told.v.sum("term")
    np.testing.assert_allclose(one["v"], step, rtol=1e-14)
    assert not told.v.sel(term="Diffusion 2").any()
    with pytest.raises(KeyError, match="needs v, but the state has only u"):
        rd.rates(FLOW.term, fields[["u"]])


def test_noise_converges_with_the_grid():
    # The mean over a fixed area of white noise has variance σ² t / area, on any grid.
    sigma, dt, steps = 0.3, 0.01, 100
    for n in (8, 16):
        grid = rd.Grid((n, n), spacing=4.0 / n)
        state = initial.uniform(grid, u=0.0)
        ends = []
        for seed in range(200):
            flow = rd.Flow(rd.Noise(u=sigma, seed=seed), rd.Euler(dt))
            ends.append(float(rd.simulate(flow, state, steps=steps).u[-1].mean()))
        exact = sigma**2 * dt * steps / 16.0
        # A variance from 200 draws has a relative error of √(2/200) = 0.1; four of them.
        assert np.var(ends) == pytest.approx(exact, rel=0.4)


def test_no_two_species_share_their_noise():
    grid = rd.Grid((32, 32))
    flow = rd.Flow(rd.Noise(u=1.0, v=1.0, seed=0), rd.Euler(1.0))
    run = rd.simulate(flow, initial.uniform(grid, u=0.0, v=0.0), steps=2, every=1)
    one, two, other = run.u[1], run.u[2] - run.u[1], run.v[1]
    for a, b in ((one, two), (one, other)):
        share = np.corrcoef(a.values.ravel(), b.values.ravel())[0, 1]
        assert abs(share) < 4 / np.sqrt(32 * 32)


def test_users_own_weights_are_a_start(task):
    U, V = np.ones((5, 4, 5)), np.ones((3, 5))
    state = neural.state(U=U, V=V)
    flow = rd.Flow(neural.Supervised(task), rd.Euler(0.1))
    run = rd.simulate(flow, state, steps=3)
    assert run.U.dims == ("time", "hidden", "y", "x")
    U[:] = 0  # the state keeps its own
    assert float(state.U.min()) == 1.0


def test_starts_are_what_they_say():
    grid = rd.Grid((16, 12))
    around, inside = dict(u=1.0, v=0.0), dict(u=0.5, v=0.25)
    patch = initial.patch(grid, around=around, inside=inside, size=4, seed=0)
    outside = np.ones(grid.shape, bool)
    outside[6:10, 4:8] = False
    assert (patch.u.values[outside] == 1).all() and (patch.v.values[outside] == 0).all()
    assert np.abs(patch.u.values[~outside] / 0.5 - 1).max() <= 0.01
    assert patch.attrs == {"initial": "patch", "seed": 0}
    again = initial.patch(grid, around=around, inside=inside, size=4, seed=0)
    assert patch.identical(again)
    other = initial.patch(grid, around=around, inside=inside, size=4, seed=1)
    assert (patch.u != other.u).any()
    picture = np.arange(192.0).reshape(16, 12)
    image = initial.from_image(grid, picture, dark=dict(u=1.0), bright=dict(u=0.0))
    assert float(image.u[0, 0]) == 1.0 and float(image.u[-1, -1]) == 0.0
    noisy = initial.noise(grid, u=2.0, amplitude=0.5, seed=3, dtype="float32")
    assert noisy.u.dtype == np.float32


def test_a_large_state_on_the_slow_path_is_told_once_and_why():
    import rdkit_nn.flow

    rdkit_nn.flow._warn_once.cache_clear()
    state = initial.uniform(rd.Grid((256, 256)), u=0.5, v=0.2)
    bent = rd.Linear(u=(0.0, 0.1), v=(0.0, 0.1))
    slow = rd.Flow(bent, rd.Euler(0.5))
    with pytest.warns(RuntimeWarning, match=r"because of the term Linear\(u="):
        rd.simulate(slow, state, steps=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rd.simulate(slow, state, steps=1)
        rd.simulate(FLOW, state, steps=1)
    turns = rd.Alternating(0.5, groups=["u", "v"])
    rdkit_nn.flow._warn_once.cache_clear()
    with pytest.warns(RuntimeWarning, match="because of the term Linear"):
        rd.simulate(rd.Flow(bent, turns), state, steps=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # modes are no slow path
        rd.simulate(rd.Flow(bent, rd.ETDRK4(0.5)), state, steps=1)


def test_the_slow_path_always_names_a_cause():
    grid = rd.Grid((256, 256))
    two = xr.DataArray(np.ones((2, *grid.shape)), dims=("member", "y", "x"))
    state = grid.state(u=np.ones(grid.shape), w=two)
    flow = rd.Flow(rd.Diffusion(u=0.1) + rd.Diffusion(w=0.1), rd.Euler(0.5))
    with pytest.warns(RuntimeWarning, match="because of species of different shapes"):
        rd.simulate(flow, state, steps=1)


def test_what_is_watched_may_be_words_or_nothing(fields):
    none = {"none": lambda s: s.u.isel(x=slice(0)).rename(x="part")}
    watch = {"said": lambda s: "growing", **none}
    run = rd.simulate(FLOW, fields, steps=4, every=2, watch=watch)
    assert run.said.values.tolist() == ["growing"] * 3 and run.none.shape == (3, 6, 0)


def test_a_watched_part_of_an_axis_is_not_filled_up(fields):
    part = {"edge": lambda s: s.u.isel(x=slice(0, 3))}
    with pytest.raises(ValueError, match=r"3 places along x.*rename\(x='part'\)"):
        rd.simulate(FLOW, fields, steps=4, watch=part)
    renamed = {"edge": lambda s: part["edge"](s).rename(x="part")}
    run = rd.simulate(FLOW, fields, steps=4, watch=renamed)
    np.testing.assert_array_equal(run.edge, run.u.isel(x=slice(0, 3)))


def test_a_flow_that_has_run_travels_and_compares_like_a_new_one(fields):
    import pickle

    used = rd.Flow(FLOW.term, rd.Euler(0.5))
    rd.simulate(used, fields, steps=2)
    again = pickle.loads(pickle.dumps(used))
    assert again == used == FLOW and hash(again) == hash(used)
    np.testing.assert_array_equal(
        rd.simulate(again, fields, steps=2).u, rd.simulate(used, fields, steps=2).u
    )


def test_one_flow_may_run_in_several_threads_at_once(fields):
    from concurrent.futures import ThreadPoolExecutor

    flow = rd.Flow(FLOW.term, rd.Euler(0.5))
    starts = [fields * (1 - 0.1 * k) for k in range(6)]
    alone = [rd.simulate(flow, s, steps=200).u.values for s in starts]
    with ThreadPoolExecutor(6) as pool:
        several = list(pool.map(lambda s: rd.simulate(flow, s, 200).u.values, starts))
    for one, other in zip(alone, several):
        np.testing.assert_array_equal(one, other)
