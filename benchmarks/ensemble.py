"""Many seeds: a loop of fast steps against one batched product, float32, one core.

`rd.sweep` follows networks one by one (or on processes, with `workers`). The batched twin
carries all of them through every step at once.
"""

from __future__ import annotations

import statistics
from functools import partial

import numpy as np
from measure import header, interleaved, ratio

import rdkit_nn as rd
from rdkit_nn import neural

# Samples, inputs, neurons, networks, and steps of a run.
SIZES = (
    (50, 64, 64, 20, 1000),
    (200, 64, 128, 20, 300),
    (200, 64, 256, 20, 200),
    (1000, 784, 512, 4, 40),
)
OUTPUTS, DT = 10, 1e-3


def batched(task: neural.Task, begins: list, steps: int, out: dict):
    """All members through every step together, in preallocated arrays."""
    U = np.stack([b.U.values.reshape(len(b.U), -1) for b in begins])
    V = np.stack([b.V.values for b in begins])
    X, Y = task.arrays(U)
    members, hidden = U.shape[:2]
    c = np.float32((V.shape[1] * hidden) ** -0.5)
    S = np.empty((members, len(X), hidden), U.dtype)
    back, on = np.empty_like(S), np.empty(S.shape, bool)

    def advance():
        for _ in range(steps):
            np.matmul(X, U.transpose(0, 2, 1), out=S)
            np.greater(S, 0, out=on)
            np.maximum(S, 0, out=S)
            force = Y - c * (S @ V.transpose(0, 2, 1))
            np.matmul(force, V, out=back)
            back[...] *= on
            grow = force.transpose(0, 2, 1) @ S
            U[...] += DT * c * (back.transpose(0, 2, 1) @ X)
            V[...] += DT * c * grow
        out["U"] = U

    return advance


def main() -> None:
    """One line a size."""
    for n, inputs, hidden, members, steps in SIZES:
        rng = np.random.default_rng(0)
        task = neural.Task(
            rng.standard_normal((n, inputs)), rng.integers(0, OUTPUTS, n)
        )
        draw = partial(neural.weights, task, hidden=hidden, dtype="float32")
        begins = [draw(seed=s) for s in range(members)]
        flow = rd.Flow(neural.Supervised(task), rd.Euler(DT))
        out: dict = {}

        def loop(flow=flow, begins=begins, steps=steps, out=out):
            out["V"] = [rd.simulate(flow, b, steps, progress=False) for b in begins]

        batched(task, begins, steps, out)()
        loop()
        gap = max(
            np.abs(run.U.values[-1].reshape(hidden, -1) - u).max()
            for run, u in zip(out["V"], out["U"])
        )
        assert gap < 1e-3, gap  # float32, up to 1,000 steps
        told = interleaved(
            {"loop": loop, "batch": batched(task, begins, steps, out)}, 3
        )
        each = statistics.median(told["loop"]) / steps / members * 1e6
        print(
            f"{members} networks, {n} x {inputs} -> {hidden} -> {OUTPUTS}: loop "
            f"{each:.0f} us a step and network, {ratio(told['batch'], told['loop']):.2f} "
            "x as fast as the batch",
            flush=True,
        )


if __name__ == "__main__":
    header()
    main()
