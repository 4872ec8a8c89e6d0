"""The three-component model of Purwins: moving dissipative solitons."""

from collections.abc import Mapping

from ..core.parameters import as_parameter
from ..terms import Diffusion, Term, reaction


@reaction
def purwins_kinetics(u, v, w, *, growth, k1, k3, tau, theta):
    """One activator, a slow and a far-reaching inhibitor."""
    return growth * u - u**3 - k3 * w - v + k1, (u - v) / tau, (u - w) / theta


def purwins(
    *,
    growth: float = 2.0,
    k1: float = -6.92,
    k3: float = 8.5,
    tau: float = 48.0,
    theta: float = 1.0,
    Du: float = 1.5e-4,
    Dv: float = 1.5e-4,
    Dw: float = 9.6e-3,
    boundary: Mapping | None = None,
) -> Term:
    """The three-component model of Schenk, Or-Guil, Bode and Purwins.

          du/dt = λ u - u³ - κ₃ w - v + κ₁ + Du ∇²u
        τ dv/dt = u - v                    + Dv ∇²v
        θ dw/dt = u - w                    + Dw ∇²w

    Elsewhere: Others write κ₃ v + κ₄ w: here κ₃ = 1, and k3 is their κ₄; some divide
    only the kinetics by τ and θ. The defaults, a gliding soliton, are of Schenk, Liehr,
    Bode & Purwins (1999), as Ready has them.

    Args:
        growth: λ.
        k1: κ₁, the supply.
        k3: κ₃, strength of the far-reaching inhibitor.
        tau: τ, slowness of the local inhibitor.
        theta: θ, slowness of the other.
        Du: Diffusivity of `u`,
        Dv: of `v` (before it is divided by τ),
        Dw: and of `w` (by θ).
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u`, `v` and `w`.

    Source:
        Schenk, Or-Guil, Bode & Purwins, Phys. Rev. Lett. 78 (1997) 3781,
        doi:10.1103/PhysRevLett.78.3781 (the equations).
    """
    kinetics = purwins_kinetics(growth=growth, k1=k1, k3=k3, tau=tau, theta=theta)
    v = as_parameter("Dv", Dv) / as_parameter("tau", tau)
    w = as_parameter("Dw", Dw) / as_parameter("theta", theta)
    return kinetics + Diffusion(u=Du, v=v, w=w, boundary=boundary)
