"""Transport besides diffusion: advection, cross-diffusion, and laws that are conserved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import boundary as _boundary
from .. import stencils, symbols
from ..arrays import Values, cut
from ..dynamics import Clock
from ..grid import Grid
from .base import Term, number

SCHEMES = ("upwind", "central")


@dataclass(frozen=True, init=False)
class Advection(Term):
    """Transport by a uniform flow, -c·∇u, for each species.

        upwind     c (u_i - u_{i-1}) / h for c > 0       first order, never overshoots
        central    c (u_{i+1} - u_{i-1}) / (2h)          second order, no damping

    Both are fluxes through faces: what leaves one cell enters the next. Explicit Euler with
    the central scheme grows unless diffusion damps it; take `RK4`.

    Args:
        boundary: Conditions by species where they differ from the grid's; see `Diffusion`.
        scheme: `upwind` or `central`.
        velocity: c by species, by axis: `Advection(u={"x": 0.5})`; length / time.
    """

    velocity: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    boundary: _boundary.Told
    scheme: str

    def __init__(
        self,
        *,
        boundary: Mapping | None = None,
        scheme: str = "upwind",
        **velocity: Mapping[str, float],
    ):
        if scheme not in SCHEMES:
            raise ValueError(
                f"`scheme` must be one of {', '.join(SCHEMES)}, but is {scheme!r}."
            )
        if not velocity:
            raise TypeError('Advection needs a species: Advection(u={"x": 0.5}).')
        read = []
        for name, given in velocity.items():
            if not isinstance(given, Mapping) or not set(given) <= {"z", "y", "x"}:
                raise TypeError(
                    f"The velocity of `{name}` is told by axis, such as "
                    f'{{"x": 0.5}}, but got {given!r}.'
                )
            pairs = tuple(
                (d, number(f"velocity of {name}", c)) for d, c in given.items()
            )
            read.append((name, pairs))
        object.__setattr__(self, "velocity", tuple(read))
        object.__setattr__(self, "boundary", _boundary.told(boundary, tuple(velocity)))
        object.__setattr__(self, "scheme", scheme)

    def __repr__(self) -> str:
        told = [f"{name}={dict(c)!r}" for name, c in self.velocity]
        told += _boundary.written(self.boundary)
        if self.scheme != "upwind":
            told.append(f"scheme={self.scheme!r}")
        return f"Advection({', '.join(told)})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that are carried."""
        return tuple(name for name, _ in self.velocity)

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Species that are carried."""
        return self.variables

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse axes that the grid lacks."""
        for name, pairs in self.velocity:
            if unknown := {d for d, _ in pairs} - set(grid.dims):
                raise ValueError(
                    f"The velocity of `{name}` names axis {', '.join(sorted(unknown))}, "
                    f"but the grid has {', '.join(grid.dims)}."
                )
            grid.conditions(name, self.boundary)

    def decay_bound(self, grid: Grid) -> dict[str, float]:
        """2 Σ |c| / h: what upwind differences damp fastest, and central ones turn."""
        gaps = dict(zip(grid.dims, grid.spacing))
        return {
            name: sum(2 * abs(c) / gaps[d] for d, c in pairs)
            for name, pairs in self.velocity
        }

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Difference of the fluxes through the two faces of a cell."""
        rates = {}
        for name, pairs in self.velocity:
            boundary, field = grid.conditions(name, self.boundary, clock), values[name]
            big = stencils.padded(field, grid.spacing, boundary)
            total: Any = 0 * field
            for dim, c in pairs:
                at = grid.dims.index(dim)
                axis, h = grid.axes[at], grid.spacing[at]
                line = big
                for other in grid.axes:
                    if other != axis:
                        line = cut(line, other, 1, -1)
                n = line.shape[axis]
                low, high = cut(line, axis, 0, n - 1), cut(line, axis, 1, n)
                if self.scheme == "central":
                    face = 0.5 * (low + high)
                else:
                    face = low if c > 0 else high
                total = total - c / h * (
                    cut(face, axis, 1, n - 1) - cut(face, axis, 0, n - 2)
                )
            rates[name] = total
        return rates


@dataclass(frozen=True, init=False)
class CrossDiffusion(Term):
    """Fluxes that the gradients of other species drive, du/dt = Σ D_uv ∇²v.

    Args:
        stencil: Of the Laplacian; see `Diffusion`.
        boundary: Conditions around the species whose Laplacian is taken; see `Diffusion`.
        diffusivity: By species that moves, by species that drives:
            `CrossDiffusion(u={"v": 0.3})`; either sign, length² / time.
    """

    diffusivity: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    boundary: _boundary.Told
    stencil: str

    def __init__(
        self,
        *,
        boundary: Mapping | None = None,
        stencil: str = "5-point",
        **diffusivity: Mapping[str, float],
    ):
        if not diffusivity or not all(
            isinstance(d, Mapping) for d in diffusivity.values()
        ):
            raise TypeError(
                'CrossDiffusion is told by species and driver, CrossDiffusion(u={"v": '
                f"0.3}}), but got {diffusivity!r}."
            )
        read = tuple(
            (who, tuple((v, number(f"{who}, {v}", d)) for v, d in told.items()))
            for who, told in diffusivity.items()
        )
        symbols.check(stencil, ())
        drivers = tuple(dict.fromkeys(v for _, told in read for v, _ in told))
        object.__setattr__(self, "diffusivity", read)
        object.__setattr__(self, "boundary", _boundary.told(boundary, drivers))
        object.__setattr__(self, "stencil", stencil)

    def __repr__(self) -> str:
        told = [f"{name}={dict(d)!r}" for name, d in self.diffusivity]
        told += _boundary.written(self.boundary, self.stencil)
        return f"CrossDiffusion({', '.join(told)})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that are driven."""
        return tuple(name for name, _ in self.diffusivity)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Species that drive."""
        return tuple(dict.fromkeys(v for _, told in self.diffusivity for v, _ in told))

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Species that drive."""
        return self.inputs

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse walls and stencils that do not fit the grid."""
        symbols.check(self.stencil, grid.spacing)
        for name in self.inputs:
            boundary = grid.conditions(name, self.boundary)
            stencils.check_boundary(self.stencil, grid.shape, boundary)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Laplacian of each driver once."""
        bends = {
            v: grid.laplacian(
                values[v], grid.conditions(v, self.boundary, clock), self.stencil
            )
            for v in self.inputs
        }
        return {
            who: sum(d * bends[v] for v, d in told) for who, told in self.diffusivity
        }


@dataclass(frozen=True, init=False)
class Conserved(Term):
    """A term under a Laplacian, M ∇² (rate): dynamics that conserves its mean.

    Cahn-Hilliard, dc/dt = ∇²(c³ - c) - κ ∇⁴c, is

        Conserved(rd.law(c="c**3")()) + rd.Linear(c=(0, -1, -κ))

    Args:
        term: Gives the potential, by species.
        mobility: M, not negative.
        boundary: Of the potential, by species; default the grid's.
        stencil: Of the Laplacian; see `Diffusion`.
    """

    term: Term
    mobility: float
    boundary: _boundary.Told
    stencil: str

    def __init__(
        self,
        term: Term,
        mobility: float = 1.0,
        *,
        boundary: Mapping | None = None,
        stencil: str = "5-point",
    ):
        if not isinstance(term, Term):
            raise TypeError(f"Conserved wraps a term, not {term!r}.")
        M = number("mobility", mobility)
        if M < 0:
            raise ValueError(f"`mobility` must not be negative, but is {M:g}.")
        symbols.check(stencil, ())
        object.__setattr__(self, "term", term)
        object.__setattr__(self, "mobility", M)
        object.__setattr__(self, "boundary", _boundary.told(boundary, term.variables))
        object.__setattr__(self, "stencil", stencil)

    def __repr__(self) -> str:
        told = [
            repr(self.term),
            *([] if self.mobility == 1 else [f"{self.mobility!r}"]),
        ]
        told += _boundary.written(self.boundary, self.stencil)
        return f"Conserved({', '.join(told)})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """What the term moves."""
        return self.term.variables

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the term reads."""
        return self.term.inputs

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what the term refuses, and walls that do not fit."""
        symbols.check(self.stencil, grid.spacing)
        for name in self.variables:
            boundary = grid.conditions(name, self.boundary)
            stencils.check_boundary(self.stencil, grid.shape, boundary)
        self.term.check(values, grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Laplacian of the rates of the term."""
        return {
            name: self.mobility
            * grid.laplacian(
                rate + 0 * values[name],
                grid.conditions(name, self.boundary, clock),
                self.stencil,
            )
            for name, rate in self.term.rate(values, grid, clock).items()
        }
