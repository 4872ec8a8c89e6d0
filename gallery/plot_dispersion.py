"""
Growth rates, predicted and measured
====================================

Does a wave grow as linear theory says? Each mode of a ring is seeded alone, followed for a
while, and its growth laid over the dispersion relation of the grid (and of the continuum,
whose short waves decay faster).
"""

# %%
# Three models, each about a uniform state at rest.

import matplotlib.pyplot as plt
import numpy as np

import rdkit_nn as rd
from rdkit_nn import models, stability

gray_scott = models.gray_scott(F=0.025, k=0.055, Du=0.2, Dv=0.1)
cases = {
    "Schnakenberg, Dv = 40": (models.schnakenberg(), {"u": 1.0, "v": 0.9}),
    "Brusselator, Dv = 8": (models.brusselator(), {"u": 2.0, "v": 1.5}),
    "Gray-Scott, F = 0.025, k = 0.055": (gray_scott, {"u": 1.0, "v": 0.0}),
}
grid = rd.Grid((96,), spacing=0.6)
x = grid.coords["x"][1]


def measured(term, state, k):
    """Growth rate of a seeded mode: of its share along the leading eigenvector."""
    wave, waves = np.cos(k * x), stability.Waves.along([k], grid=grid)
    values, left = np.linalg.eig(
        stability.matrix(term, state, waves, tuple(state))[0].T
    )
    lead, sizes = left[:, np.argmax(values.real)], []
    fields = {name: value + 1e-7 * wave for name, value in state.items()}
    for steps in (range(0), range(500)):
        fields = rd.Flow(term, rd.RK4(0.004)).advance(fields, grid, steps)
        shares = [(fields[name] - state[name]) @ wave for name in state]
        sizes.append(abs(lead @ shares))
    return np.log(sizes[1] / sizes[0]) / 2.0


# %%
# Lines: theory. Points: simulation. The verdict is printed beside the largest gap.

figure, axes = plt.subplots(1, 3, figsize=(14, 4), layout="constrained")
seeded = 2 * np.pi * np.arange(1, 17) / (96 * 0.6)
for ax, (name, (term, state)) in zip(axes, cases.items()):
    for how, style, label in ((None, ":", "continuum"), (grid, "-", "grid")):
        rates = stability.dispersion(term, state, np.linspace(0, 1.75, 300), grid=how)
        rates[:, 0].real.plot(ax=ax, ls=style, color="C0", label=label)
    points = np.array([measured(term, state, k) for k in seeded])
    exact = stability.dispersion(term, state, seeded, grid=grid)[:, 0].real.values
    ax.plot(seeded, points, "o", ms=4, color="C1", label="simulation")
    ax.axhline(0, color="black", lw=0.8)
    ax.set(title=name, ylabel="growth rate")
    ax.legend()
    print(name, stability.verdict(term, state), np.abs(points - exact).max(), sep="\n")
