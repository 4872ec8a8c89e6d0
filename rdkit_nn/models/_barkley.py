"""Barkley: an excitable medium for fast spirals."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def barkley_kinetics(u, v, *, a, b, epsilon):
    """Excitation with a threshold that recovery moves."""
    return u * (1 - u) * (u - (v + b) / a) / epsilon, u - v


def barkley(
    *,
    a: float = 0.75,
    b: float = 0.01,
    epsilon: float = 0.02,
    Du: float = 1.0,
    boundary: Mapping | None = None,
) -> Term:
    """The Barkley model.

        du/dt = u (1 - u) (u - (v + b) / a) / ε + Du ∇²u
        dv/dt = u - v

    Args:
        a: Length of the excitation.
        b: Threshold.
        epsilon: Ratio of the times.
        Du: Diffusivity of `u`, length² / time.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Barkley, Physica D 49 (1991) 61, doi:10.1016/0167-2789(91)90194-E.
    """
    return barkley_kinetics(a=a, b=b, epsilon=epsilon) + Diffusion(
        u=Du, boundary=boundary
    )
