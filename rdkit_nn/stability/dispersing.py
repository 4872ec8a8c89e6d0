"""The dispersion relation: how fast a small wave upon a uniform state grows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from ..grid import Grid
from ..terms import Driven, GraphDiffusion, Network, Term, parts
from ..terms.graph import Weights
from .linearising import matrix
from .waves import Waves

SAMPLES = 1200


def dispersion(
    term: Term,
    state: Mapping[str, Any] | xr.Dataset,
    wavenumbers: Any = None,
    *,
    dims: int = 2,
    grid: Grid | None = None,
) -> xr.DataArray:
    """Growth rates λ(k) of small waves upon a uniform state.

        det(J + L(k) - λ) = 0

    with the Jacobian J of what is local, and L(k) what the rest does to a wave: -k² D for
    diffusion, the transform of a kernel, the symbol of a stencil where a grid is told.

    Args:
        term: What moves the state. On a graph its modes take the place of waves.
        state: Values of the species: a mapping, or one of `steady_states`.
        wavenumbers: 1/length, along the last axis. Default: as far as anything happens.
        dims: Of space; matters to kernels alone.
        grid: Whose stencils act. Default: the continuum.

    Returns:
        Complex λ (wavenumber, branch), 1/time, the fastest growing branch first; on a graph
        `wavenumber` counts modes and the coordinate `eigenvalue` tells them.
    """
    values = _values(term, state)
    names = tuple(values)
    weights = _weights(term)
    if weights is not None:
        told = _eigenvalues(weights.dense())
        waves = Waves(np.zeros((0, 1)), eigenvalues=told)
        k, more = np.arange(len(told)), {"eigenvalue": ("wavenumber", told)}
    else:
        if wavenumbers is None:
            wavenumbers = np.linspace(0, _reach(term, values, dims, grid), 401)
        k, more = np.atleast_1d(np.asarray(wavenumbers, dtype=float)), {}
        waves = Waves.along(k, dims, grid)
    roots = np.linalg.eigvals(matrix(term, values, waves, names))
    order = np.argsort(-roots.real, axis=1, kind="stable")
    roots = np.take_along_axis(roots, order, axis=1)
    coords = {"wavenumber": k, "branch": np.arange(len(names)), **more}
    return xr.DataArray(
        roots, dims=("wavenumber", "branch"), coords=coords, name="growth_rate"
    )


def _weights(term: Term) -> Weights | None:
    """The one matrix of a term's graphs and networks, if any.

    Raises:
        ValueError: If there are several: they share no modes.
    """
    found: dict[str, Weights] = {}
    for part in parts(term):
        inner = (*part.by.values(),) if isinstance(part, Driven) else (part,)
        for one in (t for whole in inner for t in parts(whole)):
            if isinstance(one, (GraphDiffusion, Network)) and one.weights is not None:
                found[one.weights.digest] = one.weights
    if len(found) > 1:
        raise ValueError(
            f"{len(found)} matrices of weights have no modes in common: dispersion is told "
            "for one graph."
        )
    return next(iter(found.values()), None)


def _eigenvalues(matrix: np.ndarray) -> np.ndarray:
    """Eigenvalues, the greatest first."""
    if np.array_equal(matrix, matrix.T):
        return np.linalg.eigvalsh(matrix)[::-1]
    told = np.linalg.eigvals(matrix)
    return told[np.argsort(-told.real, kind="stable")]


def growth(
    term: Term,
    state: Mapping[str, Any],
    k: Any,
    dims: int = 2,
    grid: Grid | None = None,
) -> np.ndarray:
    """Largest real part of λ at wavenumbers."""
    return dispersion(term, state, k, dims=dims, grid=grid)[:, 0].real.values


def fastest_mode(
    term: Term,
    state: Mapping[str, Any] | xr.Dataset,
    *,
    dims: int = 2,
    grid: Grid | None = None,
) -> tuple[float, complex]:
    """Wavenumber k > 0 of the wave that grows fastest, and its λ.

    Where growth falls from k = 0 on, the wavenumber is 0.

    Example:
        >>> from rdkit_nn import models
        >>> k, rate = fastest_mode(models.schnakenberg(), {"u": 1.0, "v": 0.9})
        >>> round(k, 4), round(rate.real, 4)
        (0.4205, 0.411)
    """
    from scipy.optimize import minimize_scalar

    values = _values(term, state)
    far = _reach(term, values, dims, grid)
    k = np.concatenate([[0.0], np.geomspace(1e-4, 1, SAMPLES) * far])
    told = growth(term, values, k, dims, grid)
    best = int(np.argmax(told))
    if 0 < best < len(k) - 1:
        low, high = k[best - 1], k[best + 1]
        fine = minimize_scalar(
            lambda q: -growth(term, values, q, dims, grid)[0],
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-12 * high},
        )
        top = float(fine.x)
    else:
        top = float(k[best])
    return top, complex(dispersion(term, values, top, dims=dims, grid=grid)[0, 0])


def unstable_band(
    term: Term,
    state: Mapping[str, Any] | xr.Dataset,
    *,
    dims: int = 2,
    grid: Grid | None = None,
) -> list[tuple[float, float]]:
    """Intervals of wavenumbers whose waves grow, their edges by root-finding."""
    from scipy.optimize import brentq

    values = _values(term, state)
    far = _reach(term, values, dims, grid)
    top, _ = fastest_mode(term, values, dims=dims, grid=grid)
    k = np.union1d(np.linspace(0, far, SAMPLES), [top])
    up = growth(term, values, k, dims, grid) > 0
    edges = [0.0] if up[0] else []
    for i in np.flatnonzero(up[1:] != up[:-1]):
        edges.append(
            brentq(
                lambda q: growth(term, values, q, dims, grid)[0],
                k[i],
                k[i + 1],
                xtol=1e-14 * far,
            )
        )
    if up[-1]:
        edges.append(float(k[-1]))
    return list(zip(edges[::2], edges[1::2]))


def _values(term: Term, state: Mapping[str, Any] | xr.Dataset) -> dict[str, float]:
    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    if missing := [n for n in names if n not in state]:
        raise KeyError(f"The state lacks {', '.join(missing)}.")
    return {name: float(state[name]) for name in names}


def _reach(term: Term, values: Mapping, dims: int, grid: Grid | None) -> float:
    """Wavenumber beyond which all waves decay, or nothing changes any more."""
    if grid is not None:
        return float(np.pi / grid.spacing[-1])
    k = np.geomspace(1e-4, 1e5, 400)
    told = growth(term, values, np.concatenate([[0.0], k]), dims, None)
    names = tuple(values)
    J = matrix(term, values, Waves.along([0.0], dims), names)[0]
    scale = max(float(np.abs(J).max()), 1e-12)
    rates = told[1:]
    busy = (rates > -10 * scale) & (np.abs(rates - rates[-1]) > 1e-6 * scale)
    return float(k[busy][-1] * 1.2) if busy.any() else 1.0
