"""A lattice of coupled logistic maps: spatio-temporal chaos in one line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Values
from ..grid import Grid
from .base import Map


@dataclass(frozen=True)
class CoupledLogistic:
    """Each cell follows f(u) = r u (1 - u) and mixes with its nearest neighbours."""

    r: float
    coupling: float
    name: str = "u"

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse values that the map would throw out of [0, 1]."""
        if self.name not in values:
            raise KeyError(
                f"The map moves `{self.name}`, but the state has only "
                f"{', '.join(values)}."
            )
        field = np.asarray(values[self.name])
        if field.dtype.kind != "f" or not ((field >= 0) & (field <= 1)).all():
            raise ValueError(
                f"`{self.name}` must be floating point between 0 and 1: outside, "
                "logistic maps run away."
            )

    def __call__(self, values: Values, grid: Grid) -> Values:
        """One iteration: all cells map, then mix."""
        u = values[self.name]
        mapped = self.r * u * (1 - u)
        # The plain Laplacian of unit spacing, so that `coupling` is a share, not a rate.
        near = Grid(grid.shape, 1.0, dict(zip(grid.dims, grid.boundary)))
        mixed = near.laplacian(mapped) / (2 * len(grid.shape))
        return {self.name: mapped + self.coupling * mixed}


def coupled_logistic(*, r: float = 3.9, coupling: float = 0.3, name: str = "u") -> Map:
    """A diffusively coupled lattice of logistic maps.

        u' = (1 - ε) f(u) + ε ⟨f(u)⟩ over the nearest neighbours,   f(u) = r u (1 - u)

    Args:
        r: Strength of the map, 0 to 4; chaotic from about 3.57.
        coupling: ε, 0 to 1.
        name: Variable that holds the lattice, between 0 and 1.

    Returns:
        A map of one iteration a step. Its neighbours behind a wall are the wall's.

    Raises:
        ValueError: If `r` or `coupling` is out of range.

    Source:
        Kaneko, Prog. Theor. Phys. 72 (1984) 480, doi:10.1143/PTP.72.480.
    """
    if not 0 <= r <= 4:
        raise ValueError(f"`r` must lie between 0 and 4, but is {r}.")
    if not 0 <= coupling <= 1:
        raise ValueError(f"`coupling` must lie between 0 and 1, but is {coupling}.")
    return Map(CoupledLogistic(float(r), float(coupling), name))
