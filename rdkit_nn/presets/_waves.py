"""What moves, turns, coarsens or never settles: presets beyond Turing's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import xarray as xr

from .. import initial, models
from ..flow import Flow
from ..grid import Grid
from ..methods import ETDRK4, IMEX, RK4, Euler, Method
from ..terms import Term
from .base import Preset, source_of

Initial = Callable[..., xr.Dataset]


def _noise(amplitude: float, **around: float) -> Initial:
    def state(seed: int, *, grid: Grid, dtype: str) -> xr.Dataset:
        return initial.noise(
            grid, **around, amplitude=amplitude, seed=seed, dtype=dtype
        )

    return state


def _halves(low: float, high: float, **told: Any) -> Initial:
    """Free ends of fronts; no value leaves the interval in which the law makes sense."""

    def state(seed: int, *, grid: Grid, dtype: str) -> xr.Dataset:
        made: Any = initial.halves(grid, seed=seed, dtype=dtype, **told)
        return made.clip(low, high, keep_attrs=True)

    return state


def _patch(size: int, around: dict[str, float], inside: dict[str, float]) -> Initial:
    def state(seed: int, *, grid: Grid, dtype: str) -> xr.Dataset:
        told = dict(around=around, inside=inside, size=size)
        return initial.patch(grid, **told, seed=seed, dtype=dtype)  # type: ignore[arg-type]

    return state


def _at_home(
    make: Initial, home: Grid, seed: int, *, grid: Grid | None = None, **dtype: str
) -> xr.Dataset:
    return make(seed, grid=grid or home, **({"dtype": "float64"} | dtype))


def _made(
    name: str,
    says: str,
    model: Callable[[], Term],
    kind: str,
    grid: Grid,
    method: Method,
    steps: int,
    state: Initial,
    about: dict[str, float] | None = None,
) -> Preset:
    return Preset(
        name=name,
        says=says,
        flow=Flow(model(), method),
        grid=grid,
        initial=partial(_at_home, state, grid),
        steps=steps,
        source=source_of(model),
        kind=kind,
        about=about,
    )


_of = partial
ONLY = "finite-amplitude only"
FHN: Any = dict(epsilon=0.05, a0=-0.1, a1=2.0, Dv=4.0)
SPECTRAL: Any = dict(scheme="spectral", stencil="spectral")


def _square(n: int, h: float, boundary: str = "periodic") -> Grid:
    return Grid((n, n), spacing=h, boundary=boundary)


# Name, what it shows, model, verdict, grid, method, steps, start, uniform state.
TABLE = (
    ("barkley-spiral", "A spiral wave that turns steadily.",
     models.barkley, ONLY, _square(128, 0.4, "no-flux"), Euler(dt=0.005), 12_000,
     _halves(0.0, 1.0, u=("x", 0.0, 1.0), v=("y", 0.0, 0.375))),
    ("oregonator-spiral", "A thin spiral, as in the Belousov-Zhabotinsky reaction.",
     models.oregonator, "none", _square(192, 0.2, "no-flux"), Euler(dt=0.0005), 24_000,
     _halves(0.002, 1.0, u=("x", 0.002, 0.8), v=("y", 0.002, 0.1))),
    ("fitzhugh-nagumo-labyrinth", "One patch whose fronts grow fingers and fill the plane.",
     _of(models.fitzhugh_nagumo, **FHN), "bistable", _square(128, 1.0), Euler(dt=0.04),
     100_000, _patch(12, dict(u=-0.8, v=-0.3), dict(u=0.9, v=-0.3))),
    ("brusselator-spirals", "Spirals of an oscillating chemistry.",
     _of(models.brusselator, a=1.0, b=3.0, Du=1.0, Dv=0.1), "Hopf", _square(128, 1.0),
     Euler(dt=0.01), 30_000, _noise(0.3, u=1.0, v=3.0)),
    ("ginzburg-landau-frozen", "A few spirals that hold each other in place.",
     _of(models.ginzburg_landau, b=0.0, c=0.5), "none", _square(128, 1.0),
     Euler(dt=0.02), 15_000, _noise(0.1, u=0.0, v=0.0)),
    ("ginzburg-landau-defects", "Defect chaos, beyond the line of Benjamin, Feir, Newell.",
     _of(models.ginzburg_landau, b=1.0, c=-2.0), "none", _square(128, 1.0),
     RK4(dt=0.1), 3_000, _noise(0.1, u=0.0, v=0.0)),
    ("lambda-omega-spirals", "Many small spirals.",
     models.lambda_omega, "none", _square(128, 0.5), Euler(dt=0.02), 15_000,
     _noise(0.3, u=0.0, v=0.0)),
    ("rosenzweig-macarthur-chaos", "Predators chase their prey in broken spirals.",
     models.rosenzweig_macarthur, "Hopf", _square(192, 2.0), Euler(dt=0.05), 30_000,
     _halves(0.0, 2.0, prey=("x", 0.02, 0.4), predator=("y", 0.1, 1.0))),
    ("cyclic-competition-spirals", "Each displaces the next, round and round.",
     models.cyclic_competition, "Hopf", _square(192, 1.0), Euler(dt=0.05), 40_000,
     _noise(0.05, u=0.27, v=0.27, w=0.27)),
    ("klausmeier-stripes", "Bands of plants that climb a slope.",
     _of(models.klausmeier, a=2.0, m=0.54, V=50.0), "wave", _square(128, 0.75),
     Euler(dt=0.005), 20_000, _noise(0.3, w=0.55, n=3.6)),
    ("keller-segel-network", "Cells that gather in a net which keeps rearranging.",
     models.keller_segel, "Turing", _square(96, 0.5), RK4(dt=0.06), 2_500,
     _noise(0.01, u=1.0, v=10.0), dict(u=1.0, v=10.0)),
    ("cahn-hilliard-coarsening", "A mixture that comes apart, ever more coarsely.",
     models.cahn_hilliard, "Turing", _square(128, 1.0), IMEX(dt=0.1), 5_000,
     _noise(0.05, c=0.0), dict(c=0.0)),
    ("kuramoto-sivashinsky-cells", "Cells of a flame front, which never come to rest.",
     _of(models.kuramoto_sivashinsky, **SPECTRAL), "Turing", _square(128, 1.0),
     ETDRK4(dt=0.1), 1_500, _noise(0.1, u=0.0), dict(u=0.0)),
    ("wilson-cowan-spots", "Bumps of activity in a field of two populations.",
     _of(models.wilson_cowan, ee=16.0, ei=11.0, ie=9.0, ii=0.0, P=3.2, Q=1.8, tau_i=0.7,
         widths=(1.0, 2.0)),
     "Turing", _square(96, 0.6), RK4(dt=0.1), 600, _noise(0.01, E=0.187, I=0.281)),
    ("lotka-volterra-waves", "Waves of predators after waves of prey, fading slowly.",
     models.lotka_volterra, ONLY, _square(128, 1.0), RK4(dt=0.1), 1_500,
     _halves(0.0, 9.0, prey=("x", 0.5, 1.5), predator=("y", 0.5, 1.5))),
    ("allen-cahn-domains", "Domains whose walls flatten.",
     models.allen_cahn, "bistable", _square(128, 0.5), Euler(dt=0.02), 2_500,
     _noise(0.1, u=0.0)),
)  # fmt: skip
MADE = tuple(partial(_made, *told) for told in TABLE)
