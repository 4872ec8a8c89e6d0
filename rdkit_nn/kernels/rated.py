"""Any method in plain arithmetic, on rates that are compiled.

Laws and diffusions that `fused` can weave are asked for in one compiled pass; all other
terms of the sum as they are. Where no method of `fused` fits - exponential, implicit,
adaptive ones, or a sum with noise - this is the next best.
"""

from __future__ import annotations

from typing import Any

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from ..methods import Method
from ..terms import Sum, Term, parts
from . import fused
from .base import Kernel, loop


def kernel(
    term: Term, method: Method, grid: Grid, values: Values, device: str
) -> Kernel | None:
    """Know sums on the CPU of which some law or diffusion can be woven."""
    if any(getattr(part, "needs_torch", False) for part in parts(term)):
        return None
    woven: list[Woven] = []

    def accelerate(asked: Term, like: Values | None = None) -> Term:
        mine = [part for part in parts(asked) if not fused.hindrance_of(part, grid)]
        if not mine:
            return asked
        rates = fused.rates(Sum(tuple(mine)), grid, values if like is None else like)
        if rates is None:
            return asked
        woven.append(Woven(asked, Sum(tuple(mine)), rates))
        return woven[-1]

    step = method.make_step(term, grid, values, accelerate)
    if not woven:
        return None

    return Kernel("rated", loop(step, grid, method.dt))


class Woven(Term):
    """A sum whose laws and diffusions are asked for in one compiled pass."""

    def __init__(self, whole: Term, mine: Sum, rates: Any):
        self.whole, self.mine, self.compiled = whole, mine, rates
        others = tuple(part for part in parts(whole) if part not in mine.terms)
        self.others = Sum(others) if others else None

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """What the whole sum moves."""
        return self.whole.variables

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the whole sum reads."""
        return self.whole.inputs

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """The compiled rates, and those of the others."""
        total = dict(self.compiled(values))
        if self.others is not None:
            for name, rate in self.others.rate(values, grid, clock).items():
                total[name] = total[name] + rate if name in total else rate
        return total
