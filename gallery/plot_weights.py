"""
Weights at iteration 23,000
===========================

The same network after supervised and after adversarial learning, from the same weights, on
raw images as in the paper's first figure. Beside them the two nulls without which nothing
can be read from such a picture: the start, and the same game with all pixels shuffled.
"""

# %%
# Handwritten digits; Fashion-MNIST where its files lie in data/fashion-mnist.

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import rdkit_nn as rd
from rdkit_nn import analysis, neural, presets

folder = Path("data/fashion-mnist")
images = neural.data.idx(folder) if folder.is_dir() else neural.data.digits()
some = images.take(200, seed=0)
task = neural.Task(some.images, some.labels, centre=False)
order = np.random.default_rng(0).permutation(task.sizes["input"])
mixed = some.images.reshape(200, -1)[:, order].reshape(some.images.shape)
shuffled = neural.Task(mixed, some.labels, centre=False)
state = neural.weights(task, hidden=128, critic=64, seed=0, dtype="float32")
flows = {
    "supervised": rd.Flow(neural.Supervised(task), rd.Euler(0.02)),
    "adversarial": presets.pseudo_reaction_diffusion(task, dt=0.02, seed=0),
    "adversarial, pixels shuffled": presets.pseudo_reaction_diffusion(
        shuffled, dt=0.02, seed=0
    ),
}
runs = {n: rd.simulate(f, state, steps=23_000) for n, f in flows.items()}
banks = {"start": state.U} | {n: run.U.isel(time=-1) for n, run in runs.items()}

# %%
# Nine receptive fields of each, on one scale, and how alike neighbouring pixels are.

figure, axes = plt.subplots(1, 4, figsize=(15, 4.2), layout="constrained")
for ax, (name, bank) in zip(axes, banks.items()):
    alike = float(analysis.moran(bank).mean())
    gone = float(((bank - state.U) ** 2).sum() ** 0.5)
    picture = ax.imshow(neural.montage(bank, 9), cmap="RdBu_r", vmin=-4, vmax=4)
    ax.set_title(f"{name}\ndistance {gone:.0f}, Moran's I {alike:+.3f}", fontsize=9)
    ax.set_axis_off()
    print(f"{name}: displacement {gone:.1f}, Moran's I {alike:+.3f}")
figure.get_layout_engine().set(wspace=0.06)
figure.colorbar(picture, ax=axes, label="weight", shrink=0.8)
