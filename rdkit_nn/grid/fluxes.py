"""Fluxes through faces: the one place where neighbouring cells meet.

A term in flux form gives the flux J through the faces across each axis; its rate is

    du/dt = -Σ_a (J_a(above) - J_a(below)) / h_a

Faces between an open and a closed cell of the domain are closed, and so are those on a
boundary where the variable's own condition is `NoFlux`. What leaves one cell enters the
next: the total changes through open boundaries alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays import Values, cut, is_tensor, namespace
from .boundary import NoFlux, Periodic, Sides
from .ghosts import padded_axis

if TYPE_CHECKING:
    from ..dynamics import Clock
    from ..grid import Grid


class Faces:
    """All faces across one axis, for one term at one time.

    Arrays here have one entry more along the axis than there are cells: face i lies
    between cells i - 1 and i.

    Args:
        term: What asks; its `boundary` holds.
        values: Fields by name.
        grid: Where they live.
        clock: When.
        dim: Name of the axis.
    """

    def __init__(self, term: Any, values: Values, grid: Grid, clock: Clock, dim: str):
        self.term, self.values, self.grid, self.clock, self.dim = (
            term, values, grid, clock, dim,
        )  # fmt: skip
        index = grid.dims.index(dim)
        self.axis, self.spacing = grid.axes[index], grid.spacing[index]
        self._index = index
        self._pairs: dict[str, tuple[Any, Any]] = {}

    def conditions(self, name: str) -> Sides:
        """Conditions of a variable on this axis, now."""
        return self.grid.conditions(name, self.term.boundary, self.clock, self.values)[
            self._index
        ]

    def pair(self, name: str) -> tuple[Any, Any]:
        """A variable in the cells below and above each face; behind a boundary, ghosts."""
        if name not in self._pairs:
            self._pairs[name] = self._split(self._padded(name))
        return self._pairs[name]

    def gradient(self, name: str) -> Any:
        """Slope of a variable at each face; zero at faces of the domain's edge."""
        below, above = self.pair(name)
        return self._within(name, (above - below) * (1 / self.spacing))

    def value(self, name: str) -> Any:
        """Mean of a variable on both sides: on a boundary the value there."""
        return self.mean(*self.pair(name))

    def mean(self, below: Any, above: Any) -> Any:
        """Arithmetic mean of both sides."""
        return below if below is above else 0.5 * (below + above)

    def harmonic(self, below: Any, above: Any) -> Any:
        """Harmonic mean of both sides: zero where one of them is."""
        if below is above:
            return below
        total = below + above
        return 2 * below * above / (total + (total == 0))

    def parameter(self, name: str, value: Any) -> tuple[Any, Any]:
        """A resolved parameter of a variable in the cells below and above each face.

        Behind a boundary it is that of the last cell.
        """
        shape = getattr(value, "shape", ())
        if len(shape) < -self.axis or shape[self.axis] == 1:
            return value, value  # the same all along the axis
        return self._split(self._continued(name, value))

    def evaluate(self, term: Any, like: Any) -> dict[str, tuple[Any, Any]]:
        """Rates of a wrapped term in the cells below and above each face.

        A term of single cells is evaluated on the ghosts as well; behind a boundary any
        other is continued by its value in the last cell.
        """
        total: dict[str, Any] = {}
        for part in term.summands():
            for name, line in self._line(part, like).items():
                total[name] = total[name] + line if name in total else line
        return {name: self._split(line) for name, line in total.items()}

    def _line(self, term: Any, like: Any) -> dict[str, Any]:
        """Rates of one term in all cells and one more at both ends of the axis."""
        if not term.local:
            rates = term.rate(self.values, self.grid, self.clock)
            return {n: self._continued(n, rate + 0 * like) for n, rate in rates.items()}
        padded = {n: self._padded(n) for n in term.inputs}
        ring = all(self.periodic(n) for n in (term.inputs or term.variables))
        grid = self.grid.padded_grid(self.dim, rings=(self.dim,) if ring else ())
        rates = term.rate(padded, grid, self.clock)
        zero = _padded_like(like, self.axis)
        return {n: rate + zero for n, rate in rates.items()}

    def donor(self, name: str, below: Any, above: Any, velocity: Any) -> Any:
        """Value of the cell that a velocity comes from; on a boundary the value there."""
        mean, n, axis = self.mean(below, above), below.shape[self.axis], self.axis
        xp = namespace(below)
        if not self.periodic(name):
            first, last = cut(mean, axis, 0, 1), cut(mean, axis, n - 1, n)
            below = xp.concatenate((first, cut(below, axis, 1, n)), axis)
            above = xp.concatenate((cut(above, axis, 0, n - 1), last), axis)
        if isinstance(velocity, (int, float)):
            return below if velocity > 0 else above if velocity < 0 else mean
        return xp.where(velocity > 0, below, xp.where(velocity < 0, above, mean))

    def divergence(self, name: str, flux: Any) -> Any:
        """(J above - J below) / h of each cell, closed faces left out."""
        flux = self._within(name, self._closed(name, flux))
        n = flux.shape[self.axis]
        return (cut(flux, self.axis, 1, n) - cut(flux, self.axis, 0, n - 1)) * (
            1 / self.spacing
        )

    def with_first(self, upper: Any, lower: Any, first: bool = False) -> Any:
        """Values at all faces: at the upper face of each cell, and before the first cell.

        Args:
            upper: One for each cell.
            lower: Where the face before the first cell takes its value from: the last cell
                (around a ring), or the first.
            first: Which of them.
        """
        n, axis = upper.shape[self.axis], self.axis
        low = cut(lower, axis, 0, 1) if first else cut(lower, axis, n - 1, n)
        return namespace(upper).concatenate((low, upper), axis)

    def periodic(self, name: str) -> bool:
        """Whether the axis closes on itself for a variable."""
        pairs = self.grid.conditions(name, self.term.boundary)
        return isinstance(pairs[self._index][0], Periodic)

    def _padded(self, name: str) -> Any:
        return padded_axis(
            self.values[name], self.axis, self.spacing, self.conditions(name)
        )

    def _split(self, line: Any) -> tuple[Any, Any]:
        n = line.shape[self.axis]
        return cut(line, self.axis, 0, n - 1), cut(line, self.axis, 1, n)

    def _continued(self, name: str, array: Any) -> Any:
        """An array with a cell more at both ends: around a ring, else that of the edge."""
        n, axis = array.shape[self.axis], self.axis
        first, last = cut(array, axis, 0, 1), cut(array, axis, n - 1, n)
        ends = (last, first) if self.periodic(name) else (first, last)
        return namespace(array).concatenate((ends[0], array, ends[1]), axis)

    def _within(self, name: str, flux: Any) -> Any:
        """The flux, zero at faces that the domain closes."""
        domain = self.grid.domain
        if domain is None:
            return flux
        mask = domain.faces(self.axis, self.periodic(name), flux)
        return namespace(flux).where(mask, flux, namespace(flux).zeros_like(flux))

    def _closed(self, name: str, flux: Any) -> Any:
        """The flux at all faces, zero where the variable's own condition is `NoFlux`."""
        shape = tuple(self.values[name].shape)
        cells = self.values[name].shape[self.axis]
        if tuple(getattr(flux, "shape", ())) != (
            *shape[: len(shape) + self.axis],
            cells + 1,
            *shape[len(shape) + self.axis + 1 :],
        ):
            flux = flux + 0 * self.pair(name)[0]
        closed = [isinstance(c, NoFlux) for c in self.conditions(name)]
        if not any(closed):
            return flux
        axis, n, xp = self.axis, flux.shape[self.axis], namespace(flux)
        ends = [cut(flux, axis, 0, 1), cut(flux, axis, n - 1, n)]
        ends = [xp.zeros_like(end) if shut else end for end, shut in zip(ends, closed)]
        return xp.concatenate((ends[0], cut(flux, axis, 1, n - 1), ends[1]), axis)


def _padded_like(array: Any, axis: int) -> Any:
    """Zeros of the shape of an array with a cell more at both ends of an axis."""
    shape = list(array.shape)
    shape[axis] += 2
    if is_tensor(array):
        return array.new_zeros(shape)
    return np.zeros(shape, array.dtype)


def rate_of_fluxes(
    term: Any, values: Values, grid: Grid, clock: Clock
) -> dict[str, Any]:
    """Rate of a term in flux form: minus the divergence of its fluxes, axis by axis."""
    rates: dict[str, Any] = {}
    for dim in grid.dims:
        faces = Faces(term, values, grid, clock, dim)
        fluxes: Mapping[str, Any] = term.flux(faces)
        for name, flux in fluxes.items():
            gone = faces.divergence(name, flux)
            rates[name] = rates[name] - gone if name in rates else -gone
    return rates
