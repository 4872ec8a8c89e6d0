"""Transport: advection, and movement up a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from ..grid.fluxes import Faces
from . import fields
from .base import Term


class Upwind(Term):
    """Base of terms whose differences look against the flow."""

    @property
    def direction(self) -> int:
        """1, or -1 where the term stands under a negative factor."""
        return self.__dict__.get("_direction", 1)

    def reversed(self) -> Term:
        """The same flux, with its upwind differences the other way."""
        made = object.__new__(type(self))
        made.__dict__.update(vars(self), _direction=-self.direction)
        return made


class Advection(Upwind):
    """Transport by a flow, du/dt = -∇·(c u), for each variable.

        upwind     the flux c u takes u from where it comes       first order, monotone
        central    the flux c u takes the mean of both cells      second order, undamped

    Upwind follows the sign of the velocity at the face, after all factors. What leaves one
    cell enters the next; between `NoFlux` walls nothing leaves at all, and a `Neumann(0)`
    boundary is an outflow. Explicit Euler with the central scheme grows unless diffusion
    damps it (c² dt ≤ 2 D); take `RK4`.

    Args:
        velocity: c by variable, by axis: `Advection(u={"x": 0.5})`; length / time; any
            parameter. A field is given in the cells, and a face takes the mean of both.
        scheme: `upwind` or `central`.
        boundary: Conditions of a variable where they differ from the grid's; see `Linear`.
    """

    velocity = fields.by_variable(fields.by_axis(fields.parameter()))
    scheme = fields.choice("upwind", "central")
    boundary = fields.boundary()
    example = 'Advection(u={"x": 0.5})'

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse axes that the grid lacks."""
        super().check(values, grid)
        for name, by_axis in self.velocity.items():
            if unknown := set(by_axis) - set(grid.dims):
                raise ValueError(
                    f"The velocity of `{name}` names axis {', '.join(sorted(unknown))}, "
                    f"but the grid has {', '.join(grid.dims) or 'none'}."
                )

    def decay_bound(
        self, grid: Grid, values: Values | None = None, clock: Clock | None = None
    ) -> dict[str, float]:
        """2 Σ |c| / h: what upwind differences damp fastest, and central ones turn."""
        gaps = dict(zip(grid.dims, grid.spacing))
        here = self.at(values or {}, grid, clock)
        return {
            name: sum(2 * largest(c) / gaps[d] for d, c in by_axis.items() if d in gaps)
            for name, by_axis in here.velocity.items()
        }

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Minus the divergence of the flux; zero where no axis of the grid is named."""
        rates = super().rate(values, grid, clock)
        return {n: rates.get(n, 0 * values[n]) for n in self.velocity}

    def flux(self, faces: Faces) -> dict[str, Any]:
        """C u at the faces."""
        fluxes = {}
        for name, by_axis in self.velocity.items():
            if faces.dim not in by_axis:
                continue
            c = faces.mean(*faces.parameter(name, by_axis[faces.dim]))
            below, above = faces.pair(name)
            if self.scheme == "central":
                fluxes[name] = c * faces.mean(below, above)
            else:
                side = self.direction * c
                fluxes[name] = c * faces.donor(name, below, above, side)
        return fluxes


class Chemotaxis(Upwind):
    """Movement of one variable up the gradient of another.

        du/dt = -∇·(χ(u, v) ∇v)

        upwind     a face takes χ from the cell that the movement comes from: where χ(0) = 0
                   no density becomes negative, under Euler within dt Σ 2|χ ∇v| / (u h) ≤ 1
        central    a face takes the mean of χ in both cells: second order

    Args:
        term: Term that gives χ by the variable that moves, such as
            `rd.law(u="c*u/(1 + u**2)")(c=4.0)`.
        up: Which gradient each follows: `{"u": "v"}`.
        scheme: `upwind` or `central`.
        boundary: Conditions of a variable where they differ from the grid's; see `Linear`.

    Source:
        Keller & Segel, J. Theor. Biol. 26 (1970) 399, doi:10.1016/0022-5193(70)90092-5.
    """

    term = fields.wrapped("a term that gives χ")
    up: Any = fields.Names()
    scheme = fields.choice("upwind", "central")
    boundary = fields.boundary()
    example = 'Chemotaxis(law, up={"u": "v"})'

    def _check_fields(self) -> None:
        if set(self.up) - set(self.term.variables):
            raise ValueError(
                'Chemotaxis takes who follows what, up={"u": "v"}, for variables of which '
                f"`term` gives χ ({', '.join(self.term.variables)}), but got "
                f"{dict(self.up)!r}."
            )

    @property
    def variables(self) -> tuple[str, ...]:
        """Who follows."""
        return tuple(self.up)

    @property
    def _inputs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.term.inputs, *self.up.values())))

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """What χ depends on, what is followed, and who follows."""
        return tuple(dict.fromkeys((*self._inputs, *self.up)))

    def decay_bound(
        self, grid: Grid, values: Values | None = None, clock: Clock | None = None
    ) -> dict[str, float]:
        """Σ 2 |χ ∇v| / (u h) at the state: what leaves a cell, in that of what is there."""
        if values is None or clock is None or self.scheme != "upwind":
            return {}
        bounds = dict.fromkeys(self.up, 0.0)
        for dim in grid.dims:
            faces = Faces(self, values, grid, clock, dim)
            for name, flux in self.flux(faces).items():
                below, above = (abs(x) for x in faces.pair(name))
                size = np.asarray(_home(below + above)) / 2
                speed = np.abs(np.asarray(_home(flux)))
                ratio = np.divide(
                    speed, size, out=np.zeros_like(speed), where=size > 1e-12
                )
                bounds[name] += 2 * float(ratio.max(initial=0.0)) / faces.spacing
        return bounds

    def flux(self, faces: Faces) -> dict[str, Any]:
        """χ ∇v at the faces."""
        chi: dict[str, Any] = {}
        for who in self.up:
            chi |= faces.evaluate(self.term, faces.values[who])
        fluxes = {}
        for who, toward in self.up.items():
            below, above = chi[who]
            slope = faces.gradient(toward)
            if self.scheme == "central":
                mean = faces.mean(below, above)
            else:
                side = self.direction * (below + above) * slope
                mean = faces.donor(who, below, above, side)
            fluxes[who] = mean * slope
        return fluxes


def largest(value: Any) -> float:
    """Largest magnitude of a resolved parameter."""
    return float(np.max(np.abs(np.asarray(_home(value)))))


def _home(value: Any) -> Any:
    return value.detach().cpu() if hasattr(value, "detach") else value
