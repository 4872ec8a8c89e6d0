"""Uniform states at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from ..terms import Term
from .linearising import matrix
from .uniforms import uniform
from .waves import Waves

STARTS = 200  # of the search
LIMIT = 24  # states, above which they are a continuum
CLOSE = 1e-6  # relative distance at which two are one


def steady_states(
    term: Term,
    box: Mapping[str, tuple[float, float]] | None = None,
    *,
    positive: bool = False,
    dims: int = 2,
    seed: int = 0,
    starts: int = STARTS,
    near: Sequence[Mapping[str, float]] = (),
) -> xr.Dataset:
    """All uniform states at which nothing moves, as far as a search finds them.

    Newton's method from many starts, then from the same starts with the states that are
    known divided out (deflation), then polished with the exact Jacobian.

    Args:
        term: A sum with laws.
        box: Where to begin, by species. Default: all magnitudes from 0.001 to 1000, both
            signs.
        positive: Whether only states without negative values count, as for concentrations.
        dims: Of space, for kernels.
        seed: Where the starts are drawn.
        starts: How many of them.
        near: States to begin from besides.

    Returns:
        A value for each species, along `state`, in rising order of the first.

    Raises:
        ValueError: If every uniform state is at rest, as where mass is conserved.

    Source:
        Farrell, Birkisson & Funke, SIAM J. Sci. Comput. 37 (2015) A2026,
        doi:10.1137/140984798.

    Example:
        >>> from rdkit_nn import models
        >>> states = steady_states(models.schnakenberg(a=0.1, b=0.9))
        >>> float(states.u[0]), float(states.v[0])
        (1.0, 0.9)
    """
    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    still = Waves.along([0.0], dims)

    def rates(x: np.ndarray) -> np.ndarray:
        told = uniform(term, dict(zip(names, x)), still)
        return np.array([np.float64(told.get(name, 0.0)) for name in names])

    begins = _starts(names, box, positive, seed, starts)
    begins = np.vstack([begins, *([[x[n] for n in names]] for x in near)])
    with np.errstate(all="ignore"):
        if all(np.abs(rates(x)).max() <= 1e-14 * np.abs(x).max() for x in begins[:8]):
            raise ValueError(
                "Every uniform state is at rest, because the term conserves: give the "
                "state that is meant."
            )
        found: list[np.ndarray] = []
        for known in (False, True):
            for x in begins:
                root = _searched(rates, x, found if known else [])
                root = (
                    None if root is None else _polished(term, names, rates, root, still)
                )
                if root is None or (positive and root.min() < -1e-12):
                    continue
                if not any(_same(root, other) for other in found):
                    found.append(root)
                if len(found) > LIMIT:
                    raise ValueError(
                        f"More than {LIMIT} uniform states are at rest: they seem to be a "
                        "continuum, as where something is conserved. Give the state."
                    )
    found.sort(key=lambda x: tuple(x))
    table = np.array(found).reshape(-1, len(names))
    return xr.Dataset({name: ("state", table[:, k]) for k, name in enumerate(names)})


def _starts(
    names: tuple, box: Mapping | None, positive: bool, seed: int, count: int
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    unit = rng.random((count, len(names)))
    if box is None:
        signs = np.where(positive | (rng.random(unit.shape) < 0.7), 1.0, -1.0)
        return np.vstack([np.full(len(names), 1e-9), signs * 10 ** (6 * unit - 3)])
    low, high = (np.array([box[n][k] for n in names], dtype=float) for k in (0, 1))
    return np.vstack([low, high, low + unit * (high - low)])


def _searched(rates, x: np.ndarray, known: list[np.ndarray]) -> np.ndarray | None:
    from scipy.optimize import root

    def deflated(x: np.ndarray) -> np.ndarray:
        factor = 1.0
        for other in known:
            gap = ((x - other) ** 2).sum() / max(1.0, (other**2).sum())
            factor *= 1 / max(gap, 1e-300) + 1
        told = rates(x) * factor
        return np.where(np.isfinite(told), told, 1e12)

    told = root(deflated, x, method="hybr", options={"maxfev": 400})
    return told.x if told.success and np.isfinite(told.x).all() else None


def _polished(
    term: Term, names: tuple, rates, x: np.ndarray, still: Waves
) -> np.ndarray | None:
    """A few exact Newton steps; None where they do not settle."""
    for _ in range(30):
        J = matrix(term, dict(zip(names, map(float, x))), still, names)[0].real
        try:
            step = np.linalg.solve(J, rates(x))
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(step).all():
            return None
        x = x - step
        if np.abs(step).max() <= 1e-14 * max(1e-3, np.abs(x).max()):
            # Zero is meant where rounding leaves next to nothing.
            return np.where(np.abs(x) < 1e-13 * max(1.0, np.abs(x).max()), 0.0, x)
    return None


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs(one - other).max() <= CLOSE * max(1e-3, np.abs(one).max()))
