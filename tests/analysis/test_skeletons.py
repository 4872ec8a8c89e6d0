"""Skeletons of figures that are known."""

import numpy as np
import pytest
import xarray as xr
from scipy.ndimage import gaussian_filter

import rdkit_nn as rd
from rdkit_nn import analysis

MEASURES = (analysis.skeleton_length, analysis.end_points, analysis.branch_points)


def field(array, boundary="periodic", spacing=1.0):
    array = np.asarray(array, float)
    return rd.Grid(array.shape, boundary=boundary, spacing=spacing).state(u=array).u


def drawn(*rows):
    return [[float(c == "#") for c in row] for row in rows]


def test_a_band_round_a_torus_has_a_closed_line():
    band = np.zeros((10, 12))
    band[2:5] = 1
    u = field(band, spacing=(0.5, 2.0))
    line = analysis.skeleton(u)
    np.testing.assert_array_equal(np.flatnonzero(line.sum("x")), [3])
    assert [float(measure(u)) for measure in MEASURES] == [24.0, 0, 0]
    cut = field(band, {"y": "periodic", "x": "no-flux"})
    assert analysis.end_points(cut) == 2
    assert float(analysis.skeleton_length(field(np.eye(9), spacing=2.0))) == (
        pytest.approx(18 * np.sqrt(2))
    )


def test_steps_ends_and_forks_are_counted():
    tee = drawn("......", ".####.", "..#...", "..#...", "......")
    assert [float(m(field(tee))) for m in MEASURES] == [5.0, 3, 1]
    why = drawn("......", ".#.#..", "..#...", "..#...", "......")
    found = [float(m(field(why))) for m in MEASURES]
    assert found == pytest.approx([1 + 2 * np.sqrt(2), 3, 1])
    ring = drawn(".....", "..#..", ".#.#.", "..#..", ".....")
    found = [float(m(field(ring))) for m in MEASURES]
    assert found == pytest.approx([4 * np.sqrt(2), 0, 0])
    dot = drawn("...", ".#.", "...")
    assert [float(m(field(dot))) for m in MEASURES] == [0, 0, 0]


def labyrinth(shape=(48, 64)):
    u = np.random.default_rng(0).standard_normal(shape)
    narrow, wide = (gaussian_filter(u, s, mode="wrap") for s in (2, 3))
    return narrow - wide


def test_rolling_a_field_rolls_its_skeleton():
    u = labyrinth()
    line = analysis.skeleton(field(u), 0.0)
    first = [float(measure(field(u), 0.0)) for measure in MEASURES]
    assert first[0] > 100 and first[1] > 2 and first[2] > 2
    for shift in ((1, 0), (17, 30), (-3, 2)):
        rolled = field(np.roll(u, shift, (0, 1)))
        np.testing.assert_array_equal(
            analysis.skeleton(rolled, 0.0), np.roll(line, shift, (0, 1))
        )
        again = [float(measure(rolled, 0.0)) for measure in MEASURES]
        assert again == pytest.approx(first, rel=1e-12)


def test_even_a_torus_with_one_low_cell_rolls():
    u = np.ones((15, 12))
    u[4, 4] = 0
    line = analysis.skeleton(field(u))
    rolled = analysis.skeleton(field(np.roll(u, (5, -3), (0, 1))))
    np.testing.assert_array_equal(rolled, np.roll(line, (5, -3), (0, 1)))


def test_a_skeleton_has_the_pieces_and_the_holes_of_its_field():
    for boundary in ("periodic", "no-flux"):
        u = field(labyrinth(), boundary)
        line = analysis.skeleton(u, 0.0)
        for measure in (analysis.pieces, analysis.holes, analysis.euler_number):
            assert measure(line, 0.5, periodic=boundary == "periodic") == measure(
                u, 0.0
            )
        assert analysis.area(line, 0.5) < 0.5 * analysis.area(u, 0.0)


def test_between_open_walls_it_is_that_of_scikit_image():
    morphology = pytest.importorskip("skimage.morphology")
    u = labyrinth()
    line = analysis.skeleton(field(u, "no-flux"), 0.0)
    np.testing.assert_array_equal(line, morphology.thin(u > 0))


def test_other_dims_stay_and_the_undefined_is_left_out():
    bank = xr.DataArray(
        np.stack([labyrinth((20, 24)), np.ones((20, 24))]), dims=("time", "y", "x")
    )
    line = analysis.skeleton(bank)
    assert line.dims == bank.dims and np.isnan(line[1]).all()
    assert np.isnan(analysis.skeleton_length(bank)[1])
    assert np.isnan(analysis.skeleton_length(bank[1], 0.5, periodic=True))
    assert float(analysis.skeleton_length(bank[1], 0.5)) > 0
    pytest.importorskip("dask")
    lazy = analysis.skeleton(bank.chunk(time=1))
    assert lazy.chunks is not None
    np.testing.assert_array_equal(lazy, line)
    with pytest.raises(ValueError, match="live in a plane"):
        analysis.skeleton(bank, dim="x")
