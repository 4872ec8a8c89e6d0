"""Sample data: small runs, made on the spot, beside the window where there is one."""

from __future__ import annotations

import xarray as xr

import rdkit_nn as rd
from rdkit_nn import models, neural, presets

from .beside import beside
from .layers import Layer, layers_of


def gray_scott() -> list[Layer]:
    """Gray-Scott from Pearson's seed, a hundred frames."""
    return beside(lambda: layers_of(grown()))


def atlas() -> list[Layer]:
    """Gray-Scott at nine pairs of F and k, each with a slider."""
    return beside(lambda: layers_of(swept()))


def twins() -> list[Layer]:
    """One network trained alone and against a critic, from the same weights."""
    return beside(lambda: layers_of(trained_twins()))


def receptive_fields() -> list[Layer]:
    """A network that learned handwritten digits against a critic, with all its weights."""
    return beside(lambda: layers_of(trained()))


def grown() -> xr.Dataset:
    """The run of `gray_scott`."""
    told = presets.get("gray-scott-k0.055")
    state = told.initial(seed=0, dtype="float32")
    return rd.simulate(told.flow, state, steps=10_000, every=100, progress=False)


def swept() -> xr.Dataset:
    """The sweep of `atlas`."""
    state = presets.pearson_start(0, grid=rd.Grid((64, 64), spacing=2.5 / 256))

    def build(F: float, k: float) -> rd.Flow:
        return rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(dt=1.0))

    over = {"F": [0.022, 0.03, 0.037], "k": [0.055, 0.06, 0.063]}
    initial = state.astype("float32")
    return rd.sweep(build, initial, over, steps=4_000, every=500, progress=False)


def trained() -> xr.Dataset:
    """The run of `receptive_fields`."""
    return _trained("adversarial")


def trained_twins() -> xr.DataTree:
    """The runs of `twins`."""
    names = ("supervised", "adversarial")
    return xr.DataTree.from_dict({name: _trained(name) for name in names})


def _trained(name: str) -> xr.Dataset:
    some = neural.data.digits().take(200, seed=0)
    task = neural.Task(some.images, some.labels)
    weights = neural.weights(task, hidden=64, critic=32, seed=0, dtype="float32")
    flow = (
        rd.Flow(neural.Supervised(task), rd.Euler(dt=0.05))
        if name == "supervised"
        else presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)
    )
    return rd.simulate(flow, weights, steps=1_000, every=25, progress=False)
