"""Interactions at a distance: convolution with a kernel."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from ..arrays import Values, is_tensor, namespace
from ..core.digests import digest
from ..core.expressions import Expression
from ..dynamics import Clock
from ..grid import Grid
from ..grid.boundary import Periodic
from . import fields
from .base import Term


class RadialKernel:
    """A function of distance, K(r).

    Args:
        function: From an array of distances to an array; or text in r: `"exp(-r)"`.

    Raises:
        TypeError: If it is neither.
    """

    def __init__(self, function: Callable[[np.ndarray], np.ndarray] | str):
        self.function = function
        if isinstance(function, str):
            self.expression = Expression("the kernel", function)
            if other := set(self.expression.names) - {"r"}:
                raise ValueError(
                    f"The kernel {function!r} names {', '.join(sorted(other))}, but is a "
                    "function of the distance r alone."
                )
        elif not callable(function):
            raise TypeError(
                "Convolution needs a function of distance by variable: "
                f"Convolution(law, u=lambda r: rd.exp(-r)), or text in r, not {function!r}."
            )
        self.digest = digest(function)

    def __call__(self, r: np.ndarray) -> Any:
        """Value at distances."""
        if isinstance(self.function, str):
            return self.expression(r=r) + 0 * r
        return self.function(r)

    def __repr__(self) -> str:
        if isinstance(self.function, str):
            return repr(self.function)
        called = getattr(self.function, "__name__", type(self.function).__name__)
        called = "kernel" if called == "<lambda>" else called
        return f"function('{called}(r)', {self.digest!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RadialKernel) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


class _KernelField(fields.Field):
    """A function of distance."""

    def read(self, name: str, value: Any, term: Any) -> RadialKernel:
        return value if isinstance(value, RadialKernel) else RadialKernel(value)


class Convolution(Term):
    """Input from everywhere, weighted by distance: neural fields.

        du/dt = ∫ K(|x - y|) f(u(y)) dy

    by fast Fourier transforms, sums over cells times the cell volume. Along a periodic axis
    the nearest image counts; beyond any other boundary, and in closed cells of a domain,
    there is nothing.

    Args:
        term: Term that gives f by variable, such as `rd.law(u="1/(1 + exp(-u))")()`.
        kernel: K by variable: a function of distance (an array), such as
            `lambda r: rd.exp(-r)`, or text in r, such as `"exp(-r)"`.
        boundary: Conditions of a variable where they differ from the grid's; see `Linear`.

    Source:
        Amari, Biol. Cybern. 27 (1977) 77, doi:10.1007/BF00337259.
    """

    term = fields.wrapped("a term that gives what is spread")
    kernel = fields.by_variable(_KernelField())
    boundary = fields.boundary()
    example = "Convolution(law, u=lambda r: rd.exp(-r))"

    def _check_fields(self) -> None:
        if unknown := set(self.kernel) - set(self.term.variables):
            raise ValueError(
                f"Kernels are given for {', '.join(sorted(unknown))}, but `term` gives "
                f"only "
                f"{', '.join(self.term.variables)}."
            )

    @property
    def needs_boundary(self) -> tuple[str, ...]:
        """Variables whose edges it needs to know."""
        return self.variables

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Transform, multiply, transform back."""
        given = self.term.rate(values, grid, clock)
        rates = {}
        for name, kernel in self.kernel.items():
            pairs = grid.conditions(name, self.boundary)
            wraps = tuple(isinstance(low, Periodic) for low, _ in pairs)
            factor = transformed(kernel, grid.shape, grid.spacing, wraps)
            sizes, axes = _sizes(grid.shape, wraps), list(grid.axes)
            field = given[name] + 0 * values[name]
            if grid.domain is not None:
                field = grid.domain.select(field, 0.0)
            if is_tensor(field):
                fft: Any = namespace(field).fft
                spread = fft.irfftn(
                    fft.rfftn(field, s=sizes, dim=axes)
                    * namespace(field).as_tensor(factor).to(field.device),
                    s=sizes,
                    dim=axes,
                ).to(field.dtype)
            else:
                import scipy.fft

                modes = scipy.fft.rfftn(field, s=sizes, axes=axes)
                spread = scipy.fft.irfftn(modes * factor, s=sizes, axes=axes)
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
