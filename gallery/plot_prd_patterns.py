"""
Patterns by the pseudo-reaction-diffusion model
===============================================

Hidden and top layer after the game on several sets of pictures: synthetic ones of a known
length, and handwritten digits; MNIST and Fashion-MNIST where their files lie in data/mnist
and data/fashion-mnist. What the receptive fields show is the correlation of the data.
"""

# %%
# One game a data set, from Gaussian weights, raw images.

from pathlib import Path

import matplotlib.pyplot as plt

import rdkit_nn as rd
from rdkit_nn import analysis, neural, presets

sets = {
    "synthetic, length 2": neural.data.synthetic(200, seed=0, length=2.0),
    "synthetic, length 0": neural.data.synthetic(200, seed=0, length=0.0),
    "digits": neural.data.digits().take(200, seed=0),
}
for name in ("mnist", "fashion-mnist"):
    if Path("data", name).is_dir():
        sets[name] = neural.data.idx(Path("data", name)).take(200, seed=0)

figure, axes = plt.subplots(
    len(sets), 4, figsize=(12, 3 * len(sets)), layout="constrained", squeeze=False
)
for row, (name, some) in zip(axes, sets.items()):
    task = neural.Task(some.images, some.labels, centre=False)
    state = neural.weights(task, hidden=128, critic=64, seed=0, dtype="float32")
    game = presets.pseudo_reaction_diffusion(task, dt=0.02, seed=0)
    end = rd.simulate(game, state, steps=10_000).isel(time=-1)
    added = end.U - state.U
    alike = [float(analysis.moran(bank).mean()) for bank in (state.U, end.U, added)]
    dead = int(neural.dead(end, task).sum())
    print(
        f"{name}: Moran's I {alike[0]:+.3f}, then {alike[1]:+.3f}; {dead} dead neurons"
    )
    row[0].imshow(some.images[0], cmap="gray")
    row[0].set_title(f"{name}: one picture")
    for ax, bank, part, moran in zip(
        row[1:], (end.U, added), ("U", "U - U(0)"), alike[1:]
    ):
        high = float(abs(bank).quantile(0.99))
        ax.imshow(neural.montage(bank, 16), cmap="RdBu_r", vmin=-high, vmax=high)
        ax.set_title(f"{part}, Moran's I {moran:+.3f}")
    row[3].imshow(end.V, cmap="RdBu_r", aspect="auto", interpolation="nearest")
    row[3].set_title(f"V has no neighbours; {dead} dead")
    for ax in row:
        ax.set(xticks=[], yticks=[])
