"""How things are measured: interleaved, on the process's own CPU time, as ratios."""

from __future__ import annotations

import os

# Before numpy and its friends are imported: one core, unless somebody says otherwise.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import importlib.metadata
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

NAMES = ("rdkit-nn", "numpy", "numba", "torch", "jax", "py-pde")


def header() -> None:
    """Machine and versions, before any figure."""
    told = []
    for name in NAMES:
        try:
            told.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            told.append(f"no {name}")
    print(", ".join([_processor(), f"python {platform.python_version()}", *told]))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(x for x in lines if x.startswith("model name"))
        return model.split(":")[1].strip()
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time):
    """Time of some work; by default the CPU's."""
    begun = clock()
    work()
    return clock() - begun


def interleaved(
    works: dict[str, Callable[[], object]],
    rounds: int = 7,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, list[float]]:
    """Seconds of each work in each round: A B C A B C …, after one round to warm up."""
    for work in works.values():
        work()
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(seconds(work, clock))
    return found


def ratio(one: list[float], other: list[float]) -> float:
    """Median of paired ratios."""
    return statistics.median(a / b for a, b in zip(one, other))


def rows(
    title: str,
    found: dict[str, list[float]],
    updates: dict[str, float],
    first: str,
) -> None:
    """Print a row for each work: its rate, and how many times faster the first is."""
    each = {name: [t / updates[name] for t in times] for name, times in found.items()}
    for name, times in each.items():
        rate = 1e-9 / statistics.median(times)
        times_faster = "" if name == first else f"{ratio(times, each[first]):9.2f} x"
        print(f"{title:24s} {name:28s} {rate:8.3f} G/s {times_faster}", flush=True)
