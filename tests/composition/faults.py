"""Show that the relations bite: faults are put back one at a time, and each must be caught.

    python tests/composition/faults.py [word …]

Each fault replaces something of the package in memory. The relations that are named beside
it are tried first on a fixed set of combinations, then all others; the table tells which
one caught it first. The exit status is the number of faults that none caught.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))


FAULTS: dict[str, tuple[Callable, tuple[str, ...]]] = {}
COMBINATIONS = 400  # of the fixed set, seed SEED
SEED = 9


def fault(words: str, *first: str):
    """Register a fault: a function that yields (object, name, replacement) triples."""

    def register(make: Callable) -> Callable:
        FAULTS[words] = make, first
        return make

    return register


def room(name: str):
    """A module of the package."""
    return import_module(f"rdkit_nn.{name}")


@contextmanager
def put_back(make: Callable):
    """The package with a fault."""
    with ExitStack() as stack:
        for owner, name, new in make():
            there = vars(owner).get(name)
            setattr(owner, name, new)
            stack.callback(setattr, owner, name, there)
        yield


def caught(make: Callable, first: tuple[str, ...]) -> str | None:
    """The first relation that fails with the fault and holds without it."""
    from composition import expected_failures, generator, refusals
    from composition.covering import levels
    from composition.relations import RELATIONS, reference

    def fails(of, name) -> bool:
        try:
            with reference():
                RELATIONS[name](of)
        except Exception:
            return True
        return False

    asked = [(index, name) for name in first for index in range(COMBINATIONS)]
    rng = np.random.default_rng(0)
    asked += [
        (index, name)
        for index in range(60)
        for name in rng.permutation(list(RELATIONS))[:12].tolist()
        if "stored" not in name
    ]
    for index, name in asked:
        of = generator.combination(SEED, index)
        if expected_failures.row_of(levels(of, name), name):
            continue
        with put_back(make):
            found = refusals.refused(of) is None and fails(of, name)
        if found and refusals.refused(of) is None and not fails(of, name):
            return name
    return None


def main(words: list[str]) -> int:
    """Print the table; return how many faults nothing caught."""
    from composition import (  # noqa: F401  they register relations
        domains,
        fault_list,
        identities,
        inputs,
        limits,
        more_faults,
        spectra,
        symmetries,
    )

    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    missed = 0
    chosen = {k: v for k, v in fault_list.FAULTS.items() if all(w in k for w in words)}
    for told, (make, first) in chosen.items():
        began = time.perf_counter()
        name = caught(make, first)
        missed += name is None
        seconds = time.perf_counter() - began
        print(
            f"{told:62s} {name or '— nothing caught it —'} ({seconds:.1f} s)",
            flush=True,
        )
    print(f"{len(chosen) - missed} of {len(chosen)} faults caught")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
