"""Lenia: life in continuous space, time and states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..arrays import Values
from ..grid import Grid
from ..grid.boundary import Periodic
from .base import Map


@dataclass(frozen=True)
class Lenia:
    """One step of Lenia; see `lenia`."""

    radius: int
    steps: int
    centre: float
    width: float
    peaks: tuple[float, ...]
    name: str = "u"

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse what is no periodic plane of values between 0 and 1."""
        if self.name not in values:
            raise KeyError(
                f"Lenia moves `{self.name}`, but the state has only {', '.join(values)}."
            )
        field = np.asarray(values[self.name])
        if len(grid.shape) != 2 or not all(
            isinstance(side, Periodic) for pair in grid.boundary for side in pair
        ):
            raise ValueError(f"Lenia needs a periodic plane, not {grid!r}.")
        if min(grid.shape) < 2 * self.radius + 1:
            raise ValueError(
                f"The kernel is {2 * self.radius + 1} cells wide, but the grid only "
                f"{min(grid.shape)}."
            )
        if field.dtype.kind != "f" or not ((field >= 0) & (field <= 1)).all():
            raise ValueError(
                f"`{self.name}` must be floating point between 0 and 1; more is cut off."
            )

    def __call__(self, values: Values, grid: Grid) -> Values:
        """Feel the neighbourhood, grow or shrink, stay within bounds."""
        import scipy.fft

        u = values[self.name]
        there = scipy.fft.rfft2(u) * _transformed(grid.shape, self.radius, self.peaks)
        felt = scipy.fft.irfft2(there, s=grid.shape)
        growth = 2 * np.exp(-(((felt - self.centre) / self.width) ** 2) / 2) - 1
        grown = np.clip(u + growth / self.steps, 0, 1)
        return {self.name: grown.astype(u.dtype, copy=False)}


@lru_cache(maxsize=8)
def _transformed(shape: tuple, radius: int, peaks: tuple) -> np.ndarray:
    import scipy.fft

    return scipy.fft.rfft2(neighbourhood(shape, radius, peaks))


def neighbourhood(
    shape: tuple[int, int], radius: int, peaks: tuple[float, ...] = (1.0,)
) -> np.ndarray:
    """Lenia's kernel about the first cell of a torus, with sum one.

        K(r) ∝ β_i C(B r / R - i),   C(s) = exp(4 - 1 / (s (1 - s))),   0 < r < R

    for the i-th of B rings.

    Args:
        shape: Cells of the torus.
        radius: R, cells.
        peaks: β, heights of the rings from the inside.
    """
    gaps = [np.minimum(np.arange(n), n - np.arange(n)) for n in shape]
    r = np.hypot(*np.meshgrid(*gaps, indexing="ij")) / radius * len(peaks)
    ring = np.minimum(r.astype(int), len(peaks) - 1)
    s = r - ring
    inside = (s > 0) & (s < 1)
    s = np.where(inside, s, 0.5)
    kernel = np.where(
        inside, np.asarray(peaks)[ring] * np.exp(4 - 1 / (s * (1 - s))), 0
    )
    return kernel / kernel.sum()


def lenia(
    *,
    radius: int = 13,
    steps: int = 10,
    centre: float = 0.15,
    width: float = 0.015,
    peaks: tuple[float, ...] = (1.0,),
    name: str = "u",
) -> Map:
    """Lenia, a continuous game of life on a torus.

        u ← clip(u + G(K * u) / T, 0, 1),   G(x) = 2 e^{-(x - μ)² / (2 σ²)} - 1

    with a ring-shaped kernel K of radius R and sum one; see `orbium` for what lives there
    at the defaults. Elsewhere: the paper's own Orbium has a polynomial core and growth, and
    σ = 0.014 or 0.015 by species; it glides with the exponential ones taken here as well.

    Args:
        radius: R, cells.
        steps: T, steps in a unit of time.
        centre: μ, where growth is greatest.
        width: σ of growth.
        peaks: Heights of the kernel's rings, from the inside.
        name: Variable that holds the plane, between 0 and 1.

    Returns:
        A map of 1 / T of time a step.

    Raises:
        ValueError: If a parameter is not positive.

    Source:
        Chan, Complex Systems 28 (2019) 251, doi:10.25088/ComplexSystems.28.3.251.
    """
    if radius < 2 or steps < 1 or not width > 0 or not peaks or min(peaks) < 0:
        raise ValueError(
            "Lenia needs a radius of 2 cells or more, at least one step a unit of time, a "
            f"positive width and peaks, but got {radius=}, {steps=}, {width=}, {peaks=}."
        )
    rule = Lenia(
        int(radius), int(steps), float(centre), float(width), tuple(peaks), name
    )
    return Map(rule, dt=1 / steps)
