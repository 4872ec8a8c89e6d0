"""Combinations that the package refuses, and why. Whatever else it refuses is a failure.

`docs/refusals.md` holds the same table for readers; a test holds both together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

import rdkit_nn as rd

from .building import built, flow
from .generator import Combination, combination

MOST = 0.15  # of random combinations may be refused


@dataclass(frozen=True)
class Refusal:
    """One row: what does not go with what, and the words in the message.

    Args:
        what: Term or kind of parameter.
        beside: Domain, method, stencil or nesting that it does not go with.
        says: Pattern that the message holds.
    """

    what: str
    beside: str
    says: str


TABLE = (
    Refusal(
        "any transport", "an explicit method with too long a step", r"dt=.* is unstable"
    ),
    Refusal(
        "two terms of one variable", "different stencils", r"taken by several stencils"
    ),
    Refusal(
        "two terms of one variable",
        "different boundary conditions",
        r"are told twice, differently",
    ),
    Refusal("two noises of one variable", "one seed", r"would draw the same numbers"),
    Refusal(
        "a diffusivity in space, by axis or by a law",
        "a stencil other than 5-point",
        r"[Dd]iffusivities in space.* take the 5-point",
    ),
    Refusal(
        "a mobility in space",
        "a stencil other than 5-point",
        r"mobility in space takes the 5-point stencil",
    ),
    Refusal(
        "a stencil other than 5-point",
        "a domain",
        r"reaches across the edge of a domain",
    ),
    Refusal("slopes by modes", "a domain", r"Slopes by modes reach across"),
    Refusal("slopes by modes", "walls", r"Slopes by modes need periodic axes"),
    Refusal(
        "a stencil of 4th order",
        "walls fewer than two cells apart",
        r"needs 2 cells between",
    ),
    Refusal("the 9-point stencil", "uneven spacing", r"isotropic only on even spacing"),
    Refusal(
        "the spectral stencil",
        "conditions without plain modes",
        r"has no modes for|no plain modes",
    ),
    Refusal("graph diffusion", "a domain", r"A graph has no domain"),
    Refusal(
        "weights",
        "a grid with another number of cells",
        r"The graph has .* nodes, but the grid",
    ),
    Refusal(
        "a term linear in the Laplacian",
        "a method by modes, and a Robin wall",
        r"no plain modes|has no plain modes",
    ),
    Refusal("any term", "a method by modes, and a domain", r"takes the modes of a box"),
    Refusal(
        "noise, at any depth",
        "RK4, Adaptive, ETD1, ETDRK4, Strang, IMEX",
        r"steps smooth rates only",
    ),
    Refusal(
        "noise",
        "a drive, a diffusivity",
        r"is white noise, .* which has no value|cannot be noise",
    ),
    Refusal(
        "multiplicative noise inside another term",
        "Milstein",
        r"Milstein corrects noise of single cells",
    ),
    Refusal(
        "multiplicative noise", "a factor", r"is not scaled by a factor of its rate"
    ),
    Refusal("a mask as a factor", "a term in flux form", r"A mask as a factor of"),
    Refusal(
        "a term of two variables", "a drive", r"must be a term that moves one variable"
    ),
    Refusal(
        "a function of place",
        "a grid without that axis",
        r"depends on .*, but the grid has",
    ),
    Refusal(
        "a field",
        "a grid of another shape or other places",
        r"values along .*, but the grid has|lies at .*, but the cells",
    ),
    Refusal(
        "members along two dimensions, or of two sizes",
        "one sum",
        r"must share them, but found",
    ),
    Refusal(
        "a tensor that wants gradients",
        "the device cpu",
        r"which only a torch device keeps|tensors all the way",
    ),
    Refusal(
        "a tensor that wants gradients, linear in the Laplacian",
        "a method by modes",
        r"do not pass through an exponential",
    ),
    Refusal(
        "a function as a condition",
        "the grid",
        r"Conditions of a grid are written into",
    ),
    Refusal(
        "the value of another variable",
        "a circle of such values",
        r"Boundary values form a circle",
    ),
    Refusal(
        "the value of another variable",
        "a periodic axis of that variable",
        r"has no value on a boundary there",
    ),
)


def row_of(error: Exception) -> Refusal | None:
    """Row of the table that an error belongs to."""
    if not isinstance(error, (TypeError, ValueError)):
        return None
    return next((row for row in TABLE if re.search(row.says, str(error))), None)


def refused(of: Combination) -> Exception | None:
    """The error that a combination is refused with; None where it runs."""
    try:
        term, state = built(of)
        made = flow(of, term)
        state = made.spread(state)
        fields = {str(n): f.values for n, f in state.items()}
        made.check(fields, rd.Grid.of(state), range(of.steps))
    except (TypeError, ValueError, KeyError) as error:
        return error
    return None


def share(seed: int, count: int) -> tuple[float, list[str]]:
    """Share of random combinations that are refused, and the refusals that no row tells."""
    number, unlisted = 0, []
    for index in range(count):
        with np.errstate(all="ignore"):
            error = refused(combination(seed, index))
        if error is None:
            continue
        number += 1
        if row_of(error) is None:
            unlisted.append(
                f"combination({seed}, {index}): {type(error).__name__}: {error}"
            )
    return number / count, unlisted
