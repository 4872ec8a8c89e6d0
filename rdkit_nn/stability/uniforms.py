"""Rates of uniform states, term by term.

`uniform` is open: `@uniform.register` teaches it a term of one's own. A term that it does
not know is asked on a small grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import numpy as np

from ..core.parameters import Parameter
from ..dynamics import Clock
from ..grid import Grid
from ..terms import (
    Advection,
    Chemotaxis,
    Conserved,
    ConservedNoise,
    Convolution,
    CrossDiffusion,
    Diffusion,
    Driven,
    Flux,
    GraphDiffusion,
    Linear,
    MultiplicativeNoise,
    Network,
    Noise,
    Reaction,
    Scaled,
    SquaredGradient,
    Sum,
    Term,
)
from .jacobians import parameters_of
from .waves import Waves

Values = Mapping[str, Any]
NOISE = (Noise, ConservedNoise, MultiplicativeNoise)
SLOPES = (
    Chemotaxis,
    Diffusion,
    CrossDiffusion,
    Advection,
    Conserved,
    GraphDiffusion,
    Flux,
    SquaredGradient,
    *NOISE,
)


@singledispatch
def uniform(term: Term, values: Values, still: Waves) -> dict[str, Any]:
    """Rates of uniform states.

    Args:
        term: What moves them.
        values: Numbers, or arrays of many states, by species.
        still: The wave k = 0, for kernels.
    """
    grid = Grid((4,))
    fields = {
        n: np.multiply.outer(np.asarray(v, float), np.ones(4))
        for n, v in values.items()
    }
    told = term.rate(fields, grid, Clock(0, 1.0))
    return {n: np.asarray(r + 0 * fields[n])[..., 0] for n, r in told.items()}


@uniform.register
def _(term: Sum, values: Values, still: Waves) -> dict[str, Any]:
    total: dict[str, Any] = {}
    for part in term.terms:
        for name, rate in uniform(part, values, still).items():
            total[name] = total.get(name, 0.0) + rate
    return total


@uniform.register
def _(term: Reaction, values: Values, still: Waves) -> dict[str, Any]:
    return term.law.rates(values, parameters_of(term))


@uniform.register
def _(term: Linear, values: Values, still: Waves) -> dict[str, Any]:
    return {
        name: coefficient(term, c[0]) * values[name]
        for name, c in term.coefficients.items()
    }


@uniform.register
def _(term: Convolution, values: Values, still: Waves) -> dict[str, Any]:
    given = uniform(term.term, values, still)
    return {n: still.kernel(K)[0] * given[n] for n, K in term.kernel.items()}


@uniform.register
def _(term: Network, values: Values, still: Waves) -> dict[str, Any]:
    told = uniform(term.term, values, still)
    if term.weights is None:
        return told
    heard = term.weights.dense().sum(axis=1)
    unlike = np.ptp(heard) > 1e-9 * np.abs(heard).max(initial=0.0)
    if unlike and any(np.any(rate) for rate in told.values()):
        raise ValueError(
            f"The nodes of {term!r} hear unlike sums of weights: no uniform state but a "
            "silent one stays uniform."
        )
    return {name: heard[0] * rate for name, rate in told.items()}


@uniform.register
def _(term: Driven, values: Values, still: Waves) -> dict[str, Any]:
    return uniform(term.term, {**values, **drives(term, values, still)}, still)


def drives(term: Driven, values: Values, still: Waves) -> dict[str, Any]:
    """What the drives of a law are in uniform states."""
    told = {name: uniform(by, values, still) for name, by in term.by.items()}
    return {
        name: rate.get(term.by[name].variables[0], 0.0) for name, rate in told.items()
    }


@uniform.register
def _(term: Scaled, values: Values, still: Waves) -> dict[str, Any]:
    by = factor(term)
    return {n: by * rate for n, rate in uniform(term.term, values, still).items()}


def _nothing(term: Term, values: Values, still: Waves) -> dict[str, Any]:
    return {}


for _kind in SLOPES:
    uniform.register(_kind, _nothing)


def coefficient(term: Term, value: Any) -> float:
    """A coefficient of a term, if it is one number.

    Raises:
        TypeError: If it is none.
    """
    if not isinstance(value, (int, float)):
        spatial = isinstance(value, Parameter) and value.in_space
        what = "varies in space" if spatial else "is no single number"
        raise TypeError(
            f"A coefficient of {term!r} {what}: there is no uniform medium."
        )
    return float(value)


def factor(term: Scaled) -> float:
    """The factor of a term, if it is one number.

    Raises:
        TypeError: If it is none.
    """
    if not isinstance(term.by, (int, float)):
        raise TypeError(f"The factor of {term!r} is no single number.")
    return float(term.by)
