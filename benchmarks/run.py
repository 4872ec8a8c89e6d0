"""Run the benchmarks: all of them, or those that are named.

python benchmarks/run.py [gray_scott limit laws threads many_runs first_step network
    ensemble accuracy store scaling]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TABLES = (
    "gray_scott",
    "limit",
    "laws",
    "threads",
    "many_runs",
    "first_step",
    "network",
    "ensemble",
    "accuracy",
    "store",
    "scaling",
)


def main() -> None:
    """Each table in a process of its own."""
    chosen = sys.argv[1:] or TABLES
    if unknown := [name for name in chosen if name not in TABLES]:
        raise SystemExit(
            f"There is no table {unknown[0]}; there are {', '.join(TABLES)}."
        )
    for name in chosen:
        print(f"\n== {name}", flush=True)
        file = Path(__file__).with_name(f"{name}.py")
        done = subprocess.run([sys.executable, "-W", "ignore", str(file)])
        if done.returncode:
            print(f"{name} did not finish (exit {done.returncode})")


if __name__ == "__main__":
    main()
