"""Interactions at a distance: convolution with a kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from .. import boundary as _boundary
from ..arrays import Values, is_tensor, namespace
from ..boundary import Periodic
from ..dynamics import Clock
from ..grid import Grid
from .base import Term


class Convolution(Term):
    """Input from everywhere, weighted by distance: neural fields.

        du/dt = ∫ K(|x - y|) f(u(y)) dy

    by fast Fourier transforms, sums over cells times the cell volume. Along a periodic axis
    the nearest image counts; beyond any other wall there is nothing.

    Args:
        term: Term that gives f by species, such as `rd.law(u="1/(1 + exp(-u))")()`.
        boundary: Conditions by species where they differ from the grid's; see `Diffusion`.
        kernel: K by species: a function of distance (an array), such as
            `lambda r: rd.exp(-r)`.

    Source:
        Amari, Biol. Cybern. 27 (1977) 77, doi:10.1007/BF00337259.
    """

    def __init__(
        self,
        term: Term,
        *,
        boundary: Mapping | None = None,
        **kernel: Callable[[np.ndarray], np.ndarray],
    ):
        if not isinstance(term, Term):
            raise TypeError(
                f"`term` must be a term that gives what is spread: {term!r}."
            )
        if not kernel or not all(callable(k) for k in kernel.values()):
            raise TypeError(
                "Convolution needs a function of distance by species: "
                "Convolution(term=law, u=lambda r: rd.exp(-r))."
            )
        if unknown := set(kernel) - set(term.variables):
            raise ValueError(
                f"Kernels are given for {', '.join(sorted(unknown))}, but `term` gives "
                f"only {', '.join(term.variables)}."
            )
        self.term, self.kernel = term, dict(kernel)
        self.boundary = _boundary.told(boundary, tuple(kernel))

    def __repr__(self) -> str:
        return f"Convolution({self.term!r}, {', '.join(self.kernel)}=kernel)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Convolution) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.term, tuple(self.kernel)))

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that have a kernel."""
        return tuple(self.kernel)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the law reads."""
        return self.term.inputs

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Species whose edges it needs to know."""
        return self.variables

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Transform, multiply, transform back."""
        given = self.term.rate(values, grid, clock)
        rates = {}
        for name, kernel in self.kernel.items():
            boundary = grid.conditions(name, self.boundary)
            wraps = tuple(isinstance(low, Periodic) for low, _ in boundary)
            told = transformed(kernel, grid.shape, grid.spacing, wraps)
            sizes, axes = _sizes(grid.shape, wraps), list(grid.axes)
            field = given[name] + 0 * values[name]
            if is_tensor(field):
                fft: Any = namespace(field).fft
                spread = fft.irfftn(
                    fft.rfftn(field, s=sizes, dim=axes)
                    * namespace(field).as_tensor(told).to(field.device),
                    s=sizes,
                    dim=axes,
                ).to(field.dtype)
            else:
                import scipy.fft

                there = scipy.fft.rfftn(field, s=sizes, axes=axes)
                spread = scipy.fft.irfftn(there * told, s=sizes, axes=axes)
                spread = spread.astype(field.dtype, copy=False)
            inside = (..., *(slice(0, n) for n in grid.shape))
            rates[name] = spread[inside]
        return rates


def _sizes(shape: tuple[int, ...], wraps: tuple[bool, ...]) -> list[int]:
    """Cells of the transforms: behind a wall there is room for nothing."""
    return [n if wrap else 2 * n for n, wrap in zip(shape, wraps)]


@lru_cache(maxsize=8)
def transformed(
    kernel: Callable,
    shape: tuple[int, ...],
    spacing: tuple[float, ...],
    wraps: tuple[bool, ...],
) -> np.ndarray:
    """Transform of the kernel times the cell volume.

    Raises:
        ValueError: If the kernel gives anything but finite numbers of the same shape.
    """
    sizes = _sizes(shape, wraps)
    square = np.zeros(sizes)
    for axis, (n, h) in enumerate(zip(sizes, spacing)):
        near = np.minimum(np.arange(n), n - np.arange(n)) * h
        square = square + (near**2).reshape((-1,) + (1,) * (len(sizes) - axis - 1))
    weights = np.asarray(kernel(np.sqrt(square)), dtype=float)
    if weights.shape != square.shape or not np.isfinite(weights).all():
        raise ValueError(
            "A kernel of distance must give one finite number for each distance; its "
            f"shape is {weights.shape} for {square.shape}."
        )
    import scipy.fft

    return scipy.fft.rfftn(weights) * float(np.prod(spacing))
