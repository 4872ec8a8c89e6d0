"""Clocks without units."""

import numpy as np
import pytest
import xarray as xr

from rdkit_nn import analysis


def run(amplitudes, time):
    wave = np.cos(2 * np.pi * np.arange(16) / 8)
    values = np.asarray(amplitudes)[:, None] * wave
    return xr.DataArray(
        values, dims=("time", "x"), coords={"time": np.asarray(time, float)}
    )


def test_exponential_growth_has_its_own_clock():
    time = np.array([2.0, 3.0, 5.0, 9.0])
    told = analysis.clock(run(np.exp(0.7 * time), time), by="growth")
    np.testing.assert_allclose(told, 0.7 * (time - 2.0), rtol=1e-12)


def test_saturation_goes_from_nothing_to_one_and_never_falls():
    told = analysis.clock(run([1.0, 3.0, 2.0, 5.0], range(4)))
    np.testing.assert_allclose(told, [0.0, 0.5, 0.5, 1.0], rtol=1e-12)
    assert told.attrs["units"] == "1"
    lazy = analysis.clock(run([1.0, 3.0, 2.0, 5.0], range(4)).chunk({"time": 2}))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, told)


def test_what_fades_has_a_clock_of_saturation():
    told = analysis.clock(run([5.0, 4.0, 4.5, 1.0], range(4)))
    np.testing.assert_allclose(told, [0.0, 0.25, 0.25, 1.0], rtol=1e-12)
    assert np.isnan(analysis.clock(run([2.0, 2.0], range(2)))).all()
    gap = run([1.0, np.nan, 3.0, 5.0], range(4))
    np.testing.assert_allclose(analysis.clock(gap), [0.0, np.nan, 0.5, 1.0], rtol=1e-12)


def test_it_does_not_depend_on_units():
    one = run([1.0, 2.0, 4.0], [0.0, 1.0, 3.0])
    other = (5 * one).assign_coords(time=60 * one.time)
    for by in ("share", "saturation", "growth"):
        np.testing.assert_allclose(
            analysis.clock(other, by=by), analysis.clock(one, by=by)
        )


def test_what_never_grows_has_no_clock_of_growth():
    told = analysis.clock(run([2.0, 1.0, 0.5], range(3)), by="growth")
    assert np.isnan(told).all()
    share = analysis.clock(run([2.0, 1.0, 0.5], [0, 1, 4]), by="share")
    np.testing.assert_allclose(share, [0, 0.25, 1])
    with pytest.raises(ValueError, match="share, saturation, growth"):
        analysis.clock(run([1.0, 2.0], range(2)), by="hours")
    with pytest.raises(ValueError, match="two frames"):
        analysis.clock(run([1.0], [0]))
    assert np.isnan(analysis.clock(run([1.0, 2.0], [3, 3]), by="share")).all()
