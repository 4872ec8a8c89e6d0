"""When the players of a game have come to rest."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ..terms import Term, rates


class equilibrium:  # noqa: N801  (read as a condition: until=neural.equilibrium(...))
    """Over when no rate is larger than ε: an ε-approximate equilibrium.

        max |dU/dt| < ε  and  max |dV/dt| < ε,  entry by entry

    for every variable that the term moves. It asks for the rates themselves, where
    `rd.at_rest` compares two frames. For `simulate(until=…)`.

    Args:
        term: Whose rates: for the game of the paper, generator and critic.
        epsilon: Largest rate that still counts as rest.

    Source:
        Rout (2021), below eq. (4). (The proofs mean ‖z - y‖₂ < ε, which is another thing.)
    """

    def __init__(self, term: Term, epsilon: float):
        if not isinstance(term, Term):
            raise TypeError(f"An equilibrium is one of a term, not of {term!r:.80}.")
        if not epsilon > 0:
            raise ValueError(f"`epsilon` must be positive, but is {epsilon}.")
        self.term, self.epsilon = term, float(epsilon)

    def __call__(self, frame: xr.Dataset) -> bool:
        """Ask for the rates at a frame."""
        return self.largest(frame) < self.epsilon

    def largest(self, frame: xr.Dataset) -> float:
        """Largest rate of any entry."""
        told = rates(self.term, frame).sum("term")
        return max(float(np.abs(told[name].values).max()) for name in told)
