"""Power by wavenumber."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn.analysis import power_spectrum, wavelength

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
    for measure in (power_spectrum, wavelength, lambda u: wavelength(u, by="peak")):
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
    with pytest.raises(ValueError, match="mean or peak"):
        wavelength(stripes, by="eye")


def test_units_are_those_of_the_axes(stripes):
    for dim in "xy":
        stripes[dim].attrs["units"] = "mm"
    spectrum = power_spectrum(stripes)
    assert spectrum.wavenumber.attrs["units"] == "rad/mm"
    assert wavelength(stripes).attrs["units"] == "mm"
