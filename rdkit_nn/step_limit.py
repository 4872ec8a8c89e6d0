"""Is a step stable? The condition |R(dt λ)| ≤ 1 on what transport alone does.

R is the method's growth of a mode in a step, and λ runs over the rates of all modes that
transport damps or turns (Re λ ≤ 0). Laws do not count, nor growth that the equations have,
nor growth by less than `GROWTH` over a run (a turning mode under a method of second order).
Three ways to know λ, the first that applies:

    symbols      all transport is a polynomial of the Laplacian: one real λ a mode
    plane waves  uniform advection, diffusion by axis, cross-diffusion: e^{ik·x} on the grid
    an estimate  everything else: Ritz values of the transport about the state, by at most
                 20 evaluations from a seeded vector (Arnoldi), made 5 % larger

A coefficient that depends on time is taken at its largest and at its least over the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import xarray as xr

from .arrays import Values, asnumpy
from .core.parameters import ArrayParameter, Parameter
from .dynamics import Clock, Origin
from .grid import Grid
from .grid.boundary import Dirichlet, Neumann, NoFlux, Periodic, Robin
from .methods import Method
from .methods.split import is_modal
from .ritz import extreme_eigenvalues, rough_vector
from .terms import (
    Advection,
    CrossDiffusion,
    Diffusion,
    Linear,
    Scaled,
    Sum,
    Term,
    parts,
)

TIMES = 1025  # at which a function of time is looked at
FIELDS = 33  # the same for one of time and place
EVALUATIONS = 20  # of the estimate
GROWTH = 1e-2  # by which a mode may grow over the run without being called unstable
TURNING = 1e-2  # Re λ / Im λ up to which a mode of the estimate turns and does not grow
MARGIN = 1.05  # by which estimated rates are made larger


def check_step(
    term: Term,
    method: Method,
    values: Values,
    grid: Grid,
    steps: range,
    origin: Origin,
) -> None:
    """Refuse a step under which transport grows without bound.

    Raises:
        ValueError: With a step that is stable.
    """
    if not method.stability_limit or not grid.shape:
        return
    if not (carried := _explicit(term, method, grid)):
        return
    for moment in _extremes(Sum(tuple(carried)), grid, method.dt, steps, origin):
        rates, names = _rates(moment, method, values, grid, steps, origin)
        limit = _limit(method, rates, len(steps))
        if method.dt > limit * (1 + 1e-9):
            _refuse(method, rates, names, limit)


def transports(term: Term) -> bool:
    """Whether a term carries something from cell to cell."""
    if term.stochastic or term.local:
        return False
    if isinstance(term, (Sum, Scaled)):
        return any(map(transports, term.inner))
    own = (type(term).symbol, type(term).decay_bound)
    return term.conservative or own != (Term.symbol, Term.decay_bound)


def depends_on_state(term: Term) -> bool:
    """Whether transport changes with the state, so that a later step may be unstable."""
    return any(
        part.conservative and part.inner and not part.stochastic
        for part in term.nested()
    )


def _explicit(term: Term, method: Method, grid: Grid) -> list[Term]:
    """Transport that a method takes explicitly and whose limit can be known."""
    carried = [part for part in term.summands() if transports(part)]
    if not method.by_modes:
        return carried
    modal = [part for part in carried if is_modal(part, grid)]
    # Modes damp what is explicit beside them, by how much is not known.
    damped = {name for part in modal for name in part.variables}
    return [p for p in carried if p not in modal and not set(p.variables) & damped]


def _extremes(
    term: Term, grid: Grid, dt: float, steps: range, origin: Origin
) -> Iterator[Term]:
    """The term with functions of time and tensors replaced by their extreme values."""
    varying = [
        p
        for _, p in term.parameters()
        if isinstance(p, Parameter) and (p.in_time or p.tracked)
    ]
    if not varying:
        yield term
        return
    spatial = any(p.in_space for p in varying)
    count = min(len(steps) + 1, FIELDS if spatial else TIMES)
    numbers = np.unique(np.linspace(steps.start, steps.stop, count).round().astype(int))
    clocks = [Clock(int(n), dt, origin=origin) for n in numbers]
    for pick in (np.argmax, np.argmin):

        def at_extreme(path: str, p: Any, pick: Callable = pick) -> Any:
            if not isinstance(p, Parameter) or not (p.in_time or p.tracked):
                return p
            samples = [asnumpy(p.sample(grid, clock)) for clock in clocks]
            sizes = [s.flat[np.argmax(np.abs(s))] for s in samples]
            chosen = samples[int(pick(sizes))]
            if chosen.ndim == 0:
                return float(chosen)
            dims = ["members", *grid.dims] if len(chosen) > 1 else grid.dims
            chosen = chosen if len(chosen) > 1 else chosen[0]
            full = np.broadcast_to(
                chosen, (*chosen.shape[: -len(grid.shape)], *grid.shape)
            )
            return ArrayParameter(path, xr.DataArray(full, dims=dims))

        yield term.map_parameters(at_extreme)


def _rates(
    term: Term,
    method: Method,
    values: Values,
    grid: Grid,
    steps: range,
    origin: Origin,
) -> tuple[np.ndarray, str]:
    """λ of all modes, in units of what a variable's own share of dt makes; and of whom."""
    if all(part.symbol(np.zeros(1)) is not None for part in parts(term)):
        return _by_symbols(term, method, grid)
    if _uniform(term, grid):
        return _by_waves(term, method, grid)
    clock = Clock(steps.start, method.dt, origin=origin)
    return _by_estimate(term, method, values, grid, clock)


def _by_symbols(term: Term, method: Method, grid: Grid) -> tuple[np.ndarray, str]:
    fastest: dict[str, float] = {}
    for name in term.variables:
        bent = [
            t for t in term.nested() if name in t.variables and "stencil" in t.declared
        ]
        pairs = grid.conditions(name, term.boundary)
        s = np.linspace(-grid.stiffness(pairs, bent[0].stencil), 0, 1025)  # type: ignore[attr-defined]
        growth: Any = 0.0
        for part in parts(term):
            growth = growth + (part.symbol(s) or {}).get(name, 0.0)
        fastest[name] = float(np.min(growth)) * method.speed(name)
    name = min(fastest, key=lambda n: fastest[n])
    return np.array([fastest[name]]), name


def _uniform(term: Term, grid: Grid) -> bool:
    """Whether plane waves are the modes: one medium, and no wall that makes others."""
    if grid.domain is not None:
        return False
    known = (Advection, CrossDiffusion, Diffusion, Linear)
    single = all(type(part) in known and not part.inner for part in parts(term))
    plain = not any(isinstance(p, Parameter) for _, p in term.parameters())
    central = any(vars(t).get("scheme") == "central" for t in parts(term))
    walled = (Robin, NoFlux, Dirichlet, Neumann) if central else (Robin,)
    other = any(
        isinstance(c, walled)
        for part in parts(term)
        for name in part.needs_boundary
        for pair in grid.conditions(name, part.boundary)
        for c in pair
    )
    tensor = any("xy" in p or "xz" in p or "yz" in p for p, _ in term.parameters())
    return single and plain and not other and not tensor


def _by_waves(term: Term, method: Method, grid: Grid) -> tuple[np.ndarray, str]:
    from .stability.linearising import matrix
    from .stability.waves import Waves

    lines = []
    for axis, (n, h) in enumerate(zip(grid.shape, grid.spacing)):
        pairs = [
            grid.conditions(name, part.boundary)[axis]
            for part in parts(term)
            for name in part.needs_boundary
        ]
        rings = {isinstance(low, Periodic) for low, _ in pairs}
        k = [_wavenumbers(n, h, ring, len(grid.shape)) for ring in rings]
        lines.append(np.concatenate(k))
    vectors = np.stack([k.ravel() for k in np.meshgrid(*lines, indexing="ij")], axis=-1)
    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    entries = matrix(term, {}, Waves(vectors, grid), names)
    entries = entries * np.array([method.speed(n) for n in names])[:, None]
    return np.linalg.eigvals(entries).ravel(), ", ".join(term.variables)


def _wavenumbers(n: int, h: float, periodic: bool, axes: int) -> np.ndarray:
    """Those of the modes of one axis, or some if there are many."""
    k = (
        2 * np.pi * np.fft.fftfreq(n, h)
        if periodic
        else np.arange(1 - n, n) * np.pi / n / h
    )
    most = {1: 513, 2: 49, 3: 17}[axes]
    picked = np.linspace(0, len(k) - 1, min(most, len(k))).astype(int)
    return np.sort(k)[picked]


def _by_estimate(
    term: Term, method: Method, values: Values, grid: Grid, clock: Clock
) -> tuple[np.ndarray, str]:
    names = term.variables
    state = {n: np.asarray(asnumpy(v)) for n, v in values.items()}
    state = {n: v.astype(float) if v.dtype.kind == "f" else v for n, v in state.items()}
    shapes = [state[n].shape for n in names]
    sizes = [int(np.prod(shape)) for shape in shapes]
    speeds = [method.speed(n) for n in names]
    base = np.concatenate([state[n].ravel() for n in names])

    def rate(x: np.ndarray) -> np.ndarray:
        pieces = np.split(x, np.cumsum(sizes)[:-1])
        fields = {n: p.reshape(s) for n, p, s in zip(names, pieces, shapes)}
        with np.errstate(all="ignore"):
            found = term.rate({**state, **fields}, grid, clock)
        moved = [
            speed * np.broadcast_to(found.get(n, 0.0), s).ravel()
            for n, s, speed in zip(names, shapes, speeds)
        ]
        return np.nan_to_num(np.concatenate(moved))

    still = rate(base)
    scale = 1e-5 * max(1.0, float(np.abs(base).max(initial=0.0)))

    def operator(v: np.ndarray) -> np.ndarray:
        step = scale / max(float(np.abs(v).max()), 1e-300)
        return (rate(base + step * v) - still) / step

    first = rough_vector(shapes, grid.shape)
    rates = extreme_eigenvalues(operator, first, min(EVALUATIONS - 1, len(base)))
    return MARGIN * rates, ", ".join(names)


def _limit(method: Method, rates: np.ndarray, steps: int) -> float:
    """Largest dt at which no mode that decays or turns grows in a step."""
    size = float(np.abs(rates).max(initial=0.0))
    turning = np.abs(rates.real) <= TURNING * np.abs(rates.imag)
    damped = rates[(rates.real <= 1e-9 * size) | turning]
    damped = damped[np.abs(damped) > 1e-9 * size]
    if size == 0 or not len(damped):
        return np.inf
    allowed = 1 + max(1e-9, GROWTH / max(100, steps))

    def stable(dt: float) -> bool:
        return bool((np.abs(method.amplification(dt * damped)) <= allowed).all())

    most = float(np.abs(damped).max())
    if not np.iscomplexobj(damped) or not np.any(damped.imag):
        return method.stability_limit / most
    low, high = 0.0, 4 * method.stability_limit / most
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return low if low > 1e-9 * high else 0.0


def _refuse(method: Method, rates: np.ndarray, names: str, limit: float) -> None:
    fastest = float(np.abs(rates[rates.real <= 0]).max(initial=0.0))
    if limit <= 0.01 * method.stability_limit / max(fastest, 1e-300):
        raise ValueError(
            f"dt={method.dt:g} is unstable, and so is every other: transport of `{names}` "
            f"turns modes that nothing damps, and {type(method).__name__} makes them grow. "
            "Take RK4, or scheme='upwind'."
        )
    raise ValueError(
        f"dt={method.dt:g} is unstable: the fastest mode of `{names}` changes at "
        f"rate {fastest:.4g}, for which this method needs dt ≤ {limit:.6g}. "
        f"Use dt={_round_down(0.9 * limit):g}, or Flow(…, check_step=False) to go ahead."
    )


def _round_down(number: float) -> float:
    digits = 10.0 ** (np.floor(np.log10(number)) - 1)
    return float(np.floor(number / digits) * digits)
