"""Orders, exactness and control of the methods, against exact and finer solutions."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import models

GAMMA = 1 - 2**-0.5
GROWTH = {
    rd.ETD1: np.exp,
    rd.ETDRK4: np.exp,
    rd.Strang: np.exp,
    rd.IMEX: lambda z: (1 + (1 - 2 * GAMMA) * z) / (1 - GAMMA * z) ** 2,
}
ORDERS = {rd.Euler: 1, rd.ETD1: 1, rd.Strang: 2, rd.IMEX: 2, rd.RK4: 4, rd.ETDRK4: 4}
BOUNDARIES = {
    "periodic": "periodic",
    "no-flux": "no-flux",
    "dirichlet": rd.Dirichlet(0.8),
    "neumann": (rd.Neumann(0.2), rd.Neumann(-0.1)),
    "mixed": (rd.Dirichlet(1.2), rd.NoFlux()),
}


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
@pytest.mark.parametrize("stencil", ["5-point", "9-point", "4th-order", "spectral"])
@pytest.mark.parametrize("method", GROWTH)
def test_one_step_on_a_mode_is_the_stability_function(method, stencil, device):
    grid = rd.Grid((16, 12), spacing=0.5, boundary={"y": "no-flux", "x": "periodic"})
    i, j = np.indices(grid.shape)
    field = np.cos(np.pi * 3 * (i + 0.5) / 16) * np.cos(2 * np.pi * 2 * j / 12)
    eigenvalue = grid.symbol(stencil=stencil)[3, 2]
    flow = rd.Flow(rd.Diffusion(u=0.7, stencil=stencil), method(0.4), device)
    after = flow.advance({"u": field}, grid, range(1))["u"]
    exact = GROWTH[method](0.4 * 0.7 * eigenvalue) * field
    np.testing.assert_allclose(np.asarray(after), exact, rtol=0, atol=1e-14)


@pytest.mark.parametrize("wall", BOUNDARIES)
@pytest.mark.parametrize("shape", [(16,), (8, 9), (5, 6, 4)], ids=["1d", "2d", "3d"])
def test_orders_in_time(shape, wall):
    """Of every method, behind every wall, in every dimension, to what RK4 converges to."""
    rng = np.random.default_rng(0)
    grid = rd.Grid(shape, spacing=1.0)
    dims = dict.fromkeys(grid.dims, BOUNDARIES[wall])
    term = models.schnakenberg(Du=0.5, Dv=2.0, boundary={"u": dims, "v": dims})
    # A step of Dirichlet walls begins with a jump, which stiff modes must first forget.
    state = {
        "u": 1 + 0.1 * rng.standard_normal(shape),
        "v": 0.9 + 0.1 * rng.standard_normal(shape),
    }
    smooth = rd.Flow(term, rd.RK4(1 / 64)).advance(state, grid, range(128))

    def end(method, n):
        flow = rd.Flow(term, method(1 / n))
        return flow.advance(smooth, grid, range(n))["u"]

    exact = end(rd.RK4, 2048)
    for method, order in ORDERS.items():
        gaps = [np.abs(end(method, n) - exact).max() for n in (64, 128)]
        if gaps[1] > 1e-12:
            assert np.log2(gaps[0] / gaps[1]) == pytest.approx(order, abs=0.15), method
        else:  # rounding is reached before the order shows
            assert gaps[1] < 1e-11


@pytest.mark.parametrize("method", [rd.ETD1, rd.ETDRK4, rd.Strang, rd.IMEX])
def test_phi_functions_are_right_where_there_is_no_linear_part(method):
    """At D = 0 the exponential methods are the explicit ones they are made of."""
    twin = {rd.ETD1: rd.Euler, rd.ETDRK4: rd.RK4}.get(method)
    grid, rng = rd.Grid((6, 5)), np.random.default_rng(0)
    state = {"u": rng.random(grid.shape), "v": rng.random(grid.shape)}
    law = models.schnakenberg().terms[0]
    still = law + rd.Diffusion(u=0.0, v=0.0)
    for term in (law, still):
        flow = rd.Flow(term, method(0.01))
        after = flow.advance(state, grid, range(20))["u"]
        if twin:
            exact = rd.Flow(law, twin(0.01)).advance(state, grid, range(20))["u"]
            np.testing.assert_allclose(after, exact, rtol=0, atol=1e-13)
        else:
            exact = rd.Flow(law, rd.RK4(0.01)).advance(state, grid, range(20))["u"]
            assert np.abs(after - exact).max() < 1e-4


def swift_hohenberg(r=0.3):
    cubic = rd.law(u="-u**3")()
    return cubic + rd.Linear(u=(r - 1, -2.0, -1.0), stencil="spectral")


def test_stiff_problems_take_long_steps():
    """Swift-Hohenberg, whose fastest mode decays at a rate of 3,000."""
    grid, term = rd.Grid((32, 32), spacing=0.6), swift_hohenberg()

    def end(state, method, time):
        flow = rd.Flow(term, method)
        return {"u": flow.advance(state, grid, range(flow.steps(time)))["u"]}

    noise = {"u": 0.1 * np.random.default_rng(0).standard_normal(grid.shape)}
    # White noise is not smooth: begin where the stiff modes are at rest.
    state = end(noise, rd.ETDRK4(1 / 64), 5.0)
    finest = end(state, rd.ETDRK4(1 / 256), 5.0)["u"]
    with pytest.raises(ValueError, match="is unstable"):
        rd.Flow(term, rd.RK4(1 / 256)).check(state, grid)
    order = {rd.ETDRK4: 3, rd.Strang: 1.9, rd.IMEX: 2, rd.ETD1: 1}
    for method, p in order.items():
        gaps = [
            np.abs(end(state, method(dt), 5.0)["u"] - finest).max()
            for dt in (1 / 8, 1 / 16)
        ]
        # Order is reduced where modes are stiff: ETDRK4 has 3.1 to 3.5 here.
        assert np.log2(gaps[0] / gaps[1]) > p - 0.25, method
    assert np.abs(end(state, rd.ETDRK4(1 / 8), 5.0)["u"] - finest).max() < 1e-5


def test_dealiasing_drops_the_upper_third_of_products():
    grid = rd.Grid((24,), spacing=1.0)
    x = np.arange(24)
    state = {"u": np.cos(2 * np.pi * 7 * x / 24)}
    square = rd.law(u="u**2")() + rd.Diffusion(u=0.0)
    kept = rd.Flow(square, rd.ETD1(0.1)).advance(state, grid, range(1))["u"]
    mild = rd.Flow(square, rd.ETD1(0.1, dealias=True)).advance(state, grid, range(1))
    # cos² 7q = (1 + cos 14q)/2, and 14 comes back as 10 on 24 cells: above 24/3 = 8.
    alias = 0.05 * np.cos(2 * np.pi * 10 * x / 24)
    np.testing.assert_allclose(kept - mild["u"], alias, atol=1e-15)


@pytest.mark.parametrize(
    "method", [rd.ETD1(0.1), rd.ETDRK4(0.1), rd.Strang(0.1), rd.IMEX(0.1)]
)
def test_members_are_runs_of_their_own(method):

    grid, rng = rd.Grid((8, 6)), np.random.default_rng(0)
    state = grid.state(u=rng.random(grid.shape), v=rng.random(grid.shape))
    D = xr.DataArray([0.5, 1.0, 2.0], dims="D")
    law = models.schnakenberg().terms[0]
    many = rd.simulate(rd.Flow(law + rd.Diffusion(u=D, v=3.0), method), state, 5)
    for k in range(3):
        one = law + rd.Diffusion(u=float(D[k]), v=3.0)
        alone = rd.simulate(rd.Flow(one, method), state, 5)
        np.testing.assert_allclose(many.u.isel(D=k), alone.u, rtol=0, atol=1e-14)


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_adaptive_steps_keep_the_tolerance(device):
    grid, rng = rd.Grid((12, 10), boundary="no-flux"), np.random.default_rng(0)
    state = grid.state(u=1 + 0.3 * rng.random(grid.shape), v=rng.random(grid.shape))
    term = models.schnakenberg(Du=0.5, Dv=3.0)
    exact = rd.simulate(rd.Flow(term, rd.RK4(1 / 256)), state, 512).isel(time=-1)
    taken = []
    for tol in (1e-4, 1e-6, 1e-8):
        flow = rd.Flow(term, rd.Adaptive(0.5, rtol=tol, atol=tol), device)
        run = rd.simulate(flow, state, 4, every=1)
        # Errors of the steps of a contracting flow do not add up to much more than one.
        assert float(abs(run.u[-1] - exact.u).max()) < 5 * tol
        taken.append(run.steps_taken.values)
        assert (np.diff(taken[-1]) > 0).all() and run.steps_taken.dtype == "int64"
    assert taken[0][-1] < taken[1][-1] < taken[2][-1]


def test_rejected_steps_are_counted_and_runs_are_continued():
    # A relaxation oscillator: slow, then a jump.
    term = rd.law(u="20*(u - u**3/3 - v)", v="u/20")()
    state = rd.Grid((1,)).state(u=np.array([2.0]), v=np.array([0.0]))
    flow = rd.Flow(term, rd.Adaptive(5.0))
    whole = rd.simulate(flow, state, 20, every=1)
    assert int(whole.steps_rejected[-1]) > 0
    first = rd.simulate(flow, state, 7)
    rest = rd.simulate(flow, first.isel(time=-1), 13)
    for name in ("u", "v", "steps_taken", "steps_rejected"):
        assert whole[name][-1] == rest[name][-1]


def test_a_tolerance_that_no_step_keeps_is_told():
    state = rd.Grid((4,)).state(u=np.ones(4))
    flow = rd.Flow(rd.law(u="u**2")(), rd.Adaptive(0.3))
    with pytest.raises(FloatingPointError, match="No step is short enough") as stop:
        rd.simulate(flow, state, 10, every=1)
    assert stop.value.run.sizes["time"] == 4  # t = 0.9; u is infinite at t = 1
    with pytest.raises(ValueError, match="`rtol` must be a positive number"):
        rd.Adaptive(0.1, rtol=0)
    noisy = rd.Noise(u=0.1, seed=0)
    for method in (rd.Adaptive(0.1), rd.ETDRK4(0.1), rd.IMEX(0.1), rd.Strang(0.1)):
        with pytest.raises(TypeError, match="smooth rates only"):
            rd.simulate(rd.Flow(noisy, method), state, 1)


def test_compiled_rates_are_the_plain_ones():
    from rdkit_nn.kernels import rated, stepped

    grid, rng = (
        rd.Grid((9, 14), spacing=0.8, boundary="no-flux"),
        np.random.default_rng(0),
    )
    terms = {
        "law": models.gray_scott(Du=0.02, Dv=0.01),
        "with noise": models.gray_scott(Du=0.02, Dv=0.01) + rd.Noise(u=0.1, seed=3),
        "with powers": swift_hohenberg(),
    }
    for name, term in terms.items():
        begin = {n: rng.random(grid.shape) for n in term.inputs or ("u",)}
        methods = [rd.Euler(1e-4), rd.Alternating(1e-4, [(n,) for n in term.variables])]
        if not term.stochastic:
            methods += [rd.Adaptive(0.01), rd.ETDRK4(0.1), rd.IMEX(0.1), rd.Strang(0.1)]
        for method in methods:
            for dtype in ("float64", "float32"):
                state = {n: x.astype(dtype) for n, x in begin.items()}
                told = term, method, grid, state, "cpu"
                fast, slow = rated.kernel(*told), stepped.kernel(*told)
                assert fast.name == "rated"
                one, other = (k.run(state, range(5)) for k in (fast, slow))
                for n in state:
                    assert one[n].dtype == dtype
                    gap = np.abs(one[n] - other[n]).max()
                    assert gap < (1e-13 if dtype == "float64" else 2e-5), (name, method)


def test_projection_works_on_any_method():
    grid, rng = rd.Grid((16,), spacing=0.5), np.random.default_rng(0)
    state = {"u": rng.standard_normal(16)}
    flow = rd.Flow(
        swift_hohenberg(), rd.Projected(rd.ETDRK4(0.1), {"u": rd.Clip(low=0.0)})
    )
    assert flow.advance(state, grid, range(3))["u"].min() == 0.0
