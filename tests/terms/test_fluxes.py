"""Fluxes against exact solutions: laws, tensors, walls, and what they keep."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial

CLOCK = rd.Clock(0, 0.1)


def test_a_porous_medium_spreads_as_barenblatt_says():
    """∂u/∂t = ∂²(u²)/∂x², D(u) = 2u: u = t^(-1/3) (C - x²/(12 t^(2/3)))₊.

    Barenblatt 1952; Vázquez, The Porous Medium Equation (2007), sec. 4.4.2,
    doi:10.1093/acprof:oso/9780198569039.001.0001.
    """

    def exact(x, t):
        return t ** (-1 / 3) * np.maximum(1 - x**2 / (12 * t ** (2 / 3)), 0)

    errors, fronts = [], []
    for n in (64, 128, 256):
        h = 12 / n
        grid = rd.Grid((n,), spacing=h, boundary="no-flux")
        x = grid.coords["x"][1] - 6
        flow = rd.Flow(rd.Diffusion(u=rd.law(u="2*u")()), rd.Adaptive(dt=1.0))
        end = flow.advance({"u": exact(x, 1.0)}, grid, range(1))["u"]
        errors.append(h * np.abs(end - exact(x, 2.0)).sum())
        fronts.append(x[end > 1e-3].max())
        assert end.min() >= -1e-12
        assert end.sum() == pytest.approx(exact(x, 1.0).sum(), rel=1e-12)
    assert errors[1] < errors[0] / 2 and errors[2] < errors[1] / 2
    # A harmonic mean would leave the front where it was, at √12 = 3.46.
    assert fronts[-1] == pytest.approx(np.sqrt(12) * 2 ** (1 / 3), abs=0.1)


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_a_tensor_damps_waves_by_its_quadratic_form(device):
    """Second order: λ = -(Dxx kx² + 2 Dxy kx ky + Dyy ky²)."""
    gaps = []
    for n in (16, 32):
        grid = rd.Grid((n, n), spacing=1 / n)
        y, x = (grid.places[d] + 0 * np.ones((n, n)) for d in "yx")
        wave = np.cos(2 * np.pi * (x + y))
        term = rd.Diffusion(u={"x": 0.3, "y": 0.2, "xy": 0.15})
        flow = rd.Flow(term, rd.Euler(1e-6), device)
        after = np.asarray(flow.advance({"u": wave}, grid, range(1))["u"])
        rate = ((after - wave) * 1e6 * wave).sum() / (wave**2).sum()
        gaps.append(abs(rate + (2 * np.pi) ** 2 * (0.3 + 0.2 + 2 * 0.15)))
    assert np.log2(gaps[0] / gaps[1]) == pytest.approx(2, abs=0.1)


def test_tensors_that_sharpen_are_refused():
    with pytest.raises(
        ValueError, match="positive semidefinite, but has the eigenvalue"
    ):
        rd.Diffusion(u={"x": 1.0, "y": 0.1, "xy": 0.5})
    field = xr.DataArray([0.1, 0.5], dims="x")
    with pytest.raises(ValueError, match="positive semidefinite"):
        rd.Diffusion(u={"x": 1.0, "y": 0.1, "yx": field})
    with pytest.raises(TypeError, match="names wx"):
        rd.Diffusion(u={"x": 1.0, "wx": 0.5})
    with pytest.raises(ValueError, match="must give `u`"):
        rd.Diffusion(u=rd.law(v="v")())


def test_what_flows_in_is_what_the_wall_holds():
    """Upwind at an inflow: the flux is c · value, and the outflow passes."""
    grid = rd.Grid((10,), boundary="no-flux")
    held = {"u": {"x": (rd.Dirichlet(2.0), rd.Neumann(0.0))}}
    term = rd.Advection(u={"x": 0.5}, boundary=held)
    u = np.random.default_rng(0).random(10)
    rate = term.rate({"u": u}, grid, CLOCK)["u"]
    assert rate.sum() == pytest.approx(0.5 * 2.0 - 0.5 * u[-1], rel=1e-13)
    flow = rd.Flow(term, rd.Euler(1.0))
    end = flow.advance({"u": u}, grid, range(200))["u"]
    np.testing.assert_allclose(end, 2.0, rtol=1e-12)


def test_a_velocity_may_be_a_field_that_changes():
    grid = rd.Grid((64,), spacing=1 / 64)
    x = grid.coords["x"][1]
    swing = rd.Advection(
        u={"x": lambda t, x: np.cos(t) * (1 + 0.2 * np.sin(2 * np.pi * x))}
    )
    state = grid.state(u=1 + 0.3 * np.sin(2 * np.pi * x))
    run = rd.simulate(rd.Flow(swing, rd.Euler(0.005)), state, 1200, 100, progress=False)
    np.testing.assert_allclose(run.u.sum("x"), 64.0, rtol=1e-12)
    assert float(run.u.min()) > 0
    still = rd.Advection(u={"x": 0.3 + 0 * state.u})
    number = rd.Advection(u={"x": 0.3})
    rates = [t.rate({"u": state.u.values}, grid, CLOCK)["u"] for t in (still, number)]
    np.testing.assert_allclose(*rates, rtol=1e-13)


def test_chemotaxis_keeps_densities_within_its_limit():
    grid = rd.Grid((24, 20), boundary="no-flux")
    state = initial.noise(grid, u=1.0, v=1.0, amplitude=0.5, seed=0)
    state["u"] = abs(state.u) * (state.u > 1)
    term = rd.Chemotaxis(rd.law(u="3*u/(1 + u)")(), up={"u": "v"})
    run = rd.simulate(rd.Flow(term, rd.Euler(0.05)), state, 200, 10, progress=False)
    assert float(run.u.min()) >= 0
    np.testing.assert_allclose(run.u.sum(("y", "x")), float(state.u.sum()), rtol=1e-12)
    with pytest.raises(ValueError, match="is unstable"):
        rd.simulate(rd.Flow(term, rd.Euler(5.0)), state, 10, progress=False)


def test_a_wall_takes_the_value_of_another_variable():
    """u between walls that hold v, which is linear: u becomes v's harmonic mean there."""
    grid = rd.Grid((16,), spacing=1 / 16, boundary="no-flux")
    x = grid.coords["x"][1]
    ends = {"v": {"x": (rd.Dirichlet(1.0), rd.Dirichlet(3.0))}}
    follows = {"u": {"x": rd.Dirichlet(of="v")}, **ends}
    term = rd.Diffusion(u=1.0, v=1.0, boundary=follows)
    assert term.inputs == ("u", "v")
    state = grid.state(u=np.zeros(16), v=1 + 2 * x)
    with pytest.raises(ValueError, match="is unstable"):  # such walls are explicit
        rd.simulate(rd.Flow(term, rd.ETDRK4(0.05)), state, 1)
    for method in (rd.Euler(1e-3), rd.ETDRK4(1e-3), rd.Strang(1e-3)):
        steps = round(3 / method.dt)
        end = rd.simulate(rd.Flow(term, method), state, steps, progress=False).u[-1]
        np.testing.assert_allclose(end, 1 + 2 * x, atol=1e-8)
    apart = rd.Diffusion(u=1.0, boundary={"u": {"x": rd.Dirichlet(of="v")}})
    apart = apart + rd.Diffusion(v=1.0, boundary=ends)  # which of v's conditions holds?
    with pytest.raises(ValueError, match="conditions of `v` are told twice"):
        rd.simulate(rd.Flow(apart, rd.Euler(1e-3)), state, 1)
    circle = {"u": {"x": rd.Dirichlet(of="v")}, "v": {"x": rd.Dirichlet(of="u")}}
    with pytest.raises(ValueError, match="u takes that of v takes that of u"):
        flow = rd.Flow(rd.Diffusion(u=1.0, v=1.0, boundary=circle), rd.Euler(1e-3))
        rd.simulate(flow, state, 1)


def test_the_limit_of_central_advection_is_that_of_its_diffusion():
    """Euler: c² dt ≤ 2 D, and dt ≤ h²/(2 D)."""
    grid = rd.Grid((64,), spacing=0.1)
    state = initial.noise(grid, u=1.0, seed=0)

    def run(dt, D=0.05):
        term = rd.Advection(u={"x": 1.0}, scheme="central") + rd.Diffusion(u=D)
        rd.simulate(rd.Flow(term, rd.Euler(dt)), state, 400, progress=False)

    run(0.09)  # c² dt = 0.09 ≤ 0.1 and D dt / h² = 0.45
    with pytest.raises(ValueError, match="is unstable"):
        run(0.11)
    with pytest.raises(ValueError, match="so is every other.*Take RK4"):
        run(0.01, D=0.0)
    fast = rd.Flow(
        rd.Advection(u={"x": 1.0}, scheme="central"), rd.Euler(0.01), check_step=False
    )
    rd.simulate(fast, state, 1, progress=False)


def test_corners_of_nine_points_know_no_order_of_axes():
    u = np.random.default_rng(0).random((3, 5))
    walls = (
        (rd.NoFlux(), rd.Neumann(0.2)),
        (rd.Dirichlet(1.0), rd.Robin(1.0, 0.5, 0.3)),
    )
    for term in (
        rd.Conserved(rd.law(u="u**3")(), stencil="9-point"),
        rd.Diffusion(u=1.0, stencil="9-point"),
    ):
        rates = []
        for field, (y, x) in ((u, walls), (u.T, walls[::-1])):
            grid = rd.Grid(field.shape, spacing=0.9, boundary={"y": y, "x": x})
            rates.append(term.rate({"u": field}, grid, CLOCK)["u"])
        np.testing.assert_allclose(rates[0], rates[1].T, atol=1e-13)
