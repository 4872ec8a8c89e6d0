"""Distances to a reference, in exact cases and against scipy."""

import numpy as np
import pytest
import scipy.stats
import xarray as xr

from rdkit_nn import analysis

rng = np.random.default_rng(0)
BOTH = (analysis.ks_distance, analysis.wasserstein)


def run_of(u):
    return xr.DataArray(u, dims=("time", "hidden", "y", "x"), attrs={"units": "mM"})


@pytest.mark.parametrize("kind", ["real", "counts"])
@pytest.mark.parametrize(
    "sizes", [((6, 7), (6, 7)), ((6, 7), (4, 5)), ((2, 3), (9, 9))]
)
def test_scipy_is_met(sizes, kind):
    u, r = (rng.normal(shift, 1, (3, 2, *n)) for shift, n in zip((0, 0.4), sizes))
    if kind == "counts":  # many ties
        u, r = np.rint(2 * u), np.rint(2 * r)
    ks, move = (measure(run_of(u), run_of(r)[0]) for measure in BOTH)
    assert ks.dims == move.dims == ("time", "hidden")
    for t in range(3):
        for j in range(2):
            one, other = u[t, j].ravel(), r[0, j].ravel()
            exact = scipy.stats.ks_2samp(one, other).statistic
            assert float(ks[t, j]) == pytest.approx(exact, abs=1e-14)
            exact = scipy.stats.wasserstein_distance(one, other)
            assert float(move[t, j]) == pytest.approx(exact, rel=1e-12)
    assert ks.attrs["units"] == "1" and move.attrs["units"] == "mM"


def test_places_do_not_matter_and_a_shift_does():
    first = run_of(rng.random((1, 2, 6, 7)))
    run = xr.concat(
        [first, analysis.permuted(first, seed=1), first + 3, 2 * first], "time"
    )
    np.testing.assert_array_equal(
        analysis.ks_distance(run)[:3], [[0] * 2, [0] * 2, [1] * 2]
    )
    move = analysis.wasserstein(run)
    np.testing.assert_allclose(move[:3], [[0] * 2, [0] * 2, [3] * 2], rtol=1e-12)
    np.testing.assert_allclose(move[3], first[0].mean(("y", "x")), rtol=1e-12)


def test_the_mean_of_chance_is_that_of_kolmogorov():
    bank = run_of(rng.random((2, 2000, 20, 20)))
    found = analysis.ks_distance(bank)[1] * np.sqrt(400 / 2)
    # √(π/2) ln 2 in the limit; the correction for finite n is of order 1/√n.
    assert float(found.mean()) == pytest.approx(0.8687, abs=1 / 20)


def test_all_weights_are_one_family_when_told():
    run = run_of(rng.random((3, 4, 5, 6)))
    dims = ("hidden", "y", "x")
    for measure in BOTH:
        told = measure(run, dim=dims)
        assert told.dims == ("time",) and float(told[0]) == 0
        flat = xr.DataArray(run.values.reshape(3, -1), dims=("time", "input"))
        np.testing.assert_array_equal(told, measure(flat))
        turned = measure(run.transpose("x", "time", "hidden", "y"), dim=dims)
        np.testing.assert_array_equal(turned, told)


def test_a_reference_may_lie_elsewhere():
    here = xr.DataArray(
        rng.random((3, 5)), dims=("time", "x"), coords={"x": np.arange(5)}
    )
    there = xr.DataArray(rng.random(8), dims="x", coords={"x": 0.5 * np.arange(8)})
    for measure in BOTH:
        assert measure(here, there).dims == ("time",)
        assert float(measure(there, there)) == 0
        swapped = measure(there, here[1].astype("f8"))
        assert float(swapped) == pytest.approx(float(measure(here[1], there)))


def test_what_is_not_known_has_no_distance():
    run = run_of(rng.random((3, 2, 4, 5)))
    run[1, 0, 2, 2] = np.nan
    for measure in BOTH:
        told = measure(run)
        assert np.isnan(told[1, 0]) and int(np.isnan(told).sum()) == 1
        assert np.isnan(measure(run, run[1]))[:, 0].all()
        with pytest.raises(ValueError, match="first frame of a run"):
            measure(run[0])
        with pytest.raises(ValueError, match="no other dims"):
            measure(run[0], run)
        with pytest.raises(ValueError, match="but not y, x"):
            measure(run, run[0, 0, 0, 0])


def test_whole_numbers_do_not_wrap_around():
    cells = xr.DataArray(np.array([[0, 3], [200, 255]], "uint8"), dims=("time", "x"))
    np.testing.assert_array_equal(analysis.wasserstein(cells), [0, 226])
    np.testing.assert_array_equal(analysis.ks_distance(cells > 100), [0, 1])


def test_lazy_fields_stay_lazy():
    pytest.importorskip("dask")
    run = run_of(rng.random((3, 2, 4, 5)))
    for measure in BOTH:
        told = measure(run.chunk(time=1, y=2))
        assert told.chunks is not None
        np.testing.assert_array_equal(told, measure(run))
        half = measure(run, run[0].chunk(x=2))
        assert half.chunks is not None
        np.testing.assert_array_equal(half, measure(run))
