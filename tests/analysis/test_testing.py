"""p-values: exact cases, and how often chance is taken for a pattern."""

from functools import partial

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis
from rdkit_nn.analysis import kurtosis, moran, permuted, phase_randomised, significance

rng = np.random.default_rng(0)
# Over 4000 trials a rate of 0.05 has a binomial error of 0.0034; three of them.
TRIALS, ERROR = 4000, 0.0104
alone = partial(permuted, together=False)


def field(array):
    return rd.Grid(np.shape(array)).state(u=np.asarray(array)).u


def noise(*shape):
    names = ("trial", "y", "x")[-len(shape) :]
    return xr.DataArray(rng.standard_normal(shape), dims=names)


def smooth(*shape):
    """Gaussian fields on a torus, correlated over about two cells."""
    white = rng.standard_normal(shape)
    qy, qx = (2 * np.pi * np.fft.fftfreq(n) for n in shape[-2:])
    low = np.exp(-2 * (qy[:, None] ** 2 + qx**2) / 2)
    bank = np.fft.ifft2(np.fft.fft2(white) * low).real
    boundary = {"boundary": "y:periodic; x:periodic"}
    return xr.DataArray(bank, dims=("trial", "y", "x"), attrs=boundary)


def rate(told):
    return float((told.p <= 0.05 + 1e-12).mean())


@pytest.mark.parametrize(
    ("alternative", "n"), [("greater", 19), ("less", 19), ("two-sided", 39)]
)
def test_a_shuffle_takes_chance_for_a_pattern_as_often_as_it_says(alternative, n):
    told = significance(
        moran, noise(TRIALS, 6, 6), alone, n, seed=1, alternative=alternative
    )
    assert rate(told) == pytest.approx(0.05, abs=ERROR)


@pytest.mark.parametrize("statistic", [kurtosis, analysis.skewness])
def test_random_phases_take_a_gaussian_process_for_more_as_often_as_they_say(statistic):
    null = partial(phase_randomised, together=False)
    told = significance(statistic, smooth(TRIALS, 8, 8), null, 39, seed=2)
    assert rate(told) == pytest.approx(0.05, abs=ERROR)


def test_phases_in_common_are_as_honest_in_each_trial():
    told = significance(kurtosis, smooth(TRIALS, 8, 8), phase_randomised, 39, seed=3)
    # Trials share their phases and are no longer independent: twice the error.
    assert rate(told) == pytest.approx(0.05, abs=2 * ERROR)


def test_a_shuffle_is_no_null_for_a_correlated_field():
    told = significance(moran, smooth(500, 16, 16), alone, 39, seed=1)
    assert rate(told) > 0.99


def test_random_phases_find_what_is_not_gaussian():
    spots = np.exp(2 * smooth(200, 16, 16) / smooth(200, 16, 16).std())
    spots.attrs["boundary"] = "y:periodic; x:periodic"
    assert rate(significance(kurtosis, spots, phase_randomised, 39, seed=1)) > 0.9


def test_what_the_null_leaves_alone_is_never_significant():
    u = field(rng.standard_normal((7, 8)))
    for statistic, null in (
        (analysis.contrast, permuted),
        (kurtosis, permuted),
        (moran, phase_randomised),
        (analysis.wavelength, phase_randomised),
        (kurtosis, analysis.iaaft),
    ):
        for alternative in ("two-sided", "greater", "less"):
            told = significance(statistic, u, null, 9, seed=0, alternative=alternative)
            assert float(told.p) == 1


def test_p_is_counted_by_hand():
    values = iter([5.0, 1.0, 2.0, 5.0, 9.0])  # that of the field first
    statistic = lambda u: xr.DataArray(next(values))  # noqa: E731
    null = lambda u, seed: u  # noqa: E731

    def told(alternative):
        nonlocal values
        values = iter([5.0, 1.0, 2.0, 5.0, 9.0])
        return significance(
            statistic, noise(2, 2), null, 4, seed=0, alternative=alternative
        )

    assert float(told("greater").p) == 3 / 5  # the tie counts against it
    assert float(told("less").p) == 4 / 5
    both = told("two-sided")
    assert float(both.p) == 1 and float(both.value) == 5
    assert float(both.null_mean) == 4.25
    assert float(both.null_low) == pytest.approx(np.quantile([1, 2, 5, 9], 0.025))
    assert float(both.null_high) == pytest.approx(np.quantile([1, 2, 5, 9], 0.975))


def test_every_neuron_has_its_own_p():
    ramp = np.add.outer(np.arange(8.0), np.arange(8.0))
    bank = xr.DataArray(
        np.stack([ramp, rng.standard_normal((8, 8)), np.ones((8, 8))]),
        dims=("hidden", "y", "x"),
        coords={"hidden": [3, 5, 7]},
    )
    told = significance(moran, bank, permuted, 99, seed=0, alternative="greater")
    assert told.p.dims == ("hidden",) and list(told.hidden) == [3, 5, 7]
    assert float(told.p[0]) == 1 / 100 and float(told.p[1]) > 0.05
    assert np.isnan(told.p[2]) and "undefined" in told.p.attrs["undefined"]
    assert told.p.attrs["null"] == "permuted" and told.p.attrs["surrogates"] == 99
    np.testing.assert_array_equal(told.value, moran(bank))
    # Each element alone has what it has among others.
    one = significance(moran, bank[0], permuted, 99, seed=0, alternative="greater")
    np.testing.assert_allclose(one.null_mean, told.null_mean[0], rtol=1e-12)


def test_spectra_have_a_p_at_each_wavenumber(stripes):
    told = significance(
        analysis.power_spectrum, stripes[:16, :16], permuted, 19, seed=0
    )
    assert told.p.dims == ("wavenumber",)
    assert float(told.p[1]) == 0.1  # the waves of 8: 2 · 1/20


def test_dims_are_handed_on():
    bank = noise(3, 4, 5)
    told = significance(moran, bank, permuted, 9, seed=0, dim="x")
    assert told.p.dims == ("trial", "y")


def test_lazy_fields_stay_lazy():
    pytest.importorskip("dask")
    bank = noise(4, 5, 6)
    lazy = significance(moran, bank.chunk(trial=2), permuted, 19, seed=0)
    assert all(lazy[name].chunks is not None for name in lazy)
    now = significance(moran, bank, permuted, 19, seed=0)
    xr.testing.assert_allclose(lazy.compute(), now, rtol=1e-10)


def test_wrong_arguments_are_refused():
    u = noise(4, 4)
    for told, words in (
        (dict(n=0), "at least 1"),
        (dict(alternative="both"), "two-sided, greater or less"),
        (dict(level=95), "between 0 and 1"),
    ):
        with pytest.raises(ValueError, match=words):
            significance(moran, u, permuted, seed=0, **told)
    with pytest.raises(TypeError, match="DataArray"):
        significance(lambda u: 1.0, u, permuted, seed=0)
    with pytest.raises(TypeError, match="whole number"):
        significance(moran, u, permuted, seed="now")
