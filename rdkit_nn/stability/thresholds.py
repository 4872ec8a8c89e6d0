"""Where a parameter makes a uniform state unstable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..terms import Term
from .dispersing import _reach, growth
from .steady import steady_states

KINDS = ("pattern", "uniform")


def threshold(
    build: Callable[[float], Term],
    low: float,
    high: float,
    *,
    state: Mapping[str, float] | Callable[[float], Mapping[str, float]] | None = None,
    of: str = "pattern",
    positive: bool = False,
    dims: int = 2,
) -> float:
    """Value of a parameter at which a uniform state becomes unstable.

    Args:
        build: From the parameter to the term.
        low: A value on one side of the threshold,
        high: and one on the other.
        state: The uniform state, or a function from the parameter to it. Default: the only
            one there is.
        of: `pattern`: to waves with k > 0; `uniform`: to k = 0.
        positive: Whether only states without negative values count.
        dims: Of space.

    Returns:
        The threshold, to about 1e-10 of the interval.

    Raises:
        ValueError: If both sides are alike, or there are several states and none is told.

    Example:
        >>> from rdkit_nn import models
        >>> round(threshold(lambda D: models.schnakenberg(Dv=D), 5.0, 12.0), 6)
        8.567627
    """
    from scipy.optimize import brentq

    if of not in KINDS:
        raise ValueError(f"`of` is one of {', '.join(KINDS)}, not {of!r}.")

    def excess(value: float) -> float:
        term = build(value)
        here = _state(term, value, state, positive, dims)
        if of == "uniform":
            return float(growth(term, here, 0.0, dims)[0])
        return _highest(term, here, dims)

    edges = excess(low), excess(high)
    if edges[0] * edges[1] > 0:
        raise ValueError(
            f"The state is {'un' * (edges[0] > 0)}stable at {low:g} and at {high:g} alike "
            f"(growth {edges[0]:.3g} and {edges[1]:.3g}): there is no threshold between, "
            "or there are two."
        )
    return float(brentq(excess, low, high, xtol=1e-12 * max(abs(low), abs(high))))


def _state(
    term: Term, value: float, state: Any, positive: bool, dims: int
) -> Mapping[str, float]:
    if callable(state):
        return state(value)
    if state is not None:
        return state
    found = steady_states(term, positive=positive, dims=dims)
    if found.sizes["state"] != 1:
        raise ValueError(
            f"There are {found.sizes['state']} uniform states at {value:g}: say which, by "
            "`state`."
        )
    return {str(name): float(found[name][0]) for name in found}


def _highest(term: Term, state: Mapping[str, float], dims: int) -> float:
    """Growth at the highest maximum at k > 0; where there is none, that of long waves."""
    from scipy.optimize import minimize_scalar

    far = _reach(term, dict(state), dims, None)
    k = np.geomspace(1e-4, 1, 800) * far
    told = growth(term, state, k, dims)
    tops = 1 + np.flatnonzero((told[1:-1] >= told[:-2]) & (told[1:-1] > told[2:]))
    if len(tops) == 0:
        return float(told.max())
    best = tops[np.argmax(told[tops])]
    fine = minimize_scalar(
        lambda q: -growth(term, state, q, dims)[0],
        bounds=(k[best - 1], k[best + 1]),
        method="bounded",
        options={"xatol": 1e-13 * k[best]},
    )
    return float(-fine.fun)
