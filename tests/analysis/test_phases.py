"""Phases, and the points that they wind round, in exact cases."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)


def field(array, boundary="periodic", spacing=1.0):
    array = np.asarray(array, float)
    return rd.Grid(array.shape, boundary=boundary, spacing=spacing).state(u=array).u


def test_the_phase_is_the_angle_round_a_centre():
    t = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    angle = t[:, None] + np.array([0.0, 1.0, 2.0])
    u, v = (
        xr.DataArray(3 + f(angle), dims=("time", "x"), coords={"time": t})
        for f in (np.cos, np.sin)
    )
    exact = np.angle(np.exp(1j * angle))
    np.testing.assert_allclose(np.exp(1j * analysis.phase(u, v)), np.exp(1j * exact))
    told = analysis.phase(u, v, centre=(3.0, 3.0))
    np.testing.assert_allclose(np.exp(1j * told), np.exp(1j * exact))
    frame = analysis.phase(u[:, 0].rename(time="x"), v[:, 0].rename(time="x"))
    np.testing.assert_allclose(np.exp(1j * frame), np.exp(1j * t), atol=1e-12)
    assert np.isnan(analysis.phase(0 * u, 0 * v)).all()
    assert np.isnan(analysis.phase(u.where(u < 3.9), v)).all()
    pytest.importorskip("dask")
    lazy = analysis.phase(u.chunk(time=4), v.chunk(time=4))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, analysis.phase(u, v), rtol=1e-12)
    with pytest.raises(ValueError, match="the same cells"):
        analysis.phase(u, v.assign_coords(time=t + 1))
    with pytest.raises(TypeError, match="two DataArrays"):
        analysis.phase(u, 1.0)
    with pytest.raises(ValueError, match="tell `centre`"):
        analysis.phase(u[:, 0].rename(time="age"), v[:, 0].rename(time="age"))


def test_one_variable_has_a_phase_by_hilbert():
    t = np.arange(32) * 0.25
    shift = xr.DataArray(rng.uniform(-3, 3, (4, 5)), dims=("y", "x"))
    run = np.cos(2 * np.pi * xr.DataArray(t, dims="time", coords={"time": t}) + shift)
    told = analysis.hilbert_phase(7 + run.transpose("y", "time", "x"))
    assert told.dims == ("y", "time", "x")
    exact = np.exp(1j * (2 * np.pi * run.time + shift))
    np.testing.assert_allclose(
        np.exp(1j * told), exact.transpose(*told.dims), atol=1e-9
    )
    assert np.isnan(analysis.hilbert_phase(0 * run + 0.1)).all()
    assert np.isnan(analysis.hilbert_phase(run.where(run.time > 0))).all()
    with pytest.raises(ValueError, match="evenly spaced frames"):
        analysis.hilbert_phase(run.isel(time=[0, 1, 2, 5, 9]))
    with pytest.raises(ValueError, match="at least 4 frames"):
        analysis.hilbert_phase(run[:3])
    pytest.importorskip("dask")
    lazy = analysis.hilbert_phase(run.chunk(time=4))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, analysis.hilbert_phase(run), rtol=1e-12)


@pytest.mark.parametrize("arms", [1, -1])
def test_a_spiral_has_its_tip_at_its_centre(arms):
    for y0, x0 in ((20.3, 33.8), (40.0, 12.9)):
        y, x = np.mgrid[:64, :64] + 0.5
        r, theta = np.hypot(y - y0, x - x0), np.arctan2(y - y0, x - x0)
        angle = arms * theta - 0.4 * r
        u, v = (field(f(angle), "no-flux") for f in (np.cos, np.sin))
        tips = analysis.tips(u, v, centre=(0, 0))
        assert tips.sizes["point"] == 1 and float(tips.charge[0]) == arms
        assert abs(float(tips.y[0]) - y0) <= 0.5 and abs(float(tips.x[0]) - x0) <= 0.5


def test_charges_over_a_torus_add_up_to_zero():
    for shape in ((1, 4), (9, 8), (16, 13)):
        angle = field(rng.uniform(-np.pi, np.pi, shape))
        charge = analysis.winding(angle)
        assert charge.shape == shape and float(charge.sum()) == 0
        assert set(np.unique(charge)) <= {-1.0, 0.0, 1.0}
        points = analysis.singularities(angle)
        assert points.sizes["point"] == int(np.abs(charge).sum())
    assert analysis.winding(angle, periodic=False).shape == (15, 12)


def charges_by_place(points):
    places = zip(points.y.values.tolist(), points.x.values.tolist())
    return dict(zip(places, points.charge.values.tolist()))


def test_points_lie_where_both_parts_vanish():
    y, x = 2 * np.pi * (np.mgrid[:16, :24] + 0.5) / np.array([16, 24])[:, None, None]
    u, v = field(np.sin(x - 0.4), spacing=0.5), field(np.sin(y - 0.7), spacing=0.5)
    found = analysis.singularities(analysis.phase(u, v, centre=(0, 0)))
    places = charges_by_place(found)
    ny, nx = 16 / (2 * np.pi) * 0.5, 24 / (2 * np.pi) * 0.5
    for i in (0, 1):
        for j in (0, 1):
            exact = np.array([(0.7 + np.pi * i) * ny, (0.4 + np.pi * j) * nx])
            near = min(places, key=lambda p: np.abs(np.array(p) - exact).max())
            assert np.abs(np.array(near) - exact).max() <= 0.25  # half a cell
            assert places[near] == (-1) ** (i + j)
    turned = u.isel(y=slice(None, None, -1)), v.isel(y=slice(None, None, -1))
    again = analysis.singularities(analysis.phase(*turned, centre=(0, 0)))
    assert charges_by_place(again) == places


def test_rolling_a_phase_rolls_its_charges():
    angle = rng.uniform(-np.pi, np.pi, (9, 8))
    first = analysis.winding(field(angle))
    for shift in ((1, 0), (4, -3)):
        rolled = analysis.winding(field(np.roll(angle, shift, (0, 1))))
        np.testing.assert_array_equal(rolled, np.roll(first, shift, (0, 1)))


def test_a_run_keeps_its_times_and_leaves_out_what_is_unknown():
    angle = rng.uniform(-np.pi, np.pi, (3, 6, 7))
    angle[0, 2, 2] = np.nan
    run = xr.DataArray(angle, dims=("time", "y", "x"), coords={"time": [0.0, 2.0, 4.0]})
    points = analysis.singularities(run)
    assert points.attrs["left_out"] == 4
    np.testing.assert_array_equal(points.time, 2.0 * points.frame)
    assert set(points.frame.values) == {0, 1, 2}
    charge = analysis.winding(run)
    assert charge.dims == ("time", "y", "x") and int(np.isnan(charge).sum()) == 4
    np.testing.assert_array_equal(charge.x, np.arange(6) + 0.5)
    pytest.importorskip("dask")
    lazy = analysis.winding(run.chunk(time=1, x=2))
    assert lazy.chunks is not None
    np.testing.assert_array_equal(lazy, charge)
    with pytest.raises(ValueError, match="not known before they are found"):
        analysis.singularities(run.chunk(time=1))
    with pytest.raises(ValueError, match="live in a plane"):
        analysis.winding(run, dim="x")
