"""
Pearson's atlas
===============

Feed and kill rates of Gray-Scott, each with the pattern that a dozen squares grow into. The
Euler number tells spots (many) from holes (less than none), activity chaos from rest.
"""

# %%
# All as members of one run: twelve feeds by ten kills. Then a short while more, to see
# what still moves.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis, models, presets

F, k = np.linspace(0.010, 0.065, 12), np.linspace(0.045, 0.0675, 10)
points = pd.MultiIndex.from_product([F, k], names=["F", "k"])
feeds, kills = (
    xr.DataArray(points.get_level_values(n).values, dims="point") for n in "Fk"
)
flow = rd.Flow(models.gray_scott(F=feeds, k=kills), rd.Euler(dt=1.0))

grid = rd.Grid((80, 80), spacing=2.5 / 256)
state = presets.scattered_start(0, grid=grid, dtype="float32", count=12)
late = rd.simulate(flow, state, 10_000, every=10_000).isel(time=-1)
run = rd.simulate(flow, late, 50, every=50)
v = run.v.assign_coords(xr.Coordinates.from_pandas_multiindex(points, "point"))
v = v.unstack("point")

# %%
# Where everything died, or went over to the other uniform state, there is no pattern.

alive = analysis.contrast(v[-1]) > 1e-3
chi = analysis.euler_number(v[-1]).where(alive)
speed = np.log10(analysis.activity(v)[-1].where(alive))

figure, axes = plt.subplots(1, 3, figsize=(15, 5), layout="constrained")
tiles = v[-1].transpose("F", "y", "k", "x").values.reshape(12 * 80, 10 * 80)
extent = (0.04375, 0.06875, 0.0075, 0.0675)
axes[0].imshow(tiles, origin="lower", extent=extent, aspect="auto", cmap="viridis")
axes[0].set(title="v", xlabel="kill rate k", ylabel="feed rate F")
for ax, told, title, how in (
    (axes[1], chi, "Euler number", dict(cmap="RdBu_r", center=0, robust=True)),
    (axes[2], speed, "log10 of activity", dict(cmap="magma")),
):
    told.drop_vars(["step", "time"]).plot(ax=ax, cbar_kwargs=dict(label=""), **how)
    ax.set_title(title)
