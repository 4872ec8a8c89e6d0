"""Pieces, holes and spots, against figures that are known."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)


def field(array, boundary="periodic", spacing=1.0):
    array = np.asarray(array, float)
    return rd.Grid(array.shape, boundary=boundary, spacing=spacing).state(u=array).u


def drawn(*rows):
    return [[float(c == "#") for c in row] for row in rows]


def test_pieces_are_numbered_in_order_of_their_first_cells():
    map_ = analysis.components(field(drawn("..#.", "#.#.", "#...", "...."), "no-flux"))
    np.testing.assert_array_equal(map_[:3], [[0, 0, 1, 0], [2, 0, 1, 0], [2, 0, 0, 0]])
    assert map_.dtype.kind == "i" and map_.dims == ("y", "x")


def test_pieces_that_touch_across_a_side_are_one():
    corners = drawn("#..#", "....", "....", "#..#")
    assert analysis.pieces(field(corners)) == 1
    assert analysis.pieces(field(corners, "no-flux")) == 4
    half = field(corners, {"y": "periodic", "x": "no-flux"})
    assert analysis.pieces(half) == 2
    apart = drawn("#...", "....", "....", "...#")  # by one corner, across both sides
    assert analysis.pieces(field(apart)) == 1
    assert analysis.pieces(field(apart), connected="faces") == 2
    assert analysis.pieces(half.copy(data=apart)) == 2


@pytest.mark.parametrize("shape", [(17,), (13, 16), (7, 6, 8)])
@pytest.mark.parametrize("connected", ["corners", "faces"])
def test_pieces_between_open_walls_are_those_of_scipy(shape, connected):
    from scipy.ndimage import generate_binary_structure, label

    for share in (0.2, 0.5, 0.7):
        high = rng.random(shape) < share
        near = generate_binary_structure(
            len(shape), len(shape) if connected == "corners" else 1
        )
        told, n = label(high, near)
        map_ = analysis.components(field(high, "no-flux"), 0.5, connected=connected)
        np.testing.assert_array_equal(map_, told)
        assert analysis.pieces(field(high, "no-flux"), 0.5, connected=connected) == n


def flooded(high, connected):
    """Pieces on a torus by flooding, one cell at a time."""
    steps = [np.array(s) - 1 for s in np.ndindex(*(3,) * high.ndim)]
    steps = [s for s in steps if connected == "corners" or np.abs(s).sum() == 1]
    found, n = np.zeros(high.shape, int), 0
    for start in np.argwhere(high):
        if found[tuple(start)]:
            continue
        n += 1
        waiting = [start]
        while waiting:
            cell = waiting.pop()
            if high[tuple(cell)] and not found[tuple(cell)]:
                found[tuple(cell)] = n
                waiting += [(cell + s) % high.shape for s in steps]
    return found


@pytest.mark.parametrize("shape", [(12,), (9, 11), (1, 6), (5, 4, 6)])
@pytest.mark.parametrize("connected", ["corners", "faces"])
def test_pieces_on_a_torus_are_those_of_a_flood(shape, connected):
    for share in (0.2, 0.4, 0.6):
        high = rng.random(shape) < share
        map_ = analysis.components(field(high), 0.5, connected=connected)
        np.testing.assert_array_equal(map_, flooded(high, connected))


def test_a_bank_is_counted_picture_by_picture_and_lazily():
    bank = xr.DataArray(
        rng.random((3, 4, 9, 9)), dims=("time", "hidden", "y", "x"), attrs={}
    )
    bank.attrs["boundary"] = "y: periodic; x: no-flux"
    for measure in (analysis.components, analysis.pieces, analysis.holes):
        told = measure(bank, 0.5)
        for i, j in ((0, 0), (2, 3)):
            np.testing.assert_array_equal(told[i, j], measure(bank[i, j], 0.5))
        pytest.importorskip("dask")
        lazy = measure(bank.chunk(time=1, x=3), 0.5)
        assert lazy.chunks is not None
        np.testing.assert_array_equal(lazy, told)
        assert lazy.dtype == told.dtype
    with pytest.raises(ValueError, match="has no order"):
        analysis.pieces(bank, dim=("hidden", "x"))


def test_holes_are_closed_in():
    ring = drawn(".....", ".###.", ".#.#.", ".###.", ".....")
    for boundary in ("periodic", "no-flux"):
        assert analysis.holes(field(ring, boundary)) == 1
        assert analysis.holes(field(1 - np.array(ring), boundary)) == 1
    band = np.zeros((8, 8))
    band[2:4] = 1
    assert analysis.holes(field(band)) == 0 and analysis.holes(field(1 - band)) == 0
    net = np.ones((8, 8))
    net[1::4, 1::4] = 0
    assert analysis.holes(field(net)) == 4
    net[0, 0] = 0  # at the corner of open walls, alone on a torus
    assert analysis.holes(field(net), connected="faces") == 4  # it touches another
    assert analysis.holes(field(net)) == 5
    assert analysis.holes(field(net, "no-flux")) == 4
    hollow = np.zeros((5, 5, 5))
    hollow[1:4, 1:4, 1:4] = 1
    hollow[2, 2, 2] = 0
    assert analysis.holes(field(hollow)) == 1
    with pytest.raises(ValueError, match="On a line"):
        analysis.holes(field([0, 1, 0]))


@pytest.mark.parametrize("connected", ["corners", "faces"])
def test_pieces_less_holes_are_the_euler_number_between_open_walls(connected):
    for share in (0.3, 0.5, 0.7):
        plane = field(rng.random((20, 17)) < share, "no-flux")
        how = dict(connected=connected)
        gap = analysis.pieces(plane, 0.5, **how) - analysis.holes(plane, 0.5, **how)
        assert gap == analysis.euler_number(plane, 0.5, **how)


@pytest.mark.parametrize("connected", ["corners", "faces"])
def test_rolling_a_periodic_field_changes_no_count(connected):
    u = rng.random((13, 16))
    for measure in (analysis.pieces, analysis.holes):
        first = measure(field(u), 0.5, connected=connected)
        for shift in ((1, 0), (5, 7), (-3, 2)):
            rolled = field(np.roll(u, shift, (0, 1)))
            assert measure(rolled, 0.5, connected=connected) == first


def test_what_has_no_threshold_has_no_pieces():
    flat = field(np.ones((4, 4)))
    assert np.isnan(analysis.pieces(flat)) and np.isnan(analysis.holes(flat))
    assert (analysis.components(flat) == -1).all()
    assert analysis.pieces(flat, 0.5) == 1 and analysis.pieces(flat, 2.0) == 0
    hole = field(np.where(np.eye(4), np.nan, 1.0))
    for threshold in (None, 0.5, "otsu"):
        assert np.isnan(analysis.pieces(hole, threshold))


def ellipse(a, b, angle, centre, n=96):
    """A soft ellipse on a torus of side `n`."""
    y, x = (np.mod(g - c + n / 2, n) - n / 2 for g, c in zip(np.mgrid[:n, :n], centre))
    along = x * np.cos(angle) + y * np.sin(angle)
    across = -x * np.sin(angle) + y * np.cos(angle)
    return 1 - (along / a) ** 2 - (across / b) ** 2


def test_a_box_is_measured_exactly_wherever_it_lies():
    box = np.zeros((10, 12))
    box[0:2, 0:6] = 1.0
    box[1, 3] = 2.5
    for shift in ((3, 2), (0, -3), (-1, -2)):
        u = field(np.roll(box, shift, (0, 1)), spacing=(0.5, 2.0))
        found = analysis.spots(u, 0.5)
        assert dict(found.sizes) == {"spot": 1}
        y0, x0 = float(u.y[0]), float(u.x[0])
        assert float(found.y[0] - y0) % 5 == pytest.approx((0.5 + shift[0]) % 10 / 2)
        assert float(found.x[0] - x0) % 24 == pytest.approx((2.5 + shift[1]) % 12 * 2)
        assert float(found.area[0]) == 12 and float(found.peak[0]) == 2.5
        assert float(found.elongation[0]) == pytest.approx(12.0)  # 12 by 1
        assert float(found.orientation[0]) == pytest.approx(0)
        assert float(found.diameter[0]) == pytest.approx(np.sqrt(48 / np.pi))
        assert not found.winds.any() and np.isnan(found.nearest).all()


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.5, 2.6])
def test_an_ellipse_has_its_axes(angle):
    for centre in ((40.3, 50.4), (2.3, 94.1)):
        found = analysis.spots(field(ellipse(20, 8, angle, centre)), 0.0)
        # The rim is known to half a cell: a quarter on average, 3 % of 8.
        assert float(found.elongation[0]) == pytest.approx(2.5, rel=0.03)
        off = (float(found.orientation[0]) - angle + np.pi / 2) % np.pi - np.pi / 2
        assert off == pytest.approx(0, abs=0.01)
        assert float(found.area[0]) == pytest.approx(160 * np.pi, rel=0.02)


def test_a_band_has_no_centre_along_itself():
    u = np.zeros((8, 10))
    u[-1] = u[0] = 1
    u[4, 4] = 1
    found = analysis.spots(field(u))
    np.testing.assert_array_equal(found.winds, [True, False])
    assert np.isnan(found.x[0]) and np.isnan(found.elongation[0])
    assert float(found.y[0]) == pytest.approx((float(field(u).y[0]) + 7.5) % 8)
    assert not analysis.spots(field(u, "no-flux")).winds.any()
    diagonal = analysis.spots(field(np.eye(8)))
    assert np.isnan(diagonal.x[0]) and np.isnan(diagonal.y[0])


def test_the_nearest_spot_may_lie_across_a_side():
    u = np.zeros((20, 30))
    u[1, 1] = u[18, 28] = u[10, 15] = 1
    near = analysis.spots(field(u)).nearest
    np.testing.assert_allclose(sorted(near), [np.hypot(3, 3)] * 2 + [np.hypot(8, 13)])
    near = analysis.spots(field(u, "no-flux")).nearest
    np.testing.assert_allclose(
        near, [np.hypot(9, 14), np.hypot(8, 13), np.hypot(8, 13)]
    )


def test_a_run_is_filled_up_with_nothing():
    u = np.zeros((3, 6, 6))
    u[1, 2, 2] = u[2, 1, 1] = u[2, 4, 4] = 1
    run = xr.DataArray(u, dims=("time", "y", "x"), coords={"time": [0.0, 2.0, 4.0]})
    found = analysis.spots(run, 0.5)
    assert found.area.dims == ("time", "spot") and found.sizes["spot"] == 2
    np.testing.assert_array_equal(found.area.notnull().sum("spot"), [0, 1, 2])
    np.testing.assert_array_equal(found.number, [0, 1, 2])
    np.testing.assert_array_equal(analysis.spots(run).number, [np.nan, 1, 2])
    np.testing.assert_array_equal(found.time, run.time)
    pytest.importorskip("dask")
    with pytest.raises(ValueError, match="before they are counted"):
        analysis.spots(run.chunk(time=1))


def lattice(kind):
    """Forty-eight (36) spots at the places of a triangular (square) lattice."""
    ny, nx, n = (6, 8, 144) if kind == "triangular" else (6, 6, 96)
    # Rows of the triangular lattice lie √3 / 2 apart.
    h = 1.0 if kind == "square" else np.array([6 * np.sqrt(3) / 2, 8.0]) / n
    y, x = np.mgrid[:n, :n] / n
    u = np.full((n, n), -np.inf)
    for i, j in np.ndindex(ny, nx):
        cy, cx = i / ny, (j + (i % 2 / 2 if kind == "triangular" else 0)) / nx
        dy, dx = ((g - c + 0.5) % 1 - 0.5 for g, c in ((y, cy), (x, cx)))
        u = np.maximum(u, 1 - ((ny * dy) ** 2 + (nx * dx) ** 2) / 0.05)
    return field(u, spacing=tuple(h) if np.ndim(h) else h)


def test_lattices_have_their_order_and_their_spacing():
    triangular, square = lattice("triangular"), lattice("square")
    for measure in (analysis.spacing, analysis.hexatic):
        assert measure(square, 0.0).attrs["periodic"] == "y, x"
    order = analysis.hexatic(triangular, 0.0)
    # Centres of pixel discs lie within rounding of the lattice: cells fit its period.
    assert float(order.local) == pytest.approx(1, abs=1e-9)
    assert float(order.overall) == pytest.approx(1, abs=1e-9)
    assert float(analysis.hexatic(square, 0.0).local) == pytest.approx(0, abs=1e-9)
    gaps = analysis.spacing(triangular, 0.0)
    assert float(gaps["mean"]) == pytest.approx(1, rel=1e-9)
    assert float(gaps.normalised) == pytest.approx(np.sqrt(8 / np.sqrt(3)), rel=1e-9)
    assert float(gaps.variation) == pytest.approx(0, abs=1e-7)
    assert float(analysis.spacing(square, 0.0).normalised) == pytest.approx(2)


def test_spots_by_chance_are_as_far_apart_as_chance_has_it():
    u = np.zeros((400, 400))
    places = rng.choice(400 * 400 // 16, 900, replace=False)
    u[4 * (places // 100), 4 * (places % 100)] = 1
    gaps = analysis.spacing(field(u), 0.5)
    # Standard error of the mean is 0.52 / √900 = 0.017; the coarse lattice adds some.
    assert float(gaps.normalised) == pytest.approx(1, abs=0.1)


def test_rolling_a_periodic_field_changes_no_spot():
    from scipy.ndimage import gaussian_filter

    u = gaussian_filter(rng.standard_normal((40, 56)), 2, mode="wrap")
    first = analysis.spots(field(u)).sortby("area")
    order, gaps = analysis.hexatic(field(u)), analysis.spacing(field(u))
    for shift in ((1, 0), (17, 30), (-3, 2)):
        rolled = field(np.roll(u, shift, (0, 1)))
        again = analysis.spots(rolled)
        for name in ("area", "peak", "elongation", "orientation", "nearest"):
            np.testing.assert_allclose(
                np.sort(again[name]), np.sort(first[name]), rtol=1e-9, atol=1e-9
            )
        # Qhull knows Voronoi corners to about 1e-10 of the box.
        xr.testing.assert_allclose(analysis.hexatic(rolled), order, rtol=1e-6)
        xr.testing.assert_allclose(analysis.spacing(rolled), gaps, rtol=1e-9)


def test_spots_on_a_line_and_in_space():
    line = analysis.spots(field([0, 1, 1, 0, 0, 1, 0, 0]))
    np.testing.assert_allclose(line.area, [2, 1])
    np.testing.assert_allclose(line.nearest, [3.5, 3.5])
    ball = np.zeros((7, 7, 7))
    ball[2:5, 2:5, 1:4] = 1
    found = analysis.spots(field(ball))
    assert float(found.area[0]) == 27 and float(found.elongation[0]) == pytest.approx(1)
    assert np.isnan(found.orientation[0])
    with pytest.raises(ValueError, match="live in a plane"):
        analysis.hexatic(field(ball))


def test_units_are_those_of_the_axes():
    u = field(np.eye(6), spacing=0.5)
    for d in u.dims:
        u[d].attrs["units"] = "mm"
    u.attrs["units"] = "mol"
    found = analysis.spots(u)
    told = {
        name: found[name].attrs["units"] for name in ("x", "area", "peak", "nearest")
    }
    assert told == {"x": "mm", "area": "(mm)**2", "peak": "mol", "nearest": "mm"}
    for measure in (analysis.perimeter, analysis.skeleton_length):
        assert measure(u).attrs["units"] == "mm"
    assert analysis.spacing(u)["mean"].attrs["units"] == "mm"
    assert analysis.euler_curve(u, [0.5]).threshold.attrs["units"] == "mol"
