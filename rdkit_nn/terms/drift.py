"""Movement up a gradient: chemotaxis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import stencils
from .. import walls as _walls
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
        of: Term that gives χ by the species that moves, such as
            `rd.law(u="c*u/(1 + u**2)")(c=4.0)`.
        up: Which gradient each follows: `{"u": "v"}`.
        walls: Walls of a species where they differ from the grid's; see `Diffusion`.

    Source:
        Keller & Segel, J. Theor. Biol. 26 (1970) 399, doi:10.1016/0022-5193(70)90092-5.
    """

    of: Term
    up: tuple[tuple[str, str], ...]
    walls: _walls.Told

    def __init__(
        self, of: Term, *, up: Mapping[str, str], walls: Mapping | None = None
    ):
        if not isinstance(of, Term):
            raise TypeError(f"`of` must be a term that gives χ, not {of!r}.")
        if not up or set(up) - set(of.moves):
            raise ValueError(
                'Chemotaxis is told who follows what, up={"u": "v"}, for species of which '
                f"`of` gives χ ({', '.join(of.moves)}), but got {up!r}."
            )
        object.__setattr__(self, "of", of)
        object.__setattr__(self, "up", tuple(up.items()))
        names = tuple(dict.fromkeys((*of.reads, *up.values())))
        object.__setattr__(self, "walls", _walls.told(walls, names))

    def __repr__(self) -> str:
        told = [repr(self.of), f"up={dict(self.up)!r}", *_walls.written(self.walls)]
        return f"Chemotaxis({', '.join(told)})"

    @property
    def moves(self) -> tuple[str, ...]:  # type: ignore[override]
        """Who follows."""
        return tuple(who for who, _ in self.up)

    @property
    def reads(self) -> tuple[str, ...]:
        """What χ depends on, and what is followed."""
        return tuple(dict.fromkeys((*self.of.reads, *(v for _, v in self.up))))

    @property
    def bends(self) -> tuple[str, ...]:
        """Species whose edges it needs to know."""
        return self.reads

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what the law refuses, and walls on axes that the grid lacks."""
        self.of.check(values, grid)
        for name in self.reads:
            grid.walls(name, self.walls)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Difference of the fluxes through the two faces of a cell, along every axis."""
        big = {
            name: stencils.padded(
                values[name], grid.spacing, grid.walls(name, self.walls, clock)
            )
            for name in self.reads
        }
        wide = Grid(tuple(n + 2 for n in grid.shape), grid.spacing)
        strength = self.of.rate(big, wide, clock)
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
