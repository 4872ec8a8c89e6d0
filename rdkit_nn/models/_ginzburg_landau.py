"""Complex Ginzburg-Landau, and λ-ω systems: oscillators that diffuse."""

from collections.abc import Mapping

from ..core.parameters import as_parameter
from ..terms import CrossDiffusion, Diffusion, Term, reaction


@reaction
def ginzburg_landau_kinetics(u, v, *, c):
    """A - (1 + i c) |A|² A, with A = u + i v."""
    size = u * u + v * v
    return u - size * (u - c * v), v - size * (v + c * u)


def ginzburg_landau(
    *, b: float = 0.0, c: float = 0.5, boundary: Mapping | None = None
) -> Term:
    """The complex Ginzburg-Landau equation, A = u + i v.

        dA/dt = A + (1 + i b) ∇²A - (1 + i c) |A|² A

    Uniform oscillation is unstable to long waves where 1 + b c < 0 (Benjamin & Feir,
    Newell).

    Elsewhere: Some write the sum of the nonlinear parts with the other sign: their
    imaginary part is -c.

    Args:
        b: Linear dispersion.
        c: Nonlinear dispersion.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Aranson & Kramer, Rev. Mod. Phys. 74 (2002) 99, doi:10.1103/RevModPhys.74.99.
    """
    term = ginzburg_landau_kinetics(c=c) + Diffusion(u=1.0, v=1.0, boundary=boundary)
    b = as_parameter("b", b)
    if b != 0:
        term = term + CrossDiffusion(u={"v": -b}, v={"u": b}, boundary=boundary)
    return term


@reaction
def lambda_omega_kinetics(u, v, *, a, c):
    """Growth λ = a - r² and frequency ω = c r², with r² = u² + v²."""
    size = u * u + v * v
    return a * u - (u + c * v) * size, a * v + (c * u - v) * size


def lambda_omega(
    *,
    a: float = 3.0,
    c: float = -1.0,
    Du: float = 1.0,
    Dv: float = 1.0,
    boundary: Mapping | None = None,
) -> Term:
    """A λ-ω system: spirals.

        du/dt = a u - (u + c v) (u² + v²) + Du ∇²u
        dv/dt = a v + (c u - v) (u² + v²) + Dv ∇²v

    The limit cycle has radius √a and frequency c a.

    Elsewhere: β in other texts is -c. With Du = Dv it is the Ginzburg-Landau equation
    without b.

    Args:
        a: Growth at rest.
        c: How the frequency goes with the amplitude.
        Du: Diffusivity of `u`, length² / time.
        Dv: Diffusivity of `v`, length² / time.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Kopell & Howard, Stud. Appl. Math. 52 (1973) 291, doi:10.1002/sapm1973524291.
    """
    return lambda_omega_kinetics(a=a, c=c) + Diffusion(u=Du, v=Dv, boundary=boundary)
