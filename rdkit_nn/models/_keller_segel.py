"""Keller-Segel: cells that follow what they make."""

from collections.abc import Mapping

from ..terms import Chemotaxis, Diffusion, Term, reaction


@reaction
def keller_segel_kinetics(u, v, *, a):
    """Cells grow to fill their space, and make a signal that decays."""
    return u * (1 - u), u - a * v


@reaction
def keller_segel_response(u, *, c):
    """χ(u): how strongly cells follow the signal."""
    return c * u / (1 + u * u)


def keller_segel(
    *, c: float = 4.0, a: float = 0.1, D: float = 1.0, boundary: Mapping | None = None
) -> Term:
    """A Keller-Segel model with growth and a response that saturates.

        du/dt = u (1 - u) - ∇·(χ(u) ∇v) + ∇²u,    χ(u) = c u / (1 + u²)
        dv/dt = u - a v                 + D ∇²v

    The state (1, 1/a) breaks into spots for c > 2 (D + a + 2 √(a D)).

    Elsewhere: With growth it is also called Mimura and Tsujikawa's; the response c u /
    (1 + u²) is VisualPDE's.

    Args:
        c: Strength of the response.
        a: Decay of the signal.
        D: Its diffusivity, in that of the cells.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Keller & Segel, J. Theor. Biol. 26 (1970) 399, doi:10.1016/0022-5193(70)90092-5.
    """
    kinetics = keller_segel_kinetics(a=a)
    drift = Chemotaxis(keller_segel_response(c=c), up={"u": "v"}, boundary=boundary)
    return kinetics + drift + Diffusion(u=1.0, v=D, boundary=boundary)
