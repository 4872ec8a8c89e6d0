"""Unlikeness by distance, in exact cases and against all pairs."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)


def field(array, boundary="periodic", spacing=1.0):
    grid = rd.Grid(np.shape(array), boundary=boundary, spacing=spacing)
    return grid.state(u=np.asarray(array)).u


def all_pairs(u, edges, spacing, periodic, inside):
    """Half the mean square, mean lag and number of pairs, one pair after the other."""
    cells = np.argwhere(inside)
    gap = np.abs(cells[:, None] - cells[None])
    if periodic:
        gap = np.minimum(gap, np.array(u.shape) - gap)
    far = np.sqrt(((gap * np.array(spacing)) ** 2).sum(-1))
    half = 0.5 * (u[inside][:, None] - u[inside][None]) ** 2
    first = np.triu(np.ones(far.shape, bool), 1)
    for low, high in zip(edges[:-1], edges[1:]):
        met = first & (far > low + 1e-9) & (far <= high + 1e-9)
        yield half[met].mean(), far[met].mean(), met.sum()


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize(
    ("shape", "spacing"),
    [
        ((12,), (0.5,)),
        ((7, 8), (1.0, 0.3)),
        ((1, 9), (1.0, 1.0)),
        ((4, 5, 6), (1,) * 3),
    ],
)
def test_every_pair_counts_once(shape, spacing, periodic, masked):
    u = 5 + rng.standard_normal(shape)
    inside = rng.random(shape) < 0.8 if masked else np.ones(shape, bool)
    mask = xr.DataArray(inside, dims=("z", "y", "x")[-len(shape) :]) if masked else None
    whole = field(u, spacing=spacing)
    side = min(n * h for n, h in zip(shape, spacing) if n > 1)
    for bins, edges in (
        (None, (np.arange(int(side / 2 / min(spacing)) + 1) + 0.5) * min(spacing)),
        (2, np.linspace(0, side / 2, 3)),
        ((0.0, 1.0, 2.5), (0.0, 1.0, 2.5)),
    ):
        told = analysis.variogram(whole, bins=bins, periodic=periodic, mask=mask)
        half, lag, pairs = zip(*all_pairs(u, edges, spacing, periodic, inside))
        # Fourier sums of a hundred squares of order one.
        np.testing.assert_allclose(told, half, atol=1e-12)
        np.testing.assert_allclose(told.lag, lag, rtol=1e-12)
        np.testing.assert_array_equal(told.pairs, pairs)


def test_over_all_lags_of_a_torus_it_is_the_variance():
    u = field(rng.random((6, 9)))
    found = analysis.variogram(u, bins=(0, np.inf))[0]
    assert float(found) == pytest.approx(float(u.var(ddof=1)), rel=1e-13)
    assert int(found.pairs) == 54 * 53 / 2


def test_white_noise_is_equally_unlike_at_every_lag():
    noise = field(2 * rng.standard_normal((128, 128)))
    told = analysis.variogram(noise)
    assert told.sizes["lag"] == 64
    # The nearest shell has 4n pairs; the relative error of σ² itself is √(2/n), of four.
    np.testing.assert_allclose(told, 4.0, rtol=4 * np.sqrt(2 / 128**2))


def test_a_plane_wave_comes_back_after_one_wavelength(stripes):
    told = analysis.variogram(stripes, dim="x", periodic=True)
    assert told.dims == ("y", "lag") and told.sizes["lag"] == 32
    exact = 0.5 * (1 - np.cos(2 * np.pi * told.lag / 8))
    np.testing.assert_allclose(told, exact.broadcast_like(told), atol=1e-14)
    np.testing.assert_allclose(told.lag, 0.5 * np.arange(1, 33))


def test_a_homogeneous_field_is_alike_at_every_lag():
    for value in (0.0, 0.1, 1e6 / 3):
        flat = analysis.variogram(field(np.full((8, 8), value)))
        np.testing.assert_allclose(flat, 0, atol=1e-30 + 1e-30 * value**2)


def test_a_shell_without_pairs_is_not_known():
    u = field(rng.random((3, 12)), boundary="no-flux")
    ends = xr.DataArray(np.isin(np.arange(12), (0, 1, 11)), dims="x")
    told = analysis.variogram(u, dim="x", mask=ends)
    np.testing.assert_array_equal(np.isnan(told[0]), told.pairs == 0)
    np.testing.assert_array_equal(told.pairs, [1, 0, 0, 0, 0, 0])
    assert "without pairs" in told.attrs["undefined"]
    np.testing.assert_allclose(told[:, 0], 0.5 * (u[:, 0] - u[:, 1]) ** 2)


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_rolling_a_periodic_field_changes_nothing(down, right):
    u = np.random.default_rng(1).random((6, 5))
    one, other = (
        analysis.variogram(field(v)) for v in (u, np.roll(u, (down, right), (0, 1)))
    )
    np.testing.assert_allclose(one, other, atol=1e-14)


def test_banks_units_and_lazy_fields():
    bank = xr.DataArray(
        rng.random((6, 3, 7)).astype("f4"),
        dims=("y", "hidden", "x"),
        coords={
            d: (d, np.arange(n) * 0.5, {"units": "mm"}) for d, n in (("y", 6), ("x", 7))
        },
        attrs={"units": "mM"},
    )
    told = analysis.variogram(bank)
    assert told.dims == ("hidden", "lag")
    assert told.attrs["units"] == "(mM)**2" and told.lag.attrs["units"] == "mm"
    one = analysis.variogram(bank[:, 1])
    np.testing.assert_allclose(told[1], one, rtol=1e-12)
    pytest.importorskip("dask")
    lazy = analysis.variogram(bank.chunk(hidden=1, x=3))
    assert lazy.chunks is not None
    np.testing.assert_allclose(lazy, told, rtol=1e-12)


def test_what_has_no_lags_is_refused(weights):
    with pytest.raises(ValueError, match="has no order"):
        analysis.variogram(weights.U, dim="hidden")
    u = field(rng.random((4, 5)))
    with pytest.raises(ValueError, match="must rise"):
        analysis.variogram(u, bins=(2, 1))
    with pytest.raises(ValueError, match="at least 1"):
        analysis.variogram(u, bins=0)
    with pytest.raises(ValueError, match="two cells at least"):
        analysis.variogram(u[:1, :1])
    hole = u.where(u > float(u.min()))
    assert np.isnan(analysis.variogram(hole)).all()
    assert not np.isnan(analysis.variogram(hole, mask=hole.notnull())).any()
