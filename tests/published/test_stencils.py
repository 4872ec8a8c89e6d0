"""Laplacians: their weights, orders, symbols and limits of stability."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn.grid import stencils, symbols
from rdkit_nn.labels import strip

STENCILS = tuple(symbols.REACH)
CASES = [((17,), (3,)), ((12, 9), (2, 3)), ((6, 7, 8), (1, 2, 3))]


def mode(grid, numbers, wall):
    field = np.ones(grid.shape)
    for axis, (n, k) in enumerate(zip(grid.shape, numbers)):
        i = np.arange(n) + 0.5
        line = {
            "periodic": np.cos(2 * np.pi * k * i / n),
            "no-flux": np.cos(np.pi * k * i / n),
            "dirichlet": np.sin(np.pi * k * i / n),
        }[wall]
        shape = [1] * len(grid.shape)
        shape[axis] = n
        field = field * line.reshape(shape)
    index = tuple(k - (wall == "dirichlet") for k in numbers)
    return field, index


@pytest.mark.parametrize("stencil", STENCILS)
@pytest.mark.parametrize("wall", ["periodic", "no-flux", "dirichlet"])
@pytest.mark.parametrize("shape, numbers", CASES, ids=["1d", "2d", "3d"])
def test_a_mode_of_the_box_is_a_mode_of_the_stencil(shape, numbers, wall, stencil):
    grid = rd.Grid(shape, spacing=0.9, boundary=wall)
    field, index = mode(grid, numbers, wall)
    eigenvalue = grid.symbol(stencil=stencil)[index]
    found = grid.laplacian(field, stencil=stencil)
    np.testing.assert_allclose(found, eigenvalue * field, rtol=0, atol=2e-14)
    assert -grid.stiffness(stencil=stencil) <= eigenvalue + 1e-12


@pytest.mark.parametrize("stencil", STENCILS)
@pytest.mark.parametrize("method, growth", [
    (rd.Euler, lambda z: 1 + z),
    (rd.RK4, lambda z: 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24),
])  # fmt: skip
@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_heat_decays_at_the_rate_of_the_stencil(stencil, method, growth, device):
    grid = rd.Grid((12, 9), spacing=0.9, boundary={"y": "no-flux", "x": "periodic"})
    i, j = np.arange(12) + 0.5, np.arange(9) + 0.5
    field = np.outer(np.cos(np.pi * 2 * i / 12), np.cos(2 * np.pi * 3 * j / 9))
    eigenvalue = grid.symbol(stencil=stencil)[2, 3]
    flow = rd.Flow(rd.Diffusion(u=0.7, stencil=stencil), method(0.05), device)
    after = flow.advance(strip(grid.state(u=field)), grid, range(30))["u"]
    exact = growth(0.05 * 0.7 * eigenvalue) ** 30 * field
    np.testing.assert_allclose(np.asarray(after), exact, rtol=0, atol=30 * 1e-15)


def test_the_weights_are_those_of_the_books():
    grid, point = rd.Grid((7, 7), spacing=0.5), np.zeros((7, 7))
    point[3, 3] = 1
    nine = 0.25 * grid.laplacian(point, stencil="9-point")[2:5, 2:5]
    exact = np.array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6
    np.testing.assert_allclose(nine, exact, rtol=0, atol=1e-15)
    fourth = 0.25 * grid.laplacian(point, stencil="4th-order")[3, 1:6]
    np.testing.assert_allclose(fourth, [-1 / 12, 4 / 3, -5, 4 / 3, -1 / 12], atol=1e-15)


@pytest.mark.parametrize(
    "stencil, order", [("5-point", 2), ("9-point", 2), ("4th-order", 4)]
)
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_order_in_space(stencil, order, dim):
    errors = []
    for n in (16, 32, 64):
        grid = rd.Grid((n,) * dim, spacing=2 * np.pi / n)
        x = np.meshgrid(*[grid.coords["x"][1]] * dim, indexing="ij")
        u = np.exp(sum(np.sin(k) for k in x) / 2)
        exact = u * sum(np.cos(k) ** 2 / 4 - np.sin(k) / 2 for k in x)
        errors.append(np.abs(grid.laplacian(u, stencil=stencil) - exact).max())
    observed = np.log2(errors[-2] / errors[-1])
    assert observed == pytest.approx(order, abs=0.15)


def test_the_error_of_nine_points_has_no_direction():
    # Waves of one length along an axis and along the diagonal: 5 points tell them apart.
    n = 64
    grid = rd.Grid((n, n), spacing=1.0)
    q = 2 * np.pi * 5 / n
    s, d = -4 * np.sin(q / 2) ** 2, -4 * np.sin(q / np.sqrt(8)) ** 2
    straight = {"5-point": s, "9-point": s}
    tilted = {"5-point": 2 * d, "9-point": 2 * d + d * d / 6}
    gap = {k: abs(straight[k] - tilted[k]) for k in straight}
    assert gap["9-point"] < 0.02 * gap["5-point"]
    assert grid.symbol(stencil="9-point")[0, 5] == pytest.approx(s)


@pytest.mark.parametrize("stencil, limit", [
    ("5-point", 1.19), ("9-point", 1.79), ("4th-order", 0.894),
])  # fmt: skip
def test_the_limit_of_stability_on_pearsons_grid(stencil, limit):
    grid = rd.Grid((64, 64), spacing=2.5 / 256)
    state = grid.state(u=np.random.default_rng(0).random(grid.shape))
    term = rd.Diffusion(u=2e-5, stencil=stencil)
    rd.simulate(rd.Flow(term, rd.Euler(0.995 * limit)), state, steps=3)
    with pytest.raises(ValueError, match="is unstable"):
        rd.simulate(rd.Flow(term, rd.Euler(1.005 * limit)), state, steps=3)


def test_periodic_axes_narrower_than_the_stencil_wrap_around():
    # On one or two cells the neighbours two away are the cell itself.
    for n in (1, 2, 3):
        grid, u = rd.Grid((n,)), np.arange(1.0, n + 1)
        wide = np.tile(u, 8 // n + 2)
        whole = rd.Grid((len(wide),)).laplacian(wide, stencil="4th-order")
        np.testing.assert_allclose(
            grid.laplacian(u, stencil="4th-order"), whole[n : 2 * n]
        )


def test_stencils_that_do_not_suit_are_refused(fields):
    with pytest.raises(
        ValueError, match="5-point, 9-point, 4th-order, spectral, but is '7-point'"
    ):
        rd.Diffusion(u=1.0, stencil="7-point")
    nine = rd.Diffusion(u=0.01, stencil="9-point")
    with pytest.raises(ValueError, match="isotropic only on even spacing"):
        rd.simulate(rd.Flow(nine, rd.Euler(0.1)), fields, steps=1)
    narrow = rd.Grid((1, 5), boundary="no-flux").state(u=np.ones((1, 5)))
    wide = rd.Diffusion(u=0.01, stencil="4th-order")
    with pytest.raises(ValueError, match="needs 2 cells between walls"):
        rd.simulate(rd.Flow(wide, rd.Euler(0.1)), narrow, steps=1)
    both = rd.Diffusion(u=0.01) + rd.Linear(u=(0.0, 0.01), stencil="4th-order")
    with pytest.raises(ValueError, match="several stencils, 4th-order, 5-point"):
        rd.simulate(rd.Flow(both, rd.Euler(0.1)), narrow, steps=1)


def test_a_stencil_is_printed_where_it_is_not_the_default():
    assert repr(rd.Diffusion(u=1.0)) == "Diffusion(u=1.0)"
    told = repr(rd.Diffusion(u=1.0, stencil="9-point"))
    assert told == "Diffusion(u=1.0, stencil='9-point')"
    assert rd.Diffusion(u=1.0) != rd.Diffusion(u=1.0, stencil="9-point")


def test_a_stencil_is_read_off_ring_by_ring():
    # Every ring has one weight, opposite neighbours side by side, and all are told.
    for stencil in STENCILS:
        for spacing in ((0.5,), (0.5, 0.5), (0.5, 0.5, 0.5)):
            u = np.random.default_rng(0).random((7,) * len(spacing))
            found = 0.0
            for weight, offsets in stencils.rings(stencil, spacing):
                assert all(
                    a == tuple(-k for k in b)
                    for a, b in zip(offsets[::2], offsets[1::2])
                )
                for offset in offsets:
                    found = found + weight * (np.roll(u, offset, range(u.ndim)) - u)
            exact = rd.Grid(u.shape, 0.5).laplacian(u, stencil=stencil)
            np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12)


@pytest.mark.parametrize("stencil", STENCILS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_uniform_field_stays_as_it_is_to_the_bit(stencil, dtype):
    grid = rd.Grid((8, 9), spacing=0.3)
    u = np.full(grid.shape, 0.3, dtype)
    flow = rd.Flow(rd.Diffusion(u=0.7, stencil=stencil), rd.Euler(0.02))
    after = flow.advance({"u": u}, grid, range(1000))["u"]
    np.testing.assert_array_equal(after, u)
