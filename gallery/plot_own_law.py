"""
A law of one's own
==================

FitzHugh-Nagumo with a fast inhibitor, written as a function and as text: the two are one.
Spots stand where the activator wins.
"""

# %%
# The law, said once in plain arithmetic; and again as text, which is never executed.

import matplotlib.pyplot as plt

import rdkit_nn as rd
from rdkit_nn import analysis, initial


@rd.reaction
def fitzhugh_nagumo(u, v, *, eps, a0, a1):
    return u - u**3 - v, eps * (u - a1 * v - a0)


written = rd.law(u="u - u**3 - v", v="eps * (u - a1*v - a0)")

# %%
# Noise about u = v = 0 on a square of side 120.

grid = rd.Grid((120, 120), spacing=1.0)
state = initial.noise(grid, u=0.0, v=0.0, amplitude=0.05, seed=0)
ends = []
for kinetics in (fitzhugh_nagumo, written):
    term = kinetics(eps=0.5, a0=-0.1, a1=1.0) + rd.Diffusion(u=1.0, v=20.0)
    run = rd.simulate(rd.Flow(term, rd.Euler(dt=0.01)), state, steps=30_000)
    ends.append(run.u.isel(time=-1))
assert (ends[0] == ends[1]).all()

# %%
# Linear theory: the fastest mode of the uniform state has a wavelength of 17.4.

figure, ax = plt.subplots(figsize=(5.4, 4.6), layout="constrained")
ends[0].plot.imshow(ax=ax, cmap="viridis", cbar_kwargs={"label": "u"})
ax.set(title=f"wavelength {float(analysis.wavelength(ends[0])):.1f} (theory: 17.4)")
ax.set_aspect("equal")
