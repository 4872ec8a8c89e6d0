"""Ratios of speed, Gray-Scott: ours against peers, one core, interleaved.

    python benchmarks/gray_scott.py [--n 512 1024] [--dtype float32 float64]

Every competitor is checked to compute the same field before it is timed. Rounds go
A B A B …; the figure is the median of paired ratios of the process's own CPU time.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import importlib.metadata
import platform
import statistics
import time

import numpy as np
import peers


def seconds(advance, steps: int) -> float:
    """CPU time of some steps."""
    begun = time.process_time()
    advance(steps)
    return time.process_time() - begun


def check(n: int, dtype: str) -> None:
    """Every competitor computes the same field."""
    u, v = peers.start(n, dtype)
    told = peers.ours(u, v)(20)
    for name, make in peers.PEERS.items():
        found = make(u.copy(), v.copy())(20)
        for one, other in zip(told, found):
            assert one.dtype == np.dtype(dtype), name
            # Twenty steps of rounding, in another order of summation.
            gap = np.abs(one - other).max()
            assert gap < 2e3 * np.finfo(dtype).eps, (name, gap)


def table(n: int, dtype: str, rounds: int) -> None:
    """One row a competitor."""
    u, v = peers.start(n, dtype)
    mine = peers.ours(u, v)
    mine(4)
    others = {name: make(u.copy(), v.copy()) for name, make in peers.PEERS.items()}
    steps = {"ours": max(32, int(4e8 / n**2))}
    for name, advance in others.items():
        advance(2)
        per = seconds(advance, 4) / 4
        steps[name] = max(4, int(0.4 / max(per, 1e-6)))
    ratios: dict[str, list[float]] = {name: [] for name in others}
    rates: dict[str, list[float]] = {name: [] for name in ("ours", *others)}
    for _ in range(rounds):
        for name, advance in others.items():
            one = seconds(mine, steps["ours"]) / steps["ours"]
            other = seconds(advance, steps[name]) / steps[name]
            ratios[name].append(other / one)
            rates["ours"].append(n * n / one / 1e9)
            rates[name].append(n * n / other / 1e9)
    for name, found in rates.items():
        times = "" if name == "ours" else f"{statistics.median(ratios[name]):8.1f} x"
        print(
            f"{dtype} {n:5d}^2  {name:14s} {statistics.median(found):7.3f} G/s {times}"
        )


def main() -> None:
    """Check, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[512, 1024])
    parser.add_argument("--dtype", nargs="+", default=["float32", "float64"])
    parser.add_argument("--rounds", type=int, default=7)
    told = parser.parse_args()
    versions = [
        f"{n} {importlib.metadata.version(n)}"
        for n in ("rdkit-nn", "numpy", "numba", "py-pde")
    ]
    print(platform.processor() or platform.machine(), *versions, sep=", ")
    print("giga cell-updates a second of CPU; x = how many times faster ours is")
    for dtype in told.dtype:
        check(64, dtype)
        for n in told.n:
            table(n, dtype, told.rounds)


if __name__ == "__main__":
    main()
