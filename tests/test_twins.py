"""Every fast kernel against the plain one."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn import models, neural, presets
from rdkit_nn.grid import symbols
from rdkit_nn.kernels import compile, dense, fused, stepped, tensor
from rdkit_nn.labels import strip

# Rounding of one step is a few units in the last place of the largest summand; over the
# steps below it may add up, and chaos is not given time to grow.
CLOSE = {"float64": 1e-13, "float32": 2e-5}

BOUNDARIES = {
    "periodic": "periodic",
    "no-flux": "no-flux",
    "dirichlet": rd.Dirichlet(0.4),
    "neumann": (rd.Neumann(0.1), rd.Neumann(-0.2)),
    "robin": (rd.Robin(1.0, 0.5, 0.3), rd.NoFlux()),
}


@rd.reaction
def every_word(u, v, *, a, b):
    saturated = u**2 / (1 + b * u * u) - rd.exp(-v) + rd.tanh(a * u) * rd.sqrt(v)
    gated = rd.where(u > 0.6, a * v, -(u**3)) + rd.maximum(u, v) - rd.minimum(u, 0.5)
    return saturated, gated + rd.log(1 + u) + rd.sin(v) * rd.cos(u) - abs(u - v) ** 1.5


TERMS = {
    "gray_scott": models.gray_scott(Du=0.02, Dv=0.01),
    "schnakenberg": models.schnakenberg(Dv=2.0),
    "brusselator": models.brusselator(Dv=2.0),
    "every_word": every_word(a=0.7, b=0.2) + rd.Diffusion(u=0.5, v=0.1),
    "diffusion": rd.Diffusion(u=1.0),
    "catalyst": rd.law(u="-k*u")(k=0.1) + rd.Diffusion(u=0.3) + rd.Diffusion(v=0.2),
}


def initial(shape, dtype, seed=0):
    u, v = 0.4 + 0.5 * np.random.default_rng(seed).random((2, *shape))
    return {"u": u.astype(dtype), "v": v.astype(dtype)}


def close(one, other, dtype):
    for name in other:
        told = np.asarray(one[name])
        assert told.dtype == dtype
        scale = max(1.0, float(np.abs(other[name]).max()))
        np.testing.assert_allclose(told, other[name], atol=CLOSE[dtype] * scale, rtol=0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(11,), (7, 6), (4, 5, 3)], ids=["1d", "2d", "3d"])
@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("method", [rd.Euler(0.01), rd.RK4(0.02)], ids=["euler", "rk4"])
def test_fused_is_stepped(method, term, shape, dtype):
    grid = rd.Grid(shape, spacing=[0.7, 0.6, 0.9][: len(shape)])
    values = initial(shape, dtype)
    fast = fused.kernel(TERMS[term], method, grid, values, "cpu")
    slow = stepped.kernel(TERMS[term], method, grid, values, "cpu")
    close(fast.run(values, range(9)), slow.run(values, range(9)), dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("wall", BOUNDARIES)
@pytest.mark.parametrize("method", [rd.Euler(0.02), rd.RK4(0.02)], ids=["euler", "rk4"])
def test_fused_is_stepped_behind_every_wall(method, wall, dtype):
    grid = rd.Grid((6, 5), spacing=0.8)
    boundary = {"u": {"y": BOUNDARIES[wall]}, "v": {"x": BOUNDARIES[wall]}}
    term = models.schnakenberg(Dv=2.0, boundary=boundary)
    values = initial(grid.shape, dtype)
    fast = fused.kernel(term, method, grid, values, "cpu")
    slow = stepped.kernel(term, method, grid, values, "cpu")
    close(fast.run(values, range(8)), slow.run(values, range(8)), dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(11,), (7, 6), (4, 5, 3)], ids=["1d", "2d", "3d"])
@pytest.mark.parametrize("stencil", tuple(symbols.REACH))
@pytest.mark.parametrize("wall", ["periodic", "no-flux", "robin"])
@pytest.mark.parametrize("method", [rd.Euler(0.01), rd.RK4(0.02)], ids=["euler", "rk4"])
def test_every_stencil_is_fused(method, wall, stencil, shape, dtype):
    grid = rd.Grid(shape, spacing=0.8)
    boundary = {
        "u": {"x": BOUNDARIES[wall]},
        "v": dict.fromkeys(grid.dims, BOUNDARIES[wall]),
    }
    law = models.schnakenberg(Dv=2.0).terms[0]
    term = law + rd.Diffusion(u=0.5, v=2.0, boundary=boundary, stencil=stencil)
    values = initial(shape, dtype)
    fast = fused.kernel(term, method, grid, values, "cpu")
    slow = stepped.kernel(term, method, grid, values, "cpu")
    close(fast.run(values, range(9)), slow.run(values, range(9)), dtype)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.one_of(
        st.tuples(st.integers(1, 150)),
        st.tuples(st.integers(1, 40), st.integers(1, 70)),
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 20)),
    ),
    wall=st.sampled_from(["periodic", "no-flux", "dirichlet"]),
    stencil=st.sampled_from(tuple(symbols.REACH)),
    method=st.sampled_from([rd.Euler(0.02), rd.RK4(0.02)]),
    steps=st.integers(1, 9),
)
def test_fused_is_stepped_at_odd_shapes(shape, wall, stencil, method, steps):
    if stencil == "4th-order" and wall != "periodic":
        shape = tuple(max(2, n) for n in shape)  # it needs two cells between walls
    grid, values = rd.Grid(shape, boundary=wall), initial(shape, "float64")
    term = TERMS["gray_scott"].terms[0] + rd.Diffusion(u=0.9, v=0.3, stencil=stencil)
    fast = fused.kernel(term, method, grid, values, "cpu")
    slow = stepped.kernel(term, method, grid, values, "cpu")
    close(fast.run(values, range(steps)), slow.run(values, range(steps)), "float64")


@pytest.mark.parametrize("method", [rd.Euler(0.5), rd.RK4(0.5)], ids=["euler", "rk4"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("wall", ["periodic", "no-flux"])
def test_parameters_in_space_are_fused(wall, dtype, method):
    grid = rd.Grid((9, 21), boundary=wall)
    F = xr.DataArray(np.linspace(0.02, 0.06, 21), dims="x")
    k = xr.DataArray(np.random.default_rng(0).random(grid.shape) * 0.06, dims=grid.dims)
    term = models.gray_scott(F=F, k=k, Du=0.2, Dv=0.1)
    for shape in (grid.shape, (3, *grid.shape)):
        values = initial(shape, dtype)
        fast = fused.kernel(term, method, grid, values, "cpu")
        slow = stepped.kernel(term, method, grid, values, "cpu")
        one, other = (kernel.run(values, range(20)) for kernel in (fast, slow))
        assert set(one) == set(values)
        close(one, other, dtype)


def test_members_of_a_leading_dim_are_runs_of_their_own():
    grid, method = rd.Grid((5, 6)), rd.Euler(dt=0.1)
    one, two = initial(grid.shape, "float64", 0), initial(grid.shape, "float64", 1)
    both = {name: np.stack([one[name], two[name]]) for name in one}
    kernel = fused.kernel(TERMS["gray_scott"], method, grid, both, "cpu")
    moved = kernel.run(both, range(4))
    single = fused.kernel(TERMS["gray_scott"], method, grid, one, "cpu")
    for i, values in enumerate((one, two)):
        alone = single.run(values, range(4))
        for name in alone:
            np.testing.assert_array_equal(moved[name][i], alone[name])
    slow = stepped.kernel(TERMS["gray_scott"], method, grid, both, "cpu")
    close(moved, slow.run(both, range(4)), "float64")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("method", [rd.Euler(0.01), rd.RK4(0.01)], ids=["euler", "rk4"])
@pytest.mark.parametrize("term", TERMS)
def test_tensor_is_stepped(term, method, dtype):
    grid = rd.Grid((5, 7), spacing=0.8, boundary={"y": "no-flux", "x": "periodic"})
    values = initial(grid.shape, dtype)
    fast = tensor.kernel(TERMS[term], method, grid, values, "torch:cpu")
    slow = stepped.kernel(TERMS[term], method, grid, values, "cpu")
    close(fast.run(values, range(6)), slow.run(values, range(6)), dtype)


def test_noise_is_the_same_on_tensors():
    grid, values = rd.Grid((5, 7)), initial((5, 7), "float64")
    term, method = TERMS["gray_scott"] + rd.Noise(u=0.1, seed=4), rd.Euler(dt=0.05)
    fast = tensor.kernel(term, method, grid, values, "torch:cpu")
    slow = stepped.kernel(term, method, grid, values, "cpu")
    close(fast.run(values, range(6)), slow.run(values, range(6)), "float64")


@pytest.mark.cuda
@pytest.mark.parametrize("term", TERMS)
def test_cuda_is_stepped(term):
    grid, values, method = (
        rd.Grid((5, 7)),
        initial((5, 7), "float64"),
        rd.Euler(dt=0.01),
    )
    fast = tensor.kernel(TERMS[term], method, grid, values, "cuda").run(
        values, range(6)
    )
    slow = stepped.kernel(TERMS[term], method, grid, values, "cpu")
    home = {name: array.cpu() for name, array in fast.items()}
    close(home, slow.run(values, range(6)), "float64")


GAMES = {
    "supervised": lambda t: rd.Flow(neural.Supervised(t), rd.Euler(0.02)),
    "first layer": lambda t: rd.Flow(neural.Supervised(t, ("U",)), rd.Euler(0.02)),
    "second layer": lambda t: rd.Flow(neural.Supervised(t, ("V",)), rd.Euler(0.02)),
    "game": lambda t: presets.pseudo_reaction_diffusion(t, dt=0.02, seed=0),
    "strong": lambda t: presets.pseudo_reaction_diffusion(
        t, dt=0.02, seed=0, weight=2.5, critic_steps=3, descends=("U",)
    ),
    "frozen": lambda t: presets.pseudo_reaction_diffusion(
        t, dt=0.02, seed=0, critic_steps=0
    ),
    "all at once": lambda t: rd.Flow(
        neural.Supervised(t) + neural.Adversarial(t) + neural.Critic(t, seed=1),
        rd.Euler(0.02),
    ),
    "mixed layers": lambda t: rd.Flow(
        neural.Supervised(t, ("V",)) + neural.Adversarial(t, 0.5, ("U",)),
        rd.Alternating(0.02, groups=["U", "V"], speed={"U": 0.5}),
    ),
}


@pytest.mark.parametrize("game", GAMES)
def test_dense_is_automatic_differentiation(game, task, weights):
    flow, values, grid = GAMES[game](task), strip(weights), rd.Grid.of(weights)
    fast = dense.kernel(flow.term, flow.method, grid, values, "cpu")
    slow = tensor.kernel(flow.term, flow.method, grid, values, "cpu")
    moved, twin = fast.run(values, range(20)), slow.run(values, range(20))
    for name in moved:
        np.testing.assert_allclose(moved[name], twin[name].numpy(), rtol=0, atol=1e-13)


def test_the_door_sends_each_case_to_its_specialist(task, weights):
    grid, values = rd.Grid((5, 7)), initial((5, 7), "float64")
    law, euler = TERMS["gray_scott"], rd.Euler(0.01)
    assert compile(law, euler, grid, values).name == "fused"
    assert compile(law, rd.RK4(0.01), grid, values).name == "fused"
    turns = rd.Alternating(0.01, groups=["u", "v"])
    assert compile(law, turns, grid, values).name == "rated"
    assert compile(law + rd.Noise(u=0.1, seed=0), euler, grid, values).name == "rated"
    assert compile(law, rd.ETDRK4(0.01), grid, values).name == "rated"
    bent = rd.Linear(u=(0.1, 0.2))
    assert compile(bent, euler, grid, values).name == "stepped"
    assert compile(law, euler, grid, values, "torch:cpu").name == "tensor (cpu)"
    own, nets = GAMES["game"](task), strip(weights)
    assert compile(own.term, own.method, grid, nets).name == "dense"
    assert compile(own.term, rd.RK4(0.01), grid, nets).name == "tensor (cpu)"
