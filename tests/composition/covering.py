"""A pairwise covering set: every level of one factor beside every level of another, once.

A case is a combination and one relation to check. Levels are the parts, nestings, kinds,
conditions, domains, stencils, methods, shapes and relations; a pair is covered when some
case holds both.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np

from .generator import Combination, combination
from .relations import RELATIONS

CANDIDATES = 2500
SEED = 8


def levels(of: Combination, relation: str) -> frozenset[str]:
    """Levels of all factors that a case holds."""
    found = {f"method {of.method}", f"domain {of.domain}", f"stencil {of.stencil}"}
    found |= {f"stated {of.stated}", f"shape {of.shape}", f"relation {relation}"}
    found |= {f"condition {n}" for pair in of.pairs for n in pair}
    for p in of.parts:
        found |= {f"part {p.part}", f"nesting {p.nesting}"}
        found |= {f"kind {kind}" for _, kind in p.kinds}
    return frozenset(found)


def pairs(held: frozenset[str]) -> set[tuple[str, str]]:
    """All pairs of levels of two factors."""
    return set(combinations(sorted(held), 2))


@cache
def cases(seed: int = SEED, most: int = 10**9) -> tuple[tuple[int, str], ...]:
    """Index and relation of each case of a covering set, found greedily."""
    rng = np.random.default_rng(seed)
    names = [n for n in RELATIONS if not slow(n)]
    drawn = [
        (index, name)
        for index in range(CANDIDATES)
        for name in rng.permutation(names)[:3].tolist()
    ]
    held = {case: levels(combination(seed, case[0]), case[1]) for case in drawn}
    told: set[tuple[str, str]] = set()
    chosen = []
    for least in (60, 30, 15, 8, 5):
        for case in drawn:
            new = pairs(held[case]) - told
            if len(new) >= least:
                chosen.append(case)
                told |= new
    for case in drawn:  # at last, every part beside every relation
        new = pairs(held[case]) - told
        if any("part " in a + b and "relation " in a + b for a, b in new):
            chosen.append(case)
            told |= new
    return tuple(chosen[:most])


LONG = ("kernel", "torch", "stored", "gradients")  # compiled, or written
RARE = ("limit of a step is", "two noises", "smooth methods", "rebuilt")  # seldom apply


def slow(relation: str) -> bool:
    """Whether a relation takes long or seldom applies, and is checked on a sample alone."""
    return any(word in relation for word in (*LONG, *RARE))
