"""Milstein's method for noise whose strength depends on the state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from ..terms import MultiplicativeNoise, Term, parts
from .base import Accelerate, Method, Stepper, plain
from .explicit import moved


@dataclass(frozen=True)
class Milstein(Method):
    """Euler-Maruyama and the next term of the noise: strong order 1.

        u' = u + dt f + g ΔW + ½ g g' (ΔW² - dt)

    for noise of each cell and species by itself (`MultiplicativeNoise`); additive noise
    needs no correction, and `Euler` is then the same.

    Args:
        dt: Time that one step spans.

    Source:
        Milstein, Theory Probab. Appl. 19 (1975) 557, doi:10.1137/1119062.
    """

    dt: float
    first_order = True
    stability_limit = 2.0

    def check(self, term: Term) -> None:
        """Refuse a law of strength that has no derivative.

        Raises:
            TypeError: With the derivative.
        """
        super().check(term)
        for part in parts(term):
            if isinstance(part, MultiplicativeNoise):
                part.half_slope  # noqa: B018
            elif any(isinstance(t, MultiplicativeNoise) for t in part.nested()):
                raise TypeError(
                    f"Milstein corrects noise of single cells; inside another term, "
                    f"{part!r:.80}, its correction is not known. Take Euler."
                )

    def make_step(
        self,
        term: Term,
        grid: Grid,
        values: Values,
        accelerate: Accelerate = plain,
    ) -> Stepper:
        """Rates as fast as they come, corrections of each noise."""
        fast = accelerate(term)
        noises = [part for part in parts(term) if isinstance(part, MultiplicativeNoise)]

        def step(values: Values, clock: Clock) -> Values:
            rates = dict(fast.rate(values, grid, clock))
            for noise in noises:
                for name, more in noise.correction(values, grid, clock).items():
                    rates[name] = rates[name] + more
            return moved(values, rates, self.dt)

        return step

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) = 1 + z."""
        return 1 + z

    def step(self, term: Term, values: Values, grid: Grid, clock: Clock) -> Values:
        """Euler-Maruyama and the corrections."""
        return self.make_step(term, grid, values)(values, clock)
