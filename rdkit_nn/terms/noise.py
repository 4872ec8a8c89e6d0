"""White noise, drawn from seed and step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import prod, sqrt
from typing import Any

from ..arrays import Values, aslike
from ..core.random import key_of, normals
from ..dynamics import Clock
from ..formulas import law_from_text
from ..grid import Grid
from ..grid.fluxes import Faces, rate_of_fluxes
from . import fields
from .base import Term
from .local import Reaction

_AMPLITUDE = fields.ParameterField(least=0.0)


class Random(Term):
    """Base of the noises: what they draw, and from which streams."""

    kind = ""
    seed: Any
    stream: Any

    def draws(self) -> Iterator[tuple]:
        """What identifies the numbers that are drawn: seed, variable and kind."""
        for name in self.variables:
            yield self.seed, name, self.kind, self.stream

    def drawn(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """N(0, 1) of this step for each cell; member m draws stream `stream` + m."""
        return {n: self.normals(n, values[n], grid, clock) for n in self.variables}

    def normals(
        self, name: str, field: Any, grid: Grid, clock: Clock, face: str = ""
    ) -> Any:
        """N(0, 1) for each cell of a field, or for one face of each cell."""
        shape = tuple(field.shape)
        cells = prod(shape[len(shape) - len(grid.shape) :])
        streams = prod(shape[: len(shape) - len(grid.shape)])
        found = normals(
            key_of(self.seed, name, self.kind + face),
            cells,
            streams,
            step=clock.step,
            stage=clock.stage,
            first=self.stream,
        )
        return aslike(found.reshape(shape), field)


class Noise(Random):
    """Additive noise, white in space and time.

        du = σ dW,   one step adds σ √(dt / cell volume) · N(0, 1) to each cell

    so that averages over a fixed area do not depend on the grid. First-order methods
    only (with `Euler` this is Euler-Maruyama); smooth methods refuse it.

    Args:
        amplitude: σ by variable, not negative; unit field · √(length^dim / time); any
            parameter.
        seed: Where chance begins.
        stream: Which of the independent streams of the seed a single run draws.
    """

    amplitude = fields.by_variable(_AMPLITUDE)
    seed = fields.seed()
    stream: Any = fields.Stream()
    kind = "additive"
    example = "Noise(u=0.01, seed=0)"
    _inputs = ()

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Draw this step's noise, over dt: a step of `dt` adds the right amount."""
        scale = 1 / sqrt(clock.dt * grid.cell_volume)
        drawn = self.drawn(values, grid, clock)
        return {n: scale * sigma * drawn[n] for n, sigma in self.amplitude.items()}


class MultiplicativeNoise(Random):
    """Noise whose strength is a law of the state, white in space and time.

        du = g(u) dW,   one step adds g(u) √(dt / cell volume) · N(0, 1) to each cell

    in the sense of Itô, where g is taken before the step, or of Stratonovich, which adds
    the drift g g' / (2 · cell volume). (In space that drift grows as the grid is refined:
    Stratonovich noise needs a correlation length to have a limit.) With `Euler` this is
    Euler-Maruyama, strong order 1/2; with `Milstein`, order 1.

    Args:
        term: The law g: `rd.law(u="0.1*u")()`; one strength for each variable it gives.
        seed: Where chance begins.
        convention: `ito` or `stratonovich`.
        stream: Which of the independent streams of the seed a single run draws.

    Source:
        Kloeden & Platen, *Numerical Solution of Stochastic Differential Equations* (1992),
        doi:10.1007/978-3-662-12616-5.
    """

    term = fields.wrapped("a law with its parameters")
    seed = fields.seed()
    convention = fields.choice("ito", "stratonovich")
    stream: Any = fields.Stream()
    kind = "multiplicative"
    milstein = True
    example = 'MultiplicativeNoise(rd.law(u="s*u")(s=0.1), seed=0)'

    def _check_fields(self) -> None:
        if not isinstance(self.term, Reaction):
            raise TypeError(
                f"The strength of the noise must be a law with its parameters, such as "
                f'rd.law(u="s*u")(s=0.1), not {self.term!r}.'
            )
        if self.convention == "stratonovich":
            self.half_slope  # noqa: B018  a law without derivative is refused now

    @cached_property
    def half_slope(self) -> Reaction:
        """½ g ∂g/∂u of each variable's own strength, simplified: finite where g is not."""
        return Reaction(
            law_from_text(self.term.law.half_squared_slopes()), **self.term.arguments
        )

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """This step's noise over dt, and the drift of the convention."""
        g = self.term.rate(values, grid, clock)
        scale = 1 / sqrt(clock.dt * grid.cell_volume)
        drawn = self.drawn(values, grid, clock)
        rates = {n: scale * g[n] * xi for n, xi in drawn.items()}
        if self.convention == "stratonovich":
            for name, drift in self._half(values, grid, clock).items():
                rates[name] = rates[name] + drift
        return rates

    def correction(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """What `Milstein` adds: g g' (ξ² - 1) / (2 · cell volume)."""
        half = self._half(values, grid, clock)
        drawn = self.drawn(values, grid, clock)
        return {name: half[name] * (xi * xi - 1) for name, xi in drawn.items()}

    def _half(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        half = self.half_slope.rate(values, grid, clock)
        return {n: h * (1 / grid.cell_volume) for n, h in half.items()}


class ConservedNoise(Random):
    """Noise in the flux: du = ∇·(σ dW), which moves and never makes.

    A white vector on the faces of the cells; nothing passes a `NoFlux` wall. In equilibrium
    with a diffusion D its spectrum is flat, σ²/(2D) for each mode.

    Args:
        amplitude: σ by variable, not negative; any parameter.
        seed: Where chance begins.
        stream: Which of the independent streams of the seed a single run draws.
        boundary: Conditions of a variable where they differ from the grid's; see `Linear`.

    Source:
        Hohenberg & Halperin, Rev. Mod. Phys. 49 (1977) 435, model B,
        doi:10.1103/RevModPhys.49.435.
    """

    amplitude = fields.by_variable(_AMPLITUDE)
    seed = fields.seed()
    stream: Any = fields.Stream()
    boundary = fields.boundary()
    kind = "flux"
    example = "ConservedNoise(u=0.01, seed=0)"
    _inputs = ()

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Variables that are moved."""
        return self.variables

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Minus the divergence of this step's fluxes, over dt."""
        return rate_of_fluxes(self, values, grid, clock)

    def flux(self, faces: Faces) -> dict[str, Any]:
        """σ N(0, 1) at the upper face of each cell, and at the lower ends of the axis."""
        scale = 1 / sqrt(faces.clock.dt * faces.grid.cell_volume)
        fluxes = {}
        for name, sigma in self.amplitude.items():
            field = faces.values[name]
            upper = self.normals(name, field, faces.grid, faces.clock, f" {faces.dim}")
            if faces.periodic(name):
                xi = faces.with_first(upper, upper)
            else:
                lower = self.normals(
                    name, field, faces.grid, faces.clock, f" {faces.dim} low"
                )
                xi = faces.with_first(upper, lower, first=True)
            mean = faces.mean(*faces.parameter(name, sigma))
            fluxes[name] = scale * mean * xi
        return fluxes
