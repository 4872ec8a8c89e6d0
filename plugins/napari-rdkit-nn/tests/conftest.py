"""Small runs that many tests share; what needs a screen is skipped where there is none."""

import os
import shutil
import sys

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, models, neural, presets


def has_screen():
    return (
        sys.platform != "linux"
        or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        or shutil.which("Xvfb") is not None
    )


def pytest_collection_modifyitems(items):
    # A fixture that skips would be too late: `qapp` is built first, and aborts.
    if has_screen():
        return
    windowed = [item for item in items if "qapp" in getattr(item, "fixturenames", ())]
    if windowed and os.environ.get("CI"):
        raise pytest.UsageError(
            "No screen: the viewer tests need Xvfb (`make screen`)."
        )
    for item in windowed:
        item.add_marker(pytest.mark.skip(reason="no screen and no Xvfb: `make screen`"))


@pytest.fixture(scope="session")
def state():
    """A state of a small oblong plane, in millimetres."""
    return initial.noise(
        rd.Grid((12, 16), spacing=(0.5, 0.25), units="mm"), u=0.6, v=0.3, seed=0
    )


@pytest.fixture(scope="session")
def flow():
    """A chemistry for it."""
    return rd.Flow(models.gray_scott(Du=0.01, Dv=0.005), rd.Euler(0.5))


@pytest.fixture(scope="session")
def chemical(flow, state):
    """Five frames of it."""
    return rd.simulate(flow, state, steps=40, every=10)


@pytest.fixture(scope="session")
def task():
    """Nine small pictures in three classes."""
    rng = np.random.default_rng(0)
    return neural.Task(rng.standard_normal((9, 4, 5)), np.arange(9) % 3)


@pytest.fixture(scope="session")
def game(task):
    """The game on that task."""
    return presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)


@pytest.fixture(scope="session")
def neuronal(task, game):
    """Eleven frames of six neurons, on another clock than the chemistry's."""
    weights = neural.weights(task, hidden=6, critic=4, seed=0)
    return rd.simulate(game, weights, steps=50, every=5)


@pytest.fixture(scope="session")
def tree(chemical, neuronal):
    """Both in one tree, beside a table of measures."""
    runs = {"seed0/gray_scott": chemical, "seed0/adversarial": neuronal}
    return xr.DataTree.from_dict({**runs, "measures": xr.Dataset({"n": ("k", [1.0])})})


@pytest.fixture
def told():
    """What napari was told to say to its user."""
    from napari.utils.notifications import notification_manager

    notification_manager.records.clear()
    return notification_manager.records
