"""Kuramoto's oscillators: phases that pull at each other, on a graph or all at all."""

from typing import Any

from ..core.functions import cos, sin
from ..terms import Driven, Network, Term, reaction


@reaction
def natural_frequency(theta, *, omega):
    """Every oscillator at its own pace."""
    return omega + 0 * theta


@reaction
def kuramoto_pull(theta, sines, cosines, *, K):
    """Σ sin(θ_j - θ_i), written out by the addition theorem: two sums do for all pairs."""
    return {"theta": K * (cos(theta) * sines - sin(theta) * cosines)}


@reaction
def sine(theta):
    """Height on the circle."""
    return sin(theta)


@reaction
def cosine(theta):
    """Width on the circle."""
    return cos(theta)


def kuramoto(*, K: float = 2.0, omega: Any = 0.0, weights: Any = None) -> Term:
    """Kuramoto's phase oscillators.

        dθ_i/dt = ω_i + K Σ_j w_ij sin(θ_j - θ_i)

    With w = 1/n and frequencies of a Lorentz distribution of half-width γ, order sets in at
    K_c = 2γ, and R = |⟨e^{iθ}⟩| = √(1 - K_c / K) in a large population.

    Elsewhere: Others divide the sum by the degree of a node, or by nothing.

    Args:
        K: Strength of the coupling.
        omega: ω: a number, or a DataArray along the nodes.
        weights: w, (n, n) array or scipy sparse matrix; None: all with all, 1/n.

    Returns:
        A term that moves `theta`, radians.

    Source:
        Kuramoto, Lect. Notes Phys. 39 (1975) 420, doi:10.1007/BFb0013365; Acebrón et al.,
        Rev. Mod. Phys. 77 (2005) 137, doi:10.1103/RevModPhys.77.137.
    """
    pull = Driven(
        kuramoto_pull(K=K),
        sines=Network(sine(), weights),
        cosines=Network(cosine(), weights),
    )
    return natural_frequency(omega=omega) + pull
