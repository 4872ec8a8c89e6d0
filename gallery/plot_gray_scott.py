"""
From one seed
=============

Gray-Scott at the two settings of Rout (2021), from Pearson's square of 20 x 20 cells. No
uniform state is Turing-unstable here: small noise dies out, and the pattern grows from
its seed alone.
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
        told.begin(seed=0, dtype="float32"),
        20_000,
        [600, 2000, 6000, 20_000],
    )

# %%
# The same length of a repeat in both, in spite of their different looks.

figure, axes = plt.subplots(2, 4, figsize=(12, 6.4), layout="constrained")
for row, (name, run) in zip(axes, runs.items()):
    length = float(analysis.wavelength(run.v.isel(time=-1)))
    row[0].set_ylabel(f"{name}\nwavelength {length:.3f} at the end")
    for ax, frame in zip(row, run.v.isel(time=slice(1, None))):
        ax.imshow(frame, origin="lower", vmin=0, vmax=0.4)
        ax.set(title=f"t = {float(frame.time):g}", xticks=[], yticks=[])
figure.suptitle("Gray-Scott, v, F = 0.025: grown from one central seed")
