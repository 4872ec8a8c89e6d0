"""A term taken apart: what is linear in the Laplacian, mode by mode, and the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..arrays import Values, aslike, is_tensor
from ..dynamics import Clock
from ..grid import Grid, symbols
from ..grid.transforms import Transform
from ..terms import Sum, Term
from .base import Accelerate


class Split:
    """The linear part L of a term as multipliers of modes, the rest N as rates.

        du/dt = L u + N(u)

    L is the sum of all terms that have a symbol; what walls hold besides zero is a constant
    rate and goes to N. A variable that has no linear part stays as it is: L = 0.

    Args:
        term: The whole.
        grid: Where it lives.
        values: Arrays, for their kind.
        accelerate: Turns N into something that computes the same faster.
        dealias: Whether the upper third of the modes of N is dropped (the 2/3 rule), so
            that products of two modes do not come back as others.

    Raises:
        ValueError: If a wall of a variable with a linear part has no plain modes.
    """

    def __init__(
        self,
        term: Term,
        grid: Grid,
        values: Values,
        accelerate: Accelerate,
        dealias: bool,
    ):
        summands = term.summands()
        linear = [t for t in summands if is_modal(t, grid)]
        others = tuple(t for t in summands if not is_modal(t, grid))
        if any(t.tracked for t in summands if not t.local):
            raise TypeError(
                "Gradients with respect to what is linear in the Laplacian do not pass "
                "through an exponential or implicit method. Take Euler or RK4."
            )
        self.grid, self.variables = grid, term.variables
        self.rest = accelerate(Sum(others)) if others else None
        self.linear: dict[str, np.ndarray] = {}
        self._modes: dict[str, Transform] = {}
        self._mask: dict[str, Any] = {}
        bent = dict.fromkeys(name for t in linear for name in t.variables)
        for name in bent:
            field = values[name]
            boundary = grid.conditions(name, term.boundary)
            first = next(t for t in linear if name in t.variables)
            stencil = next(
                (t.stencil for t in first.nested() if "stencil" in t.declared),  # type: ignore[attr-defined]
                "5-point",
            )
            mirrored = is_tensor(field)
            self._modes[name] = modes = Transform(grid.shape, boundary, mirrored)
            s = symbols.modal(grid.shape, grid.spacing, boundary, stencil, mirrored)
            total: Any = np.zeros(())
            for part in linear:
                total = total + (part.symbol(s) or {}).get(name, 0.0)
            # Members stand in front of whatever dims the field has before the grid's.
            if total.ndim > s.ndim and field.ndim > total.ndim:
                extra = (1,) * (field.ndim - total.ndim)
                total = total.reshape(len(total), *extra, *s.shape)
            self.linear[name] = total
            if dealias:
                self._mask[name] = aslike(_lower(modes).astype(float), field)
        self._linear = linear
        self._held = self._offset(values, Clock(0, 1.0))

    def _offset(self, values: Values, clock: Clock) -> dict[str, Any]:
        """Rates that the boundary alone causes: those of a field that is zero."""
        held: dict[str, Any] = {}
        for term in self._linear:
            empty = {name: 0 * values[name] for name in term.inputs}
            for name, rate in term.rate(empty, self.grid, clock).items():
                if bool((rate != 0).any()):
                    held[name] = held[name] + rate if name in held else rate
        return held

    def take_held(self) -> dict[str, Any]:
        """Modes of the rates that the boundary causes, which N then leaves out."""
        held, self._held = self._held, {}
        return {name: self._forward(name, rate) for name, rate in held.items()}

    def forward(self, values: Values) -> dict[str, Any]:
        """Modes of every variable that moves."""
        return {name: self._forward(name, values[name]) for name in self.variables}

    def back(self, modes: Values) -> dict[str, Any]:
        """Fields of modes."""
        return {
            name: self._modes[name].back(field) if name in self._modes else field
            for name, field in modes.items()
        }

    def rates(self, values: Values, clock: Clock) -> dict[str, Any]:
        """N of the fields; variables that it does not move are left out."""
        found = {}
        if self.rest is not None:
            found = dict(self.rest.rate(values, self.grid, clock))
        for name, rate in self._held.items():
            found[name] = found[name] + rate if name in found else rate
        return found

    def modes_of_rates(self, values: Values, clock: Clock) -> dict[str, Any]:
        """N of the fields, in modes."""
        found = {}
        for name, rate in self.rates(values, clock).items():
            if rate.shape != values[name].shape:  # a rate may be a single number
                rate = rate + 0 * values[name]
            found[name] = self._forward(name, rate)
            if name in self._mask:
                found[name] = found[name] * self._mask[name]
        return found

    def multiplier(
        self, function: Callable[[np.ndarray], np.ndarray], like: Values
    ) -> dict[str, Any]:
        """A function of L by variable, computed in double, kept as the fields are."""
        told = {}
        for name in self.variables:
            L = self.linear.get(name, np.zeros(()))
            found = aslike(np.asarray(function(L)), like[name])
            if name in self._modes and self._modes[name].complex:
                found = found + 0j  # numpy multiplies numbers of one kind twice as fast
            told[name] = found
        return told

    def _forward(self, name: str, field: Any) -> Any:
        return self._modes[name].forward(field) if name in self._modes else field


def is_modal(term: Term, grid: Grid) -> bool:
    """Whether a term is taken by modes: linear in the Laplacian, and no boundary moves."""
    if term.symbol(np.zeros(1)) is None:
        return False
    return not any(
        c.moving
        for name in term.needs_boundary
        for pair in grid.conditions(name, term.boundary)
        for c in pair
    )


def _lower(modes: Transform) -> np.ndarray:
    """Modes below two thirds of the highest, along every axis."""
    kept = np.ones(modes.periods, bool)
    for axis, (line, n) in enumerate(zip(modes.parities, modes.periods)):
        half = np.abs(modes.halves(line, n))
        below = half < (2 / 3) * (np.pi / 2)
        kept &= below.reshape((-1,) + (1,) * (len(modes.periods) - axis - 1))
    return modes.cut(kept)
