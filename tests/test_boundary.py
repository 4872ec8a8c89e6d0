"""Walls whose values move: exact solutions, every method and device, and refusals."""

import re

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn.labels import strip

D = 0.4


def moving_heat(n):
    """u = e^{-t} cos x + t on 0 … 2, with what it holds at its walls, D = 0.4.

    It solves u_t = D u_xx + s with s = (D - 1) e^{-t} cos x + 1.
    """
    h = 2.0 / n
    x = (np.arange(n) + 0.5) * h
    exact = lambda t: np.exp(-t) * np.cos(x) + t  # noqa: E731
    slope = lambda t: -np.exp(-t) * np.sin(2.0)  # noqa: E731
    value = lambda t: np.exp(-t) * np.cos(2.0) + t  # noqa: E731
    low = rd.Dirichlet(lambda t: np.exp(-t) + t)
    robin = rd.Robin(1.0, 0.5, lambda t: value(t) + 0.5 * slope(t))
    boundary = {"neumann": (low, rd.Neumann(slope)), "robin": (low, robin)}
    return rd.Grid((n,), spacing=h, boundary="no-flux"), x, exact, boundary


class Source(rd.Term):
    """The source of the solution above."""

    variables = ("u",)

    def __init__(self, x):
        self.x = x

    def rate(self, values, grid, clock):
        s = (D - 1) * np.exp(-clock.time) * np.cos(self.x) + 1
        return {"u": 0 * values["u"] + values["u"].dtype.type(1) * s}


@pytest.mark.parametrize("wall", ["neumann", "robin"])
def test_a_moving_wall_is_second_order_in_space(wall):
    gaps = []
    for n in (16, 32, 64):
        grid, x, exact, boundary = moving_heat(n)
        term = rd.Diffusion(u=D, boundary={"u": {"x": boundary[wall]}}) + Source(x)
        flow = rd.Flow(term, rd.RK4(1 / 2048))
        end = flow.advance({"u": exact(0.0)}, grid, range(2048))["u"]
        gaps.append(np.abs(end - exact(1.0)).max())
    assert np.log2(gaps[-2] / gaps[-1]) == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("method, order", [
    (rd.Euler, 1), (rd.ETD1, 1), (rd.Strang, 1), (rd.IMEX, 2), (rd.RK4, 4),
])  # fmt: skip
def test_every_method_follows_moving_walls(method, order):
    """On one grid, against a fine solution there. (A wall that moves is stiff.)"""
    grid, x, exact, boundary = moving_heat(12)
    term = rd.Diffusion(u=D, boundary={"u": {"x": boundary["neumann"]}}) + Source(x)
    state = {"u": exact(0.0)}

    def end(method, n):
        return rd.Flow(term, method(1 / n)).advance(state, grid, range(n))["u"]

    finest = end(rd.RK4, 4096)
    gaps = [np.abs(end(method, n) - finest).max() for n in (128, 256)]
    assert np.log2(gaps[0] / gaps[1]) > order - 0.2
    fine = rd.Flow(term, rd.Adaptive(0.25, rtol=1e-9, atol=1e-9))
    assert np.abs(fine.advance(state, grid, range(4))["u"] - finest).max() < 1e-7


@pytest.mark.parametrize("stencil", ["5-point", "9-point", "4th-order"])
def test_a_wall_may_vary_along_itself(stencil):
    """u = x² - y² is harmonic, and its own values at the walls hold it."""
    n, h = 10, 0.3
    grid = rd.Grid((n, n), spacing=h, boundary="no-flux")
    y, x = ((i + 0.5) * h for i in np.indices(grid.shape))
    L = n * h
    boundary = {"u": {
        "x": (rd.Dirichlet(lambda t, y: -(y**2)), rd.Dirichlet(lambda t, y: L**2 - y**2)),
        "y": (rd.Neumann(lambda t, x: 0 * x), rd.Neumann(lambda t, x: -2 * L + 0 * x)),
    }}  # fmt: skip
    u = x**2 - y**2
    bent = rd.Diffusion(u=1.0, boundary=boundary, stencil=stencil).rate(
        {"u": u}, grid, rd.Clock(0, 0.1)
    )["u"]
    inside = np.abs(bent[2:-2, 2:-2]).max()
    assert inside < 1e-12  # exact on parabolas away from the walls
    # A ghost is second order: at the wall the Laplacian misses by a number of order one.
    assert np.abs(bent).max() < 3
    flow = rd.Flow(
        rd.Diffusion(u=1.0, boundary=boundary, stencil=stencil), rd.Euler(0.01)
    )
    runs = [
        rd.simulate(rd.Flow(flow.term, flow.method, device), grid.state(u=u), 2000)
        for device in ("cpu", "torch:cpu")
    ]
    # At rest nearby: second order in h = 0.3.
    assert float(abs(runs[0].u[-1] - u).max()) < 0.5 * h**2
    assert float(abs(runs[0].u[-1] - runs[1].u[-1]).max()) < 1e-12


def test_moving_walls_are_printed_and_refused_where_they_cannot_be():
    wall = rd.Dirichlet(lambda t: t)
    printed = r"Dirichlet\(value=function\('function\(t\)', '\w{12}'\)\)"
    assert re.fullmatch(printed, repr(wall))
    with pytest.raises(ValueError, match="boundary= of a term"):
        rd.Grid((4,), boundary={"x": wall})
    with pytest.raises(ValueError, match="`a` of Robin"):
        rd.Robin(lambda t: t, 1.0, 0.0)
    state = rd.Grid((4, 5), boundary="no-flux").state(u=np.ones((4, 5)))
    odd = {"u": {"x": rd.Dirichlet(lambda t, x: x)}}
    with pytest.raises(TypeError, match="function of x, but besides time"):
        rd.simulate(rd.Flow(rd.Diffusion(u=1.0, boundary=odd), rd.Euler(0.1)), state, 1)
    flow = rd.Flow(rd.Diffusion(u=1.0, boundary={"u": {"x": wall}}), rd.Euler(0.1))
    run = rd.simulate(flow, state, 10)
    assert repr(wall) in run.u.attrs["boundary"]
    assert run.attrs["kernel"] == "stepped"
    again = rd.simulate(flow, run.isel(time=-1), 5)  # a frame is a start
    whole = rd.simulate(flow, state, 15)
    np.testing.assert_array_equal(again.u[-1], whole.u[-1])
    assert strip(state)["u"].shape == (4, 5)
