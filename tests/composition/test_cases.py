"""Small inputs that went wrong once, each with the right answer and why it is right.

Each stands for a whole kind; the relations beside it test the kind.
"""

import subprocess
import sys
import textwrap

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, models


def go(term, method, state, steps, every=None, **more):
    return rd.simulate(
        rd.Flow(term, method), state, steps, every, progress=False, **more
    )


def gs(F=0.037, k=0.06):
    return rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(dt=1.0))


def noisy(n=16, **where):
    return initial.noise(rd.Grid((n, n), spacing=0.01, **where), u=1.0, v=0.2, seed=0)


# composition of terms


def test_members_of_a_law_inside_another_term_are_members():
    P = xr.DataArray(np.linspace(0, 3, 8), dims="P")
    state = initial.uniform(rd.Grid((8, 4)), E=0.1, I=0.1)
    run = go(models.wilson_cowan(P=P), rd.Euler(dt=0.1), state, 50)
    alone = [
        float(
            go(models.wilson_cowan(P=float(p)), rd.Euler(dt=0.1), state, 50).E[-1, 0, 0]
        )
        for p in P
    ]
    assert run.sizes["P"] == 8
    np.testing.assert_array_equal(run.E.isel(time=-1, y=0, x=0), alone)


def test_a_parameter_in_space_inside_chemotaxis():
    state = initial.noise(rd.Grid((6, 8)), u=1.0, v=1.0, seed=0)
    law = rd.law(u="c*u")
    a = go(
        rd.Chemotaxis(law(c=1.0 + 0 * state.u), up={"u": "v"}),
        rd.Euler(dt=1e-3),
        state,
        3,
    )
    b = go(rd.Chemotaxis(law(c=1.0), up={"u": "v"}), rd.Euler(dt=1e-3), state, 3)
    np.testing.assert_allclose(a.u[-1], b.u[-1], rtol=1e-14)


def test_the_flux_of_a_term_that_looks_at_neighbours_is_the_same_in_all_cells_of_a_ring():
    n, u = 16, np.random.default_rng(0).random(16)
    rate = lambda u: rd.Flux(rd.SquaredGradient(u=1.0), along={"u": "x"}).rate(
        {"u": u}, rd.Grid((n,)), rd.Clock(0, 1.0)
    )["u"]
    np.testing.assert_allclose(
        rate(np.roll(u, 5)), np.roll(rate(u), 5), atol=1e-13
    )  # whatever the mean at the faces
    assert abs(rate(u).sum()) < 1e-12


def test_noise_inside_another_term_is_noise():
    state = initial.uniform(rd.Grid((8, 8)), u=0.0)
    with pytest.raises(
        (TypeError, ValueError)
    ):  # RK4 refuses `Noise`; wrapped noise is noise
        go(rd.Conserved(rd.Noise(u=1.0, seed=0)), rd.RK4(dt=0.01), state, 2)


def test_a_constant_rate_scaled_by_a_place():
    g = rd.Grid((4, 4))
    state = initial.uniform(g, u=0.0)
    disc = state.x < 2
    run = go(rd.law(u="0.5")().scaled(disc), rd.Euler(dt=0.1), state, 10)
    np.testing.assert_allclose(
        run.u[-1], 0.5 * disc.broadcast_like(state.u), atol=1e-12
    )


@pytest.mark.parametrize("method", [rd.ETD1, rd.ETDRK4, rd.Strang, rd.IMEX])
def test_a_constant_law_under_every_method(method):
    state = initial.uniform(rd.Grid((8,)), u=0.0)
    run = go(
        rd.law(u="c")(c=1.0).scaled(np.cos) + rd.Diffusion(u=1.0),
        method(dt=0.001),
        state,
        1000,
    )
    assert float(run.u[-1, 0]) == pytest.approx(
        np.sin(1.0), abs=1e-3
    )  # the integral of cos


def test_nothing_passes_the_edge_of_a_dish():
    x, y = np.meshgrid(np.arange(32) + 0.5, np.arange(32) + 0.5)
    disc = (x - 16) ** 2 + (y - 16) ** 2 < 12**2
    g = rd.Grid((32, 32), spacing=1.0, domain=disc)
    state = initial.uniform(g, u=1.0)
    dish = rd.Diffusion(u=1.0) + rd.Advection(u={"x": 0.05})
    run = go(dish, rd.Euler(dt=0.2), state, 1000)
    assert float(run.u[-1].sum()) == pytest.approx(float(disc.sum()), rel=1e-12)
    assert (np.isnan(run.u[-1].values) == ~disc).all()
    with pytest.raises(ValueError, match="domain"):
        rd.Advection(u={"x": 0.05}).scaled(xr.DataArray(disc, dims=("y", "x")))


def test_upwind_follows_the_sign_of_what_it_is_scaled_by():
    state = initial.noise(rd.Grid((64,)), u=0.5, amplitude=0.1, seed=0)
    a = go(rd.Advection(u={"x": 1.0}).scaled(-1.0), rd.Euler(dt=0.25), state, 40)
    b = go(rd.Advection(u={"x": -1.0}), rd.Euler(dt=0.25), state, 40)
    np.testing.assert_allclose(a.u[-1], b.u[-1], rtol=1e-13)


def test_nothing_passes_a_no_flux_wall_whatever_carries_it():
    g = rd.Grid((40,), spacing=0.1, boundary="no-flux")
    x = (np.arange(40) + 0.5) * 0.1
    run = go(
        rd.Advection(u={"x": 1.0}) + rd.Diffusion(u=0.05),
        rd.Euler(dt=0.02),
        g.state(u=np.exp(-((x - 2) ** 2) * 4)),
        400,
        100,
    )
    np.testing.assert_allclose(run.u.sum("x"), float(run.u[0].sum()), rtol=1e-12)


@pytest.mark.parametrize("dt", [0.1, 0.01, 0.001])
def test_a_state_at_rest_between_held_walls_stays(dt):
    g = rd.Grid((32,), spacing=1 / 32, boundary="no-flux")
    t = rd.Diffusion(u=0.5, boundary={"u": {"x": rd.Dirichlet(1.0)}})
    run = go(t, rd.Strang(dt=dt), g.state(u=np.ones(32)), round(1 / dt))
    np.testing.assert_allclose(run.u[-1], 1.0, atol=1e-10)


def test_no_method_changes_the_walls():
    state = initial.noise(rd.Grid((16,)), c=0.0, amplitude=0.3, seed=0)
    t = rd.Conserved(rd.law(c="c**3")(), boundary={"c": "no-flux"}) + rd.Linear(
        c=(0, -1, -1)
    )
    try:
        a, e = (go(t, m, state, 100) for m in (rd.RK4(dt=0.01), rd.ETDRK4(dt=0.01)))
    except ValueError:
        return  # refused: the two terms disagree
    np.testing.assert_allclose(a.c[-1], e.c[-1], atol=1e-6)


def test_an_unstable_step_is_refused_whatever_makes_it_unstable():
    state = initial.noise(rd.Grid((16, 16)), u=0.0, amplitude=0.01, seed=0)
    with pytest.raises(ValueError):
        go(rd.Diffusion(u=1.0).scaled(lambda t: 2.0), rd.Euler(dt=0.2), state, 20)
    with pytest.raises(ValueError):
        go(rd.CrossDiffusion(u={"u": 1.0}), rd.Euler(dt=0.6), state, 20)


def test_a_stable_step_is_not_refused():
    state = initial.noise(rd.Grid((16, 16)), u=0.0, amplitude=0.01, seed=0)
    go(
        rd.Diffusion(u=1.0).scaled(lambda t: 0.1), rd.Euler(dt=1.0), state, 20
    )  # the limit is 2.5


def test_chemotaxis_keeps_densities_positive():
    state = initial.noise(rd.Grid((32,)), u=1.0, v=1.0, amplitude=0.01, seed=0)
    t = models.keller_segel(c=4.0, D=0.1)
    run = go(
        t, rd.Adaptive(dt=0.5), state, 40, 1
    )  # an upwind flux on the same cells stays within 0.008..1.72
    assert float(run.u.min()) >= 0


def test_square_root_noise_at_zero():
    state = initial.uniform(rd.Grid((8,)), u=0.0)
    t = (
        rd.MultiplicativeNoise(rd.law(u="s*sqrt(u)")(s=0.1), seed=1)
        + rd.law(u="1 + 0*u")()
    )
    run = go(t, rd.Milstein(dt=0.01), state, 1)  # g g' = s²/2 is finite everywhere
    assert np.isfinite(run.u.values).all()


# where, what, when


def test_rates_see_the_time_that_the_run_tells():
    drive = rd.law(u="1 + 0*u")().scaled(np.cos)
    a = go(drive, rd.RK4(dt=0.1), initial.uniform(rd.Grid((4,)), u=0.0), 10).isel(
        time=-1
    )
    c = go(drive, rd.RK4(dt=0.05), a, 20).isel(time=-1)
    assert float(c.time) == pytest.approx(2.0) and float(c.u[0]) == pytest.approx(
        np.sin(2.0), abs=1e-6
    )


def test_a_state_is_read_by_names_not_by_position():
    s = initial.noise(rd.Grid((8, 8)), u=1.0, v=0.1, amplitude=0.05, seed=0)
    flow = rd.Flow(models.gray_scott(F=0.03, k=0.06, Du=0.1, Dv=0.05), rd.Euler(dt=1.0))
    a = rd.simulate(flow, s, 5, progress=False).u[-1]
    b = rd.simulate(flow, s.assign(v=s.v.transpose("x", "y")), 5, progress=False).u[-1]
    np.testing.assert_array_equal(a, b)


def test_a_field_is_placed_by_its_coordinates():
    x = np.arange(8) + 0.5
    da = xr.DataArray(np.arange(8.0), dims="x", coords={"x": x}).sortby(
        "x", ascending=False
    )
    try:
        s = rd.Grid((8,)).state(u=da)
    except ValueError:
        return
    assert float(s.u.sel(x=0.5)) == 0.0


def test_a_family_is_labelled_by_the_parameters_that_it_has():
    flow = lambda F: rd.Flow(
        models.gray_scott(
            F=xr.DataArray(F, dims="F", coords={"F": F}), k=0.06, Du=0.1, Dv=0.05
        ),
        rd.Euler(dt=1.0),
    )
    state = initial.noise(rd.Grid((8, 8)), u=1.0, v=0.1, seed=0)
    a = rd.simulate(flow([0.02, 0.03, 0.04]), state, 5, progress=False)
    try:
        c = rd.simulate(flow([0.05, 0.06, 0.07]), a.isel(time=-1), 5, progress=False)
    except ValueError:
        return
    assert c.F.values.tolist() == [0.05, 0.06, 0.07]


def test_a_species_may_not_vanish():
    with pytest.raises((ValueError, KeyError)):
        s = rd.Grid((8,)).state(step=np.ones(8))
        assert "step" in go(rd.law(step="-step")(), rd.Euler(dt=0.1), s, 2).data_vars


def test_a_wall_told_as_text_keeps_its_number():
    try:
        g = rd.Grid((8,), boundary="Dirichlet(1.0)")
    except ValueError:
        return
    run = go(rd.Diffusion(u=1.0), rd.Euler(dt=0.4), initial.uniform(g, u=0.5), 2000)
    assert float(run.u[-1].mean()) == pytest.approx(1.0)


def test_a_watch_cannot_change_the_run():
    s = initial.noise(rd.Grid((8,)), u=1.0, amplitude=0.1, seed=0)

    def careless(frame):
        u = frame.u.values
        u -= u.mean()
        return 0.0

    flow = rd.Flow(rd.Diffusion(u=0.1), rd.Euler(dt=0.1))
    a = rd.simulate(flow, s.copy(deep=True), 20, 5, progress=False)
    try:
        b = rd.simulate(
            flow, s.copy(deep=True), 20, 5, watch={"r": careless}, progress=False
        )
    except ValueError:  # read-only
        return
    np.testing.assert_array_equal(a.u, b.u)


def test_a_watched_number_is_kept_whole():
    s = initial.uniform(rd.Grid((8,)), u=0.1)
    flow = rd.Flow(rd.law(u="u*(1-u)")(), rd.Euler(dt=0.1))
    r = rd.simulate(
        flow,
        s,
        60,
        20,
        watch={"excess": lambda f: max(0, float(f.u.mean()) - 0.5)},
        progress=False,
    )
    want = [max(0, float(r.u[i].mean()) - 0.5) for i in range(r.sizes["time"])]
    np.testing.assert_allclose(r.excess, want)


def test_two_grids_in_turn_cost_no_new_kernel(monkeypatch):
    module = sys.modules[rd.Flow.__module__]
    compiled, compile = [], module.compile
    monkeypatch.setattr(
        module, "compile", lambda *a, **k: (compiled.append(1), compile(*a, **k))[1]
    )
    flow = rd.Flow(models.gray_scott(), rd.Euler(dt=1.0))
    cases = [
        (
            g := rd.Grid((32, n), spacing=0.01),
            {q: initial.noise(g, u=1.0, v=0.2, seed=0)[q].values for q in "uv"},
        )
        for n in (32, 40)
    ]
    for _ in range(5):
        for grid, values in cases:
            flow.advance(values, grid, range(1))
    assert len(compiled) <= 2


def test_a_run_that_cannot_go_on_ends():
    code = """
        import rdkit_nn as rd
        from rdkit_nn import initial, models
        b = initial.noise(rd.Grid((8, 8)), u=1.0, v=0.1, seed=0)
        term = models.gray_scott(F=1e300, k=.06, Du=.1, Dv=.05)
        rd.simulate(rd.Flow(term, rd.Adaptive(dt=1.0)), b, 1, progress=False)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "FloatingPointError" in done.stderr


# what it says


def test_help_tells_a_signature_that_works():
    import inspect

    names = [
        p.name
        for p in inspect.signature(models.gray_scott_kinetics).parameters.values()
    ]
    assert names == ["F", "k"]


@pytest.mark.parametrize(
    "text, hint",
    [
        ("laplace(u) + u*(1-u)", "Diffusion"),
        ("gradient_squared(u)", "SquaredGradient"),
        ("d_dx(u)", "Advection"),
    ],
)
def test_a_refused_law_says_what_to_do(text, hint):
    try:
        rd.law(u=text)
    except (ValueError, TypeError, SyntaxError) as error:
        assert hint in str(error)
    # or it is understood: then compare it with the term that it means


def test_a_long_sum_is_not_deep():
    rd.law(u=" + ".join(["0.001*u"] * 400))()


def test_a_branch_in_a_law_names_where():
    with pytest.raises((TypeError, ValueError), match="where"):

        @rd.reaction
        def choose(u, *, a):
            if u > a:
                return u
            return 0 * u

        go(choose(a=0.5), rd.Euler(dt=0.1), noisy()[["u"]], 2)
