"""Methods that take what is linear in the Laplacian mode by mode, exactly or implicitly.

They make long steps where diffusion or a fourth derivative is stiff: Swift-Hohenberg,
Cahn-Hilliard, Kuramoto-Sivashinsky. Walls must have plain modes (periodic, no-flux,
Neumann, Dirichlet, and a pair of them). The Laplacian is that of the term's stencil, so on
one grid they converge to what `RK4` converges to; `stencil="spectral"` makes space exact.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from ..arrays import Values
from ..dynamics import Clock
from ..grid import Grid
from ..terms import Term
from .base import Accelerate, Method, Stepper, plain
from .explicit import RK4
from .split import Split

POINTS = 32  # of the circle about z on which φ-functions are averaged


@dataclass(frozen=True)
class Modal(Method):
    """Base of the methods below.

    Args:
        dt: Time that one step spans.
        dealias: Whether the upper third of the modes of the rest is dropped (2/3 rule).
    """

    dt: float
    dealias: bool = False
    by_modes = True  # the limit is that of a variable with no linear part: all explicit

    def __repr__(self) -> str:
        told = ", dealias=True" if self.dealias else ""
        return f"{type(self).__name__}(dt={self.dt!r}{told})"

    def make_step(
        self,
        term: Term,
        grid: Grid,
        values: Values,
        accelerate: Accelerate = plain,
    ) -> Stepper:
        """Multipliers once, then a step."""
        split = Split(term, grid, values, accelerate, self.dealias)
        step = self._ready(split, values)
        return lambda values, clock: {**values, **step(values, clock)}

    def step(self, term: Term, values: Values, grid: Grid, clock: Clock) -> Values:
        """Prepare, and take one step."""
        return self.make_step(term, grid, values)(values, clock)

    def check_grid(self, grid: Grid) -> None:
        """Refuse a domain, which has no plain modes.

        Raises:
            ValueError: If the grid has one.
        """
        if grid.domain is not None:
            raise ValueError(
                f"{type(self).__name__} takes the modes of a box, and a grid with a domain "
                "has others: take Euler, RK4 or Adaptive."
            )

    @abstractmethod
    def _ready(self, split: Split, values: Values) -> Stepper:
        """Return the step of the variables that move."""


def _plus(*told: tuple[Values, Values | float | None]) -> dict:
    """Sum of products by name; a part that lacks a variable adds nothing to it."""
    total: dict = {}
    for part, factor in told:
        for name, field in part.items():
            f = factor[name] if isinstance(factor, dict) else factor
            moved = field if f is None else field * f
            total[name] = total[name] + moved if name in total else moved
    return total


class ETD1(Modal):
    """Exponential Euler, order 1: the linear part exactly, the rest held for a step.

        û' = e^z û + dt φ₁(z) N̂(u),   z = dt L,   φ₁(z) = (e^z - 1)/z

    Source:
        Cox & Matthews, J. Comput. Phys. 176 (2002) 430, doi:10.1006/jcph.2002.6995.
    """

    stability_limit = 2.0

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) = 1 + z, of what has no linear part."""
        return 1 + z

    def _ready(self, split: Split, values: Values) -> Stepper:
        dt = self.dt
        E = split.multiplier(lambda L: np.exp(dt * L), values)
        P = split.multiplier(lambda L: dt * phi1(dt * L), values)

        def step(values: Values, clock: Clock) -> Values:
            N = split.modes_of_rates(values, clock)
            return split.back(_plus((split.forward(values), E), (N, P)))

        return step


class ETDRK4(Modal):
    """Exponential Runge-Kutta, order 4.

    The rest is taken like the classical method takes it, the linear part exactly. On
    stiff problems the observed order falls to about 3. φ-functions are means over a
    circle about z, right at z = 0 too.

    Source:
        Cox & Matthews, J. Comput. Phys. 176 (2002) 430, doi:10.1006/jcph.2002.6995;
        Kassam & Trefethen, SIAM J. Sci. Comput. 26 (2005) 1214,
        doi:10.1137/S1064827502410633.
    """

    stability_limit = RK4.stability_limit

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) = that of RK4, of what has no linear part."""
        return RK4.amplification(self, z)  # type: ignore[arg-type]

    def _ready(self, split: Split, values: Values) -> Stepper:
        dt = self.dt

        def of(function: Callable) -> dict:
            return split.multiplier(lambda L: dt * _mean(function, dt * L), values)

        E = split.multiplier(lambda L: np.exp(dt * L), values)
        half = split.multiplier(lambda L: np.exp(dt * L / 2), values)
        Q = of(lambda z: (np.exp(z / 2) - 1) / z)
        twice, less = ({n: k * q for n, q in Q.items()} for k in (2, -1))
        first = of(lambda z: (-4 - z + np.exp(z) * (4 - 3 * z + z**2)) / z**3)
        middle = of(lambda z: 2 * (2 + z + np.exp(z) * (z - 2)) / z**3)
        last = of(lambda z: (-4 - 3 * z - z**2 + np.exp(z) * (4 - z)) / z**3)

        def step(values: Values, clock: Clock) -> Values:
            def rest(modes: Values, stage: int, fraction: float) -> Values:
                fields = {**values, **split.back(modes)}
                return split.modes_of_rates(fields, clock.at(stage, fraction))

            u = split.forward(values)
            Nu = split.modes_of_rates(values, clock)
            onward = _plus((u, half))
            a = _plus((onward, None), (Nu, Q))
            Na = rest(a, 1, 0.5)
            Nb = rest(_plus((onward, None), (Na, Q)), 2, 0.5)
            Nc = rest(_plus((a, half), (Nb, twice), (Nu, less)), 3, 1.0)
            both = _plus((Na, None), (Nb, None))
            return split.back(_plus((u, E), (Nu, first), (both, middle), (Nc, last)))

        return step


class Strang(Modal):
    """Symmetric splitting, order 2: half the linear part, the rest, half the linear part.

    The linear part exactly, with the constant part of the boundary; the rest by the
    explicit midpoint rule. Between inhomogeneous walls the order is 2 only for
    dt ≤ h²/(4D), and a state at rest of the whole sum is kept to the error of a step.

    Source:
        Strang, SIAM J. Numer. Anal. 5 (1968) 506, doi:10.1137/0705041.
    """

    stability_limit = 2.0

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) = 1 + z + z²/2, of what has no linear part."""
        return 1 + z * (1 + z / 2)

    def _ready(self, split: Split, values: Values) -> Stepper:
        dt = self.dt
        half = split.multiplier(lambda L: np.exp(dt * L / 2), values)
        held = split.take_held()
        fed = split.multiplier(lambda L: dt / 2 * phi1(dt * L / 2), values)

        def linear(modes: Values) -> Values:
            return _plus((modes, half), (held, fed))

        def step(values: Values, clock: Clock) -> Values:
            first = split.back(linear(split.forward(values)))
            slope = split.rates({**values, **first}, clock)
            middle = _plus((first, None), (slope, dt / 2))
            slope = split.modes_of_rates({**values, **middle}, clock.at(1, 0.5))
            after = _plus((split.forward(first), None), (slope, dt))
            return split.back(linear(after))

        return step


class IMEX(Modal):
    """Implicit-explicit Runge-Kutta ARS(2,2,2), order 2: the linear part implicitly.

        (1 - γ z) û₁ = û + γ dt N̂(u)
        (1 - γ z) û' = û + (1 - γ) z û₁ + dt (δ N̂(u) + (1 - δ) N̂(u₁))

    with γ = 1 - 1/√2 and δ = 1 - 1/(2γ). L-stable in the linear part: stiff modes are
    damped and do not ring. One step needs no other, so any frame is a start.

    Source:
        Ascher, Ruuth & Spiteri, Appl. Numer. Math. 25 (1997) 151,
        doi:10.1016/S0168-9274(97)00056-1.
    """

    stability_limit = 2.0

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) = 1 + z + z²/2, of what has no linear part."""
        return 1 + z * (1 + z / 2)

    def _ready(self, split: Split, values: Values) -> Stepper:
        dt = self.dt
        gamma = 1 - 1 / sqrt(2)
        delta = 1 - 1 / (2 * gamma)
        inverse = split.multiplier(lambda L: 1 / (1 - gamma * dt * L), values)
        onward = split.multiplier(lambda L: (1 - gamma) * dt * L, values)

        def step(values: Values, clock: Clock) -> Values:
            u = split.forward(values)
            Nu = split.modes_of_rates(values, clock)
            first = _plus((_plus((u, None), (Nu, gamma * dt)), inverse))
            fields = {**values, **split.back(first)}
            N1 = split.modes_of_rates(fields, clock.at(1, gamma))
            total = _plus(
                (u, None), (first, onward), (Nu, delta * dt), (N1, (1 - delta) * dt)
            )
            return split.back(_plus((total, inverse)))

        return step


def phi1(z: np.ndarray) -> np.ndarray:
    """(e^z - 1)/z, 1 at z = 0."""
    safe = np.where(z == 0, 1, z)
    return np.where(z == 0, 1.0, np.expm1(safe) / safe)


def _mean(function: Callable, z: np.ndarray) -> np.ndarray:
    """Mean of a function over a unit circle about z: its value, without cancellation."""
    total = np.zeros(np.shape(z))
    for k in range(POINTS // 2):  # the lower half is the conjugate of the upper
        total = total + function(z + np.exp(1j * np.pi * (2 * k + 1) / POINTS)).real
    return total / (POINTS // 2)
