"""Power by frequency and growth by wavenumber, of motions that are known."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.analysis import (
    dispersion_spectrum,
    frequency_spectrum,
    growth_spectrum,
)

MEASURES = (frequency_spectrum, dispersion_spectrum, growth_spectrum)


def run(array, step=1.0, spacing=1.0):
    """Frames first, then space."""
    grid = rd.Grid(np.shape(array)[1:], spacing=spacing)
    time = ("time", step * np.arange(len(array)))
    return xr.DataArray(
        array, dims=("time", *grid.dims), coords={**grid.coords, "time": time}
    )


def travelling(sign, frames=40, cells=32, waves=5, periods=3):
    """cos(kx - ωt), or its mirror image."""
    t, x = np.arange(frames)[:, None], np.arange(cells)
    phase = 2 * np.pi * (waves * x / cells - sign * periods * t / frames)
    return run(np.cos(phase + 0.2), 0.25, 0.5)


@pytest.mark.parametrize("frames", [40, 41])
@pytest.mark.parametrize("cells", [32, 33])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_travelling_wave_lies_at_its_wavenumber_and_frequency(sign, frames, cells):
    u = travelling(sign, frames, cells)
    told = dispersion_spectrum(u)
    assert told.dims == ("frequency", "wavenumber")
    omega = sign * 2 * np.pi * 3 / (frames * 0.25)
    k = 2 * np.pi * 5 / (cells * 0.5)
    peak = told.sel(frequency=omega, wavenumber=k, method="nearest")
    assert float(peak) == pytest.approx(0.5, rel=1e-12)
    assert float(peak.frequency) == pytest.approx(omega)
    assert float(peak.wavenumber) == pytest.approx(k)
    assert float(told.sum() - peak) < 1e-14


def test_the_sign_of_a_frequency_goes_with_the_coordinates():
    u = travelling(1)
    told = dispersion_spectrum(u)
    for other in (u[:, ::-1], u[::-1], u[::-1, ::-1], u.T):
        np.testing.assert_allclose(dispersion_spectrum(other), told, atol=1e-14)


def test_a_standing_wave_goes_both_ways():
    told = dispersion_spectrum(travelling(1) + travelling(-1))
    power = told.sum("wavenumber")
    strong = power.frequency.values[(power > 0.1).values]
    assert len(strong) == 2 and strong[0] == pytest.approx(-strong[1])
    np.testing.assert_allclose(power.sel(frequency=strong), [0.5, 0.5], rtol=1e-12)


@pytest.mark.parametrize("shape", [(8, 9), (7, 6), (6, 5, 4), (5, 4, 6), (4, 3, 4, 5)])
def test_power_adds_up_to_the_variance_over_space_and_time(shape):
    u = run(np.random.default_rng(0).standard_normal(shape) + 3)
    told = dispersion_spectrum(u)
    assert float(told.sum()) == pytest.approx(float(u.var()), rel=1e-12)
    # What stands still, and what all cells do at once.
    still = float(told.sel(frequency=0).sum())
    assert still == pytest.approx(float(u.mean("time").var()), rel=1e-12)
    alike = float(told.sel(wavenumber=0).sum())
    space = u.dims[1:]
    assert alike == pytest.approx(float(u.mean(space).var()), rel=1e-12)
    if len(shape) > 2:
        assert float(told.frequency.min()) == 0


def test_in_a_plane_both_ways_are_one():
    t = np.arange(24)[:, None, None]
    y, x = np.indices((16, 20))
    phase = 2 * np.pi * (3 * x / 20 + 2 * y / 16)
    for sign in (1, -1):
        told = dispersion_spectrum(run(np.cos(phase - sign * 2 * np.pi * 4 * t / 24)))
        peak = told.where(told == told.max(), drop=True).squeeze()
        assert float(peak) == pytest.approx(0.5)
        assert float(peak.frequency) == pytest.approx(2 * np.pi * 4 / 24)
        # |q| = √(3² + 2.5²) = 3.9 fundamentals of the side of 20
        assert float(peak.wavenumber) == pytest.approx(4 * 2 * np.pi / 20)


@pytest.mark.parametrize("frames", [12, 13])
def test_frequencies_add_up_to_the_variance_in_time(frames):
    u = run(np.random.default_rng(1).standard_normal((frames, 5, 6)), 0.1)
    total = float(frequency_spectrum(u, detrend=False).sum())
    assert total == pytest.approx(float(u.var("time").mean()), rel=1e-12)
    clock = u.time - u.time.mean()
    bent = u - (u * clock).sum("time") / (clock**2).sum() * clock
    total = float(frequency_spectrum(u).sum())
    assert total == pytest.approx(float(bent.var("time").mean()), rel=1e-12)


def test_an_oscillation_has_one_line_in_step_or_not():
    t = np.arange(50)[:, None]
    for shift in (np.zeros(8), np.arange(8.0)):
        u = run(3 * np.cos(2 * np.pi * 7 * t / 50 + shift) + shift, 0.2)
        told = frequency_spectrum(u, detrend=False)
        assert float(told.max()) == pytest.approx(4.5, rel=1e-12)
        line = float(told.idxmax("frequency"))
        assert line == pytest.approx(2 * np.pi * 7 / 10)
        assert float(told.sum() - told.max()) < 1e-13


def test_a_drift_is_no_oscillation():
    u = run(np.arange(20.0)[:, None] * np.arange(5.0) + 1)
    assert float(frequency_spectrum(u).sum()) < 1e-25
    assert float(frequency_spectrum(u, detrend=False).sum()) > 1


def test_white_noise_is_flat_in_frequency():
    u = run(np.random.default_rng(2).standard_normal((41, 60, 60)))
    told = frequency_spectrum(u, detrend=False)
    # 20 lines of 2/41 each, each with the error of 3600 exponentials
    away = told * 41 / 2 - 1
    assert float(np.abs(away).max()) < 4.5 / 60


def test_a_single_point_has_frequencies_too():
    t = np.arange(32)
    u = xr.DataArray(np.sin(2 * np.pi * t / 8), dims="time", coords={"time": 0.5 * t})
    told = frequency_spectrum(u)
    assert told.dims == ("frequency",)
    assert float(told.idxmax()) == pytest.approx(2 * np.pi / 4)
    bank = xr.concat([u, 2 * u], "hidden")
    assert frequency_spectrum(bank).dims == ("hidden", "frequency")
    assert frequency_spectrum(bank, dim="hidden").dims == ("frequency",)


def test_each_mode_grows_at_its_own_rate():
    """u_t = u - u_xx - u_xxxx, mode by mode, at uneven times."""
    x, times = np.arange(24) * 0.7, np.array([0.0, 0.5, 2.0, 2.2])
    k = 2 * np.pi * np.arange(1, 13) / (24 * 0.7)
    rates = 1 + k**2 - k**4 / 4
    phases = np.random.default_rng(0).uniform(0, 6, 12)
    modes = 1e-3 * np.cos(k * x[:, None] + phases)
    u = run(np.exp(np.outer(times, rates)) @ modes.T + 2, spacing=0.7)
    told = growth_spectrum(u.assign_coords(time=times))
    np.testing.assert_allclose(told.wavenumber, k, rtol=1e-12)
    # The shortest waves fall below rounding in the course of the run; the eighth, which
    # decays by e²², comes near it.
    assert np.isfinite(told[:8]).all() and np.isnan(told[-1])
    np.testing.assert_allclose(told.values[:7], rates[:7], atol=1e-9)
    assert float(told[7]) == pytest.approx(rates[7], rel=1e-5)


def test_diffusion_is_measured_as_its_symbol():
    grid = rd.Grid((16, 16), spacing=0.5)
    state = rd.initial.noise(grid, u=1.0, seed=0)
    flow = rd.Flow(rd.terms.Diffusion(u=0.3), rd.Euler(0.01))
    told = growth_spectrum(rd.simulate(flow, state, 100, 10).u)
    k = float(told.wavenumber[0])
    symbol = 0.3 * 4 / 0.25 * np.sin(k * 0.5 / 2) ** 2
    # Ring 1 has (1, 0) and its turns, and the (1, 1) that decays twice as fast.
    assert -2 * symbol < float(told[0]) < -symbol * 0.99
    assert (told.diff("wavenumber")[:6] < 0).all()


def test_modes_that_are_not_there_do_not_grow(stripes):
    u = xr.concat([stripes, 2 * stripes, 4 * stripes], "time")
    told = growth_spectrum(u.assign_coords(time=[0.0, 1.0, 2.0]))
    seen = np.isfinite(told)
    assert int(seen.sum()) == 1
    assert float(told[seen.values][0]) == pytest.approx(np.log(2), rel=1e-12)


def test_what_has_no_time_is_refused():
    u = travelling(1)
    for measure in MEASURES:
        with pytest.raises(ValueError, match="needs a `time` dimension"):
            measure(u[0])
        with pytest.raises(ValueError, match="frames at least"):
            measure(u[:1])
        with pytest.raises(ValueError, match="has no times"):
            measure(u.drop_vars("time"))
        dated = u.assign_coords(time=np.arange(40).astype("M8[D]").astype("M8[ns]"))
        with pytest.raises(ValueError, match="must hold numbers"):
            measure(dated)
    for measure in (frequency_spectrum, dispersion_spectrum):
        with pytest.raises(ValueError, match="time must be evenly spaced"):
            measure(u.isel(time=[0, 1, 3, 7]))
    with pytest.raises(ValueError, match="has no order"):
        dispersion_spectrum(u.rename(x="hidden"), dim="hidden")


def test_a_broken_run_has_no_spectrum():
    u = travelling(1).copy()
    u[3, 4] = np.nan
    assert np.isnan(frequency_spectrum(u)).all()
    assert np.isnan(dispersion_spectrum(u)).all()
    assert np.isnan(growth_spectrum(u)).all()


@pytest.mark.parametrize("measure", MEASURES)
def test_rolling_a_periodic_run_changes_nothing(measure):
    u = run(np.random.default_rng(3).standard_normal((6, 7, 8)))
    rolled = u.copy(data=np.roll(u, (3, 2), (1, 2)))
    np.testing.assert_allclose(measure(rolled), measure(u), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_bank_is_measured_in_one_call_and_lazily(measure):
    pytest.importorskip("dask")
    noise = np.random.default_rng(4).standard_normal((6, 3, 7, 8))
    bank = xr.DataArray(noise, dims=("time", "hidden", "y", "x"))
    bank = bank.assign_coords(time=0.5 * np.arange(6), hidden=[3, 1, 2])
    told = measure(bank)
    assert told.dims[0] == "hidden" and "time" not in told.dims
    np.testing.assert_allclose(told[1], measure(bank[:, 1]), rtol=1e-12)
    lazy = measure(bank.chunk(time=2, x=4, hidden=1))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, told, rtol=1e-12)


def test_units_are_those_of_time_and_length():
    u = travelling(1)
    u.time.attrs["units"], u.x.attrs["units"], u.attrs["units"] = "s", "mm", "mV"
    told = dispersion_spectrum(u)
    assert told.frequency.attrs["units"] == "rad/s"
    assert told.wavenumber.attrs["units"] == "rad/mm"
    assert told.attrs["units"] == "(mV)**2"
    assert frequency_spectrum(u).frequency.attrs["units"] == "rad/s"
    assert growth_spectrum(u).attrs["units"] == "1/(s)"
