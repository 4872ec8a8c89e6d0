"""Sample data: small runs, made on the spot."""

from __future__ import annotations

import xarray as xr

import rdkit_nn as rd
from rdkit_nn import neural, presets

from .layers import Layer, layers_of


def gray_scott() -> list[Layer]:
    """Gray-Scott from Pearson's seed, a hundred frames."""
    told = presets.get("gray-scott-k0.055")
    begin = told.begin(seed=0, dtype="float32")
    run = rd.simulate(told.flow, begin, steps=10_000, every=100, progress=False)
    return layers_of(run)


def twins() -> list[Layer]:
    """One network trained alone and against a critic, from the same weights."""
    some = neural.data.digits().take(200, seed=0)
    task = neural.Task(some.images, some.labels)
    weights = neural.weights(task, hidden=64, critic=32, seed=0, dtype="float32")
    flows = {
        "supervised": rd.Flow(neural.Supervised(task), rd.Euler(dt=0.05)),
        "adversarial": presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0),
    }
    runs = {
        name: rd.simulate(flow, weights, steps=2_000, every=50, progress=False)
        for name, flow in flows.items()
    }
    return layers_of(xr.DataTree.from_dict(runs))
