"""One domain in blocks: twice the domain on twice the workers, by the wall clock."""

from __future__ import annotations

import time

import numpy as np
from measure import header

import rdkit_nn as rd
from rdkit_nn import models

N, STEPS, ROUNDS = 2048, 256, 3


def initial(blocks: int):
    """Blocks of 2048 x 2048 cells, one above another."""
    grid = rd.Grid((blocks * N, N))
    told = 0.3 + 0.4 * np.random.default_rng(0).random((2, *grid.shape), "float32")
    return grid, {"u": told[0], "v": told[1]}


def timed(dynamics, values, grid) -> float:
    """Least seconds of some rounds."""
    found, at = [], 16
    values = dynamics.advance(values, grid, range(at))  # where it will be, and compiled
    for _ in range(ROUNDS):  # each goes on: the same work twice would be remembered
        begun = time.perf_counter()
        values = dynamics.advance(values, grid, range(at, at + STEPS))
        float(values["u"].sum())  # until it is there
        found.append(time.perf_counter() - begun)
        at += STEPS
    return min(found)


def main() -> None:
    """The whole on one thread; one block on one worker; two on two."""
    from distributed import Client, LocalCluster

    flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(1.0))
    grid, values = initial(1)
    alone = timed(flow, values, grid)
    rates = [N * N * STEPS / alone / 1e9]
    times = []
    for workers in (1, 2):
        how = dict(n_workers=workers, threads_per_worker=1, dashboard_address=None)
        with LocalCluster(**how) as home, Client(home):
            grid, values = initial(workers)
            # One worker has two blocks of half the size, so that it exchanges halos, too.
            rows = N // 2 if workers == 1 else N
            times.append(timed(rd.Chunked(flow, {"y": rows}, 32), values, grid))
            rates.append(workers * N * N * STEPS / times[-1] / 1e9)
    print(f"{N}² float32 in one piece, one thread: {rates[0]:.2f} G cell-updates/s")
    print(f"in blocks on one worker: {rates[1]:.2f} ({rates[1] / rates[0]:.2f} of it)")
    print(
        f"twice the domain on two workers: {rates[2]:.2f}; weak scaling "
        f"{times[0] / times[1]:.2f}"
    )


if __name__ == "__main__":
    header()
    main()
