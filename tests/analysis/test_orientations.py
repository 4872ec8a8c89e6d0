"""Directions of stripes, and their defects, where they are known."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)


def field(array, boundary="periodic", spacing=1.0):
    array = np.asarray(array, float)
    return rd.Grid(array.shape, boundary=boundary, spacing=spacing).state(u=array).u


def wave(ky, kx, shape=(48, 60), spacing=(1.0, 0.5)):
    """A plane wave of `ky` and `kx` periods over a torus, and its angle."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    u = np.sin(2 * np.pi * (ky * y / shape[0] + kx * x / shape[1]) + 0.3)
    length = np.array(shape) * spacing
    return field(u, spacing=spacing), np.arctan2(ky / length[0], kx / length[1]) % np.pi


@pytest.mark.parametrize("waves", [(0, 5), (6, 0), (4, 5), (-4, 5), (7, 1)])
def test_a_plane_wave_has_its_angle_everywhere(waves):
    u, angle = wave(*waves)
    found = analysis.director(u)
    off = np.mod(found.angle - angle + np.pi / 2, np.pi) - np.pi / 2
    assert float(np.abs(off).max()) < 1e-9
    assert float(found.coherence.min()) == pytest.approx(1, abs=1e-9)
    assert float(found.angle.min()) >= 0 and float(found.angle.max()) < np.pi
    down = u.isel(y=slice(None, None, -1))  # the same field, told upside down
    again = analysis.director(down).angle.sortby("y")
    off = np.mod(again - angle + np.pi / 2, np.pi) - np.pi / 2
    assert float(np.abs(off).max()) < 1e-9


def test_between_open_walls_the_angle_is_that_of_differences():
    u, angle = wave(4, 5, shape=(96, 120))
    found = analysis.director(u, periodic=False).isel(
        y=slice(16, -16), x=slice(20, -20)
    )
    # Central differences of waves of 24 cells are wrong by (2π/24)²/6, or 1 %.
    assert float(np.abs(found.angle - angle).max()) < 0.02
    assert float(found.coherence.min()) > 0.98


def test_what_has_no_direction_says_so():
    u, _ = wave(4, 5)
    for sigma in (None, 2.0):
        found = analysis.director(0 * u + 0.1, sigma=sigma)
        assert np.isnan(found.angle).all() and np.isnan(found.coherence).all()
    assert np.isnan(analysis.director(u.where(u < 0.9)).angle).all()
    noise = field(rng.standard_normal((64, 64)))
    assert float(analysis.director(noise, sigma=8.0).coherence.mean()) < 0.2
    crossed = field(sum(np.sin(np.mgrid[:48, :48] * np.pi / 4)))
    assert float(analysis.director(crossed, sigma=16.0).coherence.max()) < 1e-6
    with pytest.raises(ValueError, match="zero or more"):
        analysis.director(u, sigma=-1)
    with pytest.raises(ValueError, match="live in a plane"):
        analysis.director(u, dim="x")


def test_each_picture_of_a_run_is_smoothed_by_its_own_wavelength():
    run = xr.concat([wave(2, 3)[0], wave(5, 1)[0] ** 3, wave(4, 5)[0]], "time")
    run += 0.3 * xr.DataArray(rng.standard_normal(run.shape), dims=run.dims)
    run.attrs["boundary"] = "y: periodic; x: no-flux"
    found = analysis.director(run)
    for i in range(3):
        xr.testing.assert_allclose(
            found.isel(time=i), analysis.director(run[i]), rtol=1e-9
        )
    pytest.importorskip("dask")
    lazy = analysis.director(run.chunk(time=1, x=20))
    assert lazy.angle.chunks is not None
    xr.testing.assert_allclose(lazy, found, rtol=1e-9)


def test_rolling_a_field_rolls_its_directions_and_defects():
    u = field(rng.standard_normal((30, 36)))
    first = analysis.director(u, sigma=1.5)
    points = analysis.disclinations(u, sigma=1.5)
    assert points.sizes["point"] > 4
    assert set(np.unique(points.charge)) == {-0.5, 0.5}
    assert float(points.charge.sum()) == 0
    for shift in ((1, 0), (13, -7)):
        rolled = u.copy(data=np.roll(u, shift, (0, 1)))
        again = analysis.director(rolled, sigma=1.5)
        exact = np.roll(first.coherence, shift, (0, 1))
        np.testing.assert_allclose(again.coherence, exact, atol=1e-9)
        told = analysis.disclinations(rolled, sigma=1.5)
        moved = [(points.y + shift[0]) % 30, (points.x + shift[1]) % 36, points.charge]
        np.testing.assert_allclose(
            sorted(zip(*(np.asarray(part) for part in moved))),
            sorted(zip(told.y.values, told.x.values, told.charge.values)),
        )
        lines = analysis.dislocations(rolled)
        assert lines.sizes["point"] == analysis.dislocations(u).sizes["point"]
        assert float(lines.charge.sum()) == 0


@pytest.mark.parametrize("charge", [0.5, -0.5])
def test_a_half_turn_is_found_at_its_place(charge):
    """Stripes with phase ∝ Re z^(1 + charge): their wave vector turns by 2π·charge."""
    y, x = np.mgrid[:80, :80] + 0.5
    z = (x - 40.3) + 1j * (y - 39.6)
    # Gradient of Re z^p has the angle -(p - 1) θ.
    power = 1 - charge
    stripes = np.cos(30 * (np.abs(z) / 40) ** power * np.cos(power * np.angle(z)))
    u = field(stripes, "no-flux")
    found = analysis.disclinations(u, sigma=3.0)
    near = np.hypot(found.y - 39.6, found.x - 40.3) < 15
    assert float(found.charge[near].sum()) == charge
    assert np.hypot(found.y - 39.6, found.x - 40.3).min() < 3.0  # sigma


def test_dislocations_are_found_where_the_amplitude_vanishes():
    n = 96
    y, x = 2 * np.pi * (np.mgrid[:n, :n] + 0.5) / n
    for a, b in ((0.6, 0.3), (2.0, 5.0)):
        slow = np.cos(x - a) + 1j * np.sin(y - b)
        u = field((slow * np.exp(12j * (x + y))).real + 5)
        found = analysis.dislocations(u)
        assert found.sizes["point"] == 4 and float(found.charge.sum()) == 0
        for i in (0, 1):
            for j in (0, 1):
                exact = np.array([b + np.pi * i, a + np.pi * (j + 0.5)])
                exact = (exact * n / (2 * np.pi)) % n
                off = np.abs(np.stack([found.y - exact[0], found.x - exact[1]]))
                which = np.minimum(off, n - off).max(0)
                # Four waves of one power: the filter about one of them moves the zeros.
                assert which.min() < 1
                # Near (i, j) = (0, 0): cos falls along x, sin rises along y.
                assert float(found.charge[which.argmin()]) == -((-1) ** (i + j))


def test_a_plane_wave_has_no_defects():
    u, _ = wave(4, 5)
    assert analysis.dislocations(u).sizes["point"] == 0
    assert analysis.disclinations(u).sizes["point"] == 0
    flat = analysis.dislocations(0 * u + 0.1)
    assert flat.sizes["point"] == 0 and flat.attrs["left_out"] == u.size
    pytest.importorskip("dask")
    for measure in (analysis.dislocations, analysis.disclinations):
        with pytest.raises(ValueError, match="not known before they are found"):
            measure(u.chunk(x=10))
