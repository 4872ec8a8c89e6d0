"""Neighbours that are alike, in exact cases and against esda."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)
GLOBAL = (analysis.moran, analysis.geary, analysis.getis_ord)
LOCAL = (analysis.local_moran, analysis.hot_spots)


def field(array, boundary="periodic"):
    return rd.Grid(np.shape(array), boundary=boundary).state(u=np.asarray(array)).u


def bare(array):
    return xr.DataArray(array, dims=("z", "y", "x")[-np.ndim(array) :])


def weights(shape, neighbours, periodic):
    """Weights of all pairs, cell by cell: as slow as the definition."""
    cells = list(np.ndindex(shape))
    found = np.zeros((len(cells), len(cells)))
    for i, cell in enumerate(cells):
        for step in np.array(list(np.ndindex(*(3,) * len(shape)))) - 1:
            near = np.abs(step).sum()
            if near == 0 or (neighbours == "rook" and near > 1):
                continue
            other = np.array(cell) + step
            if periodic:
                if any(s and n == 1 for s, n in zip(step, shape)):
                    continue  # a single cell is no neighbour of its own
                other = other % shape
            elif (other < 0).any() or (other >= shape).any():
                continue
            found[i, cells.index(tuple(other))] += 1
    return found


def plain(u, w, inside=None):
    """All five measures from their equations, on the sub-graph of the mask."""
    chosen = np.ones(u.size, bool) if inside is None else inside.ravel()
    u, w = u.ravel()[chosen], w[np.ix_(chosen, chosen)]
    n, z = len(u), u - u.mean()
    star = w + np.eye(n)
    around, squares = star.sum(1), (star**2).sum(1)
    scale = u.std() * np.sqrt((n * squares - around**2) / (n - 1))
    return {
        "moran": n / w.sum() * (z @ w @ z) / (z @ z),
        "geary": (n - 1) / (2 * w.sum()) * (w * (u[:, None] - u) ** 2).sum() / (z @ z),
        "getis_ord": (u @ w @ u) / (u.sum() ** 2 - u @ u),
        "local_moran": (n - 1) * z * (w @ z) / (z @ z),
        "hot_spots": (star @ u - around * u.mean()) / scale,
    }


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("neighbours", ["rook", "queen"])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("shape", [(9,), (4, 7), (2, 6), (1, 8), (3, 4, 5)])
def test_measures_are_their_double_sums(shape, periodic, neighbours, masked):
    u = rng.gamma(2.0, size=shape)
    inside = rng.random(shape) < 0.8
    inside[..., :2] = True  # two neighbours at least
    mask = inside if masked else None
    told = plain(u, weights(shape, neighbours, periodic), mask)
    for name, expected in told.items():
        found = getattr(analysis, name)(
            field(u),
            neighbours=neighbours,
            periodic=periodic,
            mask=bare(inside) if masked else None,
        )
        if found.ndim and masked:
            assert np.isnan(found.values[~inside]).all()
        found = found.values[inside if masked else ...].ravel() if found.ndim else found
        # Sums of at most 60 terms of order one.
        np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("neighbours", ["rook", "queen"])
def test_esda_is_met_on_open_boundaries(neighbours, masked):
    esda = pytest.importorskip("esda")
    libpysal = pytest.importorskip("libpysal")
    u = np.random.default_rng(5).gamma(2.0, size=(9, 11))
    inside = np.ones(u.shape, bool)
    if masked:
        inside = np.random.default_rng(6).random(u.shape) < 0.7
    w = libpysal.weights.lat2W(*u.shape, rook=neighbours == "rook")
    chosen = list(np.flatnonzero(inside))
    w = libpysal.weights.w_subset(w, chosen)
    values = u.ravel()[chosen]
    told = dict(
        moran=esda.Moran(values, w, transformation="B", permutations=0).I,
        geary=esda.Geary(values, w, transformation="B", permutations=0).C,
        getis_ord=esda.G(values, w, permutations=0).G,
        local_moran=esda.Moran_Local(values, w, transformation="B", permutations=0).Is,
        hot_spots=esda.G_Local(values, w, transform="B", star=True, permutations=0).Zs,
    )
    for name, expected in told.items():
        mask = bare(inside) if masked else None
        found = getattr(analysis, name)(bare(u), neighbours=neighbours, mask=mask)
        found = found.values[inside] if found.ndim else found
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


def test_a_checkerboard_differs_from_all_of_its_neighbours():
    board = field(np.indices((8, 6)).sum(0) % 2 * 1.0)
    n = 48
    assert float(analysis.geary(board)) == pytest.approx(2 * (n - 1) / n)
    assert float(analysis.getis_ord(board)) == 0
    # Queen: four unlike, four alike.
    found = float(analysis.geary(board, neighbours="queen"))
    assert found == pytest.approx((n - 1) / n)
    np.testing.assert_allclose(analysis.local_moran(board), -4 * (n - 1) / n)


def test_geary_of_chance_is_one():
    # Over all orders of the same values the expectation is exactly 1.
    draws = rng.permuted(np.tile(np.arange(12.0), (4000, 1)), axis=1).reshape(-1, 3, 4)
    bank = xr.DataArray(draws, dims=("sample", "y", "x"))
    for periodic in (True, False):
        found = analysis.geary(bank, periodic=periodic)
        error = float(found.std()) / np.sqrt(4000)
        assert float(found.mean()) == pytest.approx(1, abs=4 * error)


def test_getis_and_ord_see_high_values_gather_and_not_low_ones():
    high = np.zeros((10, 10))
    high[2:5, 2:5] = 1.0
    chance = 4 / 99  # Σ w / n(n - 1) on a torus
    assert float(analysis.getis_ord(field(np.ones((10, 10))))) == pytest.approx(chance)
    assert float(analysis.getis_ord(field(high))) == pytest.approx(24 / 72)
    # Moran's I is the same for both; G of the hole is near what chance gives.
    hole = field(1 - high)
    assert float(analysis.moran(hole)) == pytest.approx(
        float(analysis.moran(field(high)))
    )
    assert float(analysis.getis_ord(hole)) == pytest.approx(352 / (91 * 90))


def test_getis_and_ord_refuse_what_is_negative_or_empty():
    alone = np.eye(1, 12).reshape(3, 4)
    for values in (alone - 0.1, alone, 0 * alone):
        found = analysis.getis_ord(field(values))
        assert np.isnan(found) and "negative" in found.attrs["undefined"]


def test_hot_and_cold_spots_have_opposite_signs():
    u = np.zeros((12, 12))
    u[2:5, 2:5], u[8:11, 8:11] = 1.0, -1.0
    told = analysis.hot_spots(field(u), neighbours="queen")
    assert float(told[3, 3]) == float(told.max()) > 5
    assert float(told[9, 9]) == float(told.min()) == -float(told[3, 3])
    assert told.dims == ("y", "x") and told.attrs["neighbours"] == "queen"
    np.testing.assert_array_equal(told.y, field(u).y)


def test_scores_of_chance_have_mean_zero_and_variance_one():
    draws = rng.permuted(np.tile(np.arange(20.0), (4000, 1)), axis=1).reshape(-1, 4, 5)
    bank = xr.DataArray(draws, dims=("sample", "y", "x"))
    told = analysis.hot_spots(bank)
    # Four standard errors of 4000 draws, for the worst of 20 cells.
    np.testing.assert_allclose(told.mean("sample"), 0, atol=4 / np.sqrt(4000))
    np.testing.assert_allclose(told.var("sample"), 1, atol=4 * np.sqrt(2 / 4000))


def test_where_all_are_neighbours_there_is_no_hot_spot():
    told = analysis.hot_spots(field(rng.random((3, 3))), neighbours="queen")
    assert np.isnan(told).all() and "all are neighbours" in told.attrs["undefined"]


def test_a_homogeneous_field_cannot_be_compared():
    for value in (0.0, 0.1, -3.7):
        flat = field(np.full((5, 7), value))
        for measure in (analysis.geary, *LOCAL):
            found = measure(flat)
            assert np.isnan(found).all() and "homogeneous" in found.attrs["undefined"]
    for measure in (analysis.moran, analysis.geary):  # no two neighbours
        apart = bare(np.indices((3, 4)).sum(0) % 2 == 0)
        assert np.isnan(measure(field(rng.random((3, 4))), periodic=False, mask=apart))


@pytest.mark.parametrize("measure", GLOBAL + LOCAL)
@given(st.integers(-9, 9), st.integers(-9, 9))
def test_rolling_a_periodic_field_rolls_what_is_told(measure, down, right):
    u = np.random.default_rng(1).random((6, 5))
    for neighbours in ("rook", "queen"):
        one = measure(field(u), neighbours=neighbours).values
        other = measure(
            field(np.roll(u, (down, right), (0, 1))), neighbours=neighbours
        ).values
        moved = np.roll(one, (down, right), (0, 1)) if one.ndim else one
        np.testing.assert_allclose(other, moved, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("measure", GLOBAL + LOCAL)
def test_a_bank_of_neurons_is_measured_in_one_call(measure):
    bank = xr.DataArray(rng.random((5, 3, 6, 7)), dims=("y", "hidden", "x", "time"))
    told = measure(bank)
    lead = ("hidden", "time")
    assert told.dims == (bank.dims if measure in LOCAL else lead)
    one = measure(bank.isel(hidden=1, time=2))
    # The order of sums follows the layout in memory: equal to rounding.
    np.testing.assert_allclose(told.isel(hidden=1, time=2), one, rtol=1e-11)
    pytest.importorskip("dask")
    lazy = measure(bank.chunk(time=2, y=2))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, told, rtol=1e-11)
    with pytest.raises(ValueError, match="`hidden` has no order"):
        measure(bank, dim="hidden")
    with pytest.raises(ValueError, match="rook or queen"):
        measure(bank, neighbours="bishop")


def test_thousands_of_receptive_fields_are_measured_at_once():
    import time

    bank = xr.DataArray(
        rng.standard_normal((4096, 28, 28), dtype=np.float32),
        dims=("hidden", "y", "x"),
    )
    begin = time.process_time()
    analysis.moran(bank), analysis.kurtosis(bank)
    # About 0.06 s on one core; a machine that is eight times slower still passes.
    assert time.process_time() - begin < 0.5
