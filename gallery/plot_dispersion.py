"""
Growth rates, predicted and measured
====================================

Does a wave grow as linear theory says? Each mode of a ring is seeded alone, followed for a
while, and its growth laid over the dispersion relation - of the grid, whose short waves
decay more slowly than the continuum's.
"""

# %%
# Three models, each about a uniform state at rest. The verdict comes first.

import matplotlib.pyplot as plt
import numpy as np

import rdkit_nn as rd
from rdkit_nn import models, stability

cases = {
    "Schnakenberg, Dv = 40": (models.schnakenberg(), {"u": 1.0, "v": 0.9}, 0.6),
    "Brusselator, Dv = 8": (models.brusselator(), {"u": 2.0, "v": 1.5}, 0.5),
    "Gray-Scott, F = 0.025, k = 0.055": (
        models.gray_scott(F=0.025, k=0.055),
        {"u": 1.0, "v": 0.0},
        2.5 / 256,
    ),
}
for name, (term, state, _) in cases.items():
    print(name, stability.verdict(term, state), sep=": ", end="\n\n")


def measured(term, state, grid, mode, dt, span):
    """Growth rate of one seeded mode: of its share along the leading eigenvector."""
    n, h = grid.shape[0], grid.spacing[0]
    k = 2 * np.pi * mode / (n * h)
    wave = np.cos(k * (np.arange(n) + 0.5) * h)
    waves = stability.Waves.along([k], grid=grid)
    values, left = np.linalg.eig(
        stability.matrix(term, state, waves, tuple(state))[0].T
    )
    lead = left[:, np.argmax(values.real)]
    fields = {name: value + 1e-7 * wave for name, value in state.items()}
    flow, sizes = rd.Flow(term, rd.RK4(dt)), []
    for steps in (range(0), range(span)):
        fields = flow.advance(fields, grid, steps)
        shares = [(fields[name] - state[name]) @ wave for name in state]
        sizes.append(abs(lead @ shares))
    return k, np.log(sizes[1] / sizes[0]) / (span * dt)


# %%
# Lines: theory, for the continuum (dotted) and for the grid. Points: simulation.

figure, axes = plt.subplots(1, 3, figsize=(14, 4), layout="constrained")
worst = {}
for ax, (name, (term, state, h)) in zip(axes, cases.items()):
    grid = rd.Grid((96,), spacing=h)
    reach = 1.6 * (2 * np.pi / 15 / h if "Gray" in name else 1.0)
    if "Brusselator" in name:
        reach = 1.8
    k = np.linspace(0, reach, 300)
    for how, style in (({}, ":"), ({"grid": grid}, "-")):
        rates = stability.dispersion(term, state, k, **how)[:, 0].real
        label = "grid" if how else "continuum"
        ax.plot(k, rates, style, color="C0", label=label)
    dt, span = (1.0, 60) if "Gray" in name else (0.004, 500)
    modes = [m for m in range(1, 40) if 2 * np.pi * m / (96 * h) < reach]
    points = np.array([measured(term, state, grid, m, dt, span) for m in modes])
    exact = stability.dispersion(term, state, points[:, 0], grid=grid)[:, 0].real
    worst[name] = float(np.abs(points[:, 1] - exact).max() / np.abs(exact).max())
    ax.plot(*points.T, "o", ms=4, color="C1", label="simulation")
    ax.axhline(0, color="black", lw=0.8)
    ax.set(title=name, xlabel="wavenumber", ylabel="growth rate")
    ax.legend()
for name, gap in worst.items():
    print(f"{name}: largest gap between simulation and theory {gap:.1e} of the range")
