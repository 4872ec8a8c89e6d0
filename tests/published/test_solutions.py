"""Fronts, blobs and circles whose solutions are known."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import models

METHODS = {
    "euler": lambda dt: rd.Euler(dt),
    "rk4": lambda dt: rd.RK4(dt),
    "etdrk4": lambda dt: rd.ETDRK4(dt),
    "adaptive": lambda dt: rd.Adaptive(1.0, rtol=1e-8, atol=1e-10),
}


def end(term, method, values, grid, time, device="cpu"):
    flow = rd.Flow(term, method, device)
    flow.check(values, grid)
    return flow.advance(values, grid, range(flow.steps(time)))


def line(n, length):
    h = length / n
    return rd.Grid((n,), spacing=h, boundary="no-flux"), (np.arange(n) + 0.5) * h


@pytest.mark.parametrize("method", METHODS)
def test_a_gaussian_spreads(method):
    D, t0, time, L = 0.5, 1.0, 1.0, 20.0
    gaps = []
    for n in (50, 100):
        grid = rd.Grid((n, n), spacing=L / n)
        y, x = ((i + 0.5) * L / n - L / 2 for i in np.indices(grid.shape))
        exact = lambda t: np.exp(-(x**2 + y**2) / (4 * D * t)) / t  # noqa: B023, E731
        dt = time / round(time / (0.05 * (50 / n) ** 2))
        u = end(rd.Diffusion(u=D), METHODS[method](dt), {"u": exact(t0)}, grid, time)[
            "u"
        ]
        gaps.append(np.abs(u - exact(t0 + time)).max())
    assert np.log2(gaps[0] / gaps[1]) == pytest.approx(2, abs=0.15)


def test_the_fourth_order_stencil_spreads_a_gaussian_at_fourth_order():
    D, t0, L = 0.5, 1.0, 20.0
    gaps = []
    for n in (80, 160):
        grid = rd.Grid((n,), spacing=L / n)
        x = (np.arange(n) + 0.5) * L / n - L / 2
        exact = lambda t: np.exp(-(x**2) / (4 * D * t)) / np.sqrt(t)  # noqa: B023, E731
        term = rd.Diffusion(u=D, stencil="4th-order")
        u = end(term, rd.RK4(1 / 128), {"u": exact(t0)}, grid, 1.0)["u"]
        gaps.append(np.abs(u - exact(2.0)).max())
    assert np.log2(gaps[0] / gaps[1]) == pytest.approx(4, abs=0.15)


@pytest.mark.parametrize("method", METHODS)
def test_the_fisher_front_of_ablowitz_and_zeppetella(method):
    """u = (1 + e^{(x - ct)/√6})^{-2}, c = 5/√6; doi:10.1007/BF02462380."""
    c, L, time = 5 / np.sqrt(6), 60.0, 4.0
    gaps = []
    for n in (150, 300):
        grid, x = line(n, L)
        front = lambda t: (1 + np.exp((x - 20 - c * t) / np.sqrt(6))) ** -2.0  # noqa: B023, E731
        term = rd.law(u="u*(1 - u)")() + rd.Diffusion(u=1.0)
        dt = 1 / round(1 / (0.02 * (150 / n) ** 2))
        u = end(term, METHODS[method](dt), {"u": front(0.0)}, grid, time)["u"]
        gaps.append(np.abs(u - front(time))[10:-10].max())
    assert np.log2(gaps[0] / gaps[1]) == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("method", ["rk4", "etdrk4"])
def test_the_front_of_nagumo(method):
    """u = (1 + e^{(x - ct)/√2})^{-1}, c = (1 - 2a)/√2, for u(1 - u)(u - a)."""
    a, L, time = 0.25, 60.0, 10.0
    c = (1 - 2 * a) / np.sqrt(2)
    gaps = []
    for n in (150, 300):
        grid, x = line(n, L)
        front = lambda t: 1 / (1 + np.exp((x - 25 - c * t) / np.sqrt(2)))  # noqa: B023, E731
        term = rd.law(u="u*(1 - u)*(u - a)")(a=a) + rd.Diffusion(u=1.0)
        dt = 1 / round(1 / (0.05 * (150 / n) ** 2))
        u = end(term, METHODS[method](dt), {"u": front(0.0)}, grid, time)["u"]
        gaps.append(np.abs(u - front(time)).max())
    assert np.log2(gaps[0] / gaps[1]) == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("dtype, tolerance", [("float64", 1e-12), ("float32", 1e-4)])
def test_gray_scott_without_feed_keeps_the_sum(dtype, tolerance):
    """F = k = 0, Du = Dv: u + v diffuses alone; where it is uniform, v is a front."""
    n, L = 400, 40.0
    grid, x = line(n, L)
    v = 1 / (1 + np.exp(2 * (x - 10)))
    state = {"u": (1 - v).astype(dtype), "v": v.astype(dtype)}
    term = models.gray_scott(F=0.0, k=0.0, Du=0.1, Dv=0.1)
    found = end(term, rd.Euler(0.02), state, grid, 20.0)
    assert np.abs(found["u"] + found["v"] - 1).max() < tolerance
    # v' = (1 - v) v² + D v'': Zeldovich's front, c = √(D/2), from far enough behind.
    w = [
        end(term, rd.RK4(0.02), state, grid, time)["v"].sum() * L / n
        for time in (60.0, 100.0)
    ]
    assert (w[1] - w[0]) / 40 == pytest.approx(np.sqrt(0.1 / 2), rel=0.01)


def test_a_circle_of_allen_and_cahn_shrinks_by_its_curvature():
    """u' = ∇²u - (u³ - u)/ε²: R² = R₀² - 2t for a sharp interface, ε small."""
    n, L, eps = 128, 4.0, 0.08
    grid = rd.Grid((n, n), spacing=L / n)
    y, x = ((i + 0.5) * L / n - L / 2 for i in np.indices(grid.shape))
    u = np.tanh((1.2 - np.hypot(x, y)) / (np.sqrt(2) * eps))
    term = rd.law(u="(u - u**3)/e2")(e2=eps**2) + rd.Diffusion(u=1.0)
    flow, radii = rd.Flow(term, rd.ETDRK4(0.001)), []
    for time in range(5):
        radii.append(((u + 1) / 2).sum() * (L / n) ** 2 / np.pi)  # R²
        u = flow.advance({"u": u}, grid, range(100 * time, 100 * (time + 1)))["u"]
    slope = np.polyfit(0.1 * np.arange(5), radii, 1)[0]
    assert slope == pytest.approx(-2, rel=0.03)  # corrections are of order ε² / R²


@pytest.mark.parametrize("method", [rd.Euler, rd.RK4])
def test_a_heat_mode_decays_between_robin_walls(method):
    """cos q(x - L/2), where the ghost behind each wall is on the cosine too."""
    n, h, a, b, D, dt = 20, 0.3, 1.0, 0.7, 0.6, 0.02
    L = n * h
    # a (w + w')/2 + b (w' - w)/h = 0 for the last cell w and its ghost w'.
    lost = lambda q: (  # noqa: E731
        a * np.cos(q * L / 2) * np.cos(q * h / 2)
        - 2 * b / h * np.sin(q * L / 2) * np.sin(q * h / 2)
    )
    low, high = 1e-9, np.pi / L
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if lost(middle) > 0 else (low, middle)
    grid = rd.Grid((n,), spacing=h, boundary={"x": rd.Robin(a, b, 0.0)})
    x = (np.arange(n) + 0.5) * h
    field = np.cos(low * (x - L / 2))
    z = -dt * D * 4 / h**2 * np.sin(low * h / 2) ** 2
    R = 1 + z if method is rd.Euler else 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24
    for device in ("cpu", "torch:cpu"):
        u = end(rd.Diffusion(u=D), method(dt), {"u": field}, grid, 40 * dt, device)["u"]
        np.testing.assert_allclose(np.asarray(u), R**40 * field, rtol=0, atol=1e-13)


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_cells_that_are_held_are_held(device):
    """Between two held ends heat is a straight line."""
    grid = rd.Grid((11,), boundary="no-flux")
    where = xr.DataArray(np.arange(11) % 10 == 0, dims="x")
    value = xr.DataArray(np.where(np.arange(11) == 10, 2.0, 1.0), dims="x")
    method = rd.Projected(rd.Euler(0.4), {"u": rd.Hold(where, value)})
    state = grid.state(u=np.zeros(11))
    run = rd.simulate(rd.Flow(rd.Diffusion(u=1.0), method, device), state, 1500)
    np.testing.assert_allclose(run.u[-1], 1 + np.arange(11) / 10, atol=1e-12)
    assert "Hold(1 to 2 in 2 cells" in run.attrs["dynamics"]
    short = rd.Grid((7,), boundary="no-flux").state(u=np.zeros(7))
    with pytest.raises(ValueError, match="11 values along x, but the grid has 7"):
        rd.simulate(rd.Flow(rd.Diffusion(u=1.0), method, device), short, 1)
