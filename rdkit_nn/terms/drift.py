"""Movement up a gradient: chemotaxis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import boundary as _boundary
from .. import stencils
from ..arrays import Values, cut
from ..dynamics import Clock
from ..grid import Grid
from .base import Term


@dataclass(frozen=True, init=False)
class Chemotaxis(Term):
    """Movement of one species up the gradient of another.

        du/dt = -∇·(χ(u, v) ∇v)

    Fluxes go through faces, with the mean of χ in both cells; what leaves one cell enters
    the next.

    Args:
        term: Term that gives χ by the species that moves, such as
            `rd.law(u="c*u/(1 + u**2)")(c=4.0)`.
        up: Which gradient each follows: `{"u": "v"}`.
        boundary: Conditions by species where they differ from the grid's; see `Diffusion`.

    Source:
        Keller & Segel, J. Theor. Biol. 26 (1970) 399, doi:10.1016/0022-5193(70)90092-5.
    """

    term: Term
    up: tuple[tuple[str, str], ...]
    boundary: _boundary.Told

    def __init__(
        self, term: Term, *, up: Mapping[str, str], boundary: Mapping | None = None
    ):
        if not isinstance(term, Term):
            raise TypeError(f"`term` must be a term that gives χ, not {term!r}.")
        if not up or set(up) - set(term.variables):
            raise ValueError(
                'Chemotaxis is told who follows what, up={"u": "v"}, for species of which '
                f"`term` gives χ ({', '.join(term.variables)}), but got {up!r}."
            )
        object.__setattr__(self, "term", term)
        object.__setattr__(self, "up", tuple(up.items()))
        names = tuple(dict.fromkeys((*term.inputs, *up.values())))
        object.__setattr__(self, "boundary", _boundary.told(boundary, names))

    def __repr__(self) -> str:
        told = [
            repr(self.term),
            f"up={dict(self.up)!r}",
            *_boundary.written(self.boundary),
        ]
        return f"Chemotaxis({', '.join(told)})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Who follows."""
        return tuple(who for who, _ in self.up)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What χ depends on, and what is followed."""
        return tuple(dict.fromkeys((*self.term.inputs, *(v for _, v in self.up))))

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Species whose edges it needs to know."""
        return self.inputs

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what the law refuses, and walls on axes that the grid lacks."""
        self.term.check(values, grid)
        for name in self.inputs:
            grid.conditions(name, self.boundary)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Difference of the fluxes through the two faces of a cell, along every axis."""
        big = {
            name: stencils.padded(
                values[name], grid.spacing, grid.conditions(name, self.boundary, clock)
            )
            for name in self.inputs
        }
        wide = Grid(tuple(n + 2 for n in grid.shape), grid.spacing)
        strength = self.term.rate(big, wide, clock)
        rates = {}
        for who, toward in self.up:
            chi, v = strength[who] + 0 * big[who], big[toward]
            total: Any = 0 * values[who]
            for axis, h in zip(grid.axes, grid.spacing):
                lines = []
                for field in (chi, v):
                    for other in grid.axes:
                        if other != axis:
                            field = cut(field, other, 1, -1)
                    lines.append(field)
                n = lines[0].shape[axis]
                (c0, c1), (v0, v1) = (
                    (cut(line, axis, 0, n - 1), cut(line, axis, 1, n)) for line in lines
                )
                flux = 0.5 * (c0 + c1) * (v1 - v0) / h
                total = (
                    total - (cut(flux, axis, 1, n - 1) - cut(flux, axis, 0, n - 2)) / h
                )
            rates[who] = total
        return rates
