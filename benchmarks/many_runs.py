"""A thousand runs of 128² and 2,000 steps: one batched call against bare single runs."""

from __future__ import annotations

import os

os.environ["NUMBA_NUM_THREADS"] = "2"

import time

import numpy as np
from measure import header, seconds

import rdkit_nn as rd
from rdkit_nn import initial, models

RUNS, STEPS, GRID = 1000, 2000, rd.Grid((128, 128))
BEGIN = initial.noise(GRID, u=0.6, v=0.3, seed=0).astype("float32")
FEEDS = np.linspace(0.02, 0.06, RUNS)


def build(F: float) -> rd.Flow:
    """One run's flow."""
    return rd.Flow(models.gray_scott(F=F, k=0.06, Du=0.16, Dv=0.08), rd.Euler(1.0))


def bare() -> None:
    """A tenth of the runs, one after another, on one thread, and nothing kept."""
    values = {name: BEGIN[name].values for name in ("u", "v")}
    for F in FEEDS[::10]:
        build(F).advance(values, GRID, range(STEPS))


def main() -> None:
    """CPU and wall clock of both."""
    os.environ["NUMBA_NUM_THREADS"] = "1"
    bare()
    single = [seconds(bare) * 10 for _ in range(2)]
    os.environ["NUMBA_NUM_THREADS"] = "2"
    batched, walls = [], []
    for _ in range(2):
        wall = time.perf_counter()
        told = dict(steps=STEPS, progress=False)
        batched.append(
            seconds(lambda t=told: rd.sweep(build, BEGIN, {"F": FEEDS}, **t))
        )
        walls.append(time.perf_counter() - wall)
    cpu, alone = min(batched), min(single)
    print(f"{RUNS} runs of 128², {STEPS} steps, float32: sweep {cpu:.1f} s of CPU,")
    print(f"{cpu / alone:.3f} of the bare runs, {min(walls):.1f} s by the clock on two")
    print(f"threads: {alone / 2 / min(walls):.2f} of two ideal cores")


if __name__ == "__main__":
    header()
    main()
