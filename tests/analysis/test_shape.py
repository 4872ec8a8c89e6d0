"""Shape, against figures that are known."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis


def euler(pixels, boundary="no-flux", **how):
    grid = rd.Grid(np.shape(pixels), boundary=boundary)
    field = grid.state(u=np.asarray(pixels, float)).u
    return float(analysis.euler_number(field, 0.5, **how))


def drawn(*rows):
    return [[c == "#" for c in row] for row in rows]


def test_pieces_less_holes():
    assert euler(drawn("....", ".##.", ".##.", "....")) == 1
    assert euler(drawn("#####", "#...#", "#.#.#", "#...#", "#####")) == 1  # 2 - 1
    assert euler(drawn("#####", "#.#.#", "#####")) == -1
    assert euler(np.zeros((3, 3))) == 0 and euler(np.ones((3, 3))) == 1


def test_corners_hang_together_or_do_not():
    pair = drawn("#.", ".#")
    assert euler(pair) == 1 and euler(pair, connected="faces") == 2
    ring = drawn(".#.", "#.#", ".#.")
    assert euler(ring) == 0 and euler(ring, connected="faces") == 4


def test_on_a_torus():
    n = 8
    ones = np.ones((n, n))
    band = np.zeros((n, n))
    band[2:4] = 1
    spot = np.zeros((n, n))
    spot[0, 0] = spot[-1, -1] = spot[0, -1] = spot[-1, 0] = 1  # one spot, over the edge
    for connected in ("corners", "faces"):
        told = dict(boundary="periodic", connected=connected)
        assert euler(ones, **told) == 0
        assert euler(band, **told) == 0 and euler(band.T, **told) == 0
        assert euler(spot, **told) == 1 and euler(1 - spot, **told) == -1
    assert euler(spot) == 4 and euler(band) == 1
    board = np.indices((n, n)).sum(0) % 2
    assert euler(board, "periodic", connected="faces") == n * n / 2
    assert euler(board, "periodic") == -n * n / 2


@pytest.mark.parametrize("connected", ["corners", "faces"])
def test_rolling_a_periodic_field_changes_nothing(connected):
    pixels = np.random.default_rng(0).random((13, 16)) < 0.4
    first = euler(pixels, "periodic", connected=connected)
    for shift in ((1, 0), (5, 7), (-3, 2)):
        rolled = np.roll(pixels, shift, (0, 1))
        assert euler(rolled, "periodic", connected=connected) == first


def test_what_is_high_and_what_is_low_are_dual():
    """On a torus χ(high, corners) + χ(low, faces) = χ(torus) = 0."""
    rng = np.random.default_rng(1)
    for shape in ((9, 11), (5, 6, 7)):
        pixels = rng.random(shape) < 0.5
        sign = 1 if len(shape) == 2 else -1
        high = euler(pixels, "periodic")
        low = euler(~pixels, "periodic", connected="faces")
        assert high == -sign * low


def test_in_one_and_three_dimensions():
    assert euler([0, 1, 1, 0, 1, 0]) == 2
    assert euler([1, 0, 0, 1], "periodic") == 1 and euler([1, 1, 1], "periodic") == 0
    ball = np.zeros((5, 5, 5))
    ball[1:4, 1:4, 1:4] = 1
    assert euler(ball) == 1
    ball[2, 2, 2] = 0
    assert euler(ball) == 2  # a hollow
    ball[2, 2, 1:4] = 0
    assert euler(ball) == 0  # a tunnel


def test_the_count_of_scipy_is_met():
    from scipy.ndimage import label

    pixels = np.random.default_rng(2).random((40, 40)) < 0.3
    pieces = label(pixels, np.ones((3, 3)))[1]
    outside = np.pad(~pixels, 1, constant_values=True)
    holes = label(outside)[1] - 1
    assert euler(pixels) == pieces - holes


def test_a_bank_and_a_run_are_counted_at_once_and_lazily():
    rng = np.random.default_rng(3)
    fields = xr.DataArray(rng.random((4, 3, 9, 9)), dims=("time", "hidden", "y", "x"))
    told = analysis.euler_number(fields)
    assert told.dims == ("time", "hidden") and told.attrs["threshold"] == "half range"
    lazy = analysis.euler_number(fields.chunk({"time": 2}))
    assert lazy.chunks is not None
    np.testing.assert_array_equal(lazy, told)
    assert np.isnan(analysis.euler_number(fields[0, 0] * 0 + 1.0))
    with pytest.raises(ValueError, match="has no order"):
        analysis.euler_number(fields, dim=("hidden", "x"))


def test_activity_is_the_mean_speed():
    time = np.array([0.0, 1.0, 4.0])
    field = xr.DataArray(
        np.array([0.0, 2.0, 1.0])[:, None] * np.ones(5),
        dims=("time", "x"),
        coords={"time": time},
    )
    told = analysis.activity(field)
    np.testing.assert_allclose(told, [2.0, 1 / 3])
    np.testing.assert_array_equal(told.time, [1.0, 4.0])
    with pytest.raises(ValueError, match="two frames"):
        analysis.activity(field[:1])


def test_activity_settles_where_a_pattern_does():
    from rdkit_nn import models, start

    grid = rd.Grid((48, 48), spacing=0.6)
    begin = start.noise(grid, u=1.0, v=0.9, seed=0)
    flow = rd.Flow(models.schnakenberg(), rd.Euler(0.002))
    told = analysis.activity(rd.simulate(flow, begin, 40_000, 2_000).u)
    assert float(told[-1]) < 0.05 * float(told.max())
