"""Power by wavenumber."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn.analysis import power_spectrum, structure_factor, wavelength

shapes = st.lists(st.integers(2, 13), min_size=1, max_size=3)


def field(array, spacing=1.0):
    grid = rd.Grid(array.shape, spacing=spacing)
    return xr.DataArray(array, dims=grid.dims, coords=grid.coords)


@given(shapes, st.integers(0, 1000))
def test_power_adds_up_to_the_variance(shape, seed):
    u = field(np.random.default_rng(seed).standard_normal(shape))
    total = float(power_spectrum(u).sum())
    assert total == pytest.approx(float(u.var()), rel=1e-12)


@given(
    st.tuples(st.integers(3, 12), st.integers(3, 12)),
    st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)),
)
def test_power_adds_up_on_oblong_cells(shape, spacing):
    u = field(np.random.default_rng(0).standard_normal(shape), spacing)
    assert float(power_spectrum(u).sum()) == pytest.approx(float(u.var()), rel=1e-12)


def test_a_single_mode_fills_one_ring(stripes):
    spectrum = power_spectrum(stripes)
    ring = float(spectrum.idxmax("wavenumber"))
    assert ring == pytest.approx(2 * np.pi / 8)
    assert float(spectrum.max()) == pytest.approx(0.5)
    assert float(spectrum.sum() - spectrum.max()) < 1e-15


@pytest.mark.parametrize("by", ["mean", "peak"])
def test_a_plane_wave_has_one_wavelength(stripes, by):
    assert float(wavelength(stripes, by=by)) == pytest.approx(8.0)
    assert float(wavelength(stripes.T, by=by)) == pytest.approx(8.0)
    assert float(wavelength(3 * stripes + 7, by=by)) == pytest.approx(8.0)


def test_a_homogeneous_field_has_no_power_and_no_wavelength():
    for value in (0.0, 0.1, 1e6 / 3):
        flat = field(np.full((9, 8), value))
        assert not power_spectrum(flat).any()
        for by in ("mean", "peak"):
            found = wavelength(flat, by=by)
            assert np.isnan(found) and "homogeneous" in found.attrs["undefined"]


def test_white_noise_has_power_in_proportion_to_wavenumber():
    noise = field(np.random.default_rng(0).standard_normal((256, 256)))
    spectrum = power_spectrum(noise)
    low, high = spectrum[9:30].mean(), spectrum[79:100].mean()
    # Means of 21 rings of 2πκ modes each: relative errors below one per cent and a half.
    assert float(high / low) == pytest.approx(90.0 / 20.0, rel=0.06)
    # |q| averaged over the square [-π, π]²: 2π / (π (√2 + ln(1 + √2)) / 3) cells
    exact = 2 * np.pi / (np.pi * (np.sqrt(2) + np.log(1 + np.sqrt(2))) / 3)
    assert float(wavelength(noise)) == pytest.approx(exact, rel=0.01)


def test_other_dims_stay(stripes):
    run = xr.concat([stripes, 2 * stripes], "time")
    spectrum = power_spectrum(run)
    assert spectrum.dims == ("time", "wavenumber")
    np.testing.assert_allclose(spectrum[1], 4 * spectrum[0], rtol=1e-12, atol=1e-20)
    line = power_spectrum(stripes, dim="x")
    assert line.dims == ("y", "wavenumber")


def test_a_lazy_field_stays_lazy(stripes):
    pytest.importorskip("dask")
    run = xr.concat([stripes, 2 * stripes], "time")
    lazy = run.chunk(time=1, x=16)
    for measure in (
        power_spectrum,
        lambda u: power_spectrum(u, density=True, window="hann"),
        structure_factor,
        wavelength,
        lambda u: wavelength(u, by="peak"),
        lambda u: wavelength(u, by="fit"),
    ):
        told = measure(lazy)
        assert told.chunks is not None
        np.testing.assert_array_equal(told, measure(run))


def test_an_axis_without_a_topology_is_refused(weights):
    with pytest.raises(ValueError, match="`hidden` has no order"):
        power_spectrum(weights.U, dim=("hidden", "x"))
    with pytest.raises(ValueError, match="none of z, y, x"):
        power_spectrum(weights.V)
    with pytest.raises(ValueError, match="has no order"):
        wavelength(weights.V, dim="output")
    own = xr.DataArray(np.ones((3, 4)), dims=("age", "place"))
    with pytest.raises(ValueError, match="not known to be space"):
        power_spectrum(own, dim="place")


def test_uneven_coordinates_are_refused(stripes):
    with pytest.raises(ValueError, match="evenly spaced"):
        power_spectrum(stripes.isel(x=[0, 1, 3, 7, 15]))
    with pytest.raises(TypeError, match="reads a DataArray"):
        power_spectrum(stripes.to_dataset(name="u"))
    with pytest.raises(ValueError, match="mean, peak or fit"):
        wavelength(stripes, by="eye")


def test_units_are_those_of_the_axes(stripes):
    for dim in "xy":
        stripes[dim].attrs["units"] = "mm"
    spectrum = power_spectrum(stripes)
    assert spectrum.wavenumber.attrs["units"] == "rad/mm"
    assert wavelength(stripes).attrs["units"] == "mm"


def test_a_checkerboard_lies_in_the_corner_of_fourier_space():
    board = field(np.indices((8, 8)).sum(0) % 2 * 1.0)
    spectrum = power_spectrum(board)
    corner = int(np.rint(np.sqrt(2) * 4)) - 1
    assert float(spectrum[corner]) == pytest.approx(0.25, rel=1e-14)
    assert float(spectrum.sum()) == pytest.approx(0.25, rel=1e-14)


@pytest.mark.parametrize("shape", [(64,), (9, 12), (7, 5, 6), (8, 8, 8)])
def test_density_times_the_volume_of_its_modes_adds_up_to_the_variance(shape):
    spacing = (0.5, 0.7, 1.1)[: len(shape)]
    u = field(np.random.default_rng(3).standard_normal(shape), spacing)
    density = power_spectrum(u, density=True)
    mode = np.prod([2 * np.pi / (n * h) for n, h in zip(shape, spacing)])
    q = np.meshgrid(*[2 * np.pi * np.fft.fftfreq(n, h) for n, h in zip(shape, spacing)])
    size = np.sqrt(sum(part**2 for part in q)).ravel()
    ring = np.floor(size / float(density.wavenumber[0]) + 0.5 + 1e-9).astype(int)
    modes = np.bincount(ring, minlength=density.size + 1)[1:]
    total = float((density * modes * mode).sum())
    assert total == pytest.approx(float(u.var()), rel=1e-12)
    np.testing.assert_array_equal(np.isnan(density), modes == 0)
    np.testing.assert_allclose(
        density * modes * mode,
        power_spectrum(u).where(modes > 0),
        rtol=1e-12,
        atol=1e-15,
    )


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.2, 3.0)])
def test_white_noise_is_flat_as_a_density_whatever_the_box(spacing):
    noise = np.random.default_rng(0).standard_normal((400, 24, 30))
    u = field(noise[0], spacing)
    bank = xr.concat([u.copy(data=each) for each in noise], "sample")
    density = power_spectrum(bank, density=True)
    flat = spacing[0] * spacing[1] / (2 * np.pi) ** 2
    away = np.abs(density.mean("sample") - flat) / density.std("sample") * 20
    assert float(away.max()) < 5  # standard errors, on any of some hundred rings
    assert density.attrs["window"] == "none"


def test_white_noise_is_flat_through_a_window_but_for_the_longest_waves():
    noise = np.random.default_rng(0).standard_normal((2000, 40))
    bank = xr.DataArray(noise, dims=("sample", "x"))
    density = power_spectrum(bank, density=True, window="hann")
    away = (density.mean("sample") * 2 * np.pi - 1) / density.std("sample")
    error = np.sqrt(2000) / (2 * np.pi)
    assert float(np.abs(away[1:]).max()) * error < 5
    # The mean takes along 1 - (1 + r² - 2 r c), with r = -1/2 and c = -2/3 the
    # transforms of w and w² at the first mode over those at the mean.
    first = float(density[:, 0].mean()) * 2 * np.pi
    assert first == pytest.approx(1 + 1 / 4 - 2 / 3, rel=0.15)
    assert density.attrs["window"] == "hann"


def test_a_density_has_a_unit_of_its_own(stripes):
    for dim in "xy":
        stripes[dim].attrs["units"] = "mm"
    stripes.attrs["units"] = "mV"
    told = power_spectrum(stripes, density=True)
    assert told.attrs["units"] == "(mV)**2/(rad/mm)**2"


def test_a_window_keeps_the_variance_of_white_noise_in_expectation():
    noise = np.random.default_rng(1).standard_normal((2000, 20, 16))
    bank = xr.DataArray(noise, dims=("sample", "y", "x"))
    total = power_spectrum(bank, window="hann").sum("wavenumber")
    cells, error = 320, float(total.std()) / np.sqrt(2000)
    # 1 - 2 Σw³/(Σw Σw²) + Σw²/(Σw)², where ⟨w⟩ = 1/4, ⟨w²⟩ = 9/64, ⟨w³⟩ = 25/256
    exact = 1 - 2 * (25 / 256) / (9 / 256) / cells + (9 / 64) * 16 / cells
    assert float(total.mean()) == pytest.approx(exact, abs=4 * error)


def test_a_window_stops_what_leaks_from_a_wave_that_does_not_close():
    u = field(np.cos(2 * np.pi * 10.5 * np.arange(256) / 256))
    plain, faded = power_spectrum(u), power_spectrum(u, window="hann")
    far = slice(40, None)
    assert float(faded[far].sum()) < 1e-6 * float(faded.sum())
    assert float(plain[far].sum()) > 1e-3 * float(plain.sum())
    assert float(faded.sum()) == pytest.approx(0.5, rel=1e-3)
    with pytest.raises(ValueError, match="None or 'hann'"):
        power_spectrum(u, window="hamming")


def test_a_window_finds_nothing_in_a_homogeneous_field():
    flat = field(np.full((9, 8), 0.1))
    assert float(power_spectrum(flat, window="hann").sum()) < 1e-30


@pytest.mark.parametrize("shape", [(32,), (15, 16), (5, 6, 7)])
def test_the_structure_factor_of_white_noise_is_one(shape):
    noise = np.random.default_rng(2).standard_normal((500, *shape))
    bank = xr.DataArray(noise, dims=("sample", *("z", "y", "x")[3 - len(shape) :]))
    factor = structure_factor(bank)
    cells = np.prod(shape)
    away = (factor.mean("sample") - cells / (cells - 1)) / factor.std("sample")
    assert float(np.abs(away).max()) * np.sqrt(500) < 5  # standard errors


def test_the_structure_factor_of_a_plane_wave_is_the_number_of_cells(stripes):
    line = stripes[0]
    assert float(structure_factor(line).max()) == pytest.approx(64 / 2)
    assert np.isnan(structure_factor(0 * stripes)).all()


def test_a_missing_value_leaves_no_number_standing(stripes):
    broken = stripes.where((stripes.x != 0.25) | (stripes.y != 0.25))
    assert np.isnan(power_spectrum(broken)).all()
    assert np.isnan(power_spectrum(broken, density=True, window="hann")).all()
    assert np.isnan(structure_factor(broken)).all()


def test_a_single_cell_has_no_wavenumber():
    assert power_spectrum(field(np.ones((1, 1)))).sizes["wavenumber"] == 0


def test_whole_numbers_and_booleans_are_fields_too():
    board = np.indices((8, 6)).sum(0) % 2
    for kind in ("uint8", "bool", "float32"):
        told = power_spectrum(field(board.astype(kind)))
        assert told.dtype == np.float64
        assert float(told.sum()) == pytest.approx(0.25, rel=1e-14)


def test_a_mode_between_two_rings_belongs_to_the_upper():
    # 2 waves along a side of 16 are 2.5 along one of 20: κ - δ/2 ≤ |q|.
    y = np.arange(16)[:, None] + np.zeros(20)
    spectrum = power_spectrum(field(np.cos(2 * np.pi * 2 * y / 16)))
    assert float(spectrum[2]) == pytest.approx(0.5)
