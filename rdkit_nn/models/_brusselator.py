"""The Brusselator: the Brussels school's model of oscillation and pattern."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def brusselator_kinetics(u, v, *, a, b):
    """A -> U, B + U -> V + D, 2U + V -> 3U, U -> E."""
    autocatalysis = u * u * v
    return a - (b + 1) * u + autocatalysis, b * u - autocatalysis


def brusselator(
    *,
    a: float = 2.0,
    b: float = 3.0,
    Du: float = 1.0,
    Dv: float = 8.0,
    boundary: Mapping | None = None,
) -> Term:
    """The Brusselator reaction-diffusion model.

        du/dt = a - (b + 1) u + u² v + Du ∇²u
        dv/dt = b u - u² v           + Dv ∇²v

    The homogeneous steady state is u = a, v = b / a. It oscillates (Hopf) for b > 1 + a²
    and is Turing-unstable for b > (1 + a √(Du / Dv))², whichever comes first.

    Args:
        a: Supply of A.
        b: Supply of B.
        Du: Diffusivity of `u`, length² / time.
        Dv: Diffusivity of `v`, length² / time.
        boundary: Conditions by species where they differ from the grid's; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Prigogine & Lefever, J. Chem. Phys. 48 (1968) 1695, doi:10.1063/1.1668896.
    """
    return brusselator_kinetics(a=a, b=b) + Diffusion(u=Du, v=Dv, boundary=boundary)
