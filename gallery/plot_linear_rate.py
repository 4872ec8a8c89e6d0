"""
A bound and what it bounds
==========================

A wide network with one output approaches its targets at a linear rate, and its neurons
hardly move; the paper proves both, and more beside a critic. Are the bounds near, and what
do they say once a hypothesis fails?
"""

# %%
# The scalar set-up: first layer trained, v = ±1, unit inputs. One critic is scaled down so
# that κμ < ‖z(0) - y‖, which eq. (17) needs; the other is as it is drawn.

import matplotlib.pyplot as plt
import numpy as np

import rdkit_nn as rd
from rdkit_nn import neural
from rdkit_nn.neural import theory

rng = np.random.default_rng(0)
task = neural.Task(rng.standard_normal((6, 12)), rng.standard_normal(6), centre=False)
initial = neural.weights(task, hidden=4000, critic=60, seed=0)
short = initial.assign(W=initial.W * 2e-4)
alone = neural.Supervised(task, ("U",))
game = alone + neural.Adversarial(task, descends=("U",))
cases = {
    "supervised": (alone, initial[["U", "V"]]),
    "frozen critic, short w": (game, short),
    "frozen critic, as drawn": (game, initial),
}

# %%
# Runge-Kutta looks at the gradient flow itself.

figure, axes = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
for k, (name, (term, state)) in enumerate(cases.items()):
    run = rd.simulate(rd.Flow(term, rd.RK4(0.05)), state, steps=1_200, every=24)
    case, t = theory.Scalar(state, task), run.time.values
    gap = neural.predict(run, task).isel(output=0) - task.targets.values[:, 0]
    moved = ((run.U - state.U) ** 2).sum("input").max("hidden") ** 0.5
    bounds = case.within_game(t), case.displacement(t)
    for ax, found, bound in zip(axes, ((gap**2).sum("sample") ** 0.5, moved), bounds):
        ax.semilogy(t, found, f"C{k}", label=name)
        if bound.holds:  # one whose hypothesis fails is never drawn
            ax.semilogy(t, bound.value, f"C{k}:", label=f"bound: {name}")
    print(f"{name}: {bounds[0].failing or 'all hypotheses hold'}")
axes[0].set(title="‖z(t) - y‖", xlabel="time", ylim=(1e-4, 300))
axes[1].set(title="largest ‖u_j(t) - u_j(0)‖", xlabel="time", ylim=(1e-3, 10))
for ax in axes:
    ax.legend(fontsize=8, loc="lower right" if ax is axes[1] else "upper right")
