"""Cases that fail at present, each with why. The list only shrinks.

A row names the relation, and a combination by what it must hold: one word of each group
of `holding` must be among the levels of its factors (see `covering.levels`). Each row gives
one combination that fails; when it passes, the row is to be struck out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """A known failure.

    Args:
        relations: Names of the relations that fail.
        holding: Levels that the combination holds, any one of each group.
        why: In a line.
        example: Seed and index of a combination that fails.
    """

    relations: tuple[str, ...]
    holding: tuple[tuple[str, ...], ...]
    why: str
    example: tuple[int, int]


EXPECTED: tuple[Expected, ...] = (
    Expected(
        ("a wrapping leaves the limit of a step",),
        (),
        "a factor of a sum hides its laws, and what modes damp, from the limit of a step",
        (8, 184),
    ),
    Expected(
        ("axes may change places", "a ring may be turned"),
        (("stencil 9-point",),),
        "values held along a wall are continued in straight lines around a ring, and a "
        "corner where conditions disagree is that of the last axis",
        (22, 431),
    ),
    Expected(
        ("steps add up", "stored and resumed it is the run in memory"),
        (("kind members", "kind members and field"),),
        "a start spread over members lies in memory with members last, and what is summed "
        "over cells then differs in the last bit from a run that goes on",
        (21, 5),
    ),
)


def row_of(levels: frozenset[str], relation: str) -> Expected | None:
    """Row that names a case."""
    for row in EXPECTED:
        if relation in row.relations and all(set(g) & levels for g in row.holding):
            return row
    return None
