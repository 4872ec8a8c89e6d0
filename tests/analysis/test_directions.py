"""Directions of waves, where geometry gives them."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.analysis import (
    angular_spectrum,
    anisotropy,
    orientation,
    power_spectrum,
    symmetry,
)

COUNTS = [(0, 3), (5, 0), (3, 4), (-3, 4), (1, 7), (-6, 2)]
SCALARS = {
    "anisotropy": anisotropy,
    "orientation": orientation,
    "stripes": lambda u, **how: symmetry(u, fold=2, **how),
    "squares": lambda u, **how: symmetry(u, fold=4, **how),
    "hexagons": lambda u, **how: symmetry(u, fold=6, **how),
}


def field(array, spacing=1.0):
    grid = rd.Grid(np.shape(array), spacing=spacing)
    return xr.DataArray(array, dims=grid.dims, coords=grid.coords)


def wave(shape, counts, spacing=1.0, phase=0.3):
    """A plane wave that goes a whole number of times round y and round x."""
    y, x = np.indices(shape)
    angle = 2 * np.pi * (counts[0] * y / shape[0] + counts[1] * x / shape[1])
    return field(np.cos(angle + phase), spacing)


def hexagons(n=24, m=3):
    """Three waves at 120 degrees, exactly: cells are √3 times as wide as high."""
    spacing = (1 / np.sqrt(3), 1.0)
    waves = [(0, 2 * m), (m, m), (-m, m)]
    return sum(wave((n, n), counts, spacing, 0.2 * i) for i, counts in enumerate(waves))


def same_direction(one, other, tolerance=1e-12):
    return abs(np.sin(one - other)) < tolerance


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.3, 0.8)])
@pytest.mark.parametrize("shape", [(32, 32), (27, 24)])
def test_stripes_have_the_direction_of_their_wave_vector(counts, spacing, shape):
    u = wave(shape, counts, spacing)
    sides = np.array(shape) * spacing
    exact = np.arctan2(counts[0] / sides[0], counts[1] / sides[1]) % np.pi
    told = float(orientation(u))
    assert 0 <= told < np.pi and same_direction(told, exact)
    assert float(anisotropy(u)) == pytest.approx(1, abs=1e-12)
    for fold in (2, 4, 6):
        assert float(symmetry(u, fold=fold)) == pytest.approx(1, abs=1e-12)


def test_the_angle_goes_from_x_towards_y_however_axes_are_stored():
    u = wave((32, 32), (1, 2))
    exact = np.arctan2(1, 2)
    assert float(orientation(u)) == pytest.approx(exact)
    assert float(orientation(u.T)) == pytest.approx(exact)
    assert float(orientation(u, dim=("x", "y"))) == pytest.approx(exact)
    # A picture whose y goes down the page is the same picture.
    assert float(orientation(u[::-1])) == pytest.approx(exact)
    assert float(orientation(u[:, ::-1])) == pytest.approx(exact)
    assert float(orientation(u[::-1, ::-1])) == pytest.approx(exact)
    # Without its coordinate nothing says so, and it is the mirror image.
    bare = xr.DataArray(u.values[::-1], dims=("y", "x"))
    assert float(orientation(bare)) == pytest.approx(np.pi - exact)


def test_waves_along_x_have_angle_zero_and_not_a_half_turn():
    for phase in np.linspace(0, 6, 20):
        assert float(orientation(wave((20, 30), (0, 3), phase=phase))) < 1e-14


def test_squares_and_hexagons_have_no_direction():
    squares = wave((32, 32), (4, 0)) + wave((32, 32), (0, 4), phase=1)
    turned = wave((32, 32), (2, 3)) + wave((32, 32), (-3, 2), phase=1)
    for u in (squares, turned, hexagons()):
        assert float(anisotropy(u)) == pytest.approx(0, abs=1e-13)
        told = orientation(u)
        assert np.isnan(told) and "no mean direction" in told.attrs["undefined"]
        single = orientation(u.astype("float32"))
        assert np.isnan(single)  # what rounding leaves is no direction


def test_the_number_of_directions_is_the_fold():
    squares = wave((32, 32), (2, 3)) + wave((32, 32), (-3, 2), phase=1)
    for fold, exact in ((2, 0), (4, 1), (6, 0), (8, 1)):
        assert float(symmetry(squares, fold=fold)) == pytest.approx(exact, abs=1e-12)
    for fold, exact in ((2, 0), (4, 0), (6, 1), (12, 1)):
        assert float(symmetry(hexagons(), fold=fold)) == pytest.approx(exact, abs=1e-12)


def test_waves_far_from_the_peak_do_not_count():
    u = wave((64, 64), (0, 8)) + 0.9 * wave((64, 64), (16, 0))
    assert float(symmetry(u, fold=2)) == pytest.approx(1, abs=1e-12)
    assert float(symmetry(u, fold=2, within=1.0)) == pytest.approx(
        (1 - 0.81) / (1 + 0.81), abs=1e-12
    )
    # At no width the ring itself is left: 8 cycles.
    near = wave((64, 64), (0, 8)) + 0.5 * wave((64, 64), (8, 1))
    assert float(symmetry(near, fold=2, within=0.0)) < 0.9


def test_two_waves_add_as_vectors_of_twice_their_angle():
    one, other = wave((40, 40), (0, 5)), 0.5 * wave((40, 40), (4, 3))
    angle = np.arctan2(4, 3)
    total = 1 + 0.25 * np.exp(2j * angle)
    assert float(anisotropy(one + other)) == pytest.approx(np.abs(total) / 1.25)
    assert float(orientation(one + other)) == pytest.approx(np.angle(total) / 2)


@pytest.mark.parametrize("shape", [(8, 8), (9, 7), (8, 7), (7, 8), (2, 2), (12, 5)])
@pytest.mark.parametrize("bins", [2, 4, 36])
def test_all_directions_add_up_to_the_variance(shape, bins):
    u = field(np.random.default_rng(0).standard_normal(shape), (0.5, 0.8))
    told = angular_spectrum(u, bins=bins)
    assert float(told.sum()) == pytest.approx(float(u.var()), rel=1e-12)
    # Mirror images, also of waves at the highest frequency, have mirrored spectra.
    mirrored = angular_spectrum(field(u.values[::-1], (0.5, 0.8)), bins=bins)
    image = told.values[-np.arange(bins) % bins]
    np.testing.assert_allclose(mirrored, image, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("shape", [(8, 8), (9, 7), (8, 7), (7, 8)])
def test_a_turn_of_the_field_turns_its_spectrum(shape):
    u = np.random.default_rng(1).standard_normal(shape)
    told = angular_spectrum(field(u), bins=12)
    turned = angular_spectrum(field(u.T), bins=12)  # θ becomes π/2 - θ
    image = told.values[(6 - np.arange(12)) % 12]
    np.testing.assert_allclose(turned, image, rtol=1e-12, atol=1e-15)
    for measure in (anisotropy, lambda u: symmetry(u, fold=4)):
        one, other = float(measure(field(u))), float(measure(field(u.T)))
        assert one == pytest.approx(other, rel=1e-12)


def test_stripes_fill_the_bin_across_them():
    for counts, angle in (((0, 3), 0), ((3, 0), 90), ((4, 4), 45), ((-4, 4), 135)):
        told = angular_spectrum(wave((32, 32), counts))
        assert float(told.sel(angle=np.radians(angle), method="nearest")) == (
            pytest.approx(0.5)
        )
    assert told.angle.attrs["units"] == "rad" and float(told.angle[0]) == 0


def test_a_wave_between_two_bins_is_half_in_each():
    told = angular_spectrum(wave((32, 32), (4, 4)), bins=2)
    np.testing.assert_allclose(told, [0.25, 0.25])


def test_the_highest_frequency_is_its_own_mirror_image():
    for counts in ((8, 3), (3, 8)):
        told = angular_spectrum(wave((16, 16), counts))
        angle = np.arctan2(*counts)
        for side in (angle, np.pi - angle):
            assert float(told.sel(angle=side, method="nearest")) == pytest.approx(
                float(told.sum()) / 2
            )
    board = field(np.indices((8, 8)).sum(0) % 2 * 1.0)
    assert float(anisotropy(board)) == pytest.approx(0, abs=1e-15)
    assert float(symmetry(board, fold=4)) == pytest.approx(1)


def test_bands_add_up_and_agree_with_the_rings():
    u = field(np.random.default_rng(0).standard_normal((16, 20)))
    whole = angular_spectrum(u)
    low, high = (angular_spectrum(u, band=b) for b in ((0, 1.2), (1.2, np.inf)))
    np.testing.assert_allclose(low + high, whole, rtol=1e-12)
    spectrum = power_spectrum(u)
    delta = float(spectrum.wavenumber[0])
    some = angular_spectrum(u, band=(2.5 * delta, 6.5 * delta))
    assert float(some.sum()) == pytest.approx(float(spectrum[2:6].sum()), rel=1e-12)


def test_white_noise_has_the_anisotropy_of_chance():
    noise = np.random.default_rng(0).standard_normal((400, 32, 32))
    told = anisotropy(xr.DataArray(noise, dims=("sample", "y", "x")))
    # Rayleigh's mean: √(π/2N). Its relative spread is 0.52, over √400; four of them.
    exact = np.sqrt(np.pi / 2) / 32
    assert float(told.mean()) == pytest.approx(exact, rel=4 * 0.52 / 20)


@pytest.mark.parametrize("name", SCALARS)
def test_a_homogeneous_field_and_a_broken_one_have_none(name):
    for value in (0.0, 0.1, 1e6 / 3):
        told = SCALARS[name](field(np.full((9, 8), value)))
        assert np.isnan(told) and "undefined" in told.attrs
    assert np.isnan(SCALARS[name](field(np.ones((1, 1)))))
    broken = np.random.default_rng(0).random((6, 7))
    broken[2, 3] = np.nan
    assert np.isnan(SCALARS[name](field(broken)))
    assert np.isnan(angular_spectrum(field(broken))).all()


@pytest.mark.parametrize("name", SCALARS)
def test_rolling_a_periodic_field_changes_nothing(name):
    u = np.random.default_rng(1).standard_normal((12, 15)) + 2
    first = float(SCALARS[name](field(u)))
    for shift in ((1, 0), (5, -7)):
        rolled = float(SCALARS[name](field(np.roll(u, shift, (0, 1)))))
        assert rolled == pytest.approx(first, rel=1e-11)


@pytest.mark.parametrize("name", [*SCALARS, "angular"])
def test_a_bank_is_measured_in_one_call_and_lazily(name):
    pytest.importorskip("dask")
    measure = SCALARS.get(name, angular_spectrum)
    noise = np.random.default_rng(2).standard_normal((4, 3, 9, 10))
    bank = xr.DataArray(noise, dims=("time", "hidden", "y", "x"))
    told = measure(bank)
    assert told.dims[:2] == ("time", "hidden")
    np.testing.assert_allclose(told[1, 2], measure(bank[1, 2]), rtol=1e-12)
    lazy = measure(bank.chunk(time=2, x=5))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, told, rtol=1e-14)
    with pytest.raises(ValueError, match="has no order"):
        measure(bank, dim=("hidden", "x"))
    with pytest.raises(ValueError, match="live in a plane"):
        measure(bank, dim="x")


def test_what_is_asked_must_make_sense():
    u = wave((8, 8), (1, 2))
    with pytest.raises(ValueError, match="must be even"):
        angular_spectrum(u, bins=9)
    with pytest.raises(ValueError, match="low < high"):
        angular_spectrum(u, band=(2.0, 1.0))
    with pytest.raises(ValueError, match="opposite waves are one"):
        symmetry(u, fold=3)
    with pytest.raises(ValueError, match="between 0 and 1"):
        symmetry(u, fold=2, within=-0.1)
