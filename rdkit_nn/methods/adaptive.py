"""Steps as long as the error allows, inside each span."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import isfinite, prod, sqrt
from typing import Any

import numpy as np

from ..arrays import Values, namespace
from ..core.parameters import Parameter
from ..dynamics import Clock
from ..grid import Grid
from ..terms import Term
from .base import Accelerate, Method, Stepper, plain
from .explicit import moved

# Dormand & Prince: nodes, stages, and the difference of the two solutions. The last stage
# is the fifth-order solution, and its rate the first of the next step.
NODES = (0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1)
STAGES = (
    (),
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
ERROR = (71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)

TAKEN, REJECTED = "steps_taken", "steps_rejected"


@dataclass(frozen=True)
class Adaptive(Method):
    """Dormand-Prince 5(4): as many inner steps a span as the tolerance asks for.

    An inner step is taken when the estimated error, in root mean square over all cells of
    all variables, each against atol + rtol · |value|, is below one; the next length
    follows from this error and the last (PI control). Every span begins anew, so steps
    add up and any frame is a start. How many inner steps were taken and rejected is
    counted in the variables `steps_taken` and `steps_rejected` of a run.

    Explicit: where diffusion is stiff, it takes as many steps as stability asks for; see
    `ETDRK4` and `IMEX`. Smooth rates only. Each member of a run takes inner steps of its
    own; they are counted together.

    Args:
        dt: Span: time from one look to the next.
        rtol: Relative tolerance of an inner step.
        atol: Absolute tolerance of an inner step, in the unit of the values.

    Raises:
        FloatingPointError: When no step is short enough: the rates run away, or jump.

    Source:
        Dormand & Prince, J. Comput. Appl. Math. 6 (1980) 19,
        doi:10.1016/0771-050X(80)90013-3; control: Hairer, Nørsett & Wanner, *Solving
        Ordinary Differential Equations I* (1993), II.4, doi:10.1007/978-3-540-78862-1.
    """

    dt: float
    rtol: float = 1e-6
    atol: float = 1e-9
    counters = (TAKEN, REJECTED)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("rtol", "atol"):
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not 0 < value < np.inf:
                raise ValueError(f"`{name}` must be a positive number: {value!r}.")

    def make_step(
        self,
        term: Term,
        grid: Grid,
        values: Values,
        accelerate: Accelerate = plain,
    ) -> Stepper:
        """One span; of members, of each alone."""
        names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
        lead = leading(names, values, grid)
        if not lead:
            return super().make_step(term, grid, values, accelerate)
        return self._alone(term, grid, values, accelerate, names, lead)

    def _alone(
        self,
        term: Term,
        grid: Grid,
        values: Values,
        accelerate: Accelerate,
        names: tuple[str, ...],
        lead: tuple[int, ...],
    ) -> Stepper:
        """The step of members, each of which takes inner steps of its own."""
        places = list(np.ndindex(*lead))

        def of(values: Values, place: tuple[int, ...]) -> dict[str, Any]:
            return {n: v[place] if n in names else v for n, v in values.items()}

        terms: list[Term] = []
        for place in places:
            if term.members is None and terms:
                terms.append(terms[0])
                continue
            own = term.map_parameters(partial(_member, number=place[0]))
            terms.append(accelerate(own, of(values, place)))

        def step(values: Values, clock: Clock) -> Values:
            after = [
                self.step(t, of(values, place), grid, clock)
                for t, place in zip(terms, places)
            ]
            stacked = {
                n: namespace(v).stack([a[n] for a in after]).reshape(tuple(v.shape))
                for n, v in values.items()
                if n in names
            }
            counted = {
                n: values[n] + sum(a[n] - values[n] for a in after)
                for n in self.counters
                if n in values
            }
            return {**values, **stacked, **counted}

        return step

    def step(self, term: Term, values: Values, grid: Grid, clock: Clock) -> Values:
        """One span."""
        span, gone = self.dt, 0.0
        if grid.domain is not None:
            term = Confined(term)
        rates = term.rate(values, grid, clock)
        h = self._first(term, values, grid, clock, rates)
        last, grown = 1e-4, True
        taken = rejected = 0
        while gone < span:
            # No crumb is left for the end of the span.
            if gone + 1.01 * h >= span:
                h = span - gone
            new, after, error = self._try(term, values, rates, grid, clock, gone, h)
            if error <= 1:
                taken += 1
                values, rates = new, after
                gone = span if h == span - gone else gone + h
                factor = 0.9 * max(error, 1e-10) ** (-0.14) * last**0.08
                h *= min(5.0, max(0.2, factor)) if grown else min(1.0, factor)
                last, grown = max(error, 1e-4), True
            else:
                rejected += 1
                grown = False
                h *= max(0.2, 0.9 * error**-0.2) if isfinite(error) else 0.2
            if gone < span and not h >= 16 * np.finfo(float).eps * span:
                raise FloatingPointError(
                    f"No step is short enough after step {clock.step} (time "
                    f"{clock.time + gone:g}): the rates run away or jump. All frames "
                    "before are complete."
                )
        counted = ((TAKEN, taken), (REJECTED, rejected))
        return {**values, **{n: values[n] + k for n, k in counted if n in values}}

    def _try(
        self,
        term: Term,
        values: Values,
        rates: Values,
        grid: Grid,
        clock: Clock,
        gone: float,
        h: float,
    ) -> tuple[Values, Values, float]:
        """New values, their rates, and the error in units of the tolerance."""
        told, new = [rates], values
        for stage in range(1, 7):
            mean = _sum(told, STAGES[stage])
            new = moved(values, mean, h)
            at = clock.at(stage, (gone + NODES[stage] * h) / self.dt)
            told.append(term.rate(new, grid, at))
        gap = _sum(told, ERROR)
        return (
            new,
            told[-1],
            self._size({n: h * e for n, e in gap.items()}, values, new),
        )

    def _size(self, gap: Values, one: Values, other: Values) -> float:
        """Root mean square of differences in units of the tolerance."""
        total, count = 0.0, 0
        for name, part in gap.items():
            a, b = abs(one[name]), abs(other[name])
            larger = a * (a >= b) + b * (a < b)
            share = part / (self.atol + self.rtol * larger)
            total += float((share * share).sum())
            count += int(np.prod(share.shape))
        return sqrt(total / max(1, count)) if isfinite(total) else float("inf")

    def _first(
        self, term: Term, values: Values, grid: Grid, clock: Clock, rates: Values
    ) -> float:
        """Length of the first step, from the size of rates and of their change."""
        # All in units of the span, so that a change of the unit of time changes nothing.
        dt = self.dt
        d0 = self._size({n: values[n] for n in rates}, values, values)
        d1 = dt * self._size(rates, values, values)
        h = 1e-6 if min(d0, d1) < 1e-5 else 0.01 * d0 / d1
        h = min(h, 1.0) if isfinite(h) else 1e-6
        near = clock.at(0, h)
        after = term.rate(moved(values, rates, h * dt), grid, near)
        change = {n: (after[n] - rates[n]) / h for n in rates}
        d2 = max(d1, dt * self._size(change, values, values))
        ahead = (0.01 / d2) ** 0.2 if 1e-15 < d2 < np.inf else max(1e-6, 1e-3 * h)
        return dt * min(100 * h, ahead, 1.0)


class Confined(Term):
    """A term whose rates are 0 in the closed cells of the grid's domain."""

    def __init__(self, term: Term):
        self.term = term

    @property
    def variables(self) -> tuple[str, ...]:
        """What the term moves."""
        return self.term.variables

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Rates of the term, selected."""
        rates = self.term.rate(values, grid, clock)
        return {
            n: grid.domain.select(r + 0 * values[n], 0.0)  # type: ignore[union-attr]
            for n, r in rates.items()
        }


def leading(names: tuple[str, ...], values: Values, grid: Grid) -> tuple[int, ...]:
    """Leading shape of fields on the grid, if all have one and it holds several."""
    axes = len(grid.shape)
    shapes = {tuple(values[n].shape) for n in names if n in values}
    if len(shapes) != 1 or not axes:
        return ()
    (shape,) = shapes
    lead = shape[: len(shape) - axes]
    return lead if shape[len(shape) - axes :] == grid.shape and prod(lead) > 1 else ()


def _member(path: str, value: Any, number: int) -> Any:
    return value.member(number) if isinstance(value, Parameter) else value


def _sum(told: list[Values], weights: tuple[float, ...]) -> dict[str, Any]:
    return {
        name: sum(w * k[name] for w, k in zip(weights, told) if w) for name in told[0]
    }
