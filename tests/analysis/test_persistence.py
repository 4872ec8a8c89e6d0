"""Persistent homology, where it is known."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis

rng = np.random.default_rng(0)


def field(array, boundary="periodic"):
    array = np.asarray(array, float)
    return rd.Grid(array.shape, boundary=boundary).state(u=array).u


def rows(found):
    return np.column_stack([found.dimension, found.birth, found.death]).tolist()


def test_without_gudhi_persistence_says_what_it_needs(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "gudhi", None)
    for measure in (analysis.persistence, analysis.total_persistence):
        with pytest.raises(ImportError, match="needs gudhi"):
            measure(field(np.eye(4)))


def test_two_peaks_and_a_pass():
    pytest.importorskip("gudhi")
    inf = np.inf
    line = [0.0, 5.0, 2.0, 3.0, 0.0, 0.0]
    assert rows(analysis.persistence(field(line, "no-flux"))) == [
        [0, 5, -inf],
        [0, 3, 2],
    ]
    ring = rows(analysis.persistence(field(line)))  # the way round closes at 0
    assert ring == [[0, 5, -inf], [0, 3, 2], [1, 0, -inf]]
    told = analysis.total_persistence(field(line))
    assert told.dims == ("dimension",) and float(told[0]) == 1
    crater = np.zeros((5, 5))
    crater[1:4, 1:4] = 4
    crater[2, 2] = 1
    found = rows(analysis.persistence(field(crater, "no-flux")))
    assert found == [[0, 4, -inf], [1, 4, 1]]
    np.testing.assert_array_equal(
        analysis.total_persistence(field(crater), power=2), [0, 9]
    )


@pytest.mark.parametrize("shape", [(9,), (8, 11), (1, 5), (4, 5, 6)])
@pytest.mark.parametrize("boundary", ["periodic", "no-flux", "mixed"])
def test_features_alive_add_up_to_the_euler_number(shape, boundary):
    pytest.importorskip("gudhi")
    if boundary == "mixed":
        boundary = {d: "no-flux" for d in ("z", "y", "x")[-len(shape) :]}
        boundary["x"] = "periodic"
    u = field(rng.random(shape), boundary)
    found = analysis.persistence(u)
    sign = np.where(found.dimension % 2, -1, 1)
    for level in (0.1, 0.35, 0.5, 0.65, 0.9):
        alive = (found.birth > level) & (found.death <= level)
        assert int((sign * alive).sum()) == analysis.euler_number(u, level)
        pieces = alive & (found.dimension == 0)
        assert int(pieces.sum()) == analysis.pieces(u, level)


def test_rolling_a_periodic_field_changes_nothing():
    pytest.importorskip("gudhi")
    u = rng.random((11, 13))
    first, total = analysis.persistence(field(u)), analysis.total_persistence(field(u))
    for shift in ((1, 0), (5, 7), (-3, 2)):
        rolled = field(np.roll(u, shift, (0, 1)))
        xr.testing.assert_equal(analysis.persistence(rolled), first)
        xr.testing.assert_equal(analysis.total_persistence(rolled), total)


def test_a_homogeneous_field_has_what_the_torus_has():
    pytest.importorskip("gudhi")
    flat = field(np.full((4, 5), 2.0))
    found = analysis.persistence(flat)
    np.testing.assert_array_equal(found.dimension, [0, 1, 1, 2])
    np.testing.assert_array_equal(found.birth, 2)
    assert np.isneginf(found.death).all()
    np.testing.assert_array_equal(analysis.total_persistence(flat), [0, 0])


def test_a_run_is_filled_up_and_the_unknown_stays_unknown():
    pytest.importorskip("gudhi")
    run = xr.DataArray(rng.random((3, 6, 7)), dims=("time", "y", "x"))
    run[1] = 0.0
    run[2, 3, 3] = np.nan
    found = analysis.persistence(run)
    assert found.birth.dims == ("time", "feature")
    assert int(found.birth[1].notnull().sum()) == 1
    assert np.isnan(found.birth[2]).all() and np.isnan(found.dimension[2]).all()
    total = analysis.total_persistence(run)
    assert total.dims == ("time", "dimension") and np.isnan(total[2]).all()
    assert float(total[1].sum()) == 0 and float(total[0].min()) > 0
    with pytest.raises(ValueError, match="above zero"):
        analysis.total_persistence(run, power=0)
    pytest.importorskip("dask")
    lazy = analysis.total_persistence(run.chunk(time=1, x=3))
    assert lazy.chunks is not None
    np.testing.assert_array_equal(lazy, total)
    with pytest.raises(ValueError, match="before they are counted"):
        analysis.persistence(run.chunk(time=1))
