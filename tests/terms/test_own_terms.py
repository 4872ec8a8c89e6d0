"""A term of one's own: one field and one method, and everything else for nothing."""

import pickle

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, stability

GRID = rd.Grid((6, 8), spacing=0.5)
STATE = initial.noise(GRID, u=1.0, amplitude=0.1, seed=0)


class Pull(rd.Term):
    """Every cell is pulled towards the mean of all: du/dt = k (⟨u⟩ - u)."""

    k = rd.by_variable(rd.parameter(least=0.0))

    def rate(self, values, grid, clock):
        return {
            n: k * (values[n].mean(axis=grid.axes, keepdims=True) - values[n])
            for n, k in self.k.items()
        }


class Fall(rd.Term):
    """Transport along x: du/dt = -∂(c u)/∂x, the mean at faces."""

    c = rd.by_variable(rd.parameter())

    def flux(self, faces):
        if faces.dim != "x":
            return {}
        return {n: c * faces.value(n) for n, c in self.c.items()}


def end(k, method=None, state=STATE, **options):
    flow = rd.Flow(Pull(u=k), method or rd.Euler(0.1))
    return rd.simulate(flow, state, 5, progress=False, **options).u[-1]


def test_it_is_built_printed_compared_and_pickled():
    assert repr(Pull(u=0.5)) == "Pull(u=0.5)"
    assert Pull(u=0.5) == pickle.loads(pickle.dumps(Pull(u=0.5))) != Pull(u=0.6)
    assert len({Pull(u=0.5), Pull(u=0.5)}) == 1
    assert Pull(u=0.5).variables == Pull(u=0.5).inputs == ("u",)
    assert dict(Pull(u=0.5).parameters()) == {"u": 0.5}
    assert Pull(u=0.5).replace("u", 2) == Pull(u=2.0)
    with pytest.raises(ValueError, match="`u` must not be negative, but is -1"):
        Pull(u=-1.0)
    with pytest.raises(TypeError, match="at least one variable"):
        Pull()
    with pytest.raises(AttributeError, match="does not change"):
        Pull(u=0.5).k = 3


def test_it_has_members_that_are_single_runs():
    k = xr.DataArray([0.1, 0.5, 0.9], dims="k")
    family = end(k)
    assert family.dims == ("k", "y", "x")
    for m, value in enumerate(k.values):
        # numpy sums the mean of a family in another order
        np.testing.assert_allclose(family[m], end(float(value)), rtol=1e-15)


def test_it_takes_a_field_a_function_and_a_text():
    number = end(0.5)
    np.testing.assert_allclose(end(0.5 + 0 * STATE.u), number, rtol=1e-14)
    np.testing.assert_array_equal(end(lambda t: 0.5), number)
    np.testing.assert_array_equal(end("0.5 + 0*t"), number)
    both = (0.5 + 0 * STATE.u) * xr.DataArray([1.0, 2.0], dims="m")
    family = end(both)
    assert family.dims == ("m", "y", "x")
    np.testing.assert_allclose(family[1], end(1.0), rtol=1e-14)


def test_its_gradient_is_a_difference():
    torch = pytest.importorskip("torch")
    values = {"u": STATE.u.values}

    def loss(k):
        flow = rd.Flow(Pull(u=k), rd.Euler(0.1), "torch:cpu")
        return (flow.advance(values, GRID, range(5))["u"] ** 3).sum()

    k = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    loss(k).backward()
    h = 1e-5
    gap = float(loss(0.5 + h)) - float(loss(0.5 - h))
    assert float(k.grad) == pytest.approx(gap / (2 * h), rel=1e-8)


def test_it_has_a_verdict():
    pytest.importorskip("torch")
    growth = stability.dispersion(Pull(u=0.5), {"u": 1.0}, [0.0, 1.0])[:, 0].real
    np.testing.assert_allclose(growth, [0.0, -0.5], atol=1e-12)


def test_it_is_stored(tmp_path):
    memory = end(0.5)
    end(0.5, store=tmp_path / "run.zarr")
    np.testing.assert_array_equal(rd.open_run(tmp_path / "run.zarr").u[-1], memory)


def test_its_flux_is_closed_by_no_flux_and_by_a_domain():
    closed = rd.Grid((20,), spacing=0.5, boundary="no-flux")
    state = initial.noise(closed, u=1.0, amplitude=0.1, seed=1)
    run = rd.simulate(rd.Flow(Fall(u=0.3), rd.RK4(0.1)), state, 50, progress=False)
    assert float(run.u[-1].sum()) == pytest.approx(float(state.u.sum()), rel=1e-13)
    held = {"u": {"x": (rd.Dirichlet(1.0), rd.Neumann(0.0))}}
    flow = rd.Flow(Fall(u=0.3, boundary=held), rd.Euler(0.1))
    assert "boundary={'u': {'x': " in repr(flow)
    mask = np.arange(20) % 7 > 1
    part = rd.Grid((20,), spacing=0.5, domain=mask)
    state = initial.noise(part, u=1.0, amplitude=0.1, seed=1)
    run = rd.simulate(rd.Flow(Fall(u=0.3), rd.RK4(0.1)), state, 50, progress=False)
    assert float(run.u[-1].sum()) == pytest.approx(float(state.u.sum()), rel=1e-13)
