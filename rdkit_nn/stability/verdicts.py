"""Is it Turing? What linear theory says of the uniform states, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from ..grid import Grid
from ..grid.boundary import NoFlux
from ..terms import (
    Advection,
    CrossDiffusion,
    Diffusion,
    Flux,
    GraphDiffusion,
    Linear,
    Reaction,
    Term,
    parts,
)
from .dispersing import dispersion, fastest_mode, unstable_band
from .steady import steady_states
from .uniforms import NOISE

LINEAR = (Advection, CrossDiffusion, GraphDiffusion, Linear, *NOISE)
MARGIN = 1e-9  # of the largest rate: growth below it is none


@dataclass(frozen=True)
class Verdict:
    """What linear theory says.

    Args:
        kind: `Turing`, `Turing-Hopf`, `wave`, `Hopf`, `bistable`, `finite-amplitude only`,
            or `none`.
        reasons: Why, a sentence each.
        states: The uniform states, each with its own kind, growth at k = 0, fastest
            wavenumber and growth.
    """

    kind: str
    reasons: tuple[str, ...]
    states: xr.Dataset

    def __str__(self) -> str:
        return "\n".join([self.kind, *(f"  {reason}" for reason in self.reasons)])


def verdict(
    term: Term,
    state: Mapping[str, float] | None = None,
    *,
    positive: bool = False,
    box: Mapping[str, tuple[float, float]] | None = None,
    dims: int = 2,
    grid: Grid | None = None,
    states: xr.Dataset | None = None,
) -> Verdict:
    """Say what kind of instability a model has.

    * Turing: a uniform state at rest is stable to uniform change, and a wave of k > 0
      grows without oscillating. wave: the same, oscillating.
    * Hopf: uniform change grows, oscillating. Turing-Hopf: and waves of k > 0 grow without.
    * bistable: two uniform states or more are stable.
    * finite-amplitude only: no wave grows upon a stable state. What pattern there may be
      needs a finite seed; linear theory cannot say whether there is one.
    * none: one species that diffuses has no stable pattern on a convex domain
      (Casten & Holland, J. Differ. Equ. 27 (1978) 266, doi:10.1016/0022-0396(78)90033-5);
      or nothing is nonlinear; or no uniform state is stable, and none oscillates.

    Args:
        term: What moves the species.
        state: The uniform state that is meant. Default: all there are.
        positive: Whether only states without negative values count.
        box: Where to look for states; see `steady_states`.
        dims: Of space.
        grid: Whose stencils act. Default: the continuum.
        states: Several states along `state`, as `steady_states` gives them, in the place of
            a search.

    Returns:
        The verdict; `print` it.

    Example:
        >>> from rdkit_nn import models
        >>> verdict(models.gray_scott(F=0.025, k=0.055)).kind
        'finite-amplitude only'
        >>> verdict(models.schnakenberg(Dv=40.0)).kind
        'Turing'
    """
    if states is not None:
        states = states.copy()
    elif state is None:
        states = steady_states(term, box, positive=positive, dims=dims)
    else:
        states = xr.Dataset({n: ("state", [float(v)]) for n, v in state.items()})
    table = [
        _one(term, {str(n): float(states[n][i]) for n in states}, dims, grid)
        for i in range(states.sizes["state"])
    ]
    states = states.assign(
        {
            key: ("state", [row[key] for row in table])
            for key in (table[0] if table else ())
        }
    )
    names = [n for n in states if n in (*term.inputs, *term.variables)]
    reasons = []
    for i, row in enumerate(table):
        at = ", ".join(f"{n} = {float(states[n][i]):.6g}" for n in names)
        reasons.append(f"({at}) {_words(row)}.")
    kinds = [row["kind"] for row in table]
    kind = next(
        (k for k in ("Turing-Hopf", "Turing", "wave", "Hopf") if k in kinds), ""
    )
    stable = kinds.count("stable")
    if not kind and stable > 1:
        kind = "bistable"
        reasons.append(f"{stable} uniform states are stable: fronts may join them.")
    if not kind:
        kind, why = _without(term, table)
        reasons.append(why)
    if _closed_flow(term, grid):
        reasons.append(
            "Between no-flux walls what is advected piles up: no uniform state is steady "
            "there, and these are the states of a medium without walls."
        )
    return Verdict(kind, tuple(reasons), states)


def _closed_flow(term: Term, grid: Grid | None) -> bool:
    """Whether something is advected along an axis that a no-flux wall closes."""
    for part in term.nested():
        if not isinstance(part, (Advection, Flux)):
            continue
        for name in part.variables:
            stated = dict(dict(part.boundary).get(name, ()))
            axes = (
                part.velocity[name]
                if isinstance(part, Advection)
                else (part.along[name],)
            )
            for dim in axes:
                pair = stated.get(dim)
                if pair is None and grid is not None and dim in grid.dims:
                    pair = grid.boundary[grid.dims.index(dim)]
                if pair is not None and any(isinstance(c, NoFlux) for c in pair):
                    return True
    return False


def _one(
    term: Term, state: dict[str, float], dims: int, grid: Grid | None
) -> dict[str, Any]:
    """Kind of one state, and the numbers that make it."""
    still = dispersion(term, state, 0.0, dims=dims, grid=grid).values[0]
    scale = max(float(np.abs(still).max()), 1e-12)
    k, top = fastest_mode(term, state, dims=dims, grid=grid)
    band = unstable_band(term, state, dims=dims, grid=grid)
    grows, turns = still[0].real > MARGIN * scale, abs(still[0].imag) > MARGIN * scale
    pattern = k > 0 and top.real > MARGIN * scale
    if not grows:
        kind = "stable"
        if pattern:
            kind = "wave" if abs(top.imag) > MARGIN * scale else "Turing"
    elif turns:
        kind = "Turing-Hopf" if _real_mode(term, state, band, dims, grid) else "Hopf"
    else:
        kind = "unstable"
    return {
        "kind": kind,
        "growth_at_rest": float(still[0].real),
        "frequency_at_rest": float(abs(still[0].imag)),
        "wavenumber": k,
        "growth": float(top.real),
        "frequency": float(abs(top.imag)),
        "band_low": band[0][0] if band else np.nan,
        "band_high": band[-1][1] if band else np.nan,
    }


def _real_mode(
    term: Term, state: dict, band: list, dims: int, grid: Grid | None
) -> bool:
    """Whether some wave grows without oscillating, at a maximum of its own."""
    if not band:
        return False
    k = np.linspace(0, band[-1][1], 800)[1:]
    roots = dispersion(term, state, k, dims=dims, grid=grid).values
    real = np.where(np.abs(roots.imag) < MARGIN, roots.real, -np.inf).max(axis=1)
    inner = real[1:-1]
    tops = (
        (inner >= real[:-2]) & (inner > real[2:]) & (inner > 0) & np.isfinite(real[:-2])
    )
    return bool(tops.any())


def _words(row: Mapping[str, Any]) -> str:
    rest = f"growth {row['growth_at_rest']:.3g} at k = 0"
    wave = f"k = {row['wavenumber']:.4g} grows fastest, at {row['growth']:.3g}"
    band = f"the band is {row['band_low']:.4g} to {row['band_high']:.4g}"
    if row["wavenumber"] > 0 and row["growth"] > 0:
        length = f"wavelength {2 * np.pi / row['wavenumber']:.4g}"
    return {
        "stable": f"is stable to waves of every length ({rest})",
        "Turing": f"is stable to uniform change ({rest}), and {wave}; {band}"
        + (f", {length}" if row["kind"] == "Turing" else ""),
        "wave": f"is stable to uniform change ({rest}), and {wave}, with frequency "
        f"{row['frequency']:.3g}",
        "Hopf": f"oscillates by itself ({rest}, frequency {row['frequency_at_rest']:.3g})",
        "Turing-Hopf": f"oscillates by itself ({rest}, frequency "
        f"{row['frequency_at_rest']:.3g}), and waves grow without; {band}",
        "unstable": f"is left by uniform change ({rest})",
    }[row["kind"]]


def _without(term: Term, table: list) -> tuple[str, str]:
    if all(isinstance(part, LINEAR) for part in parts(term)) or not table:
        return "none", "There is no law that could hold a pattern at rest."
    if not any(row["kind"] == "stable" for row in table):
        return "none", (
            "No uniform state is stable: uniform change leaves them all, and what comes of "
            "it linear theory about rest does not say."
        )
    plain = all(isinstance(p, (Reaction, Diffusion)) for p in parts(term))
    if plain and len(term.variables) == 1 and not isinstance(term, CrossDiffusion):
        return "none", (
            "One species that diffuses has no stable pattern on a convex domain."
        )
    return "finite-amplitude only", (
        "No wave grows upon a stable uniform state: what pattern there may be needs a "
        "finite seed, and noise about a stable state decays."
    )
