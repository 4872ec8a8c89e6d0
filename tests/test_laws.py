"""Laws that every dynamics of the house obeys, whatever it is made of.

A new dynamics joins by one line in CASES; no test here asks what kind it is.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn import analysis, initial, maps, models, neural, presets
from rdkit_nn.grid import Grid
from rdkit_nn.labels import strip

rng = np.random.default_rng(0)
PLANE = rd.Grid((8, 10), spacing=1.0)
LINE = rd.Grid((12,), spacing=1.0, boundary="no-flux")
BOX = rd.Grid(
    (4, 5, 6), spacing=1.0, boundary={"z": "periodic", "y": "no-flux", "x": "dirichlet"}
)
TASK = neural.Task(rng.standard_normal((12, 4, 5)), np.arange(12) % 3)
WEIGHTS = neural.weights(TASK, hidden=16, critic=8, seed=2)
FLAT = neural.weights(
    neural.Task(rng.standard_normal((9, 7)), rng.standard_normal(9)),
    hidden=8,
    seed=0,
)
FLAT_TASK = neural.Task(np.eye(7), np.linspace(0.5, 1, 7), centre=False)


def fields(grid):
    return initial.noise(grid, u=0.6, v=0.3, amplitude=0.05, seed=1)


@rd.reaction
def smeared(u, v, *, a):
    return a * (np.asarray(u).mean() - u), v * 0  # beyond arithmetic: the slow path


class Vortex(rd.Dynamics):
    """A dynamics of somebody's own, neither flow nor map."""

    dt = 0.5

    def advance(self, values, grid, steps):
        u, v = values["u"], values["v"]
        for _ in steps:
            u, v = 0.8 * u - 0.6 * v, 0.6 * u + 0.8 * v
        return {**values, "u": u, "v": v}


GS = models.gray_scott(Du=0.1, Dv=0.05)
CASES = {
    "fused": (rd.Flow(GS, rd.Euler(dt=0.5)), fields(PLANE)),
    "fused-1d": (rd.Flow(models.schnakenberg(Dv=4.0), rd.Euler(dt=0.02)), fields(LINE)),
    "fused-3d": (rd.Flow(models.brusselator(Dv=2.0), rd.Euler(dt=0.02)), fields(BOX)),
    "rk4": (rd.Flow(GS, rd.RK4(dt=0.5)), fields(PLANE)),
    "adaptive": (rd.Flow(GS, rd.Adaptive(dt=0.5)), fields(PLANE)),
    "etd1": (rd.Flow(GS, rd.ETD1(dt=0.5)), fields(PLANE)),
    "etdrk4": (rd.Flow(GS, rd.ETDRK4(dt=0.5, dealias=True)), fields(PLANE)),
    "strang": (rd.Flow(GS, rd.Strang(dt=0.5)), fields(LINE)),
    "imex": (
        rd.Flow(
            models.brusselator(Dv=2.0, boundary={"u": rd.Dirichlet(1.0)}), rd.IMEX(0.02)
        ),
        fields(BOX),
    ),
    "linear": (
        rd.Flow(rd.Linear(u=(-0.8, -2, -1)) + rd.Diffusion(v=1.0), rd.Euler(dt=0.02)),
        fields(PLANE),
    ),
    "noisy": (rd.Flow(GS + rd.Noise(u=0.01, v=0.02, seed=3), rd.Euler(0.5)), fields(PLANE)),
    "own-law": (rd.Flow(smeared(a=0.5) + rd.Diffusion(u=0.1), rd.Euler(0.1)), fields(LINE)),
    "text-law": (
        rd.Flow(rd.law(u="a*(1 - u)", v="where(u > 0.5, u - v, -v)")(a=0.3), rd.Euler(0.1)),
        fields(PLANE),
    ),
    "projected": (
        rd.Flow(GS, rd.Projected(rd.Euler(dt=0.5), onto={"v": rd.Clip(low=0.29)})),
        fields(PLANE),
    ),
    "symplectic": (rd.Flow(GS, rd.Alternating(dt=0.5, groups=["u", "v"])), fields(PLANE)),
    "tensor": (rd.Flow(GS, rd.Euler(dt=0.5), device="torch:cpu"), fields(PLANE)),
    "life": (maps.life(), PLANE.state(cells=(rng.random(PLANE.shape) < 0.4).astype("i1"))),
    "logistic": (
        maps.coupled_logistic(),
        initial.noise(PLANE, u=0.5, amplitude=0.1, seed=0),
    ),
    "flames": (
        rd.Flow(models.kuramoto_sivashinsky(), rd.Euler(dt=0.01)),
        initial.noise(PLANE, u=0.0, amplitude=0.1, seed=2),
    ),
    "shocks": (
        rd.Flow(rd.Flux(rd.law(u="u**2 / 2")(), along={"u": "x"}), rd.RK4(dt=0.1)),
        initial.noise(LINE, u=0.5, amplitude=0.1, seed=3),
    ),
    "populations": (
        rd.Flow(models.wilson_cowan(widths=(0.7, 1.0)), rd.RK4(dt=0.1)),
        initial.noise(PLANE, E=0.2, I=0.1, amplitude=0.02, seed=4),
    ),
    "oscillators": (
        rd.Flow(models.kuramoto(K=1.5, omega=0.3), rd.RK4(dt=0.1)),
        initial.noise(LINE, theta=1.0, amplitude=1.0, seed=5),
    ),
    "random-network": (
        rd.Flow(models.rate_network(models.gaussian_weights(12, seed=0)), rd.Euler(0.1)),
        initial.noise(LINE, h=0.0, amplitude=1.0, seed=6),
    ),
    "hopfield": (
        maps.hopfield(models.hebbian_weights(np.sign(rng.standard_normal((2, 12))))),
        LINE.state(s=np.sign(rng.standard_normal(12))),
    ),
    "lenia": (
        maps.lenia(radius=3, centre=0.3, width=0.1),
        initial.noise(PLANE, u=0.5, amplitude=0.1, seed=7),
    ),
    "own-dynamics": (Vortex(), fields(PLANE)),
    "supervised": (rd.Flow(neural.Supervised(TASK), rd.Euler(dt=0.05)), WEIGHTS),
    "game": (presets.pseudo_reaction_diffusion(TASK, dt=0.05, seed=0), WEIGHTS),
    "frozen-critic": (
        presets.pseudo_reaction_diffusion(TASK, dt=0.05, seed=0, critic_steps=0),
        WEIGHTS,
    ),
    "first-layer": (
        rd.Flow(neural.Supervised(FLAT_TASK, descends=("U",)), rd.Euler(dt=0.05)),
        FLAT,
    ),
    "autograd": (rd.Flow(neural.Supervised(TASK), rd.RK4(dt=0.05)), WEIGHTS),
    "diffusing-fields": (
        rd.Flow(neural.Supervised(TASK) + rd.Diffusion(U=0.05), rd.Euler(dt=0.05)),
        WEIGHTS,
    ),
}  # fmt: skip


@pytest.fixture(params=CASES, scope="module")
def case(request, device, dtype):
    dynamics, state = CASES[request.param]
    if device != "cpu" and isinstance(dynamics, rd.Flow):
        dynamics = rd.Flow(dynamics.term, dynamics.method, device)
    if dtype != "float64" and request.param != "life":
        state = state.astype(dtype)
    return dynamics, state


def same(one, other):
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(asnumpy(one[name]), asnumpy(other[name]))


def asnumpy(array):
    return (
        array.detach().cpu().numpy() if hasattr(array, "detach") else np.asarray(array)
    )


def test_no_steps_change_nothing(case):
    dynamics, state = case
    values, grid = strip(state), Grid.of(state)
    same(dynamics.advance(values, grid, range(5, 5)), values)


def test_steps_add_up(case):
    dynamics, state = case
    values, grid = strip(state), Grid.of(state)
    halfway = dynamics.advance(values, grid, range(0, 3))
    same(
        dynamics.advance(halfway, grid, range(3, 8)),
        dynamics.advance(values, grid, range(0, 8)),
    )


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_steps_add_up_wherever_they_are_cut(case, data):
    dynamics, state = case
    values, grid = strip(state), Grid.of(state)
    begin = data.draw(st.integers(0, 1000))
    cut = data.draw(st.integers(0, 7))
    halfway = dynamics.advance(values, grid, range(begin, begin + cut))
    same(
        dynamics.advance(halfway, grid, range(begin + cut, begin + 7)),
        dynamics.advance(values, grid, range(begin, begin + 7)),
    )


def test_what_is_given_is_left_alone(case):
    dynamics, state = case
    values, grid = strip(state), Grid.of(state)
    before = {name: array.copy() for name, array in values.items()}
    dynamics.advance(values, grid, range(4))
    same(values, before)


def test_names_shapes_and_dtypes_stay(case):
    dynamics, state = case
    values, grid = strip(state), Grid.of(state)
    after = dynamics.advance(values, grid, range(4))
    for name, array in values.items():
        assert asnumpy(after[name]).shape == array.shape
        assert asnumpy(after[name]).dtype == array.dtype
    assert any((asnumpy(after[n]) != values[n]).any() for n in values)  # it moves


def test_a_run_has_one_format(case):
    dynamics, state = case
    run = rd.simulate(dynamics, state, steps=6, every=2)
    assert run.sizes["time"] == 4
    np.testing.assert_array_equal(run.step, [0, 2, 4, 6])
    np.testing.assert_allclose(run.time, run.step * dynamics.dt, rtol=1e-15)
    for name, field in state.items():
        assert run[name].dims == ("time", *field.dims)
        assert run[name].dtype == field.dtype
        np.testing.assert_array_equal(run[name].isel(time=0), field)
    for told in ("dynamics", "dt", "rdkit_nn", "created"):
        assert told in run.attrs
    assert run.attrs["dynamics"] == repr(dynamics)


def test_a_run_continued_is_the_run_in_one_go(case):
    dynamics, state = case
    whole = rd.simulate(dynamics, state, steps=7, every=1)
    half = rd.simulate(dynamics, state, steps=3)
    rest = rd.simulate(dynamics, half.isel(time=-1), steps=4, every=1)
    np.testing.assert_array_equal(rest.step, whole.step[3:])
    np.testing.assert_array_equal(rest.time, whole.time[3:])
    for name in state:
        np.testing.assert_array_equal(rest[name], whole[name][3:])


def test_the_same_measures_read_any_run(case):
    dynamics, state = case
    run = rd.simulate(dynamics, state, steps=6, every=2)
    for field in run.values():
        if field.dims == ("time",):  # what a method counts
            continue
        space = [d for d in ("z", "y", "x") if d in field.dims]
        others = [d for d in field.dims if d not in ("time", *space)]
        dims = space or others
        assert analysis.contrast(field, dims).sizes["time"] == 4
        gone = analysis.displacement(field, dims)
        assert (gone.isel(time=0) == 0).all()
        if space:
            spectrum = analysis.power_spectrum(field)
            variance = field.astype(float).var(space)
            np.testing.assert_allclose(spectrum.sum("wavenumber"), variance, atol=1e-12)
            assert analysis.moran(field).dims == analysis.contrast(field).dims
