"""Slopes that feed back: the square of a gradient, and fluxes that a law gives."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ..arrays import Values, aslike, cut
from ..core.parameters import SPACE
from ..dynamics import Clock
from ..grid import Grid
from ..grid.boundary import Periodic, Sides
from ..grid.fluxes import Faces
from ..grid.transforms import Transform
from . import fields
from .base import Term


class SquaredGradient(Term):
    """Growth with the square of the slope, du/dt = c |∇u|².

        central     slopes (u_{i+1} - u_{i-1}) / (2h)             second order
        spectral    slopes of the modes, without the highest third, so that the square makes
                    no wave that the grid takes for another (periodic axes alone)

    Args:
        strength: c by variable; length² / (time · unit of the variable); any parameter.
        scheme: `central` or `spectral`.
        boundary: Conditions of a variable where they differ from the grid's; see `Linear`.
    """

    strength = fields.by_variable(fields.parameter())
    scheme = fields.choice("central", "spectral")
    boundary = fields.boundary()
    example = "SquaredGradient(u=-0.5)"

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse conditions that the scheme has no modes for."""
        super().check(values, grid)
        for name in self.variables:
            check_scheme(self.scheme, grid, grid.conditions(name, self.boundary))

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Squares of the slopes along every axis."""
        rates = {}
        for name, c in self.strength.items():
            field = values[name]
            if self.scheme == "spectral":
                modes = Transform(grid.shape, grid.conditions(name, self.boundary))
                low, turns = kept_modes(grid.shape, grid.spacing)
                there = modes.forward(field) * aslike(low, field)
                slopes = (modes.back(derivative(there, turn, field)) for turn in turns)
                square = sum(slope**2 for slope in slopes)
                total = modes.back(modes.forward(square) * aslike(low, field))
            else:
                total = 0 * field
                for dim in grid.dims:
                    faces = Faces(self, values, grid, clock, dim)
                    slope, axis = faces.gradient(name), faces.axis
                    n = slope.shape[axis]
                    both = cut(slope, axis, 0, n - 1) + cut(slope, axis, 1, n)
                    total = total + (0.5 * both) ** 2
            rates[name] = c * total
        return rates


class Flux(Term):
    """Transport that a law gives, du/dt = -∂f(u)/∂x: Burgers' equation and its kin.

        central     the flux through a face is the mean of f in both cells; what leaves one
                    enters the next; no damping of its own
        spectral    by modes, without the highest third (periodic axes alone)

    Args:
        term: Term that gives the flux by variable, such as `rd.law(u="u**2 / 2")()`.
        along: Axis along which each variable flows: `{"u": "x"}`.
        scheme: `central` or `spectral`.
        boundary: Conditions of a variable where they differ from the grid's; see `Linear`.
    """

    term = fields.wrapped("a term that gives the flux")
    along: Any = fields.Names()
    scheme = fields.choice("central", "spectral")
    boundary = fields.boundary()
    example = 'Flux(law, along={"u": "x"})'

    def _check_fields(self) -> None:
        if set(self.along) - set(self.term.variables) or set(self.along.values()) - {
            *SPACE
        }:
            raise ValueError(
                'Flux takes which variable flows along which axis, along={"u": "x"}, for '
                f"variables of which `term` gives a flux "
                f"({', '.join(self.term.variables)}), "
                f"but got {dict(self.along)!r}."
            )

    @property
    def variables(self) -> tuple[str, ...]:
        """Who flows."""
        return tuple(self.along)

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """What the flux depends on, and what flows."""
        return tuple(dict.fromkeys((*self._inputs, *self.variables)))

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse axes that the grid lacks, and a scheme without modes there."""
        super().check(values, grid)
        if unknown := set(self.along.values()) - set(grid.dims):
            raise ValueError(
                f"The flux goes along {', '.join(sorted(unknown))}, but the grid has "
                f"{', '.join(grid.dims)}."
            )
        for name in self.needs_boundary:
            check_scheme(self.scheme, grid, grid.conditions(name, self.boundary))

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Minus the divergence of the flux."""
        if self.scheme == "central":
            return super().rate(values, grid, clock)  # type: ignore[return-value]
        some = values[self.variables[0]]
        modes = Transform(grid.shape, grid.conditions(self.variables[0], self.boundary))
        low, turns = kept_modes(grid.shape, grid.spacing)
        keep = aslike(low, some)
        smooth = {n: modes.back(modes.forward(values[n]) * keep) for n in self._inputs}
        flux = self.term.rate({**values, **smooth}, grid, clock)
        rates = {}
        for who, dim in self.along.items():
            there = modes.forward(flux[who] + 0 * values[who]) * keep
            turn = turns[grid.dims.index(dim)]
            rates[who] = -modes.back(derivative(there, turn, some))
        return rates

    def flux(self, faces: Faces) -> dict[str, Any]:
        """The mean of f on both sides of each face."""
        flowing = [who for who, dim in self.along.items() if dim == faces.dim]
        if not flowing:
            return {}
        pairs = faces.evaluate(self.term, faces.values[flowing[0]])
        return {who: faces.mean(*pairs[who]) for who in flowing}


def check_scheme(scheme: str, grid: Grid, boundary: tuple[Sides, ...]) -> None:
    """Refuse slopes by modes where there are none.

    Raises:
        ValueError: If an axis is not periodic, or the grid has a domain.
    """
    if scheme != "spectral":
        return
    if grid.domain is not None:
        raise ValueError(
            "Slopes by modes reach across the edge of a domain: take scheme='central'."
        )
    if not all(isinstance(low, Periodic) for low, _ in boundary):
        raise ValueError(
            "Slopes by modes need periodic axes; behind walls take scheme='central'."
        )


@lru_cache(maxsize=8)
def kept_modes(
    shape: tuple[int, ...], spacing: tuple[float, ...]
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Which modes are kept (1 or 0), and the wavenumber of each along each axis.

    The product of two waves below a third of the sampling wavenumber is at worst taken for
    one above it, where nothing is kept: the rule of two thirds (Orszag 1971).
    """
    low, turns = np.ones((1,) * len(shape)), []
    for axis, (n, h) in enumerate(zip(shape, spacing)):
        last = axis == len(shape) - 1
        waves = (np.fft.rfftfreq if last else np.fft.fftfreq)(n, 1 / n)
        places = [1] * len(shape)
        places[axis] = -1
        low = low * (np.abs(waves) * 3 < n).reshape(places)
        turns.append((2 * np.pi * waves / (n * h)).reshape(places))
    return low, tuple(turns)


def derivative(modes: Any, turn: np.ndarray, like: Any) -> Any:
    """Modes of the derivative."""
    return 1j * aslike(turn, like) * modes
