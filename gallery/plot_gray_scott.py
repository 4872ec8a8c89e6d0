"""
From one seed
=============

Gray-Scott at the two settings of Rout (2021), from Pearson's square of 20 x 20 cells, laid
out as on the author's page: time runs downwards. No uniform state is Turing-unstable here:
small noise dies out, and the pattern grows from its seed alone.
"""

# %%
# Grow both, and keep four frames of each.

import matplotlib.pyplot as plt

import rdkit_nn as rd
from rdkit_nn import analysis, presets

runs = {}
for name in ("gray-scott-k0.055", "gray-scott-k0.060"):
    told = presets.get(name)
    runs[name] = rd.simulate(
        told.flow,
        told.initial(seed=0, dtype="float32"),
        20_000,
        [600, 2000, 6000, 20_000],
    )

# %%
# The same length of a repeat in both, in spite of their different looks.

figure, axes = plt.subplots(4, 4, figsize=(10.5, 10.8), layout="constrained")
for pair, (name, run) in zip((axes[:, :2], axes[:, 2:]), runs.items()):
    length = float(analysis.wavelength(run.v.isel(time=-1)))
    print(f"{name}: wavelength {length:.3f} at t = {float(run.time[-1]):g}")
    for row, frame in zip(pair, [run.isel(time=i) for i in range(1, 5)]):
        row[0].imshow(frame.u, origin="lower", cmap="gray", vmin=0, vmax=1)
        row[1].imshow(frame.v, origin="lower", cmap="viridis", vmin=0, vmax=0.4)
        row[0].set_ylabel(f"t = {float(frame.time):g}")
    pair[0, 0].set_title(f"{name}: u")
    pair[0, 1].set_title(f"v, wavelength {length:.3f}")
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
figure.suptitle("Gray-Scott, F = 0.025: grown from one central seed")
