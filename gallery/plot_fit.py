"""
What made this pattern?
=======================

A run on torch can be differentiated from end to end. Here the feed and kill rates of a
Gray-Scott pattern are found again from one snapshot by gradient descent through 150 steps.
"""

# %%
# The snapshot, made by rates that the fit does not know.

import matplotlib.pyplot as plt
import torch

import rdkit_nn as rd
from rdkit_nn import models, presets

grid = rd.Grid((48, 48), spacing=2.5 / 256)
state = presets.pearson_start(0, grid=grid)
values = {name: state[name].values for name in ("u", "v")}
truth = {"F": 0.037, "k": 0.06}


def end(F, k):
    flow = rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(1.0), "torch:cpu")
    return flow.advance(values, grid, range(150))["v"]


snapshot = end(**truth)

# %%
# Adam, from rates that are a fifth too large and a tenth too small.

F = torch.tensor(0.045, dtype=torch.float64, requires_grad=True)
k = torch.tensor(0.054, dtype=torch.float64, requires_grad=True)
optimiser = torch.optim.Adam([F, k], lr=1e-3)
path = []
for _ in range(150):
    optimiser.zero_grad()
    loss = ((end(F, k) - snapshot) ** 2).mean()
    loss.backward()
    path.append((F.item(), k.item(), loss.item()))
    optimiser.step()
print(f"found F = {F.item():.5f}, k = {k.item():.5f}")

# %%
# The way there, and the snapshot.

figure, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
for place, (name, value) in enumerate(truth.items()):
    axes[0].plot([p[place] for p in path], label=name)
    axes[0].axhline(value, color=f"C{place}", ls=":")
axes[0].set(title="rates (dotted: those that made it)", xlabel="step of the fit")
axes[0].legend()
axes[1].semilogy([p[2] for p in path])
axes[1].set(title="mean square difference", xlabel="step of the fit")
axes[2].imshow(snapshot, origin="lower")
axes[2].set(title="v, t = 150", xticks=[], yticks=[])
