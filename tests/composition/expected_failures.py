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


EXPECTED: tuple[Expected, ...] = ()


def row_of(levels: frozenset[str], relation: str) -> Expected | None:
    """Row that names a case."""
    for row in EXPECTED:
        if relation in row.relations and all(set(g) & levels for g in row.holding):
            return row
    return None
