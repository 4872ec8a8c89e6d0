"""Members: one flow, many values of a parameter, each a run of its own."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, models
from rdkit_nn.labels import strip

GRID = rd.Grid((8, 9))
BEGIN = initial.noise(GRID, u=0.6, v=0.3, seed=0)
F = xr.DataArray([0.02, 0.03, 0.04], dims="F", coords={"F": [0.02, 0.03, 0.04]})


EULER = rd.Euler(0.5)


def flow(F, Du=0.1, device="cpu", method=EULER):
    return rd.Flow(models.gray_scott(F=F, k=0.06, Du=Du, Dv=0.05), method, device)


@pytest.mark.parametrize("method", [rd.Euler(0.5), rd.RK4(0.5)], ids=["euler", "rk4"])
@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
def test_each_member_is_the_run_that_it_would_be_alone(device, method):
    told = device, method
    run = rd.simulate(flow(F, 4 * F, *told), BEGIN, steps=20, every=10)
    assert run.u.dims == ("time", "F", "y", "x")
    for value in F.values:
        one = rd.simulate(flow(value, 4 * value, *told), BEGIN, steps=20, every=10)
        np.testing.assert_array_equal(run.u.sel(F=value), one.u)


def test_members_of_float32_stay_float32_on_the_slow_path():
    slow = rd.Alternating(0.5, groups=["u", "v"])
    run = rd.simulate(flow(F, 4 * F, method=slow), BEGIN.astype("float32"), steps=3)
    assert run.u.dtype == "float32" and run.attrs["kernel"] == "rated"
    one = rd.simulate(flow(0.03, 0.12, method=slow), BEGIN.astype("float32"), steps=3)
    np.testing.assert_allclose(run.u.sel(F=0.03), one.u, rtol=0, atol=1e-7)


def test_a_state_may_bring_its_members_and_begin_differently():
    begins = xr.concat([BEGIN, 0.9 * BEGIN, 0.8 * BEGIN], dim="F")
    run = rd.simulate(flow(F), begins.transpose("y", "x", "F"), steps=5)
    one = rd.simulate(flow(0.04), 0.8 * BEGIN, steps=5)
    np.testing.assert_array_equal(run.u.isel(F=2), one.u)


def test_rates_are_told_for_each_member():
    rates = rd.rates(flow(F).term, BEGIN)
    assert rates.u.dims == ("term", "F", "y", "x")
    one = rd.rates(flow(0.03).term, BEGIN)
    np.testing.assert_array_equal(rates.u.isel(F=1), one.u)


def test_stability_is_that_of_the_fastest_member():
    fast = xr.DataArray([0.1, 0.6], dims="D")
    with pytest.raises(ValueError, match="dt=0.5 is unstable"):
        rd.simulate(flow(0.03, fast), BEGIN, steps=1)


def test_members_are_printed_and_compared():
    assert repr(flow(F)).count("DataArray([0.02, 0.03, 0.04], dims='F'") == 1
    assert flow(F) == flow(F.copy()) != flow(2 * F)
    assert hash(flow(F)) == hash(flow(F.copy()))


def test_members_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="2 along 'D' and 3 along 'F'"):
        flow(F, xr.DataArray([0.1, 0.2], dims="D"))
    with pytest.raises(ValueError, match="at most one new dimension"):
        flow(xr.DataArray(np.ones((8, 9)), dims=("G", "F")))
    with pytest.raises(ValueError, match="3 members along 'F', but the state has 2"):
        rd.simulate(flow(F), xr.concat([BEGIN, BEGIN], dim="F"), steps=1)
    with pytest.raises(ValueError, match="`F` must be finite, but is nan"):
        flow(F.where(F > 0.02))
    with pytest.raises(ValueError, match="must not be negative, but is -0.1"):
        rd.Diffusion(u=xr.DataArray([0.1, -0.1], dims="D"))
    with pytest.raises(ValueError, match="first dimension of `u` must be the 'F'"):
        flow(F).check(strip(BEGIN), GRID)
