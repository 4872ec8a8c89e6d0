"""Diffusion."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from ..arrays import Values, cut, namespace
from ..core.parameters import SPACE, Parameter
from ..dynamics import Clock
from ..grid import Grid, symbols
from ..grid.fluxes import Faces, rate_of_fluxes
from . import fields
from .base import Term
from .linear import as_array, check_stencil, polynomial

SHARPENS = "the field would sharpen without bound"


class _Tensor(fields.ByAxis):
    """Diffusivities by axis and by pairs of axes: `{"x": 1, "y": 1, "xy": 0.2}`."""

    def read(self, name: str, value: Any, term: Any) -> Any:
        pairs = {a + b for a, b in combinations(sorted(SPACE), 2)}
        value = {"".join(sorted(str(k))): v for k, v in value.items()}
        if unknown := set(value) - set(SPACE) - pairs:
            raise TypeError(
                f'The {name} is given by axis, such as {{"x": 1.0, "y": 0.1, "xy": 0.2}}, '
                f"but names {', '.join(sorted(unknown))}."
            )
        signed, least = fields.ParameterField(), self.inner
        read = {
            k: (least if k in SPACE else signed).read(self.label(name, k), v, term)
            for k, v in value.items()
        }
        _check_definite(name, read)
        return fields.FrozenDict(read)


def _check_definite(name: str, diffusivity: Mapping[str, Any]) -> None:
    """Refuse a tensor of constants that is not positive semidefinite."""
    values: dict[str, Any] = {
        k: getattr(v, "values", v)
        for k, v in diffusivity.items()
        if not isinstance(v, Parameter) or hasattr(v, "values")
    }
    if len(values) < len(diffusivity) or not any(len(k) == 2 for k in values):
        return
    try:
        entries = np.broadcast_arrays(*values.values())
    except ValueError:
        return  # known on a grid
    axes = sorted({a for k in values for a in k})
    matrix = np.zeros((*entries[0].shape, len(axes), len(axes)))
    for key, entry in zip(values, entries):
        i, j = axes.index(key[0]), axes.index(key[-1])
        matrix[..., i, j] = matrix[..., j, i] = entry
    smallest = float(np.linalg.eigvalsh(matrix).min())
    if smallest < -1e-12 * float(np.abs(matrix).max()):
        raise ValueError(
            f"The {name} must be positive semidefinite, but has the eigenvalue "
            f"{smallest:g}: {SHARPENS}."
        )


_NUMBER = fields.ParameterField(least=0.0, why=SHARPENS)


class Diffusion(Term):
    """Fickian diffusion, ∇·(D ∇u), for each variable.

    On cell-centred grids, by default with the second-order stencil of 2 · dim + 1 points.
    Where a diffusivity varies from cell to cell, or with the direction, fluxes go through
    faces: with the harmonic mean of D in both cells where it is a field in space, which is
    right where D jumps; with the arithmetic mean where it is a law of the state.

    Args:
        diffusivity: D by variable, length² / time, not negative: any parameter; by axis,
            `Diffusion(u={"x": 1.0, "y": 0.1})`, also with mixed entries `"xy"` (positive
            semidefinite); or a law that gives D, `Diffusion(u=rd.law(u="u**2")())`.
        stencil: `5-point`, `9-point`, `4th-order` or `spectral`; see `Linear`.
        boundary: Conditions of a variable where they differ from the grid's; see `Linear`.

    Raises:
        ValueError: If a diffusivity is negative or not finite.

    Example:
        >>> Diffusion(u=2e-5, v=1e-5)
        Diffusion(u=2e-05, v=1e-05)

    On a graph it is `Diffusion.on(weights, u=D)`.
    """

    diffusivity = fields.by_variable(
        fields.Either(
            (lambda d: isinstance(d, Term), fields.wrapped("a law that gives D")),
            (lambda d: isinstance(d, Mapping), _Tensor(_NUMBER)),
            (lambda d: True, _NUMBER),
        )
    )
    stencil: Any = fields.Stencil()
    boundary = fields.boundary()
    example = "Diffusion(u=1.0)"

    def _check_fields(self) -> None:
        for name, d in self.diffusivity.items():
            if isinstance(d, Term) and name not in d.variables:
                raise ValueError(
                    f"The diffusivity of `{name}` is a law of {', '.join(d.variables)}: it "
                    f'must give `{name}`, as rd.law({name}="{name}**2")() does.'
                )
            if isinstance(d, Term) and d.stochastic:
                raise TypeError(f"The diffusivity of `{name}` cannot be noise: {d!r}.")
        if not self.plain and self.stencil != "5-point":
            raise ValueError(
                f"Diffusivities in space, by axis or by a law take the 5-point stencil, "
                f"not {self.stencil!r}."
            )

    @staticmethod
    def on(weights: Any, **diffusivity: float) -> Any:
        """Diffusion along the edges of a graph; see `GraphDiffusion`.

        Example:
            >>> import numpy as np
            >>> ring = np.roll(np.eye(4), 1, 0) + np.roll(np.eye(4), -1, 0)
            >>> Diffusion.on(ring, u=0.3).variables
            ('u',)
        """
        from .graph import GraphDiffusion

        return GraphDiffusion(weights, **diffusivity)

    @property
    def plain(self) -> bool:
        """Whether every diffusivity is the same in all cells and directions: D ∇²u."""
        return not any(
            isinstance(d, (Term, Mapping)) or (isinstance(d, Parameter) and d.in_space)
            for d in vars(self)["diffusivity"].values()
        )

    @property
    def _inputs(self) -> tuple[str, ...]:
        inner = [n for t in self.inner for n in t.inputs]
        return tuple(dict.fromkeys((*self.variables, *inner)))

    def symbol(self, laplacian: np.ndarray) -> dict[str, np.ndarray] | None:
        """D times the Laplacian's multiplier; None where D varies."""
        if not self.plain or not all(
            fields.is_constant(d) for _, d in self.parameters()
        ):
            return None
        return {n: polynomial((0.0, d), laplacian) for n, d in self.diffusivity.items()}

    def decay_bound(
        self, grid: Grid, values: Values | None = None, clock: Clock | None = None
    ) -> dict[str, float]:
        """Σ D s over the axes, with the largest D of all cells."""
        here = self.at(values or {}, grid, clock)
        bounds = {}
        for name, d in here.diffusivity.items():
            if isinstance(d, Term):
                if values is None or clock is None:
                    continue
                d = d.rate(values, grid, clock)[name]
            total = 0.0
            pairs = grid.conditions(name, self.boundary)
            for dim, n, h, pair in zip(grid.dims, grid.shape, grid.spacing, pairs):
                stiff = symbols.stiffness((n,), (h,), (pair,), self.stencil)
                if isinstance(d, Mapping):
                    row = [v for k, v in d.items() if dim in k]
                else:
                    row = [d]
                total += stiff * sum(float(np.max(np.abs(as_array(x)))) for x in row)
            bounds[name] = total
        return bounds

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse conditions, stencils and diffusivities that do not fit the grid."""
        super().check(values, grid)
        check_stencil(self, grid)
        for name, d in self.diffusivity.items():
            if isinstance(d, Mapping) and {a for k in d for a in k} != set(grid.dims):
                raise ValueError(
                    f"The diffusivity of `{name}` names the axes {', '.join(d)}, but the "
                    f"grid has {', '.join(grid.dims)}: name each once."
                )

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """D times the Laplacian, or the divergence of the flux."""
        rates, others = {}, False
        for name, d in self.diffusivity.items():
            if is_even(d, grid):
                pairs = grid.conditions(name, self.boundary, clock, values)
                rates[name] = d * grid.laplacian(values[name], pairs, self.stencil)
            else:
                others = True
        if others:
            rates |= rate_of_fluxes(self, values, grid, clock)
        return {name: rates[name] for name in self.diffusivity}

    def flux(self, faces: Faces) -> dict[str, Any]:
        """-D ∇u at the faces, of every variable whose D is not the same everywhere."""
        fluxes = {}
        for name, d in self.diffusivity.items():
            if is_even(d, faces.grid):
                continue
            slope = faces.gradient(name)
            if isinstance(d, Term):
                mean = faces.mean(*faces.evaluate(d, faces.values[name])[name])
            elif isinstance(d, Mapping):
                mean = faces.harmonic(*faces.parameter(name, d[faces.dim]))
            else:
                mean = faces.harmonic(*faces.parameter(name, d))
            flux = -mean * slope
            if isinstance(d, Mapping):
                for pair, mixed in d.items():
                    if len(pair) == 2 and faces.dim in pair:
                        across = pair.replace(faces.dim, "")
                        mean = faces.mean(*faces.parameter(name, mixed))
                        flux = flux - mean * _across(self, faces, name, across)
            fluxes[name] = flux
        return fluxes


def is_even(d: Any, grid: Grid) -> bool:
    """Whether a resolved diffusivity is the same in all cells."""
    if isinstance(d, (Term, Mapping)):
        return False
    shape = tuple(getattr(d, "shape", ()))
    return all(n == 1 for n in shape[len(shape) - len(grid.shape) :])


def _across(term: Term, faces: Faces, name: str, dim: str) -> Any:
    """Slope along another axis at the faces: the mean of those in both cells."""
    other = Faces(term, faces.values, faces.grid, faces.clock, dim)
    slope = other.gradient(name)
    n = slope.shape[other.axis]
    cells = 0.5 * (cut(slope, other.axis, 0, n - 1) + cut(slope, other.axis, 1, n))
    m = cells.shape[faces.axis]
    first, last = cut(cells, faces.axis, 0, 1), cut(cells, faces.axis, m - 1, m)
    ends = (last, first) if faces.periodic(name) else (first, last)
    line = namespace(cells).concatenate((ends[0], cells, ends[1]), faces.axis)
    return 0.5 * (cut(line, faces.axis, 0, m + 1) + cut(line, faces.axis, 1, m + 2))
