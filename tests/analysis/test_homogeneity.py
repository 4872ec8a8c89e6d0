"""How far a field is from being the same everywhere, in exact cases."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)


def field(array, boundary="periodic"):
    return rd.Grid(np.shape(array), boundary=boundary).state(u=np.asarray(array)).u


CHECKERBOARD = np.indices((8, 6)).sum(0) % 2 * 1.0


def test_a_homogeneous_field():
    for value in (0.0, 0.1, -3.7):
        flat = field(np.full((5, 7), value))
        assert float(analysis.contrast(flat)) == pytest.approx(0, abs=1e-15)
        assert float(analysis.entropy(flat)) == 0
        found = analysis.moran(flat)
        assert np.isnan(found) and "homogeneous" in found.attrs["undefined"]
    assert float(analysis.variation(field(np.full((5, 7), 2.0)))) == 0


def test_contrast_and_variation_of_two_values():
    assert float(analysis.contrast(field(CHECKERBOARD))) == 0.5
    assert float(analysis.variation(field(CHECKERBOARD))) == 1.0
    assert float(analysis.variation(field(3 + CHECKERBOARD))) == pytest.approx(
        0.5 / 3.5
    )
    assert np.isnan(analysis.variation(field(CHECKERBOARD - 0.5)))


def test_a_histogram_tells_shares_of_one_range():
    every = field(np.arange(64.0).reshape(8, 8)).expand_dims(time=3)
    told = analysis.histogram(every, bins=4)
    np.testing.assert_array_equal(told, np.full((3, 4), 0.25))
    np.testing.assert_allclose(told.value, [7.875, 23.625, 39.375, 55.125])
    assert told.value.spacing == 15.75
    # Values outside count at the ends, and the ends are those that are told.
    told = analysis.histogram(every[0], bins=2, within=(0, 16))
    np.testing.assert_array_equal(told, [8 / 64, 56 / 64])
    values = np.random.default_rng(0).normal(size=(40, 40))
    told = analysis.histogram(field(values), bins=20)
    counts, edges = np.histogram(values, 20)
    np.testing.assert_array_equal(told, counts / values.size)
    np.testing.assert_allclose(told.value, (edges[1:] + edges[:-1]) / 2)


def test_a_histogram_of_what_is_flat_or_unknown_or_left_out():
    flat = analysis.histogram(field(np.ones((4, 4))), bins=3)
    np.testing.assert_array_equal(flat, [0, 1, 0])
    assert np.isnan(analysis.histogram(field(np.full((4, 4), np.nan)), bins=3)).all()
    hole = field(np.where(CHECKERBOARD, np.nan, 1.0))
    assert np.isnan(analysis.histogram(hole, bins=3)).all()
    there = analysis.histogram(hole, bins=3, mask=hole.notnull())
    np.testing.assert_array_equal(there, [0, 1, 0])
    far = field(np.where(CHECKERBOARD, np.inf, 5.0))
    told = analysis.histogram(far, bins=3, mask=np.isfinite(far))
    np.testing.assert_array_equal(told, [0, 1, 0])
    np.testing.assert_allclose(told.value[1], 5.0)
    lazy = analysis.histogram(hole.chunk(), bins=2, within=(0, 2), mask=hole.notnull())
    assert lazy.chunks is not None and list(lazy.values) == [0, 1]
    with pytest.raises(ValueError, match="low < high"):
        analysis.histogram(hole, within=(1, 1))


def test_entropy_is_that_of_the_histogram():
    values = field(np.random.default_rng(1).normal(size=(30, 30)))
    p = analysis.histogram(values, bins=16)
    told = -float((p * np.log(p.where(p > 0, 1))).sum()) / np.log(16)
    assert float(analysis.entropy(values, bins=16)) == pytest.approx(told, rel=1e-12)


def test_entropy_counts_values_and_not_places():
    assert float(analysis.entropy(field(CHECKERBOARD), bins=2)) == pytest.approx(1)
    every = field(np.arange(64.0).reshape(8, 8))
    assert float(analysis.entropy(every, bins=64)) == pytest.approx(1)
    assert float(analysis.entropy(every, bins=64, within=(0, 1e9))) == 0
    mixed = analysis.permuted(every, seed=0)
    assert float(analysis.entropy(mixed)) == pytest.approx(1)
    assert np.isnan(analysis.entropy(field(np.where(CHECKERBOARD, np.nan, 1.0))))
    with pytest.raises(ValueError, match="at least 2"):
        analysis.entropy(every, bins=1)
    with pytest.raises(ValueError, match="low < high"):
        analysis.entropy(every, within=(1, 0))


def test_a_checkerboard_is_the_opposite_of_its_neighbours():
    board = field(CHECKERBOARD)
    assert float(analysis.moran(board)) == pytest.approx(-1)
    assert float(analysis.moran(board, periodic=False)) == pytest.approx(-1)
    # Queen: four unlike, four alike.
    assert float(analysis.moran(board, neighbours="queen")) == pytest.approx(
        0, abs=1e-15
    )


def plain_moran(z, neighbours, periodic):
    """Double sum over cells, as in Moran (1950)."""
    z, total, weights = z - z.mean(), 0.0, 0
    cells = list(np.ndindex(z.shape))
    for i in cells:
        for step in np.ndindex(*(3,) * z.ndim):
            step = np.array(step) - 1
            near = np.abs(step).sum()
            if near == 0 or (neighbours == "rook" and near > 1):
                continue
            j = np.array(i) + step
            if periodic:
                j = j % z.shape
            elif (j < 0).any() or (j >= z.shape).any():
                continue
            total += z[i] * z[tuple(j)]
            weights += 1
    return len(cells) / weights * total / (z**2).sum()


@pytest.mark.parametrize("neighbours", ["rook", "queen"])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("shape", [(9,), (4, 7), (3, 4, 5)])
def test_moran_is_the_double_sum(shape, periodic, neighbours):
    u = rng.standard_normal(shape)
    found = analysis.moran(field(u), neighbours=neighbours, periodic=periodic)
    assert float(found) == pytest.approx(
        plain_moran(u, neighbours, periodic), abs=1e-14
    )


def test_moran_of_chance_is_below_zero():
    # Over all orders of the same values the expectation is exactly -1/(n - 1).
    draws = rng.permuted(np.tile(np.arange(12.0), (4000, 1)), axis=1).reshape(-1, 3, 4)
    bank = xr.DataArray(draws, dims=("sample", "y", "x"))
    found = analysis.moran(bank, periodic=True)
    error = float(found.std()) / np.sqrt(4000)
    assert float(found.mean()) == pytest.approx(-1 / 11, abs=4 * error)


def test_walls_say_what_wraps(fields):
    half = field(CHECKERBOARD, boundary={"y": "periodic", "x": "no-flux"})
    assert analysis.moran(half).attrs["periodic"] == "y"
    assert analysis.moran(half, periodic=True).attrs["periodic"] == "y, x"
    bare = xr.DataArray(CHECKERBOARD, dims=("y", "x"))
    assert analysis.moran(bare).attrs["periodic"] == "none"


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_rolling_a_periodic_field_changes_nothing(down, right):
    u = np.random.default_rng(1).standard_normal((6, 5))
    rolled = np.roll(u, (down, right), (0, 1))
    for measure in (analysis.moran, analysis.wavelength, analysis.contrast):
        one, other = float(measure(field(u))), float(measure(field(rolled)))
        assert one == pytest.approx(other, rel=1e-12)


def test_a_bank_of_neurons_is_measured_in_one_call(weights):
    bank = analysis.moran(weights.U)
    assert bank.dims == ("hidden",)
    for j in (0, 7):
        assert float(bank[j]) == float(analysis.moran(weights.U[j]))
    for measure in (analysis.moran, analysis.power_spectrum, analysis.wavelength):
        with pytest.raises(ValueError, match="`hidden` has no order"):
            measure(weights.U, dim="hidden")
    assert analysis.contrast(weights.U, dim="hidden").dims == (
        "y",
        "x",
    )  # no neighbours
    with pytest.raises(ValueError, match="rook or queen"):
        analysis.moran(weights.U, neighbours="bishop")


def test_displacement_is_the_norm_of_what_was_gone(stripes):
    run = xr.concat([stripes, stripes + 1, 3 * stripes], "time")
    found = analysis.displacement(run)
    norm = float(np.sqrt((stripes**2).sum()))
    np.testing.assert_allclose(found, [0, 64, 2 * norm], rtol=1e-12)
    cells = xr.DataArray(np.array([[1, 0], [0, 1]]), dims=("time", "x"))
    for kind in ("uint8", "int8", "bool"):  # 0 - 1 must not wrap around
        found = analysis.displacement(cells.astype(kind))
        np.testing.assert_allclose(found, [0, np.sqrt(2)])
    bank = xr.DataArray(np.ones((2, 3, 4)), dims=("time", "hidden", "input"))
    assert analysis.displacement(bank).dims == ("time", "hidden")
    with pytest.raises(ValueError, match="needs a `time` dimension"):
        analysis.displacement(stripes)


def test_effective_rank_of_known_matrices():
    eye = xr.DataArray(np.eye(5), dims=("hidden", "input"))
    assert float(analysis.effective_rank(eye)) == pytest.approx(5)
    one = xr.DataArray(np.ones((5, 3)), dims=("hidden", "input"))
    assert float(analysis.effective_rank(one)) == pytest.approx(1)
    assert np.isnan(analysis.effective_rank(0 * one))
    with pytest.raises(ValueError, match="needs dims"):
        analysis.effective_rank(one.rename(hidden="row"))


def test_lazy_fields_stay_lazy(stripes):
    pytest.importorskip("dask")
    run = xr.concat([stripes, 2 * stripes, stripes**2], "time")
    lazy = run.chunk(time=1, y=16)
    names = ("contrast", "variation", "entropy", "moran", "displacement")
    for measure in (getattr(analysis, name) for name in names):
        told = measure(lazy)
        assert told.chunks is not None
        np.testing.assert_allclose(told, measure(run), rtol=1e-14)
    mixed = analysis.permuted(lazy, seed=0)
    assert mixed.chunks is not None
    np.testing.assert_array_equal(mixed, analysis.permuted(run, seed=0))


def test_a_permutation_keeps_values_and_is_the_same_for_all():
    bank = xr.DataArray(rng.random((3, 4, 5)), dims=("hidden", "y", "x"))
    mixed = analysis.permuted(bank, seed=2)
    assert mixed.dims == bank.dims
    for j in range(3):
        np.testing.assert_array_equal(np.sort(mixed[j], None), np.sort(bank[j], None))
    places = xr.DataArray(np.arange(20.0).reshape(4, 5), dims=("y", "x"))
    order = analysis.permuted(places, seed=2).values.ravel().astype(int)
    np.testing.assert_array_equal(
        mixed[1].values.ravel(), bank[1].values.ravel()[order]
    )
    assert sorted(order) == list(range(20)) and list(order) != list(range(20))


def test_a_paired_interval_covers_the_truth_as_often_as_it_says():
    one = xr.DataArray(rng.standard_normal((2000, 5)) + 1.0, dims=("trial", "seed"))
    other = xr.DataArray(rng.standard_normal((2000, 5)), dims=("trial", "seed"))
    told = analysis.paired_effect(one, other)
    share = float(((told.low < 1) & (told.high > 1)).mean())
    # Binomial error of 0.95 over 2000 trials is 0.005; four of them.
    assert share == pytest.approx(0.95, abs=0.02)
    single = analysis.paired_effect(one.isel(seed=[0]), other.isel(seed=[0]))
    assert np.isnan(single.low).all() and np.isfinite(single.effect).all()
