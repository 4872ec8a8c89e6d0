"""Networks of rate neurons: random weights, and weights that remember."""

from typing import Any

import numpy as np

from ..core.functions import tanh
from ..core.parameters import as_parameter
from ..terms import Network, Term, reaction


@reaction
def rate_leak(h, *, tau):
    """Back to silence."""
    return -h / tau


@reaction
def rate_fired(h, *, gain, strength):
    """A saturating rate."""
    return strength * tanh(gain * h)


def gaussian_weights(n: int, *, seed: int) -> np.ndarray:
    """Weights drawn independently from N(0, 1/n): eigenvalues fill the unit disc.

    Args:
        n: Nodes.
        seed: Where chance begins.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    return rng.standard_normal((n, n)) / np.sqrt(n)


def rate_network(weights: Any, *, g: float = 1.5, tau: float = 1.0) -> Term:
    """A random network of rate neurons.

        τ dh_i/dt = -h_i + g Σ_j J_ij tanh(h_j)

    Silence is stable where g times the largest real part of an eigenvalue of J is below
    one. For `gaussian_weights` that is g < 1 in a large network, and above it is chaos.

    Elsewhere: Some put the gain inside, tanh(g x): the same network with h = g x.

    Args:
        weights: J, (n, n) array or scipy sparse matrix.
        g: Gain.
        tau: τ.

    Returns:
        A term that moves `h`.

    Source:
        Sompolinsky, Crisanti & Sommers, Phys. Rev. Lett. 61 (1988) 259,
        doi:10.1103/PhysRevLett.61.259.
    """
    fired = rate_fired(
        gain=1.0, strength=as_parameter("g", g) / as_parameter("tau", tau)
    )
    return rate_leak(tau=tau) + Network(fired, weights)


def hebbian_weights(patterns: Any) -> np.ndarray:
    """Hebb's weights of patterns, without a node's own.

        w_ij = (1/n) Σ_μ ξ_i^μ ξ_j^μ,   w_ii = 0

    Args:
        patterns: (pattern, node), of -1 and 1.

    Raises:
        ValueError: If they are anything else.
    """
    told = np.atleast_2d(np.asarray(patterns, dtype=float))
    if told.ndim != 2 or not np.isin(told, (-1, 1)).all():
        raise ValueError("`patterns` must be an array (pattern, node) of -1 and 1.")
    weights = told.T @ told / told.shape[1]
    np.fill_diagonal(weights, 0.0)
    return weights


def hopfield(patterns: Any, *, gain: float = 4.0, tau: float = 1.0) -> Term:
    """Hopfield's network of graded neurons.

        τ dh_i/dt = -h_i + Σ_j w_ij tanh(β h_j)

    With symmetric weights a function of Lyapunov's never rises; a state near a pattern ends
    beside it as long as there are fewer than about 0.138 n random ones (for neurons of two
    values: see `maps.hopfield`).

    Args:
        patterns: (pattern, node), of -1 and 1; the weights are `hebbian_weights` of them.
        gain: β. Silence is stable below one over the largest eigenvalue of the weights.
        tau: τ.

    Returns:
        A term that moves `h`.

    Source:
        Hopfield, Proc. Natl. Acad. Sci. 81 (1984) 3088, doi:10.1073/pnas.81.10.3088; the
        capacity: Amit, Gutfreund & Sompolinsky, Phys. Rev. Lett. 55 (1985) 1530,
        doi:10.1103/PhysRevLett.55.1530.
    """
    fired = rate_fired(gain=gain, strength=1 / as_parameter("tau", tau))
    return rate_leak(tau=tau) + Network(fired, hebbian_weights(patterns))
