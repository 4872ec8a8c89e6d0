"""Slopes that feed back, against exact derivatives."""

import numpy as np
import pytest

import rdkit_nn as rd

CLOCK = rd.Clock(0, 1.0)


def waves(n, spacing, boundary="periodic"):
    grid = rd.Grid((n, n + 2), spacing=(spacing, 1.5 * spacing), boundary=boundary)
    y, x = np.meshgrid(grid.coords["y"][1], grid.coords["x"][1], indexing="ij")
    p = 2 * np.pi / (n * spacing)
    q = 2 * np.pi / ((n + 2) * 1.5 * spacing)
    return (
        grid,
        np.sin(p * y) + np.cos(2 * q * x),
        p * np.cos(p * y),
        -2 * q * np.sin(2 * q * x),
    )


def test_spectral_slopes_are_exact():
    grid, u, uy, ux = waves(24, 0.5)
    told = rd.SquaredGradient(u=-0.5, scheme="spectral").rate({"u": u}, grid, CLOCK)[
        "u"
    ]
    np.testing.assert_allclose(told, -0.5 * (ux**2 + uy**2), rtol=0, atol=1e-13)
    flux = rd.Flux(rd.law(u="u**2 / 2")(), along={"u": "x"}, scheme="spectral")
    np.testing.assert_allclose(
        flux.rate({"u": u}, grid, CLOCK)["u"], -u * ux, rtol=0, atol=1e-13
    )


@pytest.mark.parametrize("boundary", ["periodic", rd.Neumann(0.0)])
def test_central_slopes_are_of_second_order(boundary):
    gaps = []
    for n in (32, 64, 128):
        grid = rd.Grid((n,), spacing=1 / n, boundary=boundary)
        x = grid.coords["x"][1]
        u = np.cos(2 * np.pi * x)  # flat at both ends
        slope = -2 * np.pi * np.sin(2 * np.pi * x)
        square = rd.SquaredGradient(u=2.0).rate({"u": u}, grid, CLOCK)["u"]
        flow = rd.Flux(rd.law(u="u**2")(), along={"u": "x"}).rate(
            {"u": u}, grid, CLOCK
        )["u"]
        gaps.append([abs(square - 2 * slope**2).max(), abs(flow + 2 * u * slope).max()])
    orders = np.log2(np.array(gaps)[:-1] / np.array(gaps)[1:])
    np.testing.assert_allclose(orders[-1], 2, atol=0.05)


@pytest.mark.parametrize("scheme", ["central", "spectral"])
def test_a_flux_loses_nothing(scheme):
    grid = rd.Grid((10, 12))
    u = np.random.default_rng(0).random(grid.shape)
    term = rd.Flux(rd.law(u="exp(u)")(), along={"u": "y"}, scheme=scheme)
    assert abs(term.rate({"u": u}, grid, CLOCK)["u"].sum()) < 1e-12


def test_a_wall_without_flux_lets_no_wave_through():
    grid = rd.Grid((20,), boundary={"x": (rd.Dirichlet(0.0), rd.Dirichlet(0.0))})
    u = np.random.default_rng(0).random(20)
    told = rd.Flux(rd.law(u="u**2 / 2")(), along={"u": "x"}).rate(
        {"u": u}, grid, CLOCK
    )["u"]
    # f at the walls is the mean of both sides, u² / 2 with ghosts of -u
    assert told.sum() == pytest.approx((u[0] ** 2 - u[-1] ** 2) / 2, abs=1e-14)


@pytest.mark.parametrize("scheme", ["central", "spectral"])
def test_tensors_give_the_same(scheme):
    torch = pytest.importorskip("torch")
    grid = rd.Grid((9, 8), spacing=0.3)
    u = np.random.default_rng(1).random((2, *grid.shape))
    term = rd.SquaredGradient(u=0.7, scheme=scheme) + rd.Flux(
        rd.law(u="u**3")(), along={"u": "x"}, scheme=scheme
    )
    plain = term.rate({"u": u}, grid, CLOCK)["u"]
    tensor = term.rate({"u": torch.as_tensor(u)}, grid, CLOCK)["u"].numpy()
    np.testing.assert_allclose(tensor, plain, rtol=1e-12, atol=1e-12)
    small = term.rate({"u": u.astype("float32")}, grid, CLOCK)["u"]
    assert small.dtype == "float32"


def test_the_shock_of_burgers_stands_where_its_formula_says():
    """u_t = -u u_x + ν u_xx has the standing shock -tanh(x / 2ν)."""
    nu, n = 0.5, 200
    grid = rd.Grid(
        (n,), spacing=20 / n, boundary={"x": (rd.Dirichlet(1.0), rd.Dirichlet(-1.0))}
    )
    x = grid.coords["x"][1] - 10
    term = rd.Flux(rd.law(u="u**2 / 2")(), along={"u": "x"}) + rd.Diffusion(u=nu)
    end = rd.Flow(term, rd.RK4(0.008)).advance({"u": -x / 10}, grid, range(5000))["u"]
    # Second order: h² = 0.01, times the third derivative over six.
    np.testing.assert_allclose(end, -np.tanh(x / (2 * nu)), rtol=0, atol=5e-3)


def test_bad_slopes_meet_a_sentence():
    with pytest.raises(TypeError, match="needs at least one variable"):
        rd.SquaredGradient()
    with pytest.raises(ValueError, match="central, spectral"):
        rd.SquaredGradient(u=1.0, scheme="upwind")
    with pytest.raises(ValueError, match="which variable flows along which axis"):
        rd.Flux(rd.law(u="u")(), along={"v": "x"})
    walled = rd.Grid((8,), boundary="no-flux")
    with pytest.raises(ValueError, match="need periodic axes"):
        rd.SquaredGradient(u=1.0, scheme="spectral").check({}, walled)
    with pytest.raises(ValueError, match="goes along y"):
        rd.Flux(rd.law(u="u")(), along={"u": "y"}).check({"u": np.ones(8)}, walled)


def test_they_are_read_back_from_their_description():
    from rdkit_nn import models
    from rdkit_nn.rebuilding import rebuilt

    for conservative in (False, True):
        term = models.kuramoto_sivashinsky(conservative=conservative, scheme="spectral")
        flow = rd.Flow(term, rd.ETDRK4(dt=0.1))
        assert rebuilt(repr(flow)) == flow
    assert rebuilt(repr(rd.Flow(models.wilson_cowan(), rd.Euler(dt=0.1))))
