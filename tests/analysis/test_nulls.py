"""Fields as chance would make them: what stays and what goes."""

from functools import partial

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)
NULLS = (analysis.permuted, analysis.phase_randomised, analysis.iaaft)
SHAPES = [(12,), (13,), (6, 8), (5, 7), (8, 1), (2, 2), (4, 3, 6)]


def field(array, boundary="periodic"):
    return rd.Grid(np.shape(array), boundary=boundary).state(u=np.asarray(array)).u


def smooth(shape, length, count=1, seed=0):
    """Gaussian fields on a torus, white noise passed through a Gaussian."""
    white = np.random.default_rng(seed).standard_normal((count, *shape))
    axes = tuple(range(1, white.ndim))
    waves = np.meshgrid(*[2 * np.pi * np.fft.fftfreq(n) for n in shape], indexing="ij")
    low = np.exp(-(length**2) / 2 * sum(q * q for q in waves))
    bank = np.fft.ifftn(np.fft.fftn(white, axes=axes) * low, axes=axes).real
    dims = ("sample", *("z", "y", "x")[-len(shape) :])
    return xr.DataArray(bank, dims=dims, attrs={"boundary": "y:periodic; x:periodic"})


def power(array, axes=None):
    return np.abs(np.fft.fftn(array, axes=axes)) ** 2


@pytest.mark.parametrize("shape", SHAPES)
def test_random_phases_keep_every_mode_and_the_mean(shape):
    u = rng.standard_normal(shape) + 2
    mixed = analysis.phase_randomised(field(u), seed=3)
    # Fourier sums of at most 72 terms, squared.
    np.testing.assert_allclose(power(mixed.values), power(u), rtol=1e-9, atol=1e-10)
    assert float(mixed.mean()) == pytest.approx(u.mean(), rel=1e-12)
    assert float(mixed.var()) == pytest.approx(u.var(), rel=1e-12)
    assert mixed.dims == field(u).dims and mixed.dtype == float
    assert not np.allclose(mixed, u)


def test_phases_are_uniform_and_waves_of_two_cells_get_a_sign():
    bank = field(rng.standard_normal((4, 6))).expand_dims(sample=4000)
    mixed = analysis.phase_randomised(bank, seed=0, together=False)
    axes = (1, 2)
    turn = np.fft.fftn(mixed.values, axes=axes) / np.fft.fftn(bank.values, axes=axes)
    np.testing.assert_allclose(np.abs(turn), 1, rtol=1e-9)
    own = [(0, 3), (2, 0), (2, 3)]
    for q in own:
        np.testing.assert_allclose(np.abs(turn[:, *q].real), 1, rtol=1e-9)
    np.testing.assert_allclose(turn[:, 0, 0], 1, rtol=1e-9)
    for k in (1, 2):  # moments of a uniform phase are zero; four standard errors
        mean = np.abs((turn**k).mean(0))
        mean[0, 0] = 0
        for q in own:
            mean[q] = 0 if k == 2 else mean[q]
        assert mean.max() < 4 / np.sqrt(4000)


def test_phases_in_common_keep_cross_spectra():
    pair = smooth((8, 9), 1.0, 2)
    alike = analysis.phase_randomised(pair, seed=1).values
    alone = analysis.phase_randomised(pair, seed=1, together=False).values

    def cross(u):
        one, other = np.fft.fftn(u, axes=(1, 2))
        return one * other.conj()

    np.testing.assert_allclose(cross(alike), cross(pair.values), rtol=1e-8, atol=1e-9)
    assert not np.allclose(cross(alone), cross(pair.values), rtol=0.1, atol=0.1)


@pytest.mark.parametrize("kind", ["float64", "float32", "int16", "bool"])
def test_adjusted_surrogates_hold_exactly_the_same_values(kind):
    u = field(np.maximum(4 * rng.random((3, 8, 9)) - 2, 0).astype(kind))
    mixed = analysis.iaaft(u, seed=1, iterations=20)
    assert mixed.dtype == u.dtype and mixed.dims == u.dims
    np.testing.assert_array_equal(np.sort(mixed, None), np.sort(u, None))
    assert not np.array_equal(mixed, u)


def test_adjusted_surrogates_have_nearly_the_same_spectrum():
    bank = np.exp(smooth((24, 24), 2.0, 6))  # values far from Gaussian
    bank.attrs["boundary"] = "y:periodic; x:periodic"
    told = power(bank.values, (1, 2))

    def error(null):
        found = power(null.values, (1, 2))
        gap = np.abs(np.sqrt(found) - np.sqrt(told))[:, 1:, 1:]
        return (gap**2).sum((1, 2)) / told[:, 1:, 1:].sum((1, 2))

    mixed = analysis.iaaft(bank, seed=1)
    assert (error(mixed) < 0.02).all() and (
        error(analysis.permuted(bank, seed=1)) > 0.3
    ).all()
    # At a fixed point more of the same changes nothing.
    still = analysis.iaaft(bank, seed=1, iterations=2000)
    more = analysis.iaaft(bank, seed=1, iterations=3000)
    np.testing.assert_array_equal(still, more)


def test_a_homogeneous_field_has_no_other_null():
    flat = field(np.full((5, 6), 0.1))
    for null in NULLS:
        np.testing.assert_array_equal(null(flat, seed=0), flat)


@pytest.mark.parametrize("null", NULLS)
def test_a_seed_fixes_what_is_drawn(null):
    bank = smooth((5, 6), 1.0, 3).rename("u")
    one = null(bank, seed=4)
    np.testing.assert_array_equal(one, null(bank, seed=4))
    assert not np.array_equal(one, null(bank, seed=5))
    assert one.attrs == bank.attrs and one.name == "u"
    with pytest.raises(TypeError, match="whole number"):
        null(bank, seed=0.5)
    with pytest.raises(ValueError, match="negative"):
        null(bank, seed=-1)


ALONE = (
    partial(analysis.permuted, together=False),
    partial(analysis.phase_randomised, together=False),
    partial(analysis.iaaft, iterations=5),
)


@pytest.mark.parametrize("null", ALONE)
def test_alone_each_element_goes_its_own_way_whatever_the_chunks(null):
    same = smooth((5, 6), 1.0).isel(sample=0).expand_dims(hidden=4, time=2)
    bank = same.transpose("y", "hidden", "x", "time")
    told = null(bank, seed=2)
    assert told.dims == bank.dims
    each = told.transpose("hidden", "time", ...).values.reshape(8, -1)
    assert len(np.unique(each.round(9), axis=0)) == 8
    pytest.importorskip("dask")
    lazy = null(bank.chunk(hidden=1, y=2), seed=2)
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, told, rtol=1e-12)


@pytest.mark.parametrize("null", NULLS)
def test_lazy_fields_stay_lazy(null):
    pytest.importorskip("dask")
    bank = smooth((5, 6), 1.0, 3)
    lazy = null(bank.chunk(sample=1, x=2), seed=2)
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, null(bank, seed=2), rtol=1e-12)


@pytest.mark.parametrize("null", NULLS[1:])
def test_fields_that_are_not_periodic_are_refused(null, weights):
    for boundary in ("no-flux", {"y": "periodic", "x": "no-flux"}):
        u = field(rng.random((4, 5)), boundary)
        with pytest.raises(ValueError, match="x is not known to be periodic"):
            null(u, seed=0)
    with pytest.raises(ValueError, match="periodic=True"):
        null(xr.DataArray(np.ones((3, 4)), dims=("y", "x")), seed=0)
    assert null(u, seed=0, periodic=True).shape == u.shape
    with pytest.raises(ValueError, match="has no order"):
        null(weights.U, dim="hidden", seed=0, periodic=True)
    with pytest.raises(ValueError, match="at least 1"):
        analysis.iaaft(u, seed=0, iterations=0, periodic=True)


@pytest.mark.parametrize("null", NULLS[1:])
def test_a_value_that_is_not_known_spoils_its_field_alone(null):
    bank = smooth((5, 6), 1.0, 3)
    bank[1, 2, 2] = np.nan
    told = null(bank, seed=0)
    assert np.isnan(told[1]).all() and np.isfinite(told[[0, 2]]).all()
