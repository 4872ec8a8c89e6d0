"""Length of a pattern, and how sharply it is set, where both are known."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn.analysis import spectral_entropy, spectral_width, wavelength

MEASURES = {
    "mean": wavelength,
    "peak": lambda u, **how: wavelength(u, by="peak", **how),
    "fit": lambda u, **how: wavelength(u, by="fit", **how),
    "width": spectral_width,
    "entropy": spectral_entropy,
}


def field(array, spacing=1.0):
    grid = rd.Grid(np.shape(array), spacing=spacing)
    return xr.DataArray(array, dims=grid.dims, coords=grid.coords)


def wave(shape, counts, spacing=1.0):
    """A plane wave that goes a whole number of times round each axis."""
    phase = sum(
        2 * np.pi * c * i / n for c, i, n in zip(counts, np.indices(shape), shape)
    )
    return field(np.cos(phase + 0.3), spacing)


def ring(n, centre, width, seed):
    """Random phases under a spectrum that is Gaussian about a wavenumber."""
    q = 2 * np.pi * np.hypot(np.fft.fftfreq(n)[:, None], np.fft.fftfreq(n))
    noise = np.fft.fft2(np.random.default_rng(seed).standard_normal((n, n)))
    phases = noise / np.abs(noise)
    amplitude = np.exp(-((q - centre) ** 2) / (4 * width**2))
    return field(np.fft.ifft2(amplitude * phases).real)


@given(st.integers(-9, 9), st.integers(1, 10), st.floats(0.3, 3))
def test_a_plane_wave_has_its_exact_length_by_mean_and_by_fit(down, right, h):
    shape = (24, 32)
    u = wave(shape, (down, right), (h, 0.5))
    exact = 1 / np.hypot(down / (24 * h), right / 16)
    for by in ("mean", "fit"):
        assert float(wavelength(u, by=by)) == pytest.approx(exact, rel=1e-9)
    longest = max(24 * h, 16)
    # The peak is within half a fundamental wavenumber.
    off = abs(1 / float(wavelength(u, by="peak")) - 1 / exact) * longest
    assert off <= 0.5 + 1e-9


def test_a_little_noise_moves_the_fit_of_a_plane_wave_little():
    u = wave((48, 48), (4, 7))
    noisy = u + 0.05 * np.random.default_rng(0).standard_normal(u.shape)
    exact = 48 / np.hypot(4, 7)
    # Noise of 0.05² / 0.5 = 0.5 % of the power, spread over all of Fourier space.
    assert float(wavelength(noisy, by="fit")) == pytest.approx(exact, rel=1e-3)
    assert abs(float(wavelength(noisy, by="mean")) / exact - 1) > 5e-3


@pytest.mark.parametrize("place", [12.0, 12.2, 12.4, 12.5, 12.6, 12.8])
def test_the_fit_finds_a_ring_between_rings(place):
    n = 128
    delta = 2 * np.pi / n
    u = ring(n, place * delta, 1.5 * delta, seed=0)
    found = 2 * np.pi / float(wavelength(u, by="fit")) / delta
    # Modes of a ring do not lie evenly about its middle: some hundredths of a ring.
    assert found == pytest.approx(place, abs=0.1)


def test_the_fit_is_better_than_the_peak_for_noise_in_a_ring():
    n, delta = 128, 2 * np.pi / 128
    rng = np.random.default_rng(0)
    q = 2 * np.pi * np.hypot(np.fft.fftfreq(n)[:, None], np.fft.fftfreq(n))
    places = rng.uniform(10, 14, 40)
    noise = np.fft.fft2(rng.standard_normal((40, n, n)))
    size = np.exp(-((q / delta - places[:, None, None]) ** 2) / (4 * 0.8**2))
    bank = xr.DataArray(np.fft.ifft2(noise * size).real, dims=("sample", "y", "x"))
    off = {
        by: np.abs(2 * np.pi / wavelength(bank, by=by).values / delta - places).mean()
        for by in ("peak", "fit")
    }
    assert off["fit"] < 0.2 and off["fit"] < 0.7 * off["peak"]


def test_the_longest_and_the_shortest_wave_have_no_neighbours():
    for counts in ((0, 1), (1, 1), (8, 8), (0, 8)):
        u = wave((16, 16), counts)
        exact = 16 / np.hypot(*counts)
        assert float(wavelength(u, by="fit")) == pytest.approx(exact, rel=1e-12)


def test_one_wavelength_in_all_directions_has_no_width():
    u = wave((25, 25), (3, 4)) + wave((25, 25), (5, 0)) + wave((25, 25), (-4, 3))
    assert float(spectral_width(u)) == pytest.approx(0, abs=1e-12)
    two = wave((24, 24), (0, 2)) + wave((24, 24), (6, 0))
    assert float(spectral_width(two)) == pytest.approx(0.5, rel=1e-12)  # 4 ± 2


def test_white_noise_is_as_wide_as_the_square_of_wavenumbers():
    noise = field(np.random.default_rng(0).standard_normal((256, 256)))
    # ⟨q²⟩ = 2π²/3 and ⟨q⟩ = π (√2 + ln(1 + √2)) / 3 over the square [-π, π]²
    mean = (np.sqrt(2) + np.log(1 + np.sqrt(2))) / 3
    exact = np.sqrt(2 / 3 / mean**2 - 1)
    assert float(spectral_width(noise)) == pytest.approx(exact, rel=0.01)


@pytest.mark.parametrize("shape", [(8,), (9,), (8, 6), (7, 9), (5, 4, 6)])
def test_waves_of_equal_power_have_the_entropy_of_their_number(shape):
    """Pairs ±q are one wave, also where both are stored, or neither."""
    cells = np.prod(shape)
    own = 2 ** sum(n % 2 == 0 for n in shape)  # q = -q on the grid
    number = (cells - own) // 2 + own - 1
    counts = [
        c
        for c in np.ndindex(*shape)
        if any(c) and c <= tuple((-k) % n for k, n in zip(c, shape))
    ]
    assert len(counts) == number
    waves = []
    for c in counts:
        mirrored = all(2 * k % n == 0 for k, n in zip(c, shape))
        one = np.cos(
            sum(2 * np.pi * k * i / n for k, i, n in zip(c, np.indices(shape), shape))
        )
        waves.append(one / np.sqrt(2) if mirrored else one)
        assert float(spectral_entropy(field(one))) == pytest.approx(0, abs=1e-12)
    every = float(spectral_entropy(field(sum(waves))))
    assert every == pytest.approx(1, abs=1e-12)
    if number > 2:
        three = float(spectral_entropy(field(sum(waves[:3]))))
        assert three == pytest.approx(np.log(3) / np.log(number), abs=1e-12)


def test_the_entropy_of_white_noise_is_that_of_a_broken_stick():
    noise = np.random.default_rng(0).standard_normal((500, 9, 11))
    told = spectral_entropy(xr.DataArray(noise, dims=("sample", "y", "x")))
    m = 49  # waves; shares are uniform on the simplex: H = 1/2 + … + 1/m in the mean
    exact = (1 / np.arange(2, m + 1)).sum() / np.log(m)
    error = float(told.std()) / np.sqrt(500)
    assert float(told.mean()) == pytest.approx(exact, abs=4 * error)


@pytest.mark.parametrize("name", MEASURES)
def test_a_homogeneous_field_and_a_broken_one_have_none(name):
    for value in (0.0, 0.1, 1e6 / 3):
        for kind in (np.float64, np.float32):
            told = MEASURES[name](field(np.full((9, 8), value, kind)))
            assert np.isnan(told) and "homogeneous" in told.attrs["undefined"]
    assert np.isnan(MEASURES[name](field(np.ones((1, 1)))))
    broken = np.random.default_rng(0).random((6, 7))
    for gap in (np.nan, np.inf):
        broken[2, 3] = gap
        assert np.isnan(MEASURES[name](field(broken)))


@pytest.mark.parametrize("name", MEASURES)
def test_rolling_a_periodic_field_changes_nothing(name):
    u = np.random.default_rng(1).standard_normal((12, 15)) + 2
    first = float(MEASURES[name](field(u)))
    for shift in ((1, 0), (5, -7)):
        rolled = float(MEASURES[name](field(np.roll(u, shift, (0, 1)))))
        assert rolled == pytest.approx(first, rel=1e-12)
    scaled = float(MEASURES[name](field(7 * u - 3)))
    assert scaled == pytest.approx(first, rel=1e-12)


@pytest.mark.parametrize("name", MEASURES)
def test_a_bank_is_measured_in_one_call_and_lazily(name):
    pytest.importorskip("dask")
    noise = np.random.default_rng(2).standard_normal((4, 3, 9, 10))
    bank = xr.DataArray(noise, dims=("time", "hidden", "y", "x"))
    told = MEASURES[name](bank)
    assert told.dims == ("time", "hidden")
    one = float(MEASURES[name](bank[1, 2]))
    assert float(told[1, 2]) == pytest.approx(one, rel=1e-12)
    lazy = MEASURES[name](bank.chunk(time=2, x=5))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, told, rtol=1e-14)
    with pytest.raises(ValueError, match="has no order"):
        MEASURES[name](bank, dim=("hidden", "x"))
