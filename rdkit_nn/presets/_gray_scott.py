"""Gray-Scott: the paper's two settings, Pearson's and Munafo's classes, The Well's six.

Of all these only one has a linear Turing band (gamma at F = 0.022, k = 0.051, beside a Hopf
instability). The others need a finite seed, and what comes of it depends on the seed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import xarray as xr

from .. import initial, models
from ..core.random import generator
from ..flow import Flow
from ..grid import Grid
from ..methods import Euler
from .base import Preset

PEARSON = Grid((256, 256), spacing=2.5 / 256)


def pearson_start(
    seed: int, *, grid: Grid = PEARSON, dtype: str = "float64"
) -> xr.Dataset:
    """Pearson's start: (1, 0) around a 20 x 20 square of (1/2, 1/4), shaken by 1 %.

    Args:
        seed: Where chance begins.
        grid: Where; default 256 x 256 cells of a periodic square of side 2.5.
        dtype: `float64` or `float32`.

    Source:
        Pearson, Science 261 (1993) 189, doi:10.1126/science.261.5118.189.
    """
    around, inside = dict(u=1.0, v=0.0), dict(u=0.5, v=0.25)
    return initial.patch(
        grid, around=around, inside=inside, size=20, seed=seed, dtype=dtype
    )


def scattered_start(
    seed: int,
    *,
    grid: Grid = PEARSON,
    dtype: str = "float64",
    count: int = 40,
    size: int = 12,
) -> xr.Dataset:
    """(1, 0) with forty squares of (1/2, 1/4) put anywhere: for patterns that one lacks.

    Args:
        seed: Where chance begins.
        grid: Where.
        dtype: `float64` or `float32`.
        count: How many squares.
        size: Cells along their sides.
    """
    around, inside = dict(u=1.0, v=0.0), dict(u=0.5, v=0.25)
    return initial.patches(
        grid,
        around=around,
        inside=inside,
        size=size,
        count=count,
        seed=seed,
        dtype=dtype,
    )


def broken_wave_start(
    seed: int, *, grid: Grid = PEARSON, dtype: str = "float64"
) -> xr.Dataset:
    """Half a front with a refractory back, shaken by 1 %: a seed of two spirals.

    Args:
        seed: Where chance begins.
        grid: Where.
        dtype: `float64` or `float32`.
    """
    rng = generator(seed, "broken wave")
    rows, columns = np.indices(grid.shape) / np.reshape(grid.shape, (2, 1, 1))
    left = columns < 0.5
    front = left & (rows >= 0.5) & (rows < 0.54)
    back = left & (rows >= 0.34) & (rows < 0.5)
    shaken = 1 + 0.01 * rng.uniform(-1, 1, (2, *grid.shape))
    u = np.where(front, 0.5, np.where(back, 0.2, 1.0)) * shaken[0]
    v = np.where(front, 0.25, 0.0) * shaken[1]
    return grid.state(u=u.astype(dtype), v=v.astype(dtype))


def bubbles_start(
    seed: int, *, grid: Grid = PEARSON, dtype: str = "float64"
) -> xr.Dataset:
    """Forty squares of (1, 0) in the uniform state that holds both: `well-bubbles`.

    Args:
        seed: Where chance begins.
        grid: Where.
        dtype: `float64` or `float32`.
    """
    F, k = 0.098, 0.057
    u = (1 - np.sqrt(1 - 4 * (F + k) ** 2 / F)) / 2
    around, inside = dict(u=u, v=F * (1 - u) / (F + k)), dict(u=1.0, v=0.0)
    return initial.patches(
        grid, around=around, inside=inside, size=12, count=40, seed=seed, dtype=dtype
    )


STARTS: dict[str, Callable[..., xr.Dataset]] = {
    "zeta-0.022": partial(scattered_start, size=20, count=20),
    "lambda-0.034": partial(scattered_start, size=20, count=20),
    "xi-0.01": broken_wave_start,
    "bubbles": bubbles_start,
}


def _flow(F: float, k: float) -> Flow:
    return Flow(models.gray_scott(F=F, k=k, Du=2e-5, Dv=1e-5), Euler(dt=1.0))


def _rout(k: float, says: str) -> Preset:
    return Preset(
        name=f"gray-scott-k{k:.3f}",
        says=says,
        flow=_flow(0.025, k),
        grid=PEARSON,
        initial=pearson_start,
        steps=20_000,
        source="Rout (2021), arXiv:2010.00521, on the grid and start of Pearson (1993)",
        kind="finite-amplitude only",
    )


# Class, F, k, what linear theory says, what comes of forty squares.
CLASSES = (
    ("R", 0.050, 0.072, "finite-amplitude only", "everything dies: homogeneous red"),
    ("B", 0.050, 0.050, "bistable", "goes over to homogeneous blue"),
    ("alpha", 0.010, 0.047, "finite-amplitude only", "wavelets, chaos"),
    ("alpha", 0.014, 0.053, "finite-amplitude only", "fledgling spirals, chaos"),
    ("beta", 0.014, 0.039, "Hopf", "chaos, voids in blue"),
    ("beta", 0.026, 0.051, "Hopf", "chaos, voids in blue"),
    ("gamma", 0.022, 0.051, "Turing-Hopf", "stripes that never settle"),
    ("gamma", 0.026, 0.055, "finite-amplitude only", "worms and loops"),
    ("delta", 0.030, 0.055, "Hopf", "hexagons of holes"),
    ("delta", 0.042, 0.059, "bistable", "hexagons of holes"),
    ("epsilon", 0.018, 0.055, "finite-amplitude only", "unstable spots, chaos"),
    ("zeta", 0.022, 0.061, "finite-amplitude only", "spots that die and divide"),
    ("zeta", 0.026, 0.059, "finite-amplitude only", "spots that die and divide"),
    ("eta", 0.034, 0.063, "finite-amplitude only", "spots and worms"),
    ("theta", 0.030, 0.057, "finite-amplitude only", "labyrinth"),
    ("theta", 0.038, 0.061, "finite-amplitude only", "labyrinth"),
    ("iota", 0.046, 0.0594, "bistable", "negative solitons"),
    ("kappa", 0.050, 0.063, "finite-amplitude only", "hedgerow mazes"),
    ("kappa", 0.058, 0.063, "finite-amplitude only", "hedgerow mazes"),
    ("lambda", 0.026, 0.061, "finite-amplitude only", "mitosis, hexagons of spots"),
    ("lambda", 0.034, 0.065, "finite-amplitude only", "mitosis, hexagons of spots"),
    ("mu", 0.046, 0.065, "finite-amplitude only", "worms"),
    ("mu", 0.058, 0.065, "finite-amplitude only", "worms"),
    ("nu", 0.054, 0.067, "finite-amplitude only", "inert solitons"),
    ("xi", 0.010, 0.041, "finite-amplitude only", "spirals, from a broken wave"),
    ("pi", 0.062, 0.0609, "bistable", "the U-skate"),
)

WELL = (
    ("gliders", 0.014, 0.054, "finite-amplitude only"),
    ("bubbles", 0.098, 0.057, "bistable"),
    ("maze", 0.029, 0.057, "finite-amplitude only"),
    ("worms", 0.058, 0.065, "finite-amplitude only"),
    ("spirals", 0.018, 0.051, "finite-amplitude only"),
    ("spots", 0.030, 0.062, "finite-amplitude only"),
)


def _munafo(letter: str, F: float, k: float, kind: str, says: str) -> Preset:
    return Preset(
        name=f"pearson-{letter}-F{F:.3f}-k{k:g}",
        says=f"Class {letter}: {says}.",
        flow=_flow(F, k),
        grid=PEARSON,
        initial=STARTS.get(f"{letter}-{F:g}", scattered_start),
        steps=40_000,
        source="Pearson, Science 261 (1993) 189, doi:10.1126/science.261.5118.189; Munafo, "
        "doi:10.48550/arXiv.1501.01990",
        kind=kind,
    )


def _well(name: str, F: float, k: float, kind: str) -> Preset:
    return Preset(
        name=f"well-{name}",
        says=f"The Well's {name}.",
        flow=_flow(F, k),
        grid=PEARSON,
        initial=STARTS.get(name, scattered_start),
        steps=20_000,
        source="Ohana et al., The Well, NeurIPS 2024, doi:10.48550/arXiv.2412.00568 (its "
        "square has the side 2, and its starts are others)",
        kind=kind,
    )


ROUT = (
    partial(
        _rout,
        0.055,
        "One seed that opens like a flower and fills the square with a labyrinth.",
    ),
    partial(
        _rout,
        0.060,
        "One seed that divides again and again and fills the square with spots.",
    ),
)
MADE = (
    *ROUT,
    *(partial(_munafo, *told) for told in CLASSES),
    *(partial(_well, *told) for told in WELL),
)
