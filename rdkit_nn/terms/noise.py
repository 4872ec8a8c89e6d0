"""White noise, drawn from seed and step."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any
from zlib import crc32

import numpy as np

from ..arrays import Values, aslike
from ..dynamics import Clock
from ..grid import Grid
from .base import Term, number


def generator(
    seed: int, name: str, step: int = 0, stage: int = 0
) -> np.random.Generator:
    """Counter-based generator of everything that is drawn by chance in the house.

    The numbers depend on (seed, name, step, stage) alone: not on how often a run is
    saved, on threads, or on what was drawn before.

    Raises:
        TypeError: If the seed is not a whole number.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise TypeError(
            f"`seed` must be a whole number, because it is written into the run; "
            f"got {seed!r}."
        )
    key = np.array([int(seed) % 2**64, crc32(name.encode())], dtype=np.uint64)
    counter = np.array([0, 0, stage, step], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def amplitudes(given: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    """Read the amplitudes of a noise by species.

    Raises:
        TypeError: If there is none.
        ValueError: If one is negative or not finite.
    """
    if not given:
        raise TypeError("Noise needs at least one species, such as u=0.01.")
    read = tuple((name, number(f"noise of {name}", a)) for name, a in given.items())
    for name, sigma in read:
        if sigma < 0:
            raise ValueError(f"The noise of `{name}` must not be negative: {sigma:g}.")
    return read


@dataclass(frozen=True, init=False)
class Noise(Term):
    """Additive noise, white in space and time.

        du = σ dW,   one step adds σ √(dt / cell volume) · N(0, 1) to each cell

    so that averages over a fixed area do not depend on the grid. First-order methods
    only (with `Euler` this is Euler-Maruyama); smooth methods refuse it.

    Args:
        seed: Where chance begins.
        amplitude: σ by species, not negative; unit field · √(length^dim / time).
    """

    amplitude: tuple[tuple[str, float], ...]
    seed: int
    stochastic = True

    def __init__(self, *, seed: int, **amplitude: float):
        generator(seed, "")
        read = amplitudes(amplitude)
        object.__setattr__(self, "amplitude", read)
        object.__setattr__(self, "seed", int(seed))

    def __repr__(self) -> str:
        told = ", ".join(f"{n}={a!r}" for n, a in self.amplitude)
        return f"Noise({told}, seed={self.seed})"

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that are shaken."""
        return tuple(name for name, _ in self.amplitude)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Nothing: the noise is additive."""
        return ()

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Draw this step's noise, over dt: a step of `dt` adds the right amount."""
        rates = {}
        for name, sigma in self.amplitude:
            field = values[name]
            rng = generator(self.seed, name, clock.step, clock.stage)
            drawn = rng.standard_normal(tuple(field.shape))
            scale = sigma / sqrt(clock.dt * grid.cell_volume)
            rates[name] = aslike(scale * drawn, field)
        return rates
