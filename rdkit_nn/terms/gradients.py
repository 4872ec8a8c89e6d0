"""Slopes that feed back: the square of a gradient, and fluxes that a law gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .. import boundary as _boundary
from .. import stencils
from ..arrays import Values, aslike, cut
from ..boundary import Periodic, Sides
from ..dynamics import Clock
from ..grid import Grid
from ..transforms import Transform
from .base import Term, number

SCHEMES = ("central", "spectral")


@dataclass(frozen=True, init=False)
class SquaredGradient(Term):
    """Growth with the square of the slope, du/dt = c |∇u|².

        central     slopes (u_{i+1} - u_{i-1}) / (2h)             second order
        spectral    slopes of the modes, without the highest third, so that the square makes
                    no wave that the grid takes for another (periodic axes alone)

    Args:
        boundary: Conditions by species where they differ from the grid's; see `Diffusion`.
        scheme: `central` or `spectral`.
        strength: c by species; length² / (time · unit of the species).
    """

    strength: tuple[tuple[str, float], ...]
    boundary: _boundary.Told
    scheme: str

    def __init__(
        self,
        *,
        boundary: Mapping | None = None,
        scheme: str = "central",
        **strength: float,
    ):
        if not strength:
            raise TypeError("SquaredGradient needs a species: SquaredGradient(u=-0.5).")
        read = tuple((n, number(f"strength of {n}", c)) for n, c in strength.items())
        object.__setattr__(self, "strength", read)
        object.__setattr__(self, "boundary", _boundary.told(boundary, tuple(strength)))
        object.__setattr__(self, "scheme", _scheme(scheme))

    def __repr__(self) -> str:
        told = [f"{name}={c!r}" for name, c in self.strength]
        return f"SquaredGradient({', '.join(told + _written(self))})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species whose slopes count."""
        return tuple(name for name, _ in self.strength)

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Species whose edges it needs to know."""
        return self.variables

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse walls that the scheme has no modes for."""
        for name in self.variables:
            _check(self.scheme, grid.conditions(name, self.boundary))

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Squares of the slopes along every axis."""
        rates = {}
        for name, c in self.strength:
            field = values[name]
            if self.scheme == "spectral":
                modes = Transform(grid.shape, grid.conditions(name, self.boundary))
                low, turns = _kept(grid.shape, grid.spacing)
                there = modes.forward(field) * aslike(low, field)
                slopes = (modes.back(_turned(there, turn, field)) for turn in turns)
                square = sum(slope**2 for slope in slopes)
                total = modes.back(modes.forward(square) * aslike(low, field))
            else:
                boundary = grid.conditions(name, self.boundary, clock)
                big = stencils.padded(field, grid.spacing, boundary)
                total = 0 * field
                for axis, h in zip(grid.axes, grid.spacing):
                    line = _line(big, axis, grid)
                    n = line.shape[axis]
                    rise = cut(line, axis, 2, n) - cut(line, axis, 0, n - 2)
                    total = total + (rise * (0.5 / h)) ** 2
            rates[name] = c * total
        return rates


@dataclass(frozen=True, init=False)
class Flux(Term):
    """Transport that a law gives, du/dt = -∂f(u)/∂x: Burgers' equation and its kin.

        central     (f_{i+1} - f_{i-1}) / (2h): the flux through a face is the mean of both
                    cells, and what leaves one enters the next; no damping of its own
        spectral    by modes, without the highest third (periodic axes alone)

    Args:
        term: Term that gives the flux by species, such as `rd.law(u="u**2 / 2")()`.
        along: Axis along which each species flows: `{"u": "x"}`.
        boundary: Conditions by species where they differ from the grid's; see `Diffusion`.
        scheme: `central` or `spectral`.
    """

    term: Term
    along: tuple[tuple[str, str], ...]
    boundary: _boundary.Told
    scheme: str

    def __init__(
        self,
        term: Term,
        *,
        along: Mapping[str, str],
        boundary: Mapping | None = None,
        scheme: str = "central",
    ):
        if not isinstance(term, Term):
            raise TypeError(f"`term` must be a term that gives the flux, not {term!r}.")
        if (
            not along
            or set(along) - set(term.variables)
            or set(along.values()) - {*"zyx"}
        ):
            raise ValueError(
                'Flux is told which species flows along which axis, along={"u": "x"}, for '
                f"species of which `term` gives a flux ({', '.join(term.variables)}), but "
                f"got {along!r}."
            )
        object.__setattr__(self, "term", term)
        object.__setattr__(self, "along", tuple(along.items()))
        object.__setattr__(self, "boundary", _boundary.told(boundary, term.inputs))
        object.__setattr__(self, "scheme", _scheme(scheme))

    def __repr__(self) -> str:
        told = [repr(self.term), f"along={dict(self.along)!r}", *_written(self)]
        return f"Flux({', '.join(told)})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Who flows."""
        return tuple(who for who, _ in self.along)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the flux depends on."""
        return self.term.inputs

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Species whose edges it needs to know."""
        return self.inputs

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse axes that the grid lacks, and walls that the scheme has no modes for."""
        if unknown := {dim for _, dim in self.along} - set(grid.dims):
            raise ValueError(
                f"The flux goes along {', '.join(sorted(unknown))}, but the grid has "
                f"{', '.join(grid.dims)}."
            )
        for name in self.inputs:
            _check(self.scheme, grid.conditions(name, self.boundary))
        self.term.check(values, grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Difference of the fluxes through the two faces of a cell."""
        some = values[self.inputs[0]]
        if self.scheme == "spectral":
            modes = Transform(
                grid.shape, grid.conditions(self.inputs[0], self.boundary)
            )
            low, turns = _kept(grid.shape, grid.spacing)
            keep = aslike(low, some)
            smooth = {
                n: modes.back(modes.forward(values[n]) * keep) for n in self.inputs
            }
            flux = self.term.rate(smooth, grid, clock)
            rates = {}
            for who, dim in self.along:
                there = modes.forward(flux[who] + 0 * smooth[who]) * keep
                turn = turns[grid.dims.index(dim)]
                rates[who] = -modes.back(_turned(there, turn, some))
            return rates
        big = {
            n: stencils.padded(
                values[n], grid.spacing, grid.conditions(n, self.boundary, clock)
            )
            for n in self.inputs
        }
        wide = Grid(tuple(n + 2 for n in grid.shape), grid.spacing)
        flux, rates = self.term.rate(big, wide, clock), {}
        for who, dim in self.along:
            at = grid.dims.index(dim)
            axis, h = grid.axes[at], grid.spacing[at]
            line = _line(flux[who] + 0 * big[who], axis, grid)
            n = line.shape[axis]
            rates[who] = (cut(line, axis, 0, n - 2) - cut(line, axis, 2, n)) * (0.5 / h)
        return rates


def _line(big: Any, axis: int, grid: Grid) -> Any:
    """A padded field without the ghosts of all other axes."""
    for other in grid.axes:
        if other != axis:
            big = cut(big, other, 1, -1)
    return big


def _scheme(scheme: str) -> str:
    if scheme not in SCHEMES:
        raise ValueError(
            f"`scheme` must be one of {', '.join(SCHEMES)}, but is {scheme!r}."
        )
    return scheme


def _written(term: Any) -> list[str]:
    told = _boundary.written(term.boundary)
    return told + ([f"scheme={term.scheme!r}"] if term.scheme != "central" else [])


def _check(scheme: str, boundary: tuple[Sides, ...]) -> None:
    if scheme == "spectral" and not all(
        isinstance(low, Periodic) for low, _ in boundary
    ):
        raise ValueError(
            "Slopes by modes need periodic axes; behind walls take scheme='central'."
        )


@lru_cache(maxsize=8)
def _kept(
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


def _turned(modes: Any, turn: np.ndarray, like: Any) -> Any:
    """Modes of the derivative."""
    return 1j * aslike(turn, like) * modes
