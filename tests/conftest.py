"""Options and small states that many tests share."""

import os

import numpy as np
import pytest
import xarray as xr
from hypothesis import settings

import rdkit_nn as rd
from rdkit_nn import neural

# New examples every time at a desk, the same ones every time where others wait for it.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

collect_ignore_glob = [
    "data/*"
]  # scripts there are of the versions that they ran against


def pytest_addoption(parser):
    parser.addoption("--device", default="cpu", help="device of the flows: cpu or cuda")
    parser.addoption("--dtype", default="float64", help="dtype of the laws' states")


def has_cuda():
    try:
        import torch
    except ImportError:
        return False
    return torch.cuda.is_available()


def pytest_collection_modifyitems(config, items):
    missing = pytest.mark.skip(reason="no CUDA device here")
    for item in items:
        if "cuda" in item.keywords and not has_cuda():
            item.add_marker(missing)
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture(scope="session")
def device(request):
    return request.config.getoption("--device")


@pytest.fixture(scope="session")
def dtype(request):
    return request.config.getoption("--dtype")


@pytest.fixture
def fields():
    """Two positive species on a small oblong plane."""
    grid = rd.Grid((6, 9), spacing=(1.0, 0.8))
    rng = np.random.default_rng(0)
    u, v = 0.5 + 0.4 * rng.random((2, *grid.shape))
    return grid.state(u=u, v=v)


@pytest.fixture(scope="session")
def task():
    """Twelve small pictures in three classes."""
    rng = np.random.default_rng(1)
    images = rng.standard_normal((12, 4, 5))
    return neural.Task(images, np.arange(12) % 3)


@pytest.fixture
def weights(task):
    return neural.weights(task, hidden=16, critic=8, seed=2)


@pytest.fixture
def stripes():
    """A plane wave of length 8 along x."""
    grid = rd.Grid((64, 64), spacing=0.5)
    x = grid.coords["x"][1]
    wave = np.tile(np.sin(2 * np.pi * x / 8.0), (64, 1))
    return xr.DataArray(wave, dims=grid.dims, coords=grid.coords)
