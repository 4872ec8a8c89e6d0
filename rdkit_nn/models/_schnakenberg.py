"""The Schnakenberg model: a minimal chemistry with a Turing instability."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def schnakenberg_kinetics(u, v, *, a, b):
    """A -> U, 2U + V -> 3U, B -> V, U -> nothing."""
    autocatalysis = u * u * v
    return a - u + autocatalysis, b - autocatalysis


def schnakenberg(
    *,
    a: float = 0.1,
    b: float = 0.9,
    Du: float = 1.0,
    Dv: float = 40.0,
    boundary: Mapping | None = None,
) -> Term:
    """The Schnakenberg reaction-diffusion model.

        du/dt = a - u + u² v + Du ∇²u
        dv/dt = b - u² v     + Dv ∇²v

    The homogeneous steady state is u = a + b, v = b / (a + b)². At a = 0.1, b = 0.9 it is
    Turing-unstable for Dv / Du > 8.567627.

    Elsewhere: Murray's form has a factor γ before the kinetics, for the size of the
    domain.

    Args:
        a: Supply of the activator.
        b: Supply of the substrate.
        Du: Diffusivity of `u`, length² / time.
        Dv: Diffusivity of `v`, length² / time.
        boundary: Conditions by species where they differ from the grid's; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Schnakenberg, J. Theor. Biol. 81 (1979) 389, doi:10.1016/0022-5193(79)90042-0.
    """
    return schnakenberg_kinetics(a=a, b=b) + Diffusion(u=Du, v=Dv, boundary=boundary)
