"""Gierer-Meinhardt: local activation and lateral inhibition, said first."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def gierer_meinhardt_kinetics(u, v, *, a, b, c, K):
    """An activator that makes itself and its inhibitor; K saturates it."""
    return a + u * u / (v * (1 + K * u * u)) - b * u, u * u - c * v


def gierer_meinhardt(
    *,
    a: float = 0.5,
    b: float = 1.0,
    c: float = 6.1,
    K: float = 0.0,
    Du: float = 1.0,
    Dv: float = 100.0,
    boundary: Mapping | None = None,
) -> Term:
    """The Gierer-Meinhardt model.

        du/dt = a + u² / (v (1 + K u²)) - b u + Du ∇²u
        dv/dt = u² - c v                      + Dv ∇²v

    At K = 0 the steady state is u = (a + c) / b, v = u² / c, and the defaults make spots;
    K = 0.003 makes a labyrinth.

    Elsewhere: Others give the inhibitor a decay of 1, or rates ρ and μ of their own.
    The defaults are VisualPDE's, not those of 1972.

    Args:
        a: Supply of the activator.
        b: Its decay.
        c: Decay of the inhibitor.
        K: Saturation.
        Du: Diffusivity of `u`, length² / time.
        Dv: Diffusivity of `v`, length² / time.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Gierer & Meinhardt, Kybernetik 12 (1972) 30, doi:10.1007/BF00289234.
    """
    kinetics = gierer_meinhardt_kinetics(a=a, b=b, c=c, K=K)
    return kinetics + Diffusion(u=Du, v=Dv, boundary=boundary)
