"""Effects over pairs: intervals and sign flips."""

import itertools

import numpy as np
import pytest
import scipy.stats
import xarray as xr

from rdkit_nn.analysis import paired_effect, sign_flip

rng = np.random.default_rng(0)


def pairs(values, **coords):
    dims = ("trial", "seed")[-np.ndim(values) :]
    return xr.DataArray(np.asarray(values, float), dims=dims, coords=coords)


def test_the_interval_of_student_is_that_of_scipy():
    one, other = rng.random((2, 7))
    told = paired_effect(pairs(one), pairs(other), level=0.9)
    exact = scipy.stats.ttest_rel(one, other).confidence_interval(0.9)
    np.testing.assert_allclose((told.low, told.high), exact, rtol=1e-12)


def test_the_bootstrap_is_that_of_scipy():
    one = rng.gamma(1.0, size=(2, 15))  # lopsided, so that the correction is felt
    zero = np.zeros((2, 15))
    told = paired_effect(pairs(one), pairs(zero), method="bootstrap", seed=0)
    for j in range(2):
        exact = scipy.stats.bootstrap(
            (one[j],), np.mean, method="BCa", n_resamples=9999, rng=1
        )
        # A quantile at 0.025 of 9999 draws moves by about 0.03 standard deviations; four.
        error = 0.12 * exact.standard_error
        assert float(told.low[j]) == pytest.approx(
            exact.confidence_interval.low, abs=error
        )
        assert float(told.high[j]) == pytest.approx(
            exact.confidence_interval.high, abs=error
        )
    assert float(told.effect[0]) == pytest.approx(one[0].mean())


def test_a_bootstrap_interval_covers_the_truth_about_as_often_as_it_says():
    one = pairs(rng.standard_normal((2000, 30)) + 1)
    told = paired_effect(one, 0 * one, method="bootstrap", seed=0, n=999)
    share = float(((told.low < 1) & (told.high > 1)).mean())
    # Binomial error 0.005, four of them; at 30 pairs it is a little too narrow besides.
    assert 0.95 - 0.035 < share < 0.95 + 0.02


def test_pairs_that_all_agree_have_no_width():
    same = pairs(np.full(6, 0.3))
    for how in (dict(), dict(method="bootstrap", seed=0)):
        told = paired_effect(same, 0 * same, **how)
        for each in (told.effect, told.low, told.high):
            assert float(each) == pytest.approx(0.3)


def test_a_pair_that_is_not_known_leaves_nothing_known():
    one = pairs([1.0, np.nan, 2.0])
    for how in (dict(), dict(method="bootstrap", seed=0)):
        told = paired_effect(one, 0 * one, **how)
        assert all(np.isnan(told[name]) for name in ("effect", "low", "high"))
    found = sign_flip(one, 0 * one, seed=0)
    assert np.isnan(found) and "difference" in found.attrs["undefined"]


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_signs_are_all_flipped(alternative):
    gap = np.array([0.3, 0.1, 0.4, -0.1, 0.5])  # sums that tie
    side = {"two-sided": abs, "greater": lambda x: x, "less": lambda x: -x}[alternative]
    flips = [gap @ signs for signs in itertools.product((1, -1), repeat=5)]
    exact = np.mean([side(f) >= side(gap.sum()) - 1e-9 for f in flips])
    found = sign_flip(pairs(gap), pairs(0 * gap), seed=0, alternative=alternative)
    assert float(found) == exact


def test_the_least_p_of_five_pairs_is_one_sixteenth():
    one = pairs([0.1, 0.2, 0.3, 0.4, 0.5])
    assert float(sign_flip(one, 0 * one, seed=0)) == 2 / 2**5
    assert float(sign_flip(one, 0 * one, seed=0, alternative="greater")) == 1 / 2**5
    assert float(sign_flip(one, one, seed=0)) == 1


def test_many_pairs_are_flipped_by_chance():
    gap = rng.standard_normal(14) + 0.5
    every = np.array(list(itertools.product((1, -1), repeat=14))) @ gap
    exact = np.mean(np.abs(every) >= abs(gap.sum()) - 1e-9)
    found = sign_flip(pairs(gap), pairs(0 * gap), seed=0)
    error = 4 * np.sqrt(exact * (1 - exact) / 9999)
    assert float(found) == pytest.approx(exact, abs=error + 1e-4)
    assert float(found) == float(sign_flip(pairs(gap), pairs(0 * gap), seed=0))


def test_sign_flips_take_chance_for_an_effect_no_more_often_than_they_say():
    one = pairs(rng.standard_normal((4000, 9)))
    share = float((sign_flip(one, 0 * one, seed=0) <= 0.05).mean())
    # 12 of 256 pairs of signs are at most 0.05; three binomial errors.
    assert share == pytest.approx(24 / 512, abs=0.0101)


def test_pairs_must_be_the_same_pairs():
    one, other = pairs([1, 2, 3], seed=[0, 1, 2]), pairs([1, 2, 3], seed=[1, 2, 3])
    for told in (paired_effect, lambda a, b: sign_flip(a, b, seed=0)):
        with pytest.raises(ValueError, match="align"):
            told(one, other)
        with pytest.raises(ValueError, match="but not seed"):
            told(one.rename(seed="run"), other)
    with pytest.raises(TypeError, match="needs a `seed`"):
        paired_effect(one, one, method="bootstrap")
    with pytest.raises(ValueError, match="student or bootstrap"):
        paired_effect(one, one, method="normal")
    with pytest.raises(ValueError, match="two-sided, greater or less"):
        sign_flip(one, one, seed=0, alternative="both")


def test_lazy_pairs_stay_lazy():
    pytest.importorskip("dask")
    one = pairs(rng.standard_normal((300, 6)))
    lazy = one.chunk(trial=100, seed=2)
    told = paired_effect(lazy, 0 * one, method="bootstrap", seed=0, n=199)
    assert all(told[name].chunks is not None for name in told)
    now = paired_effect(one, 0 * one, method="bootstrap", seed=0, n=199)
    xr.testing.assert_allclose(told.compute(), now)
    p = sign_flip(lazy, 0 * one, seed=0)
    assert p.chunks is not None
    np.testing.assert_array_equal(p, sign_flip(one, 0 * one, seed=0))
