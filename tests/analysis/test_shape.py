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


def plane(pixels, boundary="no-flux", spacing=1.0):
    pixels = np.asarray(pixels, float)
    return rd.Grid(pixels.shape, boundary=boundary, spacing=spacing).state(u=pixels).u


def test_above_says_where_and_leaves_the_undefined_out():
    u = plane([[0.0, 1.0, 2.0], [4.0, 8.0, 8.0]])
    np.testing.assert_array_equal(analysis.above(u), [[0, 0, 0], [0, 1, 1]])
    np.testing.assert_array_equal(analysis.above(u, 1), [[0, 0, 1], [1, 1, 1]])
    np.testing.assert_array_equal(analysis.above(u, "median"), [[0, 0, 0], [1, 1, 1]])
    np.testing.assert_array_equal(analysis.above(u, "mean"), [[0, 0, 0], [1, 1, 1]])
    np.testing.assert_array_equal(analysis.above(u, "otsu"), [[0, 0, 0], [0, 1, 1]])
    np.testing.assert_array_equal(analysis.above(u > 3), u > 3)
    mask = u < 8
    np.testing.assert_array_equal(analysis.above(u, mask=mask), [[0, 0, 0], [1, 0, 0]])
    for threshold in (None, "mean", "median", "otsu"):
        assert np.isnan(analysis.above(0 * u + 0.1, threshold)).all()
    hurt = u.where(u != 1)
    assert np.isnan(analysis.above(hurt, 1.5)).all()
    assert not np.isnan(analysis.above(hurt, 1.5, mask=u != 1)).any()
    for bad in ("half", np.nan, [1, 2]):
        with pytest.raises(ValueError, match="`threshold` must be"):
            analysis.above(u, bad)
    with pytest.raises(ValueError, match="as many cells along x"):
        analysis.above(u, mask=mask.isel(x=[0, 1]))
    with pytest.raises(ValueError, match="must lie over y, x alone"):
        analysis.above(u, mask=mask.rename(x="time"))


def test_otsu_is_that_of_scikit_image():
    filters = pytest.importorskip("skimage.filters")
    rng = np.random.default_rng(4)
    values = np.concatenate([rng.normal(0, 1, 500), rng.normal(9, 1, 140)])
    u = plane(values.reshape(20, 32))
    high = u.values > filters.threshold_otsu(u.values, nbins=1000)
    np.testing.assert_array_equal(analysis.above(u, "otsu"), high)


def test_boxes_and_bands_have_their_area_and_perimeter():
    box = np.zeros((10, 12))
    box[0:2, 0:5] = 1
    for shift in ((0, 0), (-1, -3), (4, 4)):
        rolled = plane(np.roll(box, shift, (0, 1)), "periodic", (0.5, 2.0))
        assert float(analysis.area(rolled)) == 10 / 120
        assert float(analysis.perimeter(rolled)) == pytest.approx(2 * (1.0 + 10.0))
    band = np.zeros((10, 12))
    band[3:5] = 1
    assert float(analysis.perimeter(plane(band, "periodic"))) == 24
    assert float(analysis.perimeter(plane(band))) == 28  # and its ends at the walls
    assert float(analysis.perimeter(plane(0 * band + 1, "periodic"), 0.5)) == 0
    cube = np.zeros((6, 6, 6))
    cube[1:4, 1:4, 1:4] = 1
    assert float(analysis.perimeter(plane(cube, spacing=0.5))) == 54 / 4
    assert float(analysis.perimeter(plane([0, 1, 1, 0, 1], "periodic"))) == 4


@pytest.mark.parametrize("radius", [10.0, 30.3])
def test_a_disc_has_its_circumference_by_crossings_only(radius):
    y, x = np.mgrid[:90, :90]
    for cells in ((1.0, 1.0), (1.0, 1.5)):
        disc = np.hypot((y - 45.2) * cells[0], (x - 44.6) * cells[1]) < radius
        u = plane(disc, spacing=cells)
        told = float(analysis.perimeter(u, method="crofton"))
        assert told == pytest.approx(2 * np.pi * radius, rel=0.02)
        # A circle's extent is missed by up to a cell on each of four sides.
        assert float(analysis.perimeter(u)) == pytest.approx(8 * radius, abs=8)


def test_crofton_is_that_of_scikit_image():
    measure = pytest.importorskip("skimage.measure")
    for seed in range(4):
        pixels = np.random.default_rng(seed).random((20, 31)) < 0.2 + 0.2 * seed
        told = float(analysis.perimeter(plane(pixels), 0.5, method="crofton"))
        assert told == pytest.approx(measure.perimeter_crofton(pixels), rel=1e-13)
    with pytest.raises(ValueError, match="for a plane"):
        analysis.perimeter(plane([0, 1, 0]), method="crofton")
    with pytest.raises(ValueError, match="faces or crofton"):
        analysis.perimeter(plane(pixels), method="chain")


def test_what_lies_outside_a_mask_belongs_to_nothing():
    u = plane(np.ones((5, 5)), "periodic")
    mask = xr.zeros_like(u).astype(bool)
    mask[1:4, 1:4] = True
    assert analysis.euler_number(u, 0.5, mask=mask) == 1
    assert analysis.area(u, 0.5, mask=mask) == 1
    assert analysis.perimeter(u, 0.5, mask=mask) == 12
    for measure in (analysis.euler_number, analysis.area, analysis.perimeter):
        with pytest.raises(ValueError, match="holds none"):
            measure(u, 0.5, mask=xr.zeros_like(mask))
        assert np.isnan(measure(u.where(mask), 0.5))
        assert not np.isnan(measure(u.where(mask), 0.5, mask=mask))
    row = xr.DataArray([True, True, False, True, True], dims="y")
    assert analysis.euler_number(u, 0.5, mask=row) == 0
    assert analysis.area(u, 0.5, mask=row) == 1


@pytest.mark.parametrize("threshold", [None, 0.1, "mean", "median", "otsu"])
def test_rolling_changes_no_area_no_perimeter_and_no_euler_number(threshold):
    u = np.random.default_rng(5).standard_normal((13, 16))
    for measure in (analysis.area, analysis.perimeter, analysis.euler_number):
        first = float(measure(plane(u, "periodic"), threshold))
        for shift in ((1, 0), (5, 7), (-3, 2)):
            rolled = plane(np.roll(u, shift, (0, 1)), "periodic")
            assert float(measure(rolled, threshold)) == first


def test_the_curve_is_its_measures_at_every_height():
    rng = np.random.default_rng(6)
    u = xr.DataArray(rng.random((3, 9, 9)), dims=("time", "y", "x"))
    curve = analysis.euler_curve(u, [0.25, 0.5, 0.75])
    assert curve.euler_number.dims == ("time", "threshold")
    for name in ("area", "perimeter", "euler_number"):
        told = getattr(analysis, name)(u, 0.5)
        np.testing.assert_array_equal(curve[name].sel(threshold=0.5), told)
        assert "threshold" not in curve[name].attrs
    levels = analysis.euler_curve(u, 5).threshold
    np.testing.assert_allclose(
        (levels - u.min()) / (u.max() - u.min()), np.arange(1, 6) / 6
    )
    with pytest.raises(ValueError, match="a field that varies"):
        analysis.euler_curve(0 * u, 5)
    pytest.importorskip("dask")
    lazy = analysis.euler_curve(u.chunk(time=1), [0.25, 0.5, 0.75])
    assert lazy.euler_number.chunks is not None
    xr.testing.assert_allclose(lazy, curve)
    with pytest.raises(ValueError, match="range of a lazy field"):
        analysis.euler_curve(u.chunk(time=1), 5)


def test_white_noise_has_more_pieces_high_up_and_more_holes_low_down():
    u = plane(np.random.default_rng(7).random((100, 100)), "periodic")
    told = analysis.euler_curve(u, [0.1, 0.9]).euler_number
    # Of n cells each is high with chance p = 1 - q; vertices less edges plus faces of the
    # closed cells are n (1 - q⁴) - 2 n (1 - q²) + n p on a torus.
    for level, found in zip((0.1, 0.9), told.values):
        p, q = 1 - level, level
        chance = 1e4 * ((1 - q**4) - 2 * (1 - q**2) + p)
        # The standard deviation of χ is below √n = 100.
        assert found == pytest.approx(chance, abs=300)
