"""
Twins
=====

One network, two upbringings from the same weights: supervised alone, and against a moving
critic. The adversarial twin goes further, but the balance that the flow conserves says
how much of it is owed to the finite step.
"""

# %%
# Real input: handwritten digits. The same seed, the same start.

import matplotlib.pyplot as plt

import rdkit_nn as rd
from rdkit_nn import analysis, neural, presets

some = neural.data.digits().take(200, seed=0)
task = neural.Task(some.images, some.labels)
weights = neural.weights(task, hidden=128, critic=64, seed=0, dtype="float32")
twins = {
    "supervised": rd.Flow(neural.Supervised(task), rd.Euler(dt=0.05)),
    "adversarial": presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0),
}
runs = {n: rd.simulate(f, weights, steps=6_000, every=150) for n, f in twins.items()}

# %%
# Distance from the start; the balance of neurons; and how alike neighbouring pixels are.

figure, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
for name, run in runs.items():
    drift = abs(neural.balance(run) - neural.balance(run.isel(time=0))).mean("hidden")
    gone = analysis.displacement(run.U, dim=("hidden", "y", "x"))
    axes[0].plot(run.time, gone, label=name)
    axes[1].plot(run.time, drift, label=name)
    axes[2].plot(run.time, analysis.moran(run.U).mean("hidden"), label=name)
axes[2].axhline(-1 / 63, color="black", ls=":", label="pixels without places")
titles = (
    "‖U(t) - U(0)‖",
    "drift of ‖u_j‖² - ‖v_j‖² (0 in the flow)",
    "Moran's I of u_j",
)
for ax, title in zip(axes, titles):
    ax.set(title=title, xlabel="time = steps x rate")
    ax.legend()
