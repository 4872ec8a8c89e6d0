"""How like a pattern is to itself some way off, in exact cases."""

import numpy as np
import pytest
import xarray as xr
from scipy.special import j0

import rdkit_nn as rd
from rdkit_nn.analysis import (
    autocorrelation,
    correlation_length,
    power_spectrum,
    radial_autocorrelation,
)

MEASURES = (autocorrelation, radial_autocorrelation, correlation_length)


def field(array, spacing=1.0, boundary="periodic"):
    grid = rd.Grid(np.shape(array), spacing=spacing, boundary=boundary)
    return grid.state(u=np.asarray(array)).u


def prescribed(power, seed=0):
    """A periodic field whose |û|² is what is told, with phases by chance."""
    noise = np.fft.fftn(np.random.default_rng(seed).standard_normal(power.shape))
    return np.fft.ifftn(np.sqrt(power) * noise / np.abs(noise)).real


def plain(u, lags, closed):
    """The mean over pairs, pair by pair."""
    z, told = u - u.mean(), np.zeros([len(each) for each in lags])
    for place in np.ndindex(told.shape):
        shift = [each[i] for each, i in zip(lags, place)]
        total, pairs = 0.0, 0
        for here in np.ndindex(u.shape):
            there = np.add(here, shift)
            there = np.where(closed, there % u.shape, there)
            if (there >= 0).all() and (there < u.shape).all():
                total, pairs = total + z[here] * z[tuple(there)], pairs + 1
        told[place] = total / pairs
    return told / z.var()


@pytest.mark.parametrize(
    "closed", [(True, True), (False, False), (True, False), (False, True)]
)
@pytest.mark.parametrize("shape", [(6, 7), (5, 8)])
def test_correlation_is_the_mean_over_pairs(shape, closed):
    u = np.random.default_rng(0).standard_normal(shape)
    boundary = dict(zip("yx", ("periodic" if c else "no-flux" for c in closed)))
    told = autocorrelation(field(u, (0.5, 2.0), boundary))
    lags = [np.arange(n) - n // 2 for n in shape]
    np.testing.assert_allclose(told, plain(u, lags, closed), atol=1e-14)
    np.testing.assert_allclose(told.y, 0.5 * lags[0])
    np.testing.assert_allclose(told.x, 2.0 * lags[1])
    assert told.dims == ("y", "x") and told.y.attrs["long_name"] == "lag"
    wrapped = ", ".join(d for d, c in zip("yx", closed) if c) or "none"
    assert told.attrs["periodic"] == wrapped


@pytest.mark.parametrize("shape", [(9,), (8, 6), (7, 9), (4, 5, 6)])
def test_power_is_the_transform_of_the_correlation(shape):
    """Wiener and Khinchin."""
    u = np.random.default_rng(1).standard_normal(shape)
    centred = autocorrelation(field(u)).values
    transform = np.fft.fftn(np.fft.ifftshift(centred)) * u.var() / u.size
    power = np.abs(np.fft.fftn(u - u.mean(), norm="forward")) ** 2
    np.testing.assert_allclose(transform.real, power, atol=1e-12)
    np.testing.assert_allclose(transform.imag, 0, atol=1e-12)
    total = float(power_spectrum(field(u)).sum())
    assert transform.real.sum() == pytest.approx(total, rel=1e-12)


def test_a_pattern_is_itself_where_it_stands():
    u = np.random.default_rng(2).standard_normal((6, 9)) + 5
    for boundary in ("periodic", "no-flux"):
        told = autocorrelation(field(u, boundary=boundary))
        assert float(told.sel(y=0, x=0)) == pytest.approx(1, rel=1e-13)
        radial = radial_autocorrelation(field(u, boundary=boundary))
        assert float(radial[0]) == pytest.approx(1, rel=1e-13)
        assert float(radial.lag[0]) == 0


def test_a_wave_is_correlated_with_its_own_cosine(stripes):
    told = autocorrelation(stripes)  # a wave of length 8, on a torus
    exact = 0 * told.y + np.cos(2 * np.pi * told.x / 8)
    np.testing.assert_allclose(told, exact, atol=1e-13)
    line = radial_autocorrelation(stripes[0])
    np.testing.assert_allclose(line, np.cos(2 * np.pi * line.lag / 8), atol=1e-13)


def test_the_correlation_of_white_noise():
    noise = np.random.default_rng(3).standard_normal((1000, 6, 5))
    bank = xr.DataArray(noise, dims=("sample", "y", "x"))
    told = autocorrelation(bank, periodic=True)
    error = told.std("sample") / np.sqrt(1000)
    away = (told.mean("sample") + 1 / 29).where(told.y**2 + told.x**2 > 0) / error
    assert float(np.abs(away).max()) < 5


def test_a_descending_coordinate_has_descending_lags():
    u = np.random.default_rng(4).standard_normal((5, 7))
    up = autocorrelation(field(u))
    down = autocorrelation(field(u)[::-1])
    np.testing.assert_allclose(down.sortby("y"), up, atol=1e-14)


def test_the_length_of_an_exponential():
    n, length = 4096, 12.0
    lags = np.minimum(np.arange(n), n - np.arange(n))
    power = np.fft.fft(np.exp(-lags / length)).real  # C itself, on the circle
    u = field(prescribed(np.maximum(power, 0)), 0.5)
    # The mean is taken out of C: 2 ℓ / n = 0.6 %, times e - 1.
    assert float(correlation_length(u)) == pytest.approx(6.0, rel=0.011)


@pytest.mark.parametrize("spacing", [(0.5, 0.5), (0.5, 0.7)])
def test_the_length_of_a_bell(spacing):
    shape, width = (256, 200), 4.0
    q = [2 * np.pi * np.fft.fftfreq(n, h) for n, h in zip(shape, spacing)]
    power = np.exp(-(q[0][:, None] ** 2 + q[1] ** 2) * width**2 / 2)
    power[0, 0] = 0
    u = field(prescribed(power + 1e-300), spacing)
    cells = np.prod(np.multiply(shape, spacing))
    mean = 2 * np.pi * width**2 / cells  # C of the mean, which is taken out
    exact = width * np.sqrt(-2 * np.log(np.exp(-1) * (1 - mean) + mean))
    # Straight lines between shells 0.7 apart: h² C'' / 8 C' is below 1e-3.
    assert float(correlation_length(u)) == pytest.approx(exact, rel=2e-3)


def test_a_pattern_of_one_wavelength_is_correlated_as_a_bessel_function(stripes):
    """Whatever the directions of its waves."""
    radial = radial_autocorrelation(stripes)
    near = radial[(radial.lag < 12).values]
    # A shell holds a few lags, in directions that the lattice gives: some hundredths.
    exact = j0(2 * np.pi * near.lag.values / 8)
    np.testing.assert_allclose(near, exact, atol=0.07)
    assert float(correlation_length(stripes)) == pytest.approx(0.28 * 8, rel=0.03)
    line = correlation_length(stripes[0])
    assert float(line) == pytest.approx(8 * np.arccos(np.exp(-1)) / 2 / np.pi, rel=0.01)


def test_white_noise_is_forgotten_within_a_cell():
    u = field(np.random.default_rng(5).standard_normal((64, 64)))
    told = float(correlation_length(u))
    assert 0 < told < 1
    # From 1 at 0 to about 0 at the first shell, whose mean distance is (1 + √2)/2.
    assert told == pytest.approx((1 - np.exp(-1)) * (1 + np.sqrt(2)) / 2, rel=0.03)


def test_the_length_of_a_step_between_open_ends():
    pair = field(np.array([0.0, 1.0]), boundary="no-flux")
    # C(1) = -1, and the line from 1 to -1 passes 1/e at (1 - 1/e) / 2.
    assert float(correlation_length(pair)) == pytest.approx((1 - np.exp(-1)) / 2)
    step = field(np.repeat([-1.0, 1.0], 4), boundary="no-flux")
    # Of n pairs at lag r all but r are alike, and those are opposite: C(1) = (6 - 1) / 7.
    radial = radial_autocorrelation(step)
    np.testing.assert_allclose(radial, [1, 5 / 7, 2 / 6, -1 / 5, -1], atol=1e-14)
    exact = 1 + (5 / 7 - np.exp(-1)) / (5 / 7 - 1 / 3)
    assert float(correlation_length(step)) == pytest.approx(exact)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_homogeneous_field_and_a_broken_one_have_none(measure):
    for value in (0.0, 0.1, 1e6 / 3):
        for boundary in ("periodic", "no-flux"):
            told = measure(field(np.full((9, 8), value), boundary=boundary))
            assert np.isnan(told).all() and "homogeneous" in told.attrs["undefined"]
    assert np.isnan(measure(field(np.ones((1, 1))))).all()
    broken = np.random.default_rng(0).random((6, 7))
    for gap in (np.nan, np.inf):
        broken[2, 3] = gap
        assert np.isnan(measure(field(broken))).all()


@pytest.mark.parametrize("measure", MEASURES)
def test_rolling_a_periodic_field_changes_nothing(measure):
    u = np.random.default_rng(1).standard_normal((12, 15)) + 2
    first = measure(field(u))
    for shift in ((1, 0), (5, -7)):
        rolled = measure(field(np.roll(u, shift, (0, 1))))
        np.testing.assert_allclose(rolled, first, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_bank_is_measured_in_one_call_and_lazily(measure):
    pytest.importorskip("dask")
    noise = np.random.default_rng(2).standard_normal((4, 3, 9, 10))
    bank = xr.DataArray(noise, dims=("time", "hidden", "y", "x"))
    told = measure(bank)
    assert told.dims[:2] == ("time", "hidden")
    np.testing.assert_allclose(told[1, 2], measure(bank[1, 2]), rtol=1e-12, atol=1e-15)
    lazy = measure(bank.chunk(time=2, x=5))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, told, rtol=1e-13, atol=1e-15)
    with pytest.raises(ValueError, match="has no order"):
        measure(bank, dim=("hidden", "x"))


def test_lengths_have_the_unit_of_the_axes():
    grid = rd.Grid((8, 8), units="mm")
    u = grid.state(u=np.random.default_rng(0).random((8, 8))).u
    assert correlation_length(u).attrs["units"] == "mm"
    assert autocorrelation(u).x.attrs["units"] == "mm"
    assert radial_autocorrelation(u).lag.attrs["units"] == "mm"
