"""Runs of other collections."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import analysis, interchange, models

h5py = pytest.importorskip("h5py")
FLOW = rd.Flow(models.gray_scott(F=0.03, k=0.06, Du=2e-3, Dv=1e-3), rd.Euler(0.1))


@pytest.fixture
def file(tmp_path):
    """Two trajectories of ours, laid out as The Well lays out Gray-Scott."""
    grid = rd.Grid((10, 12), spacing=0.2)
    rng = np.random.default_rng(0)
    runs = [
        rd.simulate(
            FLOW, grid.state(u=rng.random((10, 12)), v=rng.random((10, 12))), 6, 2
        )
        for _ in range(2)
    ]
    path = tmp_path / "gray_scott_spots.hdf5"
    with h5py.File(path, "w") as out:
        out.attrs["dataset_name"] = "gray_scott_reaction_diffusion"
        out.attrs["grid_type"] = "cartesian"
        out.attrs["n_spatial_dims"], out.attrs["n_trajectories"] = 2, 2
        out.attrs["simulation_parameters"] = ["F", "k"]
        out.attrs["F"], out.attrs["k"] = 0.03, 0.06
        dims = out.create_group("dimensions")
        dims.attrs["spatial_dims"] = ["x", "y"]
        dims["time"] = runs[0].time.values.astype("float32")
        dims["x"], dims["y"] = runs[0].x.values - 1.2, runs[0].y.values - 1.0
        for axis in "xy":
            wall = out.create_group(f"boundary_conditions/{axis}_periodic")
            wall.attrs["associated_dims"] = [axis]
            wall.attrs["bc_type"] = "PERIODIC"
        for theirs, ours in (("A", "u"), ("B", "v")):
            stack = np.stack([r[ours].transpose("time", "x", "y").values for r in runs])
            out[f"t0_fields/{theirs}"] = stack.astype("float32")
        out.create_group("scalars")
    return path, runs


def test_a_file_of_the_well_is_a_run(file):
    path, runs = file
    opened = interchange.well(path, names={"A": "u", "B": "v"})
    assert opened.u.dims == ("run", "time", "y", "x") and opened.u.chunks is not None
    for k, run in enumerate(runs):
        for name in "uv":
            theirs = run[name].values.astype("float32")
            np.testing.assert_array_equal(opened[name][k], theirs)
    assert opened.attrs["F"] == 0.03 and opened.attrs["dataset_name"].startswith("gray")
    grid = rd.Grid.of(opened)
    assert grid.shape == (10, 12) and grid.boundary == rd.Grid((10, 12)).boundary
    assert grid.spacing == pytest.approx((0.2, 0.2), rel=1e-6)
    waves = analysis.wavelength(opened.v.isel(time=-1))
    assert waves.dims == ("run",) and np.isfinite(waves).all()


def test_its_frame_is_a_start(file):
    path, runs = file
    opened = interchange.well(path, names={"A": "u", "B": "v"})
    state = opened.isel(run=1, time=1).astype("float64")
    on = rd.simulate(FLOW, state, 2)
    assert float(on.time[0]) == pytest.approx(0.2)
    np.testing.assert_allclose(on.v[-1], runs[1].v[2], atol=1e-6)  # theirs is float32


@pytest.mark.parametrize(
    "hurt, words",
    [
        (lambda f: f.pop("t0_fields"), "no group `t0_fields`"),
        (lambda f: f["dimensions"].pop("time"), "no `dimensions/time`"),
        (lambda f: f.attrs.__setitem__("grid_type", "spherical"), "only Cartesian"),
        (
            lambda f: f["boundary_conditions/x_periodic"].attrs.__setitem__(
                "bc_type", "OPEN"
            ),
            "boundary 'open'; say which walls",
        ),
        (
            lambda f: f["boundary_conditions"].pop("x_periodic"),
            "nothing of the boundary",
        ),
        (lambda f: f["t0_fields"].__setitem__("C", np.zeros(3)), "`C` .* has shape"),
    ],
)
def test_another_layout_is_told(file, hurt, words):
    path, _ = file
    with h5py.File(path, "r+") as out:
        hurt(out)
    with pytest.raises(ValueError, match=words):
        interchange.well(path)


def test_open_walls_are_told_by_hand(file):
    path, _ = file
    with h5py.File(path, "r+") as out:
        out["boundary_conditions/x_periodic"].attrs["bc_type"] = "OPEN"
    told = interchange.well(path, boundary="no-flux")
    assert rd.Grid.of(told).boundary == rd.Grid((10, 12), boundary="no-flux").boundary


def test_what_is_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        interchange.well(tmp_path / "nothing.hdf5")
    (tmp_path / "text.hdf5").write_text("no")
    with pytest.raises(ValueError, match="no HDF5 file"):
        interchange.well(tmp_path / "text.hdf5")
