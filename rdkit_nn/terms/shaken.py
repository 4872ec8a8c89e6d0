"""Noise that depends on the state, and noise that conserves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

from .. import boundary as _boundary
from ..arrays import Values, aslike, cut, namespace
from ..boundary import Periodic
from ..dynamics import Clock
from ..formulas import law_from_text
from ..grid import Grid
from .base import Term
from .local import Reaction
from .noise import amplitudes, generator

CONVENTIONS = ("ito", "stratonovich")


@dataclass(frozen=True)
class MultiplicativeNoise(Term):
    """Noise whose strength is a law of the state, white in space and time.

        du = g(u) dW,   one step adds g(u) √(dt / cell volume) · N(0, 1) to each cell

    in the sense of Itô, where g is taken before the step, or of Stratonovich, which adds
    the drift g g' / (2 · cell volume). (In space that drift grows as the grid is refined:
    Stratonovich noise needs a correlation length to have a limit.) With `Euler` this is
    Euler-Maruyama, strong order 1/2; with `Milstein`, order 1.

    Args:
        term: The law g: `rd.law(u="0.1*u")()`; one strength for each species it gives.
        seed: Where chance begins.
        convention: `ito` or `stratonovich`.

    Source:
        Kloeden & Platen, *Numerical Solution of Stochastic Differential Equations* (1992),
        doi:10.1007/978-3-662-12616-5.
    """

    term: Reaction
    seed: int
    convention: str = "ito"
    stochastic = True

    def __post_init__(self):
        generator(self.seed, "")
        if not isinstance(self.term, Reaction):
            raise TypeError(
                f"The strength of the noise must be a law with its parameters, such as "
                f'rd.law(u="s*u")(s=0.1), not {self.term!r}.'
            )
        if self.convention not in CONVENTIONS:
            raise ValueError(
                f"`convention` must be one of {', '.join(CONVENTIONS)}: "
                f"{self.convention!r}."
            )
        if self.convention == "stratonovich":
            self.slope  # noqa: B018  a law without derivative is refused now

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that are shaken."""
        return self.term.variables

    @property
    def inputs(self) -> tuple[str, ...]:
        """Species that the strength depends on."""
        return self.term.inputs

    @cached_property
    def slope(self) -> Reaction:
        """∂g/∂u of each species' own strength."""
        return Reaction(law_from_text(self.term.law.slopes()), self.term.parameters)

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what the law refuses."""
        self.term.check(values, grid)

    def drawn(self, values: Values, clock: Clock) -> dict[str, Any]:
        """N(0, 1) of this step for each cell."""
        told = {}
        for name in self.variables:
            rng = generator(self.seed, name, clock.step, clock.stage)
            shape = tuple(values[name].shape)
            told[name] = aslike(rng.standard_normal(shape), values[name])
        return told

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """This step's noise over dt, and the drift of the convention."""
        g = self.term.rate(values, grid, clock)
        scale = 1 / sqrt(clock.dt * grid.cell_volume)
        rates = {n: scale * g[n] * xi for n, xi in self.drawn(values, clock).items()}
        if self.convention == "stratonovich":
            for name, drift in self._half(values, grid, clock).items():
                rates[name] = rates[name] + drift
        return rates

    def correction(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """What `Milstein` adds: g g' (ξ² - 1) / (2 · cell volume)."""
        half = self._half(values, grid, clock)
        drawn = self.drawn(values, clock)
        return {name: half[name] * (xi * xi - 1) for name, xi in drawn.items()}

    def _half(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        g, slope = (t.rate(values, grid, clock) for t in (self.term, self.slope))
        return {n: g[n] * slope[n] * (0.5 / grid.cell_volume) for n in g}


@dataclass(frozen=True, init=False)
class ConservedNoise(Term):
    """Noise in the flux: du = ∇·(σ dW), which moves and never makes.

    A white vector on the faces of the cells; nothing passes a wall. In equilibrium with a
    diffusion D its spectrum is flat, σ²/(2D) for each mode.

    Args:
        seed: Where chance begins.
        boundary: Conditions by species where they differ from the grid's; see `Diffusion`.
        amplitude: σ by species, not negative.

    Source:
        Hohenberg & Halperin, Rev. Mod. Phys. 49 (1977) 435, model B,
        doi:10.1103/RevModPhys.49.435.
    """

    amplitude: tuple[tuple[str, float], ...]
    seed: int
    boundary: _boundary.Told
    stochastic = True

    def __init__(
        self, *, seed: int, boundary: Mapping | None = None, **amplitude: float
    ):
        generator(seed, "")
        object.__setattr__(self, "amplitude", amplitudes(amplitude))
        object.__setattr__(self, "seed", int(seed))
        object.__setattr__(self, "boundary", _boundary.told(boundary, tuple(amplitude)))

    def __repr__(self) -> str:
        told = [f"{n}={a!r}" for n, a in self.amplitude] + [f"seed={self.seed}"]
        told += _boundary.written(self.boundary)
        return f"ConservedNoise({', '.join(told)})"

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Species whose faces it needs to know."""
        return self.variables

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that are shaken."""
        return tuple(name for name, _ in self.amplitude)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Nothing: the noise is additive."""
        return ()

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Difference of this step's fluxes through opposite faces, over dt."""
        rates = {}
        for name, sigma in self.amplitude:
            field = values[name]
            rng = generator(self.seed, f"{name} flux", clock.step, clock.stage)
            scale = sigma / sqrt(clock.dt * grid.cell_volume)
            total: Any = 0 * field
            boundary = grid.conditions(name, self.boundary)
            for axis, h, (low, _) in zip(grid.axes, grid.spacing, boundary):
                drawn = rng.standard_normal(tuple(field.shape)) * (scale / h)
                flux = aslike(drawn, field)  # through the upper face of each cell
                first = cut(flux, axis, -1, None)
                if not isinstance(low, Periodic):
                    first = 0 * first
                    flux = namespace(field).concatenate(
                        (cut(flux, axis, 0, -1), first), axis
                    )
                below = namespace(field).concatenate(
                    (first, cut(flux, axis, 0, -1)), axis
                )
                total = total + flux - below
            rates[name] = total
        return rates
