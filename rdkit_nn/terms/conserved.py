"""Fluxes that other fields drive: cross-diffusion, and laws that are conserved."""

from __future__ import annotations

from typing import Any

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid, ghosts, stencils, symbols
from ..grid.boundary import NoFlux, Periodic, Sides
from ..grid.fluxes import Faces, rate_of_fluxes
from . import fields
from .base import Term
from .diffusion import is_even
from .linear import check_stencil
from .transport import largest


def driver_conditions(
    grid: Grid, own: tuple[Sides, ...], driver: tuple[Sides, ...]
) -> tuple[Sides, ...]:
    """Conditions of what drives a flux, closed where the variable that flows is closed."""
    return tuple(
        (
            low if not isinstance(own_low, NoFlux) else own_low,
            high if not isinstance(own_high, NoFlux) else own_high,
        )
        if not isinstance(low, Periodic)
        else (low, high)
        for (own_low, own_high), (low, high) in zip(own, driver)
    )


class CrossDiffusion(Term):
    """Fluxes that the gradients of other variables drive, du/dt = Σ ∇·(D_uv ∇v).

    A driver's own conditions hold on the boundary; where the variable that flows is
    `NoFlux`, nothing passes.

    Args:
        diffusivity: By variable that moves, by variable that drives:
            `CrossDiffusion(u={"v": 0.3})`; either sign, length² / time; any parameter.
        stencil: Of the Laplacian; see `Diffusion`.
        boundary: Conditions where they differ from the grid's; see `Linear`.
    """

    diffusivity = fields.by_variable(fields.ByDriver(fields.parameter()))
    stencil: Any = fields.Stencil()
    boundary = fields.boundary()
    example = 'CrossDiffusion(u={"v": 0.3})'

    @property
    def _inputs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v for d in self.diffusivity.values() for v in d))

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Drivers, and what they drive."""
        return tuple(dict.fromkeys((*self._inputs, *self.variables)))

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse conditions and stencils that do not fit the grid."""
        super().check(values, grid)
        check_stencil(self, grid)
        spatial = [p for _, p in self.parameters() if getattr(p, "in_space", False)]
        if spatial and self.stencil != "5-point":
            raise ValueError(
                f"Diffusivities in space take the 5-point stencil, not {self.stencil!r}."
            )

    def decay_bound(
        self, grid: Grid, values: Values | None = None, clock: Clock | None = None
    ) -> dict[str, float]:
        """Σ |D_uv| times the Laplacian's fastest decay."""
        here = self.at(values or {}, grid, clock)
        bounds = {}
        for who, by in here.diffusivity.items():
            pairs = grid.conditions(who, self.boundary)
            stiff = grid.stiffness(pairs, self.stencil)
            bounds[who] = stiff * sum(largest(d) for d in by.values())
        return bounds

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Laplacian of each driver, or the divergence of the flux."""
        rates, others = {}, False
        for who, by in self.diffusivity.items():
            if not all(is_even(d, grid) for d in by.values()):
                others = True
                continue
            own = grid.conditions(who, self.boundary)
            total: Any = None
            for v, d in by.items():
                driver = grid.conditions(v, self.boundary, clock, values)
                pairs = driver_conditions(grid, own, driver)
                part = d * grid.laplacian(values[v], pairs, self.stencil)
                total = part if total is None else total + part
            rates[who] = total
        if others:
            rates |= rate_of_fluxes(self, values, grid, clock)
        return {name: rates[name] for name in self.diffusivity}

    def flux(self, faces: Faces) -> dict[str, Any]:
        """-Σ D_uv ∇v at the faces, of variables whose D varies in space."""
        fluxes = {}
        for who, by in self.diffusivity.items():
            if all(is_even(d, faces.grid) for d in by.values()):
                continue
            fluxes[who] = -sum(
                faces.mean(*faces.parameter(v, d)) * faces.gradient(v)
                for v, d in by.items()
            )
        return fluxes


class Conserved(Term):
    """A term under a Laplacian, ∇·(M ∇(rate)): dynamics that conserves its mean.

    Cahn-Hilliard, dc/dt = ∇²(c³ - c) - κ ∇⁴c, is

        Conserved(rd.law(c="c**3")()) + rd.Linear(c=(0, -1, -κ))

    The potential on the boundary is that of the variables there: a law is evaluated on
    their ghost cells; any other term is continued by its value in the last cell.

    Args:
        term: Gives the potential, by variable.
        mobility: M, not negative; any parameter.
        stencil: Of the Laplacian; see `Diffusion`.
        boundary: Conditions of the variables where they differ from the grid's.
    """

    term = fields.wrapped()
    mobility = fields.parameter(1.0, least=0.0)
    stencil: Any = fields.Stencil()
    boundary = fields.boundary()
    example = 'Conserved(rd.law(c="c**3")())'

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """What the potential depends on, and what moves."""
        return tuple(dict.fromkeys((*self._inputs, *self.variables)))

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what the term refuses, and conditions and stencils that do not fit."""
        super().check(values, grid)
        check_stencil(self, grid)
        if getattr(self.mobility, "in_space", False) and self.stencil != "5-point":
            raise ValueError(
                f"A mobility in space takes the 5-point stencil, not {self.stencil!r}."
            )

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """M times the Laplacian of the potential, or the divergence of its flux."""
        if not is_even(self.mobility, grid) or grid.domain is not None:
            return rate_of_fluxes(self, values, grid, clock)
        names = tuple(dict.fromkeys((*self._inputs, *self.variables)))
        walled = any(
            not isinstance(condition, (Periodic, NoFlux))
            for name in names
            for pair in grid.conditions(name, self.boundary)
            for condition in pair
        )
        if walled and self.stencil in symbols.REACH:
            potentials = self._with_ghosts(names, values, grid, clock)
            return {
                name: self.mobility
                * stencils.laplacian_of_padded(
                    big, values[name], grid.spacing, self.stencil
                )
                for name, big in potentials.items()
            }
        rates = {}
        for name, rate in self.term.rate(values, grid, clock).items():
            pairs = grid.conditions(name, self.boundary, clock, values)
            potential = rate + 0 * values[name]
            bend = grid.laplacian(potential, pairs, self.stencil)
            rates[name] = self.mobility * bend
        return rates

    def _with_ghosts(
        self, names: tuple[str, ...], values: Values, grid: Grid, clock: Clock
    ) -> dict[str, Any]:
        """The potential with its ghosts: of laws there, of other terms as at the edge."""
        width = symbols.REACH[self.stencil]
        pairs = {n: grid.conditions(n, self.boundary, clock, values) for n in names}
        corners = self.stencil == "9-point"
        padded = {
            n: ghosts.padded(values[n], grid.spacing, p, width, corners)
            for n, p in pairs.items()
        }
        rings = tuple(
            d
            for d, *sides in zip(grid.dims, *pairs.values())
            if all(isinstance(low, Periodic) for low, _ in sides)
        )
        wide = grid.padded_grid(*grid.dims, width=width, rings=rings)
        total: dict[str, Any] = {}
        for part in self.term.summands():
            where = (padded, wide) if part.local else (values, grid)
            for name, rate in part.rate(*where, clock).items():
                rate = rate + 0 * where[0][name]
                if not part.local:
                    mirrors = ghosts.closed(pairs[name])
                    rate = ghosts.padded(rate, grid.spacing, mirrors, width)
                total[name] = total[name] + rate if name in total else rate
        return {
            name: ghosts.mirrored_where_closed(big, pairs[name], width)
            for name, big in total.items()
        }

    def flux(self, faces: Faces) -> dict[str, Any]:
        """-M ∇(rate) at the faces."""
        fluxes = {}
        first = next(iter(self.variables))
        for name, (below, above) in faces.evaluate(
            self.term, faces.values[first]
        ).items():
            mobility = faces.harmonic(*faces.parameter(name, self.mobility))
            fluxes[name] = -mobility * (above - below) * (1 / faces.spacing)
        return fluxes
