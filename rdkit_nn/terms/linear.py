"""Diffusion, and polynomials of the Laplacian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import boundary as _boundary
from .. import stencils, symbols
from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from .base import Term
from .members import Along, Parameter, Tracked, beside, parameter
from .networks import GraphDiffusion
from .varying import ByAxis, Varied, varied


@dataclass(frozen=True, init=False)
class Linear(Term):
    """A polynomial of the Laplacian for each species.

        du/dt = c0 u + c1 ∇²u + c2 ∇²∇²u + …

    The linear half of Swift-Hohenberg is `Linear(u=(r - 1, -2, -1))`. The walls are
    applied to u, ∇²u, … alike.

    Args:
        boundary: Conditions by species where they differ from the grid's:
            `{"u": {"x": rd.Dirichlet(0.0), "y": (rd.NoFlux(), rd.Robin(a, b, g))}}`.
        stencil: Of the Laplacian: `5-point` (2 · dim + 1 points, second order), `9-point`
            (its error isotropic), `4th-order`; see `rdkit_nn.stencils`.
        coefficients: (c0, c1, …) by species.
    """

    coefficients: tuple[tuple[str, tuple[Parameter, ...]], ...]
    boundary: _boundary.Told
    stencil: str

    def __init__(
        self,
        *,
        boundary: Mapping | None = None,
        stencil: str = "5-point",
        **coefficients: Sequence[Any],
    ):
        read = []
        for name, given in coefficients.items():
            many = isinstance(given, (tuple, list, np.ndarray))
            if not many or len(given) == 0:
                raise TypeError(
                    f"`{name}` needs the coefficients (c0, c1, …) of powers of the "
                    f"Laplacian, but got {given!r}."
                )
            told = tuple(parameter(name, c) for c in given)
            if varied(told):
                raise TypeError(
                    f"The coefficients of `{name}` are numbers; what varies in space is "
                    "Diffusion, or a law with a parameter that does."
                )
            read.append((name, told))
        self._put(tuple(read), boundary, stencil)

    def _put(self, coefficients: tuple, boundary: Mapping | None, stencil: str) -> None:
        if not coefficients:
            raise TypeError(f"{type(self).__name__} needs at least one species.")
        told = _boundary.told(boundary, tuple(name for name, _ in coefficients))
        object.__setattr__(self, "coefficients", coefficients)
        object.__setattr__(self, "boundary", told)
        symbols.check(stencil, ())
        object.__setattr__(self, "stencil", stencil)

    def __repr__(self) -> str:
        told = [f"{name}={self._told(c)!r}" for name, c in self.coefficients]
        told += _boundary.written(self.boundary, self.stencil)
        return f"{type(self).__name__}({', '.join(told)})"

    @staticmethod
    def _told(powers: tuple[Parameter, ...]) -> object:
        return powers

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that have coefficients."""
        return tuple(name for name, _ in self.coefficients)

    @property
    def tracked(self) -> bool:
        """Whether a coefficient is a tensor that requires gradients."""
        return any(
            isinstance(c, Tracked) for _, told in self.coefficients for c in told
        )

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """All of them."""
        return self.variables

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Apply the stencil once for each power."""
        rates = {}
        for name, powers in self.coefficients:
            boundary = grid.conditions(name, self.boundary, clock)
            field, total = values[name], None
            for order, c in enumerate(powers):
                if order:
                    field = grid.laplacian(field, boundary, self.stencil)
                if isinstance(c, Tracked) or c != 0 or order == 0:
                    part = beside(c, field) * field
                    total = part if total is None else total + part
            rates[name] = total
        return rates

    def symbol(self, laplacian: np.ndarray) -> dict[str, np.ndarray]:
        """c0 + c1 s + c2 s² + … of the Laplacian's multiplier s, members in front."""
        told = {}
        for name, powers in self.coefficients:
            total: Any = 0.0
            c: Any
            for c in reversed(powers):  # Horner's rule
                if isinstance(c, Along):
                    c = c.beside(laplacian[np.newaxis])
                elif isinstance(c, Tracked):
                    c = float(c)
                total = total * laplacian + c
            told[name] = total + 0 * laplacian
        return told

    @property
    def parameters_of_members(self) -> tuple[Along, ...]:
        """Coefficients that are no single number."""
        return tuple(
            c for _, told in self.coefficients for c in told if isinstance(c, Along)
        )

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse walls on axes that the grid lacks, and a stencil that does not fit."""
        symbols.check(self.stencil, grid.spacing)
        for name in self.variables:
            boundary = grid.conditions(name, self.boundary)
            stencils.check_boundary(self.stencil, grid.shape, boundary)


@dataclass(frozen=True, init=False, repr=False)
class Diffusion(Linear):
    """Fickian diffusion, ∇·(D ∇u), for each species.

    On cell-centred grids, by default with the second-order stencil of 2 · dim + 1 points.
    A diffusivity may vary in space, and differ from axis to axis; fluxes then go through
    faces with the harmonic mean of both cells (`stencils.divergence`): an obstacle, or the
    outside of a domain, is where D = 0, and nothing passes its boundary.

    Args:
        boundary: Conditions by species where they differ from the grid's; see `Linear`.
        stencil: `5-point`, `9-point`, `4th-order` or `spectral`; see `Linear`.
        diffusivity: D by species, length² / time, not negative: a number, a DataArray
            along z, y, x, or either by axis: `Diffusion(u={"x": 1.0, "y": 0.1})`.

    Raises:
        ValueError: If a diffusivity is negative or not finite.

    Example:
        >>> Diffusion(u=2e-5, v=1e-5)
        Diffusion(u=2e-05, v=1e-05)

    On a graph it is `Diffusion.on(weights, u=D)`.
    """

    def __init__(
        self,
        *,
        boundary: Mapping | None = None,
        stencil: str = "5-point",
        **diffusivity: Any,
    ):
        read = []
        for name, given in diffusivity.items():
            what = f"diffusivity of {name}"
            d: Any
            if isinstance(given, Mapping):
                d = ByAxis({str(k): parameter(what, v) for k, v in given.items()})
                values = list(d.told.values())
                if any(isinstance(v, Along) for v in values):
                    raise TypeError(f"The {what} has members along one axis alone.")
            else:
                d = parameter(what, given)
                values = [d]
            for value in values:
                least = float(np.min(getattr(value, "values", value)))
                if least < 0:
                    raise ValueError(
                        f"The diffusivity of `{name}` must not be negative, but is "
                        f"{least:g}: the field would sharpen without bound."
                    )
            read.append((name, (0.0, d)))
        self._put(tuple(read), boundary, stencil)
        if not self.plain and stencil != "5-point":
            raise ValueError(
                f"Diffusivities in space or by axis take the 5-point stencil, not "
                f"{stencil!r}."
            )

    @staticmethod
    def on(weights: Any, **diffusivity: float) -> GraphDiffusion:
        """Diffusion along the edges of a graph; see `GraphDiffusion`.

        Example:
            >>> import numpy as np
            >>> ring = np.roll(np.eye(4), 1, 0) + np.roll(np.eye(4), -1, 0)
            >>> Diffusion.on(ring, u=0.3).variables
            ('u',)
        """
        return GraphDiffusion(weights, **diffusivity)

    @staticmethod
    def _told(powers: tuple[Parameter, ...]) -> object:
        return powers[1]

    @property
    def plain(self) -> bool:
        """Whether every diffusivity is one number (for each member): D ∇²u."""
        return not any(
            isinstance(d, (Varied, ByAxis)) for _, (_, d) in self.coefficients
        )

    def symbol(self, laplacian: np.ndarray) -> dict[str, np.ndarray] | None:  # type: ignore[override]
        """D times the Laplacian's multiplier; None where D varies."""
        return super().symbol(laplacian) if self.plain else None

    def decay_bound(self, grid: Grid) -> dict[str, float]:
        """Bound on the decay of each species where there is no symbol."""
        if self.plain:
            return {}
        return {
            name: sum(
                float(np.max(getattr(D, "values", D)))
                * symbols.stiffness((n,), (h,), (w,))
                for D, n, h, w in zip(
                    self._along(name, d, grid),
                    grid.shape,
                    grid.spacing,
                    grid.conditions(name, self.boundary),
                )
            )
            for name, (_, d) in self.coefficients
        }

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse walls, stencils and diffusivities that do not fit the grid."""
        super().check(values, grid)
        for name, (_, d) in self.coefficients:
            for D in varied(self._along(name, d, grid)):
                D.check(grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """D times the Laplacian, or the divergence of the flux."""
        rates = {}
        for name, (_, d) in self.coefficients:
            field, boundary = values[name], grid.conditions(name, self.boundary, clock)
            if isinstance(d, (Varied, ByAxis)):
                each = [beside(D, field) for D in self._along(name, d, grid)]
                rates[name] = stencils.divergence(field, each, grid.spacing, boundary)
            else:
                bend = grid.laplacian(field, boundary, self.stencil)
                rates[name] = beside(d, bend) * bend
        return rates

    @staticmethod
    def _along(name: str, d: Any, grid: Grid) -> list[Any]:
        if isinstance(d, ByAxis):
            return d.along(grid, name)
        return [d] * len(grid.shape)
