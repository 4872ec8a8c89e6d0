"""Orders in time, exact fronts, steady states and symmetries of the chemical models."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import initial, models, presets
from rdkit_nn.terms import Reaction, parts


@pytest.mark.parametrize("method, order", [(rd.Euler, 1), (rd.RK4, 4)])
def test_the_order_of_a_method_in_time(method, order):
    # A cycle of the Brusselator, by halving; the finest pair, against a step far finer.
    grid = rd.Grid((4, 5))
    state = initial.noise(grid, u=1.2, v=2.0, amplitude=0.05, seed=0)
    term = models.brusselator(a=1.0, b=2.5, Du=0.1, Dv=0.2)

    def end(dt, method=method):
        flow = rd.Flow(term, method(dt))
        return rd.simulate(flow, state, steps=flow.steps(2.0)).u.values[-1]

    exact = end(0.0025, rd.RK4)
    errors = [np.abs(end(dt) - exact).max() for dt in (0.08, 0.04, 0.02)]
    observed = np.log2(np.divide(errors[:-1], errors[1:]))
    assert observed[-1] == pytest.approx(order, abs=0.15)


@pytest.mark.parametrize(
    "term, state",
    [
        (models.gray_scott(), dict(u=1.0, v=0.0)),
        (models.schnakenberg(a=0.1, b=0.9), dict(u=1.0, v=0.9)),
        (models.brusselator(a=2.0, b=3.0), dict(u=2.0, v=1.5)),
    ],
)
def test_the_steady_state_of_the_docstring_is_steady(term, state):
    begin = initial.uniform(rd.Grid((6, 7)), **state)
    found = rd.rates(term, begin).sum("term")
    for name in state:
        np.testing.assert_allclose(found[name], 0, atol=1e-15)


def test_gray_scott_without_feed_is_a_logistic_front():
    # F = k = 0 and Du = Dv: u + v obeys the heat equation, and is kept where uniform; then
    # dv/dt = (1 - v) v² + D ∇²v, whose exact front is v = 1/(1 + exp(s)),
    # s = (x - c t)/√(2D), c = √(D/2).
    D, n, h, dt = 1.0, 800, 0.1, 0.001
    grid = rd.Grid((n,), spacing=h, boundary="no-flux")
    x = grid.coords["x"][1]

    def front(t):
        return 1 / (1 + np.exp((x - 30 - np.sqrt(D / 2) * t) / np.sqrt(2 * D)))

    state = grid.state(u=1 - front(0), v=front(0))
    flow = rd.Flow(models.gray_scott(F=0.0, k=0.0, Du=D, Dv=D), rd.RK4(dt))
    run = rd.simulate(flow, state, steps=flow.steps(4.0))
    np.testing.assert_allclose(run.u + run.v, 1, rtol=0, atol=1e-12)
    # Second order in h: h²/12 times a fourth derivative below 0.03, over a time of 4.
    assert np.abs(run.v[-1] - front(4.0)).max() < 4 * h**2 / 12 * 0.1


def test_a_fisher_front_is_the_exact_one():
    # Ablowitz & Zeppetella (1979), doi:10.1007/BF02462380: speed 5/√6.
    grid = rd.Grid((600,), spacing=0.1, boundary="no-flux")
    x = grid.coords["x"][1]

    def front(t):
        return (1 + np.exp((x - 15 - 5 / np.sqrt(6) * t) / np.sqrt(6))) ** -2

    fisher = rd.law(u="r * u * (1 - u)")(r=1.0) + rd.Diffusion(u=1.0)
    flow = rd.Flow(fisher, rd.RK4(0.002))
    run = rd.simulate(flow, grid.state(u=front(0)), steps=flow.steps(5.0))
    assert np.abs(run.u[-1] - front(5.0))[:500].max() < 2e-3  # h² times order one


def by_modes(name):
    """Whether Fourier transforms are taken: they shift their rounding, too."""
    told = repr(presets.get(name).flow)
    return any(w in told for w in ("ETDRK4", "IMEX", "Convolution", "spectral"))


@pytest.mark.parametrize("name", [n for n in presets.names() if not by_modes(n)])
def test_shifting_a_periodic_field_shifts_the_run_bit_for_bit(name):
    told = presets.get(name)
    grid = rd.Grid((24, 20), spacing=told.grid.spacing)
    state = told.initial(0, grid=grid)
    fields = {n: state[n].values for n in state}
    one = told.flow.advance(fields, grid, range(50))
    rolled = {n: np.roll(f, (5, -3), (0, 1)) for n, f in fields.items()}
    other = told.flow.advance(rolled, grid, range(50))
    for key in one:
        np.testing.assert_array_equal(np.roll(one[key], (5, -3), (0, 1)), other[key])


def test_mirrors_and_turns_commute_with_the_run():
    term = models.gray_scott(Du=0.1, Dv=0.05)
    grid, flow = rd.Grid((12, 12)), rd.Flow(term, rd.Euler(0.5))
    u, v = np.random.default_rng(0).random((2, 12, 12))
    one = flow.advance({"u": u, "v": v}, grid, range(30))["v"]
    for turn in (np.flipud, np.fliplr, np.transpose, np.rot90):
        other = flow.advance({"u": turn(u), "v": turn(v)}, grid, range(30))["v"]
        np.testing.assert_allclose(turn(one), other, rtol=0, atol=1e-13)


def test_a_uniform_state_stays_uniform():
    state = initial.uniform(rd.Grid((9, 8)), u=0.4, v=0.3)
    run = rd.simulate(rd.Flow(models.gray_scott(), rd.Euler(1.0)), state, steps=100)
    assert float(run.v[-1].max()) == float(run.v[-1].min())


@pytest.mark.parametrize("name", ["gray-scott-k0.055", "gray-scott-k0.060"])
def test_noise_about_the_uniform_state_of_gray_scott_decays(name):
    told = presets.get(name)
    F, k = (parts(told.flow.term)[0].arguments[p] for p in "Fk")
    assert 4 * (F + k) ** 2 > F  # (1, 0) is the only uniform state
    grid = rd.Grid((64, 64), spacing=told.grid.spacing)
    state = initial.noise(grid, u=1.0, v=0.0, amplitude=0.01, seed=0)
    run = rd.simulate(told.flow, state, steps=600)
    # Linearised: u decays at rate F, v at F + k or faster.
    assert float(run.v.std(("y", "x"))[-1]) < 1e-10
    left = float(run.u.std(("y", "x"))[-1] / run.u.std(("y", "x"))[0])
    assert left < 2 * np.exp(-F * 600)


def test_float32_stays_near_float64():
    told = presets.get("gray-scott-k0.055")
    grid = rd.Grid((64, 64), spacing=told.grid.spacing)
    ends = {}
    for dtype in ("float32", "float64"):
        state = presets.pearson_start(0, grid=grid, dtype=dtype)
        ends[dtype] = rd.simulate(told.flow, state, steps=200).isel(time=-1)
    for name in ("u", "v"):
        gap = np.abs(ends["float32"][name].astype(float) - ends["float64"][name]).max()
        assert float(gap) < 1e-5


def test_the_jacobian_of_gray_scott_follows_from_the_law():
    import sympy

    law = models.gray_scott_kinetics.law
    told = law.symbols()
    u, v, F, k = (sympy.Symbol(n, real=True) for n in ("u", "v", "F", "k"))
    found = sympy.Matrix([told["u"], told["v"]]).jacobian([u, v])
    exact = sympy.Matrix([[-F - v**2, -2 * u * v], [v**2, 2 * u * v - F - k]])
    assert sympy.simplify(found - exact) == sympy.zeros(2, 2)


def test_the_growth_of_a_turing_mode_is_the_discrete_dispersion_relation():
    # Schnakenberg, a = 0.1, b = 0.9, d = 40: the mode that fits four times into the box.
    a, b, d = 0.1, 0.9, 40.0
    grid = rd.Grid((64,), spacing=1.0)
    q = 2 * np.pi * 4 / 64
    s = -4 * np.sin(q / 2) ** 2
    u0, v0 = a + b, b / (a + b) ** 2
    J = np.array([[-1 + 2 * u0 * v0, u0**2], [-2 * u0 * v0, -(u0**2)]])
    growth, modes = np.linalg.eig(J + s * np.diag([1.0, d]))
    fastest = growth.real.argmax()
    rate, shape = growth[fastest].real, modes[:, fastest].real
    assert rate > 0
    wave = 1e-7 * np.cos(q * grid.coords["x"][1])
    state = grid.state(u=u0 + shape[0] * wave, v=v0 + shape[1] * wave)
    flow = rd.Flow(models.schnakenberg(a=a, b=b, Dv=d), rd.RK4(0.01))
    run = rd.simulate(flow, state, steps=500)
    grown = float((run.u[-1] - u0).std() / (run.u[0] - u0).std())
    assert np.log(grown) / 5.0 == pytest.approx(rate, rel=2e-3)


def test_the_models_are_sums_of_their_kinetics_and_diffusion():
    for model in (models.gray_scott, models.schnakenberg, models.brusselator):
        kinds = [type(part) for part in parts(model())]
        assert kinds == [Reaction, rd.Diffusion]
