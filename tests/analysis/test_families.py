"""Many questions at once, by hand and against scipy."""

import numpy as np
import pytest
import scipy.stats
import xarray as xr

from rdkit_nn.analysis import adjusted

rng = np.random.default_rng(0)
METHODS = ("benjamini-hochberg", "benjamini-yekutieli", "holm", "bonferroni")


def p_of(values, *dims):
    return xr.DataArray(np.asarray(values, float), dims=dims or ("hidden",))


def test_four_p_values_by_hand():
    p = p_of([0.03, 0.01, 0.04, 0.02])
    third = 1 + 1 / 2 + 1 / 3 + 1 / 4
    for method, expected in (
        ("benjamini-hochberg", [0.04, 0.04, 0.04, 0.04]),
        ("benjamini-yekutieli", [0.04 * third] * 4),
        ("holm", [0.06, 0.04, 0.06, 0.06]),
        ("bonferroni", [0.12, 0.04, 0.16, 0.08]),
    ):
        np.testing.assert_allclose(adjusted(p, method=method), expected, rtol=1e-14)


@pytest.mark.parametrize(("method", "short"), list(zip(METHODS[:2], ("bh", "by"))))
def test_scipy_is_met(method, short):
    p = rng.random(200) ** 2
    p[:50] = p[50:100].round(2)  # ties
    exact = scipy.stats.false_discovery_control(p, method=short)
    np.testing.assert_allclose(adjusted(p_of(p), method=method), exact, rtol=1e-13)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_no_question_is_left_out(method):
    p = rng.random(20)
    holes = np.insert(p, [0, 5, 20], np.nan)
    told = adjusted(p_of(holes), method=method)
    np.testing.assert_array_equal(np.isnan(told), np.isnan(holes))
    np.testing.assert_array_equal(
        told.values[~np.isnan(holes)], adjusted(p_of(p), method=method)
    )
    assert np.isnan(adjusted(p_of([np.nan] * 3), method=method)).all()
    assert float(adjusted(xr.DataArray(0.3), method=method)) == 0.3


@pytest.mark.parametrize("method", METHODS)
def test_a_family_is_all_or_along_a_dim(method):
    p = p_of(rng.random((4, 5)), "time", "hidden")
    whole, rows = adjusted(p, method=method), adjusted(p, "hidden", method=method)
    assert whole.dims == rows.dims == p.dims
    flat = adjusted(p_of(p.values.ravel()), method=method)
    np.testing.assert_array_equal(whole.values.ravel(), flat)
    np.testing.assert_array_equal(rows[2], adjusted(p[2], method=method))
    pytest.importorskip("dask")
    lazy = adjusted(p.chunk(time=1), method=method)
    assert lazy.chunks is not None
    np.testing.assert_array_equal(lazy, whole)


def test_what_is_no_p_value_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjusted(p_of([0.5, 1.5]))
    with pytest.raises(ValueError, match="must be benjamini-hochberg"):
        adjusted(p_of([0.5]), method="fdr")
