"""
A Turing instability proper
===========================

Schnakenberg's chemistry has a uniform state that is stable without diffusion and unstable
with it. Noise of one per cent grows there, at first at the length that linear theory says;
with equal diffusivities the same noise dies out.
"""

# %%
# The verdict first, and the growth rates of waves upon u = a + b, v = b / (a + b)².

import matplotlib.pyplot as plt
import numpy as np

import rdkit_nn as rd
from rdkit_nn import analysis, initial, models, stability

q = np.linspace(0, 1.2, 241)
terms = {
    "Dv = 12 Du": models.schnakenberg(Dv=12.0),
    "Dv = Du": models.schnakenberg(Dv=1.0),
}
state = {"u": 1.0, "v": 0.9}
for name, term in terms.items():
    print(name, stability.verdict(term), sep=": ")
k, _ = stability.fastest_mode(terms["Dv = 12 Du"], state)
fastest = 2 * np.pi / k

# %%
# Then the patterns: the same noise, with and without unequal diffusion.

grid = rd.Grid((128, 128), spacing=1.0)
noise = initial.noise(grid, **state, amplitude=0.01, seed=0)
figure, axes = plt.subplots(1, 4, figsize=(15, 3.9), layout="constrained")
for name, term in terms.items():
    flow = rd.Flow(term, rd.Euler(dt=0.01))
    run = rd.simulate(flow, noise, steps=20_000, every=2_000)
    rates = stability.dispersion(term, state, q)[:, 0].real
    axes[0].plot(q, rates, label=name)
    axes[1].semilogy(run.time, analysis.contrast(run.u), label=name)
    if name == "Dv = 12 Du":
        for ax, frame in zip(axes[2:], (run.u[2], run.u[-1])):
            length = float(analysis.wavelength(frame))
            ax.imshow(frame, origin="lower", cmap="viridis")
            ax.set(title=f"u, t = {float(frame.time):g}: wavelength {length:.1f}")
            print(
                f"t = {float(frame.time):g}: {length:.1f}; linear theory {fastest:.1f}"
            )
axes[0].axhline(0, color="black", lw=0.8)
axes[0].set(
    title=f"growth rate, fastest at wavelength {fastest:.1f}", xlabel="wavenumber"
)
axes[0].set_ylim(-0.5, 0.2)
axes[1].set(title="contrast of u", xlabel="time", ylim=(1e-12, 10))
for ax in axes[:2]:
    ax.legend()
