"""Cases that fail at present, each with why. The list only shrinks.

A row names the relation, and a combination by what it must hold: one word of each group
of `holding` must be among the levels of its factors (see `covering.levels`). Each row gives one combination
that fails; when it passes, the row is to be struck out.
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


HELD = (
    "condition dirichlet", "condition dirichlet text", "condition dirichlet text of place",
    "condition dirichlet function", "condition dirichlet of another", "condition neumann",
    "condition neumann text", "condition robin",
)  # fmt: skip
PLACED = (
    "kind field", "kind field along x", "kind members and field", "kind function of place",
    "kind text of place",
)  # fmt: skip

EXPECTED: tuple[Expected, ...] = (
    Expected(
        ("a ring may be turned", "periods side by side are one",
         "conditions of the grid are those of the term", "a mirror image runs the same",
         "what flows is kept"),
        (("condition periodic",), PLACED),
        "behind a periodic edge that the term states and the grid does not, parameters in "
        "space of a law are continued by the last cell instead of around the ring",
        (0, 34),
    ),
    Expected(
        ("a sum in a sum is the sum", "one times a sum is the sum", "minus twice is plus"),
        (("method ETD1", "method ETDRK4", "method IMEX", "method Strang"),),
        "a sum inside another term has no symbol: its linear part becomes explicit",
        (3, 531),
    ),
    Expected(
        ("units do not matter",),
        (("part linear", "nesting conserved"), HELD),
        "values held on the boundary are given to the Laplacian and to potentials too",
        (0, 16),
    ),
    Expected(
        ("a uniform state that nothing moves stays",),
        (("nesting conserved",),),
        "values held on the boundary are given to potentials too",
        (6, 11),
    ),
    Expected(
        ("a constant field is a number",),
        (("nesting conserved",), HELD),
        "a potential that is no law is continued in two ways: by conditions, by its last cell",
        (0, 36),
    ),
    Expected(
        ("axes may change places",),
        (("stencil 9-point",), HELD),
        "a corner ghost is that of the last axis where the conditions disagree",
        (3, 200),
    ),
    Expected(
        ("units do not matter",),
        (("method Adaptive",),),
        "the first step compares rates with numbers that have no unit",
        (3, 415),
    ),
    Expected(
        ("small waves grow as dispersion says",),
        (("part advection",),
         ("nesting scaled by a negative number", "nesting scaled twice in a sum")),
        "dispersion lets upwind differences amplify under a negative factor",
        (4, 284),
    ),
)  # fmt: skip


def row_of(levels: frozenset[str], relation: str) -> Expected | None:
    """Row that names a case."""
    for row in EXPECTED:
        if relation in row.relations and all(set(g) & levels for g in row.holding):
            return row
    return None
