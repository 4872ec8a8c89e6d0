"""Moments and counts of values, in exact cases and against scipy; masks."""

import numpy as np
import pytest
import scipy.stats
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)
OF_VALUES = ("contrast", "variation", "variance", "skewness", "kurtosis", "entropy")
MASKED = (*OF_VALUES, "patchiness", "moran", "geary", "getis_ord", "local_moran")


def field(array, boundary="periodic"):
    return rd.Grid(np.shape(array), boundary=boundary).state(u=np.asarray(array)).u


def mask_of(array):
    return xr.DataArray(array, dims=("y", "x"))


def test_moments_of_two_values(stripes):
    board = field(np.indices((8, 6)).sum(0) % 2 * 1.0)
    assert float(analysis.variance(board)) == 0.25
    assert float(analysis.kurtosis(board)) == -2
    assert float(analysis.skewness(board)) == 0
    one = field(np.eye(1, 16).reshape(4, 4))  # p = 1/16: (1 - 2p) / √(p (1 - p))
    assert float(analysis.skewness(one)) == pytest.approx(14 / np.sqrt(15))
    assert float(analysis.skewness(-one)) == pytest.approx(-14 / np.sqrt(15))
    assert float(analysis.kurtosis(stripes)) == pytest.approx(-1.5)


def test_moments_are_those_of_scipy():
    u = rng.gamma(2.0, size=(3, 7, 9))
    bank = xr.DataArray(u, dims=("hidden", "y", "x"), attrs={"units": "mM"})
    flat = u.reshape(3, -1)
    # Sums of 63 numbers: a few units in the last place.
    np.testing.assert_allclose(analysis.variance(bank), flat.var(-1), rtol=1e-13)
    skew, kurt = scipy.stats.skew(flat, axis=-1), scipy.stats.kurtosis(flat, axis=-1)
    np.testing.assert_allclose(analysis.skewness(bank), skew, rtol=1e-12)
    np.testing.assert_allclose(analysis.kurtosis(bank), kurt, rtol=1e-12)
    assert analysis.variance(bank).attrs["units"] == "(mM)**2"
    assert analysis.kurtosis(bank).attrs["units"] == "1"
    assert analysis.kurtosis(bank, dim="hidden").dims == ("y", "x")


def test_a_homogeneous_field_has_no_shape_of_values():
    for value in (0.0, 0.1, -3.7e8):
        flat = field(np.full((5, 7), value))
        for measure in (analysis.skewness, analysis.kurtosis):
            found = measure(flat)
            assert np.isnan(found) and "homogeneous" in found.attrs["undefined"]
    assert float(analysis.variance(field(np.ones((3, 3))))) == 0


def test_white_noise_has_neither_skewness_nor_kurtosis():
    noise = xr.DataArray(rng.standard_normal((256, 256)), dims=("y", "x"))
    n = 256**2  # four standard errors
    assert float(analysis.skewness(noise)) == pytest.approx(0, abs=4 * np.sqrt(6 / n))
    assert float(analysis.kurtosis(noise)) == pytest.approx(0, abs=4 * np.sqrt(24 / n))


def test_patchiness_is_mean_crowding_over_mean():
    counts = rng.integers(0, 5, (6, 7))
    crowding = (counts * (counts - 1)).sum() / counts.sum()
    found = analysis.patchiness(field(counts.astype("uint8")))
    assert float(found) == pytest.approx(crowding / counts.mean(), rel=1e-13)
    assert float(analysis.patchiness(field(np.full((3, 4), 4)))) == 1 - 1 / 4
    heap = field(np.eye(1, 12).reshape(3, 4) * 6)  # 6 in one of 12: (6 - 1) / (6 / 12)
    assert float(analysis.patchiness(heap)) == pytest.approx(10)
    poisson = field(rng.poisson(3.0, (200, 200)))
    # The standard error is √(2 / n) / mean for Poisson counts; four of them.
    error = 4 * np.sqrt(2 / 200**2) / 3
    assert float(analysis.patchiness(poisson)) == pytest.approx(1, abs=error)
    for nobody in (np.zeros((3, 4)), np.array([[-1.0, 3.0]])):
        found = analysis.patchiness(field(nobody))
        assert np.isnan(found) and "crowded" in found.attrs["undefined"]


@pytest.mark.parametrize("name", OF_VALUES + ("patchiness",))
def test_a_mask_leaves_out_what_does_not_belong(name):
    measure = getattr(analysis, name)
    u = rng.gamma(2.0, size=(3, 6, 8))
    bank = xr.DataArray(u, dims=("time", "y", "x"))
    inside = rng.random((6, 8)) < 0.6
    chosen = xr.DataArray(u[:, inside], dims=("time", "x"))
    np.testing.assert_allclose(
        measure(bank, mask=mask_of(inside)), measure(chosen), rtol=1e-12
    )
    spoilt = bank.where(mask_of(inside))  # NaN beyond
    assert np.isnan(measure(spoilt)).all()
    told = measure(spoilt, mask=mask_of(inside))
    np.testing.assert_array_equal(told, measure(bank, mask=mask_of(inside)))


@pytest.mark.parametrize("name", MASKED)
def test_a_mask_of_all_changes_nothing(name):
    measure, u = getattr(analysis, name), field(rng.random((6, 8)))
    every = mask_of(np.ones((6, 8), bool))
    np.testing.assert_allclose(measure(u, mask=every), measure(u), rtol=1e-12)
    columns = xr.DataArray(np.arange(8) < 5, dims="x")
    spread = columns.expand_dims(y=6)
    np.testing.assert_array_equal(measure(u, mask=columns), measure(u, mask=spread))


def test_masks_that_do_not_fit_are_refused():
    u = field(np.ones((4, 5)))
    for mask, error, words in (
        (np.ones((4, 5), bool), TypeError, "DataArray"),
        (mask_of(np.ones((4, 5))), ValueError, "boolean"),
        (mask_of(np.ones((4, 6), bool)), ValueError, "as many cells along x"),
        (mask_of(np.zeros((4, 5), bool)), ValueError, "one cell at least"),
        (mask_of(np.ones((4, 5), bool)).expand_dims(time=2), ValueError, "time"),
        (u.assign_coords(x=u.x + 1) > 0, ValueError, "x differs"),
    ):
        for name in MASKED:
            with pytest.raises(error, match=words):
                getattr(analysis, name)(u, mask=mask)


@pytest.mark.parametrize("name", ("variance", "skewness", "kurtosis", "patchiness"))
@given(st.integers(-9, 9), st.integers(-9, 9))
def test_rolling_a_field_changes_nothing(name, down, right):
    u = np.random.default_rng(1).gamma(2.0, size=(6, 5))
    one, other = (
        float(getattr(analysis, name)(field(each)))
        for each in (u, np.roll(u, (down, right), (0, 1)))
    )
    assert one == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize("name", MASKED)
def test_lazy_fields_stay_lazy(name):
    pytest.importorskip("dask")
    measure = getattr(analysis, name)
    run = xr.DataArray(rng.random((3, 6, 8)), dims=("time", "y", "x"))
    mask = mask_of(rng.random((6, 8)) < 0.7)
    told = measure(run.chunk(time=1, y=2), mask=mask)
    assert told.chunks is not None
    np.testing.assert_allclose(told, measure(run, mask=mask), rtol=1e-13)


def test_whole_numbers_and_booleans_are_welcome():
    counts = rng.integers(0, 2, (5, 6))
    for name in MASKED:
        measure = getattr(analysis, name)
        for kind in ("uint8", "bool", "float32"):
            told = measure(field(counts.astype(kind)))
            np.testing.assert_array_equal(told, measure(field(counts.astype(float))))


def test_a_value_that_is_not_known_is_never_passed_over():
    hole = np.ones((4, 5)) + np.arange(5.0)
    hole[1, 2] = np.nan
    for name in MASKED:
        assert np.isnan(getattr(analysis, name)(field(hole))).all()
