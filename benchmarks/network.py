"""A step of the two-layer network, and its Gram matrix: float32, one core.

n = 1,000 samples of 784 inputs, 4,096 neurons, 10 outputs, both layers trained.
"""

from __future__ import annotations

import statistics
from functools import partial

import numpy as np
from measure import header, interleaved, ratio

import rdkit_nn as rd
from rdkit_nn import neural
from rdkit_nn.labels import strip
from rdkit_nn.neural import theory

N, INPUTS, HIDDEN, OUTPUTS, DT = 1000, 784, 4096, 10, 0.01


def case() -> tuple[neural.Task, dict[str, np.ndarray]]:
    """A task and weights to begin from."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, OUTPUTS, N)
    task = neural.Task(rng.standard_normal((N, INPUTS)), labels)
    state = neural.weights(task, hidden=HIDDEN, critic=128, seed=0, dtype="float32")
    return task, strip(state)


def by_torch(task: neural.Task, weights: dict, adversary: bool):
    """Autograd, eager: the loss as it is written."""
    import torch

    torch.set_num_threads(1)
    X, Y = (torch.tensor(x) for x in task.arrays(weights["U"]))
    W, a = torch.tensor(weights["W"]), torch.tensor(weights["a"])
    w = {k: torch.tensor(weights[k], requires_grad=True) for k in "UV"}
    c = (OUTPUTS * HIDDEN) ** -0.5

    def advance(steps):
        for _ in range(steps):
            Z = c * torch.relu(X @ w["U"].T) @ w["V"].T
            loss = 0.5 * ((Z - Y) ** 2).sum()
            if adversary:
                loss = loss - (torch.relu(Z @ W.T) @ a).sum() / len(a) ** 0.5
            for x, g in zip(w.values(), torch.autograd.grad(loss, list(w.values()))):
                with torch.no_grad():
                    x -= DT * g
        return {k: x.detach().numpy() for k, x in w.items()}

    return advance


def by_jax(task: neural.Task, weights: dict, adversary: bool):
    """One jitted step, gradient by `jax.grad`."""
    import jax
    import jax.numpy as jnp

    X, Y = (jnp.asarray(x) for x in task.arrays(weights["U"]))
    W, a = jnp.asarray(weights["W"]), jnp.asarray(weights["a"])
    c = (OUTPUTS * HIDDEN) ** -0.5

    def loss(w):
        Z = c * jax.nn.relu(X @ w["U"].T) @ w["V"].T
        told = 0.5 * ((Z - Y) ** 2).sum()
        if adversary:
            told = told - (jax.nn.relu(Z @ W.T) @ a).sum() / len(a) ** 0.5
        return told

    @jax.jit
    def step(w):
        return jax.tree.map(lambda x, g: x - DT * g, w, jax.grad(loss)(w))

    state = {"w": {k: jnp.asarray(weights[k]) for k in "UV"}}

    def advance(steps):
        for _ in range(steps):
            state["w"] = step(state["w"])
        return {k: np.asarray(x) for k, x in state["w"].items()}

    return advance


def ours(task: neural.Task, weights: dict, adversary: bool):
    """The public API."""
    term: rd.Term = neural.Supervised(task)
    if adversary:
        term = term + neural.Adversarial(task)
    flow, state = rd.Flow(term, rd.Euler(DT)), {"w": dict(weights)}

    def advance(steps):
        state["w"] = flow.advance(state["w"], rd.Grid(()), range(steps))
        return state["w"]

    return advance


def main() -> None:
    """Steps with and without the adversary, then the Gram matrix."""
    task, weights = case()
    X, S = task.arrays(weights["U"])[0], np.empty((N, HIDDEN), "float32")
    G = np.empty((HIDDEN, INPUTS), "float32")

    def products(steps=3):
        for _ in range(steps):
            np.matmul(X, weights["U"].T, out=S)
            np.matmul(S.T, X, out=G)

    makers = {"rdkit_nn": ours, "torch autograd": by_torch, "jax jit": by_jax}
    for adversary in (False, True):
        name = "L_aug" if adversary else "L_sup"
        ends = {k: make(task, weights, adversary)(3) for k, make in makers.items()}
        for end in ends.values():
            for w in "UV":
                gap = np.abs(end[w] - ends["rdkit_nn"][w]).max()
                assert gap < 1e-5, (gap, w)
        works = {
            k: partial(make(task, weights, adversary), 3) for k, make in makers.items()
        }
        found = interleaved({**works, "the two products": products}, 7)
        for k, times in found.items():
            told = statistics.median(times) / 3 * 1e3
            part = ratio(times, found["rdkit_nn"])
            print(f"{name}  {k:18s} {told:8.1f} ms a step {part:6.2f} x", flush=True)
    for hidden in (HIDDEN, 16 * HIDDEN):
        active = np.random.default_rng(0).random((N, hidden)) < 0.5
        floats = active.astype("float32")
        both = {"bits": partial(theory.patterns.shared, active)}
        both["floats"] = partial(np.matmul, floats, floats.T.copy())
        both["symmetric"] = partial(np.matmul, floats, floats.T)
        told = interleaved(both)
        one, other = (ratio(told[k], told["bits"]) for k in ("floats", "symmetric"))
        print(
            f"Gram matrix of {hidden} neurons from packed bits: {one:.1f} x the float32 "
            f"product, {other:.1f} x where the product knows that it is symmetric"
        )


if __name__ == "__main__":
    header()
    main()
