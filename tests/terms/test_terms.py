"""Terms beyond a law and its diffusion: exact solutions, orders, conservation."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, models

RNG = np.random.default_rng(0)


def rate(term, grid, **fields):
    return term.rate(fields, grid, rd.Clock(0, 0.1))


# Parameters that vary in space


@pytest.mark.parametrize("wall", ["periodic", "no-flux", rd.Dirichlet(0.3)])
@pytest.mark.parametrize("shape", [(9,), (6, 7), (4, 5, 3)], ids=["1d", "2d", "3d"])
def test_an_even_diffusivity_in_space_is_diffusion(shape, wall):
    grid = rd.Grid(shape, spacing=[0.5, 0.7, 0.9][: len(shape)], boundary=wall)
    u = RNG.random(shape)
    even = xr.DataArray(np.full(shape, 0.3), dims=grid.dims)
    told = rate(rd.Diffusion(u=even), grid, u=u)["u"]
    axes = rd.Diffusion(u=dict.fromkeys(grid.dims, 0.3))
    for found in (told, rate(axes, grid, u=u)["u"]):
        exact = rate(rd.Diffusion(u=0.3), grid, u=u)["u"]
        np.testing.assert_allclose(found, exact, rtol=0, atol=1e-13)


def test_diffusion_in_a_varying_medium_has_its_exact_solution():
    """(D u')' with D = 1 + x/2 and u = sin x, second order in space."""
    errors = []
    for n in (32, 64, 128):
        h = 2.0 / n
        x = (np.arange(n) + 0.5) * h
        boundary = (rd.Dirichlet(0.0), rd.Dirichlet(np.sin(2.0)))
        grid = rd.Grid((n,), spacing=h, boundary={"x": boundary})
        D = xr.DataArray(1 + x / 2, dims="x")
        found = rate(rd.Diffusion(u=D), grid, u=np.sin(x))["u"]
        exact = 0.5 * np.cos(x) - (1 + x / 2) * np.sin(x)
        errors.append(np.abs(found - exact)[2:-2].max())
    assert np.log2(errors[-2] / errors[-1]) == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_nothing_passes_an_obstacle(device):
    grid = rd.Grid((12, 14), boundary="no-flux")
    inside = xr.DataArray(np.indices(grid.shape)[1] < 7, dims=grid.dims)
    state = grid.state(u=np.where(inside, 1.0, 0.0) * RNG.random(grid.shape))
    flow = rd.Flow(rd.Diffusion(u=0.2 * inside), rd.Euler(0.5), device)
    run = rd.simulate(flow, state, 400)
    end = run.u[-1]
    assert (end.values[:, 7:] == 0).all()  # to the bit
    assert float(end.sum()) == pytest.approx(float(state.u.sum()), rel=1e-13)
    assert float(end.values[:, :7].std()) < 0.05 * float(state.u.values[:, :7].std())


def test_a_parameter_in_space_acts_where_it_is():
    grid = rd.Grid((5, 6))
    k = xr.DataArray(np.linspace(0, 1, 6), dims="x")
    decay = rd.law(u="-k*u")(k=k)
    run = rd.simulate(rd.Flow(decay, rd.RK4(0.1)), grid.state(u=np.ones((5, 6))), 10)
    exact = np.broadcast_to(np.exp(-k.values), (5, 6))
    np.testing.assert_allclose(run.u[-1], exact, atol=1e-6)
    assert "0 to 1" in repr(decay) and decay == rd.law(u="-k*u")(k=k.copy())
    assert decay != rd.law(u="-k*u")(k=2 * k)


def test_axes_diffuse_each_at_its_own_rate():
    grid = rd.Grid((16, 12))
    i, j = np.indices(grid.shape)
    u = np.cos(2 * np.pi * 2 * i / 16) * np.cos(2 * np.pi * 3 * j / 12)
    found = rate(rd.Diffusion(u={"x": 0.3, "y": 1.1}), grid, u=u)["u"]
    s = -4 * np.sin(np.pi * 2 / 16) ** 2, -4 * np.sin(np.pi * 3 / 12) ** 2
    np.testing.assert_allclose(found, (1.1 * s[0] + 0.3 * s[1]) * u, atol=1e-14)


def test_parameters_in_space_that_do_not_fit_are_refused():
    state = rd.Grid((5, 6)).state(u=np.ones((5, 6)))
    short = xr.DataArray(np.ones(4), dims="x")
    for term in (rd.Diffusion(u=short), rd.law(u="-k*u")(k=short)):
        with pytest.raises(ValueError, match="4 values along x, but the grid has 6"):
            rd.simulate(rd.Flow(term, rd.Euler(0.1)), state, 1)
    with pytest.raises(ValueError, match="must not be negative, but is -1"):
        rd.Diffusion(u=-short)
    with pytest.raises(ValueError, match="must be finite, but is nan at"):
        rd.Diffusion(u=short * np.nan)
    with pytest.raises(ValueError, match="name each once"):
        rd.simulate(rd.Flow(rd.Diffusion(u={"x": 1.0}), rd.Euler(0.1)), state, 1)
    with pytest.raises(ValueError, match="take the 5-point stencil"):
        rd.Diffusion(u={"x": 1.0, "y": 2.0}, stencil="9-point")
    steep = xr.DataArray([1.0, 1.0, 9.0, 1.0, 1.0, 1.0], dims="x")
    with pytest.raises(ValueError, match="is unstable"):
        rd.simulate(rd.Flow(rd.Diffusion(u=steep), rd.Euler(0.1)), state, 1)


# Factors


def test_a_factor_of_time_or_place_scales_the_rate():
    grid = rd.Grid((6,))
    supply = rd.law(u="1 + 0*u")()
    state = grid.state(u=np.zeros(6))
    pulse = supply.scaled(lambda t: float(t < 0.95))
    run = rd.simulate(rd.Flow(pulse, rd.Euler(0.1)), state, 30)
    np.testing.assert_allclose(run.u[-1], 1.0, atol=1e-14)  # ten steps of 0.1
    ramp = rd.simulate(rd.Flow(supply.scaled(lambda t: t**3), rd.RK4(0.1)), state, 20)
    np.testing.assert_allclose(ramp.u[-1], 2.0**4 / 4, rtol=1e-13)  # Simpson is exact
    region = xr.DataArray([0.0, 0, 1, 1, 0, 0], dims="x")
    half = rd.simulate(rd.Flow(supply.scaled(region), rd.Euler(0.1)), state, 10)
    np.testing.assert_allclose(half.u[-1], region, atol=1e-14)
    twice = rd.Diffusion(u=0.5).scaled(2.0)
    u = RNG.random(6)
    np.testing.assert_allclose(
        rate(twice, grid, u=u)["u"],
        rate(rd.Diffusion(u=1.0), grid, u=u)["u"],
        atol=1e-15,
    )
    with pytest.raises(ValueError, match="is unstable"):
        rd.Flow(twice, rd.Euler(0.6)).check({"u": u}, grid)
    rd.Flow(twice, rd.Euler(0.49)).check({"u": u}, grid)
    members = xr.DataArray([0.0, 1.0, 2.0], dims="strength")
    many = rd.simulate(rd.Flow(supply.scaled(members), rd.Euler(0.1)), state, 10)
    np.testing.assert_allclose(many.u[-1].mean("x"), members, atol=1e-14)


# Transport


@pytest.mark.parametrize("scheme, order", [("upwind", 1), ("central", 2)])
@pytest.mark.parametrize("c", [0.7, -0.7])
def test_advection_carries_a_wave_at_its_order(scheme, order, c):
    gaps = []
    for n in (64, 128):
        grid = rd.Grid((n,), spacing=1 / n)
        x = (np.arange(n) + 0.5) / n
        flow = rd.Flow(rd.Advection(u={"x": c}, scheme=scheme), rd.RK4(0.25 / n))
        steps = flow.steps(0.5)
        end = flow.advance({"u": np.sin(2 * np.pi * x)}, grid, range(steps))["u"]
        gaps.append(np.abs(end - np.sin(2 * np.pi * (x - c * 0.5))).max())
    assert np.log2(gaps[0] / gaps[1]) == pytest.approx(order, abs=0.15)


def test_advection_keeps_mass_and_bounds_and_its_limit():
    grid = rd.Grid((10, 12), spacing=0.5)
    u = RNG.random(grid.shape)
    flow = rd.Flow(rd.Advection(u={"x": 0.6, "y": -0.4}), rd.Euler(0.5))
    flow.check({"u": u}, grid)  # the limit: Σ |c| dt / h = 1
    end = flow.advance({"u": u}, grid, range(50))["u"]
    assert end.sum() == pytest.approx(u.sum(), rel=1e-13)
    assert end.min() >= u.min() - 1e-15 and end.max() <= u.max() + 1e-15
    with pytest.raises(ValueError, match="is unstable"):
        rd.Flow(flow.term, rd.Euler(0.51)).check({"u": u}, grid)
    with pytest.raises(ValueError, match="names axis z"):
        rd.Flow(rd.Advection(u={"z": 1.0}), rd.Euler(0.1)).check({"u": u}, grid)
    with pytest.raises(ValueError, match="`scheme` must be one of"):
        rd.Advection(u={"x": 1.0}, scheme="best")
    with pytest.raises(TypeError, match="given by axis"):
        rd.Advection(u=1.0)


def test_cross_diffusion_is_the_laplacian_of_the_other():
    grid = rd.Grid((8, 9), boundary="no-flux")
    u, v = RNG.random((2, *grid.shape))
    term = rd.CrossDiffusion(u={"v": -0.4}, v={"u": 0.1, "v": 0.2})
    found = rate(term, grid, u=u, v=v)
    np.testing.assert_allclose(found["u"], -0.4 * grid.laplacian(v), atol=1e-15)
    exact = 0.1 * grid.laplacian(u) + 0.2 * grid.laplacian(v)
    np.testing.assert_allclose(found["v"], exact, atol=1e-15)


def test_walls_of_one_species_are_told_once():
    state = rd.Grid((6, 6)).state(u=np.ones((6, 6)), v=np.ones((6, 6)))
    held = {"v": rd.Dirichlet(0.0)}
    diffusion = rd.Diffusion(u=0.1, v=0.1, boundary=held)
    for other in (rd.CrossDiffusion(u={"v": 0.1}), rd.Advection(v={"x": 0.1})):
        with pytest.raises(ValueError, match="conditions of `v` are told twice"):
            rd.simulate(rd.Flow(diffusion + other, rd.Euler(0.1)), state, 1)
    same = rd.CrossDiffusion(u={"v": 0.1}, boundary=held)
    rd.simulate(rd.Flow(diffusion + same, rd.Euler(0.1)), state, 1)


def cahn_hilliard(kappa=1.0, stencil="5-point"):
    cubic = rd.Conserved(rd.law(c="c**3")(), stencil=stencil)
    return cubic + rd.Linear(c=(0.0, -1.0, -kappa), stencil=stencil)


def energy(c, grid, kappa=1.0):
    """Σ (1 - c²)²/4 + κ |∇c|²/2, by the differences of the 5-point Laplacian."""
    return float(
        ((1 - c**2) ** 2 / 4).sum() - kappa / 2 * (c * grid.laplacian(c)).sum()
    )


@pytest.mark.parametrize("wall", ["periodic", "no-flux"])
@pytest.mark.parametrize(
    "method", [rd.ETDRK4(0.1), rd.IMEX(0.1)], ids=["etdrk4", "imex"]
)
def test_cahn_hilliard_keeps_its_mass_and_loses_energy(method, wall):
    grid = rd.Grid((24, 20), boundary=wall)
    c = 0.1 * RNG.standard_normal(grid.shape)
    flow = rd.Flow(cahn_hilliard(), method)
    mass, energies = c.mean(), [energy(c, grid)]
    for step in range(200):
        c = flow.advance({"c": c}, grid, range(step, step + 1))["c"]
        assert abs(c.mean() - mass) < 1e-15 * (step + 1)
        energies.append(energy(c, grid))
    assert (np.diff(energies) <= 1e-12 * abs(energies[0])).all()
    assert energies[-1] < 0.8 * energies[0]


# Beyond local


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_a_convolution_multiplies_a_wave_by_the_kernels_transform(device):
    n, h, width = 64, 0.25, 0.8
    grid = rd.Grid((n, n), spacing=h)
    i, j = np.indices(grid.shape)
    q = 2 * np.pi * 3 / (n * h)
    wave = np.cos(q * (i + 0.5) * h)
    bell = rd.Convolution(
        rd.law(u="1.0*u")(), u=lambda r: np.exp(-(r**2) / (2 * width**2))
    )
    flow = rd.Flow(bell, rd.Euler(1.0), device)
    gained = np.asarray(flow.advance({"u": wave}, grid, range(1))["u"]) - wave
    # ∫ exp(-r²/2w²) exp(iqx) = 2π w² exp(-q² w²/2); sums of smooth functions are exact.
    exact = 2 * np.pi * width**2 * np.exp(-(q**2) * width**2 / 2) * wave
    np.testing.assert_allclose(gained, exact, rtol=0, atol=1e-12)


def test_a_convolution_finds_nothing_behind_a_wall():
    grid = rd.Grid((7, 5), spacing=0.5, boundary={"y": "no-flux", "x": "periodic"})
    u = RNG.random(grid.shape)
    near = rd.Convolution(rd.law(u="u*u")(), u=lambda r: np.maximum(1 - r, 0))
    found = rate(near, grid, u=u)["u"]
    exact = np.zeros_like(u)
    for a in np.ndindex(u.shape):
        for b in np.ndindex(u.shape):
            dx = min(abs(a[1] - b[1]), 5 - abs(a[1] - b[1]))
            r = 0.5 * np.hypot(a[0] - b[0], dx)
            exact[a] += max(1 - r, 0) * u[b] ** 2 * 0.25
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-13)
    with pytest.raises(ValueError, match="`term` gives only u"):
        rd.Convolution(rd.law(u="u")(), w=np.exp)
    with pytest.raises(TypeError, match="function of distance"):
        rd.Convolution(rd.law(u="u")(), u=3.0)


@pytest.mark.parametrize("boundary", ["periodic", "no-flux"])
@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_chemotaxis_conserves_and_is_what_its_formula_says(boundary, device):
    grid = rd.Grid((24, 20), spacing=(0.3, 0.2), boundary=boundary)
    term = rd.Chemotaxis(rd.law(u="c*u")(c=2.0), up={"u": "v"})
    fields = {n: RNG.random(grid.shape) for n in "uv"}
    end = rd.Flow(term, rd.Euler(1e-3), device).advance(fields, grid, range(20))
    total = np.asarray(end["u"]).sum()
    assert total == pytest.approx(fields["u"].sum(), rel=1e-13)
    np.testing.assert_array_equal(np.asarray(end["v"]), fields["v"])
    # with χ constant it is -χ times the Laplacian of v
    even = rd.Chemotaxis(rd.law(u="c + 0*u")(c=2.0), up={"u": "v"})
    rate = even.rate(fields, grid, None)["u"]
    exact = -2.0 * grid.laplacian(fields["v"])
    np.testing.assert_allclose(rate, exact, rtol=0, atol=1e-11 * np.abs(exact).max())


def test_chemotaxis_says_what_it_needs():
    with pytest.raises(ValueError, match="who follows what"):
        rd.Chemotaxis(rd.law(u="u")(), up={"w": "v"})
    with pytest.raises(TypeError, match="a term that gives χ"):
        rd.Chemotaxis(3.0, up={"u": "v"})


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_a_ring_is_a_line_that_closes(device):
    n = 12
    ring = np.roll(np.eye(n), 1, 0) + np.roll(np.eye(n), -1, 0)
    grid, u = rd.Grid((n,)), RNG.random(n)
    flow = rd.Flow(rd.Diffusion.on(ring, u=0.3), rd.Euler(0.5), device)
    line = rd.Flow(rd.Diffusion(u=0.3), rd.Euler(0.5))
    end, exact = (
        np.asarray(f.advance({"u": u}, grid, range(20))["u"]) for f in (flow, line)
    )
    np.testing.assert_allclose(np.asarray(end), exact, rtol=0, atol=1e-14)
    # A method that takes modes has none here: its step is as bound as an explicit one.
    for method, most in ((rd.Euler, 0.5), (rd.IMEX, 0.5), (rd.ETDRK4, 0.696)):
        flow_of = lambda dt, m=method: rd.Flow(rd.Diffusion.on(ring, u=1.0), m(dt))
        with pytest.raises(ValueError, match="is unstable"):
            flow_of(1.01 * most).check({"u": u}, grid)
        end = flow_of(most).advance({"u": u}, grid, range(500))["u"]
        assert np.ptp(end) <= np.ptp(u)
    with pytest.raises(ValueError, match="12 nodes, but the grid 10 cells"):
        rd.Flow(flow.term, rd.Euler(0.1)).check({"u": u[:10]}, rd.Grid((10,)))
    with pytest.raises(ValueError, match="not symmetric"):
        rd.GraphDiffusion(np.triu(np.ones((3, 3))), u=1.0)
    with pytest.raises(ValueError, match="finite and not negative"):
        rd.GraphDiffusion(-ring, u=1.0)


def test_all_of_them_add_up_with_a_law():
    grid = rd.Grid((10, 12), boundary="no-flux")
    state = initial.noise(grid, u=1.0, v=0.9, amplitude=0.01, seed=0)
    where = xr.DataArray(np.indices(grid.shape)[1] < 6, dims=grid.dims)
    term = (
        models.schnakenberg(Dv=2.0)
        + rd.Advection(u={"x": 0.1})
        + rd.CrossDiffusion(v={"u": 0.1})
        + rd.law(u="-0.1*u")().scaled(where)
    )
    for method in (rd.Euler(0.02), rd.RK4(0.02), rd.ETDRK4(0.02), rd.Adaptive(0.02)):
        runs = [
            rd.simulate(rd.Flow(term, method, device), state, 20)
            for device in ("cpu", "torch:cpu")
        ]
        assert runs[0].attrs["kernel"] == "rated"
        assert float(abs(runs[0].u - runs[1].u).max()) < 1e-12
