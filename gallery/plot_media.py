"""
A map of patterns, and a pond
=============================

Parameters and diffusivities may vary in space. On the left every place has feed and kill
rates of its own, so that one run shows where each of Pearson's patterns lives; on the right
a pattern fills a pond with an island, whose shores nothing passes.
"""

# %%
# The feed rate grows upwards, the kill rate to the right. Noise all over, a few seeds.

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import models

grid = rd.Grid((384, 384), spacing=2.5 / 256, boundary="no-flux")
y, x = np.indices(grid.shape) / 384
F = xr.DataArray(0.01 + 0.07 * y[:, 0], dims="y")
k = xr.DataArray(0.045 + 0.025 * x[0], dims="x")
seeds = np.random.default_rng(0).random(grid.shape) < 0.05
state = grid.state(u=1 - 0.5 * seeds, v=0.5 * seeds).astype("float32")
atlas = rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(1.0))
map_of_patterns = rd.simulate(atlas, state, 20_000).v[-1]

# %%
# D = 0 is land.

small = rd.Grid((192, 192), spacing=2.5 / 256)
y, x = np.indices(small.shape) / 192
water = np.hypot(x - 0.5, y - 0.5) < 0.42
water &= np.hypot(x - 0.6, y - 0.4) > 0.12
pond = xr.DataArray(water, dims=small.dims)
law = models.gray_scott(F=0.025, k=0.055).terms[0].scaled(pond)
flow = rd.Flow(law + rd.Diffusion(u=2e-5 * pond, v=1e-5 * pond), rd.Euler(1.0))
drop = np.hypot(x - 0.4, y - 0.75) < 0.06
state = small.state(u=1 - 0.5 * drop, v=0.25 * drop).astype("float32")
filled = rd.simulate(flow, state, 6_000).v[-1]
print(f"v on land: {float(abs(filled.where(~pond)).max()):g}")

figure, axes = plt.subplots(1, 2, figsize=(11, 5.4), layout="constrained")
extent = (0.045, 0.07, 0.01, 0.08)
axes[0].imshow(map_of_patterns, origin="lower", extent=extent, aspect="auto")
axes[0].set(title="v, one run", xlabel="kill rate k", ylabel="feed rate F")
axes[1].imshow(filled.where(pond), origin="lower")
axes[1].set(title="v in a pond, t = 6,000", xticks=[], yticks=[], facecolor="0.7")
