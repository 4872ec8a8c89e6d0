"""
Dissecting reaction and diffusion, in both worlds
=================================================

The parts of any sum can be looked at side by side. In a chemical pattern at rest reaction
and diffusion cancel cell by cell; in a trained network the supervised and the adversarial
part do not cancel, and neither smooths.
"""

# %%
# A chemical pattern that hardly moves any more, and its two parts.

import matplotlib.pyplot as plt

import rdkit_nn as rd
from rdkit_nn import models, neural, presets

grid = rd.Grid((128, 128), spacing=2.5 / 256)
state = presets.pearson_start(0, grid=grid)
flow = rd.Flow(models.gray_scott(F=0.037, k=0.06), rd.Euler(dt=1.0))
frame = rd.simulate(flow, state, steps=10_000).isel(time=-1)
chemical = rd.rates(flow.term, frame).v

# %%
# A network after 3,000 steps of the game, and what pulls at one receptive field.

some = neural.data.digits().take(200, seed=0)
task = neural.Task(some.images, some.labels)
weights = neural.weights(task, hidden=128, critic=64, seed=0, dtype="float32")
game = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)
trained = rd.simulate(game, weights, steps=3_000).isel(time=-1)
pulls = rd.rates(game.term, trained).U.isel(hidden=0, term=[0, 1])

# %%
# One scale a world, centred on zero.

figure, axes = plt.subplots(2, 3, figsize=(11, 7), layout="constrained")
worlds = {"dv/dt": chemical, "du_1/dt": pulls}
for row, (name, told) in zip(axes, worlds.items()):
    sheets = {str(t): told.sel(term=t) for t in told.term.values}
    sheets["sum"] = told.sum("term")
    high = float(abs(told).quantile(0.99))
    for ax, (title, sheet) in zip(row, sheets.items()):
        picture = ax.imshow(sheet, cmap="RdBu_r", vmin=-high, vmax=high)
        ax.set(title=title, xticks=[], yticks=[])
    figure.colorbar(picture, ax=row, label=name)
