"""A term is what changes the values; terms add up.

A term declares its fields, and gives its equation as `rate` or as `flux`. Everything else
follows from the fields; see `declared`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arrays import Values
from ..core.parameters import Parameter
from ..dynamics import Clock
from ..grid import Grid
from ..grid import stated as _stated
from ..grid.fluxes import Faces, rate_of_fluxes
from .declared import Declared
from .fields import Boundary, ByVariable, Seed


class Term(Declared, root=True):
    """One contribution to d(values)/dt.

    A subclass declares fields (`parameter`, `by_variable`, `by_axis`, `choice`, `seed`,
    `wrapped`) and defines `rate`, or `flux` if it moves something from cell to
    cell (it then takes `boundary=` as well). Inside them every parameter is a number
    or an array that broadcasts against the
    field, for the grid and the time at hand. Terms add up with `+`, compare by value and
    print as they were written.

    Example:
        >>> import numpy as np, rdkit_nn as rd
        >>> class Decay(rd.Term):
        ...     '''Decay, du/dt = -k u.'''
        ...     k = rd.by_variable(rd.parameter())
        ...     def rate(self, values, grid, clock):
        ...         return {name: -k * values[name] for name, k in self.k.items()}
        >>> Decay(u=0.5)
        Decay(u=0.5)
        >>> Decay(u=0.5).rate({"u": np.ones(2)}, rd.Grid((2,)), rd.Clock(0, 0.1))["u"]
        array([-0.5, -0.5])
    """

    local = False  # whether the rate of a cell depends on that cell alone
    needs_torch = False  # which kernel can step it
    boundary: Any = ()

    def rate(self, values: Values, grid: Grid, clock: Clock) -> Mapping[str, Any]:
        """Contribution to d(values)/dt.

        Args:
            values: Arrays by name, numpy or torch, grid axes last.
            grid: Where they live.
            clock: Step, stage and time at which the rate is asked for.

        Returns:
            For each of `variables`, an array that broadcasts to it.
        """
        if type(self).flux is Term.flux:
            raise NotImplementedError(
                f"{type(self).__name__} defines no rate and no flux."
            )
        return rate_of_fluxes(self, values, grid, clock)

    def flux(self, faces: Faces) -> Mapping[str, Any]:
        """Flux through the faces across one axis, for terms that move from cell to cell.

        Args:
            faces: Values, slopes and parameters at the faces; see `rdkit_nn.fluxes`.

        Returns:
            For each variable that flows along this axis, its flux at every face.
        """
        raise NotImplementedError

    @property
    def conservative(self) -> bool:
        """Whether it is given by its flux."""
        return type(self).flux is not Term.flux

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables whose rate this term contributes to."""
        for name, field in self.declared.items():
            if isinstance(field, ByVariable):
                return tuple(vars(self)[name])
        return tuple(dict.fromkeys(n for t in self.inner for n in t.variables))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Variables that the rate depends on, those of boundary values among them."""
        held = _stated.referenced(self.boundary)
        return tuple(dict.fromkeys((*self._inputs, *held)))

    @property
    def _inputs(self) -> tuple[str, ...]:
        if self.inner:
            return tuple(dict.fromkeys(n for t in self.inner for n in t.inputs))
        return self.variables

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Variables whose boundary conditions it needs: those of a term with `boundary`."""
        if any(isinstance(field, Boundary) for field in self.declared.values()):
            return self._inputs
        return ()

    @property
    def stochastic(self) -> bool:
        """Whether the rate, or that of a term inside, is white noise."""
        own = any(isinstance(field, Seed) for field in self.declared.values())
        return own or any(t.stochastic for t in self.inner)

    def symbol(self, laplacian: np.ndarray) -> Mapping[str, np.ndarray] | None:
        """Growth rate of each mode where the term is linear in the Laplacian.

        Args:
            laplacian: Multiplier of the Laplacian for each mode: `grid.symbol()` for the
                stencil, -k² for the continuum.

        Returns:
            One multiplier a mode for each variable, unit 1/time; None where the term is
            not linear, or its coefficients vary in space or time.
        """
        return None

    def decay_bound(self, grid: Grid) -> Mapping[str, float]:
        """Bound on the fastest decay of each variable, for terms without a symbol.

        What the stability limit of explicit methods reads beside `symbol`; 1/time.
        """
        return {}

    def summands(self) -> tuple[Term, ...]:
        """Terms whose sum this one is, no sum among them, factors put into each."""
        return (self,)

    def reversed(self) -> Term:
        """The term for a negative factor: its upwind differences look the other way."""
        return self

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse values and grids that the term cannot work on.

        A subclass that checks more calls this as well.

        Raises:
            ValueError: If a parameter does not fit the grid, or a condition names an axis
                that the grid lacks.
        """
        for name, field in self.declared.items():
            for _, leaf in field.leaves(vars(self)[name]):
                if isinstance(leaf, Parameter):
                    leaf.check(grid)
        for variable in self.needs_boundary:
            grid.conditions(variable, self.boundary)
        for term in self.inner:
            term.check(values, grid)

    @property
    def label(self) -> str:
        """Short name along the `term` dimension of `rates`."""
        return type(self).__name__

    def scaled(self, by: Any) -> Term:
        """Return this term times a factor.

        Args:
            by: A parameter: a number, a function of time, a DataArray along z, y, x or a
                new dim, …
        """
        from .composite import Scaled

        return Scaled(self, by)

    def __add__(self, other: Term) -> Any:
        from .composite import Sum, parts

        if not isinstance(other, Term):
            raise TypeError(
                f"Only terms add up; {other!r} is not one. A law becomes a term when its "
                "parameters are given: kinetics(a=0.1) + Diffusion(u=1.0)."
            )
        return Sum(parts(self) + parts(other))
