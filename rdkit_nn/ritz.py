"""Extreme eigenvalues of an operator from few evaluations.

Source:
    Saad, *Numerical Methods for Large Eigenvalue Problems* (2011), ch. 6,
    doi:10.1137/1.9781611970739.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

LARGE = 2**18  # numbers of a vector above which two are kept, not one an evaluation


def extreme_eigenvalues(
    operator: Callable[[np.ndarray], np.ndarray], first: np.ndarray, count: int
) -> np.ndarray:
    """Approximate eigenvalues, the extreme ones best.

    Args:
        operator: Linear, from vectors to vectors.
        first: Vector to begin from.
        count: How many evaluations.
    """
    return (_power if len(first) > LARGE else _arnoldi)(operator, first, count)


def rough_vector(shapes: list[tuple[int, ...]], cells: tuple[int, ...]) -> np.ndarray:
    """Every second cell up, every other down, and some seeded noise."""
    board = (-1.0) ** np.indices(cells).sum(axis=0)
    rng = np.random.default_rng(0)
    return np.concatenate(
        [(board + 0.3 * rng.standard_normal(shape)).ravel() for shape in shapes]
    )


def _arnoldi(operator: Callable, start: np.ndarray, count: int) -> np.ndarray:
    """Ritz values after so many steps of Arnoldi's iteration."""
    basis = [start / np.linalg.norm(start)]
    H = np.zeros((count + 1, count))
    for j in range(count):
        w = operator(basis[j])
        for _ in range(2):  # twice is enough
            for i, q in enumerate(basis):
                share = q @ w
                H[i, j] += share
                w = w - share * q
        H[j + 1, j] = np.linalg.norm(w)
        if H[j + 1, j] <= 1e-10 * np.abs(H).max(initial=1e-300):
            return np.linalg.eigvals(H[: j + 1, : j + 1])
        basis.append(w / H[j + 1, j])
    return np.linalg.eigvals(H[:count, :count])


def _power(operator: Callable, v: np.ndarray, count: int) -> np.ndarray:
    """Largest rate by power iteration, for states of which few vectors fit in memory."""
    rate = 0.0
    for _ in range(count):
        w = operator(v / np.linalg.norm(v))
        rate, v = float(np.linalg.norm(w)), w
        if rate == 0:
            break
    return np.array([-rate])
