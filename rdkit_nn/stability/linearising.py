"""What each term does to a small wave upon a uniform state.

`linearised` is open: `@linearised.register` teaches it a term of one's own. A term that it
does not know is asked on a small grid, and differentiated automatically.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import numpy as np

from ..dynamics import Clock
from ..grid import Grid
from ..terms import (
    Advection,
    Chemotaxis,
    Conserved,
    Convolution,
    CrossDiffusion,
    Diffusion,
    Driven,
    Flux,
    GraphDiffusion,
    Linear,
    Network,
    Reaction,
    Scaled,
    SquaredGradient,
    Sum,
    Term,
)
from .jacobians import Entries, of_law, parameters_of
from .uniforms import NOISE, coefficient, drives, factor, uniform
from .waves import Waves

Values = Mapping[str, Any]


def matrix(
    term: Term, state: Values, waves: Waves, names: tuple[str, ...]
) -> np.ndarray:
    """Matrix of a small perturbation, (wave, species, by); its eigenvalues are λ(k)."""
    whole = np.zeros((waves.count, len(names), len(names)), complex)
    for (who, by), entry in linearised(term, state, waves).items():
        whole[:, names.index(who), names.index(by)] += entry
    return whole


@singledispatch
def linearised(term: Term, state: Values, waves: Waves) -> Entries:
    """Growth of small waves upon a uniform state: {(species, by): multiplier}.

    Args:
        term: What moves it.
        state: Values of the species.
        waves: Which.

    Returns:
        A number, or one for each wave.
    """
    return _by_differentiation(term, state, waves)


@linearised.register
def _(term: Sum, state: Values, waves: Waves) -> Entries:
    total: Entries = {}
    for part in term.terms:
        for key, entry in linearised(part, state, waves).items():
            total[key] = total.get(key, 0.0) + entry
    return total


@linearised.register
def _(term: Reaction, state: Values, waves: Waves) -> Entries:
    return of_law(term.law, state, parameters_of(term))


@linearised.register
def _(term: Linear, state: Values, waves: Waves) -> Entries:
    s = waves.laplacian(term.stencil)
    found: Entries = {}
    for name, powers in term.coefficients.items():
        found[name, name] = sum(
            coefficient(term, c) * s**n for n, c in enumerate(powers)
        )
    return found


@linearised.register
def _(term: Diffusion, state: Values, waves: Waves) -> Entries:
    found: Entries = {}
    for name, d in term.diffusivity.items():
        if isinstance(d, Term):
            D = uniform(d, state, waves)[name]
            found[name, name] = D * waves.laplacian(term.stencil)
        elif isinstance(d, Mapping):
            found[name, name] = sum(
                coefficient(term, D) * waves.second(*pair) * (len(pair))
                for pair, D in d.items()
            )
        else:
            found[name, name] = coefficient(term, d) * waves.laplacian(term.stencil)
    return found


@linearised.register
def _(term: CrossDiffusion, state: Values, waves: Waves) -> Entries:
    s = waves.laplacian(term.stencil)
    return {
        (who, v): coefficient(term, d) * s
        for who, by in term.diffusivity.items()
        for v, d in by.items()
    }


@linearised.register
def _(term: Advection, state: Values, waves: Waves) -> Entries:
    found: Entries = {}
    for name, by_axis in term.velocity.items():
        speeds = {d: coefficient(term, c) for d, c in by_axis.items()}
        found[name, name] = -sum(
            c * waves.first(d, term.scheme, term.direction * c)
            for d, c in speeds.items()
        )
    return found


@linearised.register
def _(term: Flux, state: Values, waves: Waves) -> Entries:
    inner, axes = linearised(term.term, state, waves), dict(term.along)
    return {
        (who, by): -waves.first(axes[who], term.scheme, 1.0) * slope
        for (who, by), slope in inner.items()
        if who in axes
    }


@linearised.register
def _(term: Conserved, state: Values, waves: Waves) -> Entries:
    s = coefficient(term, term.mobility) * waves.laplacian(term.stencil)
    return {
        key: s * entry for key, entry in linearised(term.term, state, waves).items()
    }


@linearised.register
def _(term: Chemotaxis, state: Values, waves: Waves) -> Entries:
    s, found = waves.laplacian("5-point"), {}
    chi = uniform(term.term, state, waves)
    for who, toward in term.up.items():
        found[who, toward] = -chi[who] * s
    return found


@linearised.register
def _(term: Convolution, state: Values, waves: Waves) -> Entries:
    inner = linearised(term.term, state, waves)
    spread = {name: waves.kernel(K) for name, K in term.kernel.items()}
    return {
        (who, by): spread[who] * e for (who, by), e in inner.items() if who in spread
    }


@linearised.register
def _(term: GraphDiffusion, state: Values, waves: Waves) -> Entries:
    if waves.eigenvalues is None:
        raise ValueError("On a graph ask of its modes: dispersion(term, state) alone.")
    return {
        (name, name): coefficient(term, d) * waves.eigenvalues
        for name, d in term.diffusivity.items()
    }


@linearised.register
def _(term: Network, state: Values, waves: Waves) -> Entries:
    inner = linearised(term.term, state, waves)
    if term.weights is None:
        heard: Any = (waves.vectors == 0).all(axis=1) * 1.0
    elif waves.eigenvalues is None:
        raise ValueError("On a graph ask of its modes: dispersion(term, state) alone.")
    else:
        heard = waves.eigenvalues
    return {key: heard * entry for key, entry in inner.items()}


@linearised.register
def _(term: Driven, state: Values, waves: Waves) -> Entries:
    still = Waves(np.zeros((1, waves.vectors.shape[1])), waves.grid)
    inner = linearised(term.term, {**state, **drives(term, state, still)}, waves)
    total: Entries = {}
    for (who, by), slope in inner.items():
        if by not in term.by:
            total[who, by] = total.get((who, by), 0.0) + slope
            continue
        for (_, source), entry in linearised(term.by[by], state, waves).items():
            total[who, source] = total.get((who, source), 0.0) + slope * entry
    return total


@linearised.register
def _(term: Scaled, state: Values, waves: Waves) -> Entries:
    by = factor(term)
    inner = term.term.reversed() if by < 0 else term.term
    return {key: by * entry for key, entry in linearised(inner, state, waves).items()}


def _still(term: Term, state: Values, waves: Waves) -> Entries:
    return {}


for _kind in (*NOISE, SquaredGradient):  # what is drawn has no mean; 0² is flat
    linearised.register(_kind, _still)


def _by_differentiation(term: Term, state: Values, waves: Waves) -> Entries:
    """Any term that runs on tensors: its rate on a wave, differentiated forwards.

    Raises:
        ValueError: If the waves are those of a graph.
    """
    import torch

    if waves.eigenvalues is not None:
        raise ValueError(f"What {term!r} does to the modes of a graph is not known.")
    n = 32
    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    entries: dict[tuple[str, str], list[complex]] = {}
    for vector in waves.vectors:
        k = float(np.sqrt((vector**2).sum()))
        h = waves.grid.spacing[-1] if waves.grid is not None else None
        turns = (
            0 if k == 0 else 1 if h is None else max(1, round(k * n * h / (2 * np.pi)))
        )
        spacing = h if h is not None else 1.0 if k == 0 else 2 * np.pi / (k * n)
        grid = Grid((n,), spacing)
        angle = 2 * torch.pi * turns / n * torch.arange(n, dtype=torch.float64)
        phase = torch.complex(torch.cos(angle), torch.sin(angle))
        even = {
            m: torch.full((n,), float(state[m]), dtype=torch.float64) for m in names
        }

        def rates(*fields: Any, grid: Grid = grid) -> tuple:
            told = term.rate(dict(zip(names, fields)), grid, Clock(0, 1.0))
            return tuple(told[m] + 0 * fields[0] for m in term.variables)

        for by in names:
            push = tuple(
                phase.real.clone() if m == by else torch.zeros(n, dtype=torch.float64)
                for m in names
            )
            _, moved = torch.func.jvp(  # type: ignore[misc]
                rates, tuple(even.values()), push
            )
            for who, field in zip(term.variables, moved):
                share = (field * phase.conj()).mean() * (1 if turns == 0 else 2)
                entries.setdefault((who, by), []).append(complex(share))
    return {key: np.array(told) for key, told in entries.items()}
