"""
A neural field beside Gray-Scott
================================

Two media, one question. A neural field is broken by lateral inhibition, as activator and
inhibitor break: linear theory gives its stripes their width. Gray-Scott at the setting of
the paper has no such instability: noise about its state dies, and only a seed opens.
"""

# %%
# What linear theory says of each.

import matplotlib.pyplot as plt
import numpy as np

import rdkit_nn as rd
from rdkit_nn import analysis, initial, models, presets, stability

field = models.amari()
chemistry = presets.get("gray-scott-k0.055")
for name, term in (("neural field", field), ("Gray-Scott", chemistry.flow.term)):
    print(name, stability.verdict(term), sep=": ", end="\n\n")

# %%
# The same small noise about both uniform states; and Gray-Scott once more, from its seed.

sheet = rd.Grid((96, 96), spacing=0.6)
cortex = rd.simulate(
    rd.Flow(field, rd.Euler(0.1)),
    initial.noise(sheet, u=0.0, amplitude=0.01, seed=0),
    2_000,
    every=100,
)
quiet = initial.noise(chemistry.grid, u=1.0, v=0.0, amplitude=0.01, seed=0)
noise = rd.simulate(chemistry.flow, quiet, 2_000, every=100)
seed = rd.simulate(chemistry.flow, chemistry.initial(0), 8_000, every=400)

figure, axes = plt.subplots(1, 4, figsize=(16, 4), layout="constrained")
length = float(analysis.wavelength(cortex.u[-1]))
k, _ = stability.fastest_mode(field, {"u": 0.0})
print(f"neural field: wavelength {length:.2f}, linear theory {2 * np.pi / k:.2f}")
for ax, run, name, title in (
    (axes[0], cortex, "u", f"neural field from noise: {length:.2f} wide"),
    (axes[1], noise, "v", "Gray-Scott from noise: nothing"),
    (axes[2], seed, "v", "Gray-Scott from a seed"),
):
    low, high = (0.0, 0.35) if name == "v" else (None, None)
    ax.imshow(run[name][-1], origin="lower", vmin=low, vmax=high)
    ax.set(title=title)
    ax.set_axis_off()
    size = analysis.contrast(run[name]).clip(1e-12)
    axes[3].semilogy(run.time / run.time[-1], size, label=title.split(":")[0])
axes[3].set(title="contrast", xlabel="share of the run", ylim=(1e-12, 20))
axes[3].legend()
