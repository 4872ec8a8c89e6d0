"""Exact solutions of the discrete heat equation, to rounding."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn.labels import strip

D, DT, STEPS = 0.7, 0.05, 40


def mode(grid, numbers, wall):
    """A mode of the box, and its eigenvalue under the discrete Laplacian."""
    field, eigenvalue = np.ones(grid.shape), 0.0
    for axis, (n, h, k) in enumerate(zip(grid.shape, grid.spacing, numbers)):
        i = np.arange(n) + 0.5
        if wall == "periodic":
            angle, line = np.pi * k / n, np.cos(2 * np.pi * k * i / n)
        elif wall == "no-flux":
            angle, line = np.pi * k / (2 * n), np.cos(np.pi * k * i / n)
        else:
            angle, line = np.pi * k / (2 * n), np.sin(np.pi * k * i / n)
        shape = [1] * len(grid.shape)
        shape[axis] = n
        field = field * line.reshape(shape)
        eigenvalue -= 4 / h**2 * np.sin(angle) ** 2
    return field, eigenvalue


CASES = [((17,), (3,)), ((12, 9), (2, 3)), ((6, 7, 8), (1, 2, 3))]
GROWTH = {
    rd.Euler: lambda z: 1 + z,
    rd.RK4: lambda z: 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24,
}


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
@pytest.mark.parametrize("wall", ["periodic", "no-flux", "dirichlet"])
@pytest.mark.parametrize("method", GROWTH)
@pytest.mark.parametrize("shape, numbers", CASES, ids=["1d", "2d", "3d"])
def test_a_heat_mode_decays_at_the_discrete_rate(shape, numbers, method, wall, device):
    grid = rd.Grid(shape, spacing=[1.1, 0.9, 1.0][: len(shape)], boundary=wall)
    field, eigenvalue = mode(grid, numbers, wall)
    flow = rd.Flow(rd.Diffusion(u=D), method(DT), device)
    after = flow.advance(strip(grid.state(u=field)), grid, range(STEPS))["u"]
    exact = GROWTH[method](DT * D * eigenvalue) ** STEPS * field
    # STEPS additions of numbers of order one.
    np.testing.assert_allclose(np.asarray(after), exact, rtol=0, atol=STEPS * 1e-15)


@pytest.mark.parametrize("method", GROWTH)
def test_one_step_on_a_mode_is_the_stability_function(method):
    grid = rd.Grid((16,))
    field, eigenvalue = mode(grid, (5,), "periodic")
    z = DT * D * eigenvalue
    flow = rd.Flow(rd.Diffusion(u=D), method(DT))
    after = flow.advance({"u": field}, grid, range(1))["u"]
    np.testing.assert_allclose(after, GROWTH[method](z) * field, rtol=0, atol=1e-14)


@pytest.mark.parametrize("wall", ["periodic", "no-flux", "dirichlet"])
def test_the_symbol_is_the_stencil(wall):
    grid = rd.Grid((8, 6), spacing=(0.5, 0.7), boundary=wall)
    symbol = grid.symbol()
    for k in [(1, 2), (3, 1), (2, 0)]:
        numbers = tuple(i + (wall == "dirichlet") for i in k)
        field, eigenvalue = mode(grid, numbers, wall)
        np.testing.assert_allclose(symbol[k], eigenvalue, rtol=1e-13)
        # Second differences of numbers of order one, over h².
        np.testing.assert_allclose(
            grid.laplacian(field), eigenvalue * field, rtol=0, atol=1e-13
        )


def test_the_limit_of_stability_is_where_modes_begin_to_grow():
    grid = rd.Grid((64, 64), spacing=2.5 / 256)
    limit = {rd.Euler: 2 / 4, rd.RK4: 2.785293563405282 / 4}
    for method, share in limit.items():
        dt = share * grid.spacing[0] ** 2 / (2 * 2e-5)
        u = grid.state(u=np.indices(grid.shape).sum(0) % 2 * 2.0 - 1)
        term = rd.Diffusion(u=2e-5)
        rd.simulate(rd.Flow(term, method(0.999 * dt)), u, steps=50)
        with pytest.raises(ValueError, match="is unstable.*Use dt="):
            rd.simulate(rd.Flow(term, method(1.001 * dt)), u, steps=50)
    # On Pearson's grid with Du = 2e-5: PERFORMANCE of the five-point stencil.
    assert 0.5 * grid.spacing[0] ** 2 / (2 * 2e-5) == pytest.approx(1.192, abs=1e-3)


def test_a_neumann_wall_holds_a_slope():
    grid = rd.Grid((20,), spacing=0.1)
    boundary = {"u": {"x": (rd.Neumann(-3.0), rd.Neumann(3.0))}}  # outward derivatives
    slope = 3.0 * grid.coords["x"][1]
    flow = rd.Flow(rd.Diffusion(u=1.0, boundary=boundary), rd.Euler(0.004))
    after = flow.advance({"u": slope}, grid, range(100))["u"]
    np.testing.assert_allclose(after, slope, rtol=0, atol=1e-12)


def test_a_robin_wall_lets_a_straight_line_stand():
    # u = 1 + 2x on (0, L): at x = 0, u = 1 and ∂u/∂n = -2; at L, u = 1 + 2L, ∂u/∂n = 2.
    grid = rd.Grid((20,), spacing=0.1)
    line, length = 1 + 2 * grid.coords["x"][1], 2.0
    low = rd.Robin(3.0, 0.5, 3.0 * 1 + 0.5 * -2)
    high = rd.Robin(1.0, 2.0, 1.0 * (1 + 2 * length) + 2.0 * 2)
    boundary = {"u": {"x": (low, high)}}
    flow = rd.Flow(rd.Diffusion(u=1.0, boundary=boundary), rd.Euler(0.004))
    after = flow.advance({"u": line}, grid, range(100))["u"]
    np.testing.assert_allclose(after, line, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "wall, exact",
    [
        (rd.Dirichlet(0.0), lambda x: np.sin(np.pi * x)),
        (rd.NoFlux(), lambda x: np.cos(np.pi * x)),
    ],
)
def test_the_laplacian_is_second_order_behind_walls(wall, exact):
    errors = []
    for n in (32, 64, 128):
        grid = rd.Grid((n,), spacing=1 / n, boundary=wall)
        u = exact(grid.coords["x"][1])
        errors.append(np.abs(grid.laplacian(u) + np.pi**2 * u).max())
    orders = np.log2(np.divide(errors[:-1], errors[1:]))
    assert orders[-1] == pytest.approx(2, abs=0.15)


def test_heat_is_kept_between_walls_that_let_nothing_pass():
    for wall in ("periodic", "no-flux"):
        grid = rd.Grid((9, 10), boundary=wall)
        u = np.random.default_rng(0).random(grid.shape)
        flow = rd.Flow(rd.Diffusion(u=0.5), rd.Euler(0.2))
        after = flow.advance({"u": u}, grid, range(100))["u"]
        assert after.sum() == pytest.approx(u.sum(), rel=1e-13)


def test_diffusion_keeps_its_mass_in_single_precision():
    # Differences are taken before they are weighed. With the cell's own share collected
    # into one rounded coefficient, 1 - 4 D dt, the same run loses 2e-4.
    grid = rd.Grid((64, 64))
    u = np.random.default_rng(0).random(grid.shape).astype("float32")
    flow = rd.Flow(rd.Diffusion(u=0.13), rd.Euler(1.0))
    after = flow.advance({"u": u}, grid, range(20_000))["u"]
    mass, begun = after.mean(dtype=float), u.mean(dtype=float)
    assert abs(mass / begun - 1) < 1e-5
