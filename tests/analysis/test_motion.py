"""How patterns move, in exact cases."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis


def test_activity_is_the_mean_speed():
    time = np.array([0.0, 1.0, 4.0])
    field = xr.DataArray(
        np.array([0.0, 2.0, 1.0])[:, None] * np.ones(5),
        dims=("time", "x"),
        coords={"time": time},
    )
    told = analysis.activity(field)
    np.testing.assert_allclose(told, [2.0, 1 / 3])
    np.testing.assert_array_equal(told.time, [1.0, 4.0])
    with pytest.raises(ValueError, match="two frames"):
        analysis.activity(field[:1])


def test_activity_settles_where_a_pattern_does():
    from rdkit_nn import models, start

    grid = rd.Grid((48, 48), spacing=0.6)
    begin = start.noise(grid, u=1.0, v=0.9, seed=0)
    flow = rd.Flow(models.schnakenberg(), rd.Euler(0.002))
    told = analysis.activity(rd.simulate(flow, begin, 40_000, 2_000).u)
    assert float(told[-1]) < 0.05 * float(told.max())
