"""
What a neuron prefers
=====================

The change of input that excites a hidden neuron most depends on how change is measured: in
the 2-norm it is the receptive field itself, in the max-norm its signs, in the 1-norm one
pixel. It begins as noise; what training adds lies where the data have ink.
"""

# %%
# Raw images of handwritten digits, not centred, as in the paper's pictures.

import matplotlib.pyplot as plt
import numpy as np

import rdkit_nn as rd
from rdkit_nn import neural, presets

some = neural.data.digits().take(200, seed=0)
task = neural.Task(some.images, some.labels, centre=False)
drawn = neural.weights(task, hidden=128, critic=64, seed=0, dtype="float32")
mixed = np.random.default_rng(0).permutation(64)
shuffled = some.images.reshape(-1, 64)[:, mixed].reshape(-1, 8, 8)
other = neural.Task(shuffled, some.labels, centre=False)
banks = {"at the start": drawn}
for name, told in (("added by training", task), ("added, pixels shuffled", other)):
    flow = presets.pseudo_reaction_diffusion(told, dt=0.025, seed=0)
    end = rd.simulate(flow, drawn, steps=6_000).isel(time=-1)
    banks[name] = (end - drawn)[["U"]]

# %%
# The neuron that moved furthest, three ways. With the pixels shuffled it lies anywhere:
# training does not know which pixels are neighbours.

gone = (banks["added by training"].U ** 2).sum(("y", "x"))
j = int(np.argmax(gone.values))
figure, axes = plt.subplots(3, 3, figsize=(7, 7.4), layout="constrained")
for row, (name, state) in zip(axes, banks.items()):
    for ax, norm in zip(row, ("2", "max", "1")):
        told = neural.preferred(state.isel(hidden=[j]), norm=norm)
        picture = told.preferred[0] / abs(told.preferred).max()
        ax.imshow(picture, cmap="RdBu_r", vmin=-1, vmax=1)
        ax.set_title(f"{name}\n{norm}-norm, gain {float(told.gain[0]):.1f}", fontsize=8)
        ax.set_axis_off()
