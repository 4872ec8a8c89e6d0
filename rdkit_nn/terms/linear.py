"""Polynomials of the Laplacian."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid, stencils, symbols
from . import fields
from .base import Term


class Linear(Term):
    """A polynomial of the Laplacian for each variable.

        du/dt = c0 u + c1 ∇²u + c2 ∇²∇²u + …

    The linear half of Swift-Hohenberg is `Linear(u=(r - 1, -2, -1))`. The boundary
    conditions hold for u; for ∇²u, … they hold with zero in the place of what is held.

    Args:
        coefficients: (c0, c1, …) by variable.
        stencil: Of the Laplacian: `5-point` (2 · dim + 1 points, second order), `9-point`
            (its error isotropic), `4th-order`; see `rdkit_nn.stencils`.
        boundary: Conditions of a variable where they differ from the grid's:
            `{"u": {"x": rd.Dirichlet(0.0), "y": (rd.NoFlux(), rd.Robin(a, b, g))}}`.
    """

    coefficients = fields.by_variable(fields.Powers(fields.parameter()))
    stencil: Any = fields.Stencil()
    boundary = fields.boundary()
    example = "Linear(u=(0.3 - 1, -2, -1))"

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Apply the stencil once for each power."""
        rates = {}
        for name, powers in self.coefficients.items():
            conditions = grid.conditions(name, self.boundary, clock, values)
            zero = tuple((a.homogeneous(), b.homogeneous()) for a, b in conditions)
            field, total = values[name], None
            for order, c in enumerate(powers):
                if order:
                    pairs = conditions if order == 1 else zero
                    field = grid.laplacian(field, pairs, self.stencil)
                if order == 0 or not isinstance(c, float) or c != 0:
                    part = c * field
                    total = part if total is None else total + part
            rates[name] = total
        return rates

    def symbol(self, laplacian: np.ndarray) -> dict[str, np.ndarray] | None:
        """c0 + c1 s + c2 s² + … of the Laplacian's multiplier s, members in front."""
        if not all(fields.is_constant(c) for _, c in self.parameters()):
            return None
        return {n: polynomial(c, laplacian) for n, c in self.coefficients.items()}

    def decay_bound(
        self, grid: Grid, values: Values | None = None, clock: Clock | None = None
    ) -> dict[str, float]:
        """Largest decay over all modes, coefficients at their largest, cell by cell."""
        here = self.at(values or {}, grid, clock)
        bounds = {}
        for name, powers in here.coefficients.items():
            pairs = grid.conditions(name, self.boundary)
            s = np.linspace(-grid.stiffness(pairs, self.stencil), 0, 257)
            total: Any = 0.0
            for c in reversed(powers):
                total = total * s + np.reshape(as_array(c), (-1, 1))
            bounds[name] = max(0.0, -float(np.min(total)))
        return bounds

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse conditions and stencils that do not fit the grid."""
        super().check(values, grid)
        check_stencil(self, grid)


def polynomial(powers: tuple, laplacian: np.ndarray) -> Any:
    """c0 + c1 s + c2 s² + … by Horner's rule, members in front."""
    total: Any = 0.0
    for c in reversed(powers):
        total = total * laplacian + fields.shaped(c, laplacian)
    return total + 0 * laplacian


def check_stencil(term: Any, grid: Grid) -> None:
    """Refuse a stencil that does not fit the grid, its conditions or its domain."""
    symbols.check(term.stencil, grid.spacing)
    if grid.domain is not None:
        stencils.check_domain(term.stencil)
    for name in term.needs_boundary:
        pairs = grid.conditions(name, term.boundary)
        stencils.check_boundary(term.stencil, grid.shape, pairs)


def as_array(value: Any) -> np.ndarray:
    """A resolved parameter as numbers."""
    return np.asarray(
        value.detach().cpu() if hasattr(value, "detach") else value, float
    )
