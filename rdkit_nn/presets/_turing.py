"""Patterns from noise: models whose uniform state is Turing-unstable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import xarray as xr

from .. import initial, models
from ..flow import Flow
from ..grid import Grid
from ..methods import ETDRK4, Euler, Method
from ..terms import Term
from .base import Preset, source_of

CELLS = 128  # along a side, of ten wavelengths


def _initial(
    state: Mapping[str, float],
    home: Grid,
    seed: int,
    *,
    grid: Grid | None = None,
    dtype: str = "float64",
) -> xr.Dataset:
    """Noise of 0.01 about the uniform state."""
    return initial.noise(grid or home, **state, amplitude=0.01, seed=seed, dtype=dtype)


def _made(
    name: str,
    says: str,
    term: Callable[[], Term],
    state: Mapping[str, float],
    wavelength: float,
    spacing: float,
    dt: float | Method,
    steps: int,
) -> Preset:
    grid = Grid((CELLS, CELLS), spacing=spacing)
    return Preset(
        name=name,
        says=says,
        flow=Flow(term(), Euler(dt=dt) if isinstance(dt, float) else dt),
        grid=grid,
        initial=partial(_initial, state, grid),
        steps=steps,
        source=source_of(term),
        kind="Turing",
        wavelength=wavelength,
        about=state,
    )


_of = partial
S, B, G = models.schnakenberg, models.brusselator, models.gierer_meinhardt
L = models.lengyel_epstein

# Name, what it shows, model, uniform state, wavelength, spacing, dt of Euler (or another
# method), steps.
TABLE = (
    ("schnakenberg-spots", "Hexagonal spots, far from onset.",
     _of(S), dict(u=1.0, v=0.9), 14.941, 1.17, 0.003, 12_000),
    ("schnakenberg-far", "Sharp spots.",
     _of(S, a=0.01, b=2.0, Dv=100.0), dict(u=2.01, v=2 / 2.01**2), 12.867, 1.01, 8e-4,
     38_000),
    ("schnakenberg-stripes", "Stripes.",
     _of(S, a=0.01, b=2.0, Dv=30.0), dict(u=2.01, v=2 / 2.01**2), 10.194, 0.796, 0.002,
     76_000),
    ("brusselator-spots", "Spots near onset.",
     _of(B), dict(u=2.0, v=1.5), 7.418, 0.579, 0.003, 81_000),
    ("brusselator-stripes", "Stripes.",
     _of(B, a=4.5, b=7.5, Du=2.0, Dv=16.0), dict(u=4.5, v=7.5 / 4.5), 6.659, 0.52, 0.001,
     39_000),
    ("brusselator-holes", "Hexagons of holes.",
     _of(B, a=3.0, b=9.0, Du=5.0, Dv=12.0), dict(u=3.0, v=3.0), 10.020, 0.783, 0.004,
     16_000),
    ("fitzhugh-nagumo-spots", "Spots.",
     _of(models.fitzhugh_nagumo), dict(u=-0.4641588834, v=-0.3641588834), 17.438, 1.36,
     0.007, 31_000),
    ("gierer-meinhardt-spots", "High, narrow spots.",
     _of(G), dict(u=6.6, v=6.6**2 / 6.1), 12.039, 0.941, 7e-4, 84_000),
    ("gierer-meinhardt-labyrinth", "A labyrinth, where the activator saturates.",
     _of(G, K=0.003), dict(u=6.0045928, v=5.9106790), 12.026, 0.94, 7e-4, 425_000),
    ("lengyel-epstein-holes", "Hexagons of holes.",
     _of(L), dict(u=2.4, v=6.76), 7.245, 0.566, 5e-4, 142_000),
    ("thomas-holes", "Hexagons of holes, just above onset.",
     _of(models.thomas), dict(u=37.738211, v=25.158807), 10.911, 0.852, 0.002, 193_000),
    ("turing-spots", "Turing's own chemistry, with his second diffusivity halved.",
     _of(models.turing), dict(a=4.0, b=4.0), 4.840, 0.378, 0.04, 7_000),
    ("swift-hohenberg-stripes", "Stripes of wavelength 2π.",
     _of(models.swift_hohenberg), dict(u=0.0), 6.283, 0.491, ETDRK4(dt=0.2),
     1_000),
    ("swift-hohenberg-hexagons", "Hexagons of spots.",
     _of(models.swift_hohenberg, r=0.1, g=1.0), dict(u=0.0), 6.283, 0.491,
     ETDRK4(dt=0.2), 2_000),
    ("amari-stripes", "Stripes of a neural field.",
     _of(models.amari), dict(u=0.0), 6.074, 0.474, 0.1, 400),
)  # fmt: skip
MADE = tuple(partial(_made, *told) for told in TABLE)
