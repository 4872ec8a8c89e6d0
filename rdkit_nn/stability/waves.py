"""Plane waves, and what operators make of them: in the plane, on a grid, on a graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import pi
from typing import Any

import numpy as np

from ..grid import Grid, symbols


@dataclass(frozen=True, eq=False)
class Waves:
    """Waves e^{ik·x}, or the modes of a graph.

    Args:
        vectors: Wavevectors (wave, axis), in the order z, y, x as far as present.
        grid: Whose stencils act; None for the continuum.
        eigenvalues: Of a graph's -L, or of a network's weights, one a mode; there are then
            no vectors.
    """

    vectors: np.ndarray
    grid: Grid | None = None
    eigenvalues: np.ndarray | None = None

    @classmethod
    def along(cls, wavenumbers: Any, dims: int = 2, grid: Grid | None = None) -> Waves:
        """Waves along the last axis."""
        k = np.atleast_1d(np.asarray(wavenumbers, dtype=float))
        vectors = np.zeros((len(k), len(grid.shape) if grid else dims))
        vectors[:, -1] = k
        return cls(vectors, grid)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.vectors if self.eigenvalues is None else self.eigenvalues)

    def laplacian(self, stencil: str) -> np.ndarray:
        """Multiplier of ∇²: -|k|², or the symbol of the stencil on the grid."""
        if self.eigenvalues is not None:
            raise ValueError("The Laplacian of a graph is Diffusion.on(weights, …).")
        if self.grid is None:
            return -(self.vectors**2).sum(axis=1)
        return symbols.of_waves(self.vectors, self.grid.spacing, stencil)

    def second(self, dim: str, other: str | None = None) -> np.ndarray:
        """Multiplier of the second derivative along an axis, or along two."""
        if other is not None:
            return self.first(dim, "central", 1.0) * self.first(other, "central", 1.0)
        k, h = self._axis(dim)
        return -(k**2) if h is None else -4 / h**2 * np.sin(k * h / 2) ** 2

    def first(self, dim: str, scheme: str, sign: float) -> np.ndarray:
        """Multiplier of the derivative along an axis, by a scheme of transport."""
        k, h = self._axis(dim)
        if h is None or scheme == "spectral":
            return 1j * k
        if scheme == "central":
            return 1j * np.sin(k * h) / h
        back = (1 - np.exp(-1j * k * h)) / h
        return back if sign > 0 else -np.conj(back)

    def kernel(self, kernel: Callable) -> np.ndarray:
        """Transform of a function of distance, ∫ K(|x|) e^{-ik·x} dx."""
        if self.grid is not None:
            return self._on_grid(kernel)
        k = np.sqrt((self.vectors**2).sum(axis=1))
        return _transform(kernel, k, self.vectors.shape[1])

    def _on_grid(self, kernel: Callable) -> np.ndarray:
        grid: Any = self.grid
        near = [
            (np.arange(n) - n * (np.arange(n) > n // 2)) * h
            for n, h in zip(grid.shape, grid.spacing)
        ]
        places = np.stack(np.meshgrid(*near, indexing="ij"), -1).reshape(-1, len(near))
        weights = np.asarray(kernel(np.sqrt((places**2).sum(axis=1))), dtype=float)
        turns = np.cos(self.vectors @ places.T)
        return turns @ weights * grid.cell_volume

    def _axis(self, dim: str) -> tuple[np.ndarray, float | None]:
        names = ("z", "y", "x")[-self.vectors.shape[1] :]
        if dim not in names:
            raise ValueError(f"The waves have the axes {', '.join(names)}, not {dim}.")
        at = names.index(dim)
        return self.vectors[:, at], None if self.grid is None else self.grid.spacing[at]


def _transform(kernel: Callable, k: np.ndarray, dims: int) -> np.ndarray:
    """Transform of an isotropic function in one, two or three dimensions.

    Gauss-Legendre panels out to where nothing is left of it, as fine as each wave asks.
    """
    far = _extent(kernel, dims)
    found, order = np.zeros(len(k)), np.minimum(k, MOST / far)
    panels = 2 ** np.ceil(np.log2(np.maximum(32, far * order))).astype(int)
    for count in np.unique(panels):
        own = panels == count
        found[own] = _integrals(kernel, dims, far, int(count), tuple(order[own]))
    # Shorter waves than that matter to a search alone: a kink's tail, like 1/k².
    return found * (order / np.maximum(k, 1e-300)) ** 2 if (k > order).any() else found


MOST = 4000.0  # turns of a wave across a kernel, times 2π, up to which it is integrated


@lru_cache(maxsize=64)
def _extent(kernel: Callable, dims: int) -> float:
    """Distance beyond which nothing is left of a kernel.

    Raises:
        ValueError: If it does not fall off.
    """
    far = 1.0
    while far < 1e6:
        r = np.linspace(far, 2 * far, 64)
        if np.abs(kernel(r) * SHELL[dims](r)).max() < 1e-16:
            return 2 * far
        far *= 2
    raise ValueError("The kernel does not fall off: its transform is not known.")


SHELL: dict[int, Callable] = {
    1: lambda r: 2 + 0 * r,
    2: lambda r: 2 * pi * r,
    3: lambda r: 4 * pi * r**2,
}


@lru_cache(maxsize=256)
def _integrals(
    kernel: Callable, dims: int, far: float, panels: int, k: tuple[float, ...]
) -> np.ndarray:
    from scipy.special import j0

    turn: dict[int, Callable] = {1: np.cos, 2: j0, 3: lambda x: np.sinc(x / pi)}
    x, w = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(0, far, panels + 1)
    half = np.diff(edges) / 2
    r = (edges[:-1, None] + half[:, None] * (1 + x)).ravel()
    weight = (half[:, None] * w).ravel() * kernel(r) * SHELL[dims](r)
    return np.array([turn[dims](q * r) @ weight for q in k])
