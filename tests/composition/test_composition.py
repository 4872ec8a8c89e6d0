"""Every combination satisfies every relation that applies to it.

A pairwise covering set runs by default; thousands of random combinations run under
`-m slow`, from `COMPOSITION_SEED` (default 1), `COMPOSITION_FROM` (0) and
`COMPOSITION_COUNT` (5000). A failure prints the seed and index that reproduce it:

    from composition import generator, test_composition
    test_composition.RELATIONS[name](generator.combination(seed, index))
"""

import os
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import methods, terms

from . import (
    covering,
    domains,
    expected_failures,
    identities,
    inputs,
    limits,
    refusals,
    registry,
    spectra,
    symmetries,
)
from .generator import combination
from .relations import RELATIONS, reference
from .surroundings import covered_terms

ROOMS = (domains, identities, inputs, limits, spectra, symmetries)  # they register
COMPILED = ("its own kernel is the reference",)
CASES = covering.cases()
BLOCKS = 40  # tests that the covering set is shared among
SLOW_RELATIONS = [n for n in RELATIONS if covering.slow(n)]


def verdict(seed, index, name):
    """None where a relation holds, does not apply or is refused; else what went wrong."""
    of = combination(seed, index)
    told = f"combination({seed}, {index}) | {name}"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if (error := refusals.refused(of)) is not None:
            known = refusals.row_of(error) is not None
            return None if known else f"{told}\n    refused, not in the table: {error}"
        try:
            if name in COMPILED or "torch" in name:
                RELATIONS[name](of)
            else:
                with reference():
                    RELATIONS[name](of)
        except Exception as error:
            if expected_failures.row_of(covering.levels(of, name), name):
                return None
            return f"{told}\n    {type(error).__name__}: {str(error)[:400]}\n    {of}"
    return None


def check(cases):
    failed = [told for case in cases if (told := verdict(*case))]
    assert not failed, f"{len(failed)} of {len(cases)}:\n" + "\n".join(failed)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_covering_set_satisfies_its_relations(block):
    check([(covering.SEED, *case) for case in CASES[block::BLOCKS]])


@pytest.mark.parametrize("name", SLOW_RELATIONS)
def test_a_sample_satisfies_the_relations_that_take_longer(name):
    rare = any(word in name for word in covering.RARE)
    few = 150 if rare else 12 if name in COMPILED or "stored" in name else 40
    check([(covering.SEED, index, name) for index in range(few)])


def test_the_covering_set_covers_every_pair_of_part_and_relation():
    held = set().union(
        *(
            covering.pairs(covering.levels(combination(covering.SEED, i), n))
            for i, n in CASES
        )
    )
    names = [n for n in RELATIONS if not covering.slow(n)]
    wanted = [(f"part {p}", f"relation {n}") for p in registry.PARTS for n in names]
    missing = [pair for pair in wanted if pair not in held]
    assert len(missing) < 0.02 * len(wanted), missing


def test_everything_public_is_registered():
    helpers = {"Term", "Sum", "Reaction"} | {n for n in terms.__all__ if n[0].islower()}
    assert set(terms.__all__) - helpers - covered_terms() == set()
    bare = {"Method", "Clip", "Hold", "NormBound"}
    assert set(methods.__all__) - bare == registry.CLASSES["methods"]
    kinds = {c.__name__ for c in rd.Periodic.__base__.__subclasses__()}
    assert kinds == registry.CLASSES["conditions"]
    assert registry.DEVICES == ("cpu", "torch:cpu")


def test_few_combinations_are_refused_and_all_refusals_are_told():
    share, unlisted = refusals.share(seed=5, count=200)
    assert not unlisted, "\n".join(unlisted)
    assert share <= refusals.MOST, f"{share:.1%} are refused"


def test_the_page_of_refusals_is_the_table():
    page = Path(__file__).parents[2] / "docs" / "refusals.md"
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| `([^`]+)` \|$", page.read_text(), re.M
    )
    told = {(a.strip(), b.strip()) for a, b, _ in rows[0:]}
    assert told == {(r.what, r.beside) for r in refusals.TABLE}


@pytest.mark.parametrize(
    "row", expected_failures.EXPECTED, ids=lambda row: row.why[:40]
)
def test_an_expected_failure_still_fails(row):
    """The list only shrinks: strike out a row that passes."""
    of = combination(*row.example)
    failed = []
    for name in row.relations:
        try:
            with reference(), np.errstate(all="ignore"):
                RELATIONS[name](of)
        except (AssertionError, ValueError) as error:
            failed.append(error)
    assert failed, f"this passes now, strike it out of the list: {row}"


@pytest.mark.slow
def test_thousands_of_random_combinations_satisfy_their_relations(capsys):
    seed = int(os.environ.get("COMPOSITION_SEED", 1))
    first = int(os.environ.get("COMPOSITION_FROM", 0))
    count = int(os.environ.get("COMPOSITION_COUNT", 5000))
    names, failed = list(RELATIONS), []
    for index in range(first, first + count):
        rng = np.random.default_rng([seed, index, 1])
        for name in rng.permutation(names)[:4].tolist():
            if told := verdict(seed, index, name):
                failed.append(told)
                with capsys.disabled():
                    print(f"\n{told}")
    assert not failed, f"seed {seed}: {len(failed)} failures:\n" + "\n".join(failed)
