"""Explicit Runge-Kutta methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Values, aslike
from ..dynamics import Clock
from ..grid import Grid
from ..terms import Term
from .base import Method


def moved(values: Values, rates: Values, span: float) -> dict[str, Any]:
    """Values after moving along `rates` for a time: x + span · rate.

    A variable keeps its dtype, whatever a rate is given in.

    Raises:
        ValueError: If a rate does not broadcast to its variable.
    """
    return {
        name: _moved(name, array, span * rates[name]) if name in rates else array
        for name, array in values.items()
    }


def _moved(name: str, array: Any, gone: Any) -> Any:
    new = array + gone
    if new.shape != array.shape:
        raise ValueError(
            f"The rate of `{name}` has shape {tuple(gone.shape)}, which does not "
            f"broadcast to the variable's {tuple(array.shape)}."
        )
    return aslike(new, array)


@dataclass(frozen=True)
class Euler(Method):
    """Explicit Euler, order 1: x + dt · f(x).

    On fields with `Noise` this is Euler-Maruyama; on a gradient flow it *is* gradient
    descent and `dt` *is* the learning rate. A mode that decays at rate λ stays bounded
    for dt |λ| ≤ 2: with the second-order stencil of diffusion, dt ≤ h² / (2 dim D).

    Args:
        dt: Time that one step spans.
    """

    dt: float
    first_order = True
    stability_limit = 2.0

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) = 1 + z."""
        return 1 + z

    def step(self, term: Term, values: Values, grid: Grid, clock: Clock) -> Values:
        """R(z) = 1 + z."""
        return moved(values, term.rate(values, grid, clock), self.dt)


@dataclass(frozen=True)
class RK4(Method):
    """Classical Runge-Kutta, order 4.

    A mode that decays at rate λ stays bounded for dt |λ| ≤ 2.785. Smooth rates only. On
    a network of ReLU units the rates jump where a unit switches, and the order there is
    1: it gives a closer look at the gradient flow, not a fourth-order one.

    Args:
        dt: Time that one step spans.

    Source:
        Kutta, Z. Math. Phys. 46 (1901) 435.
    """

    dt: float
    stability_limit = (
        2.785293563405282  # real root of |1 + z + z²/2 + z³/6 + z⁴/24| = 1
    )

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) = 1 + z + z²/2 + z³/6 + z⁴/24."""
        return 1 + z * (1 + z / 2 * (1 + z / 3 * (1 + z / 4)))

    def step(self, term: Term, values: Values, grid: Grid, clock: Clock) -> Values:
        """R(z) = 1 + z + z²/2 + z³/6 + z⁴/24."""
        dt = self.dt
        k1 = term.rate(values, grid, clock.at(0))
        k2 = term.rate(moved(values, k1, dt / 2), grid, clock.at(1, 0.5))
        k3 = term.rate(moved(values, k2, dt / 2), grid, clock.at(2, 0.5))
        k4 = term.rate(moved(values, k3, dt), grid, clock.at(3, 1.0))
        mean = {n: (k1[n] + 2 * k2[n] + 2 * k3[n] + k4[n]) / 6 for n in k1}
        return moved(values, mean, dt)
