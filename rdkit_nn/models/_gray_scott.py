"""The Gray-Scott model: autocatalysis in a fed, open reactor."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def gray_scott_kinetics(u, v, *, F, k):
    """U + 2V -> 3V, V -> P, with U fed and both washed out."""
    autocatalysis = u * v * v
    return F * (1 - u) - autocatalysis, autocatalysis - (F + k) * v


def gray_scott(
    *,
    F: float = 0.025,
    k: float = 0.055,
    Du: float = 2e-5,
    Dv: float = 1e-5,
    boundary: Mapping | None = None,
) -> Term:
    """The Gray-Scott reaction-diffusion model.

        du/dt = F (1 - u) - u v²       + Du ∇²u
        dv/dt = u v²      - (F + k) v  + Dv ∇²v

    (u, v) = (1, 0) is always a uniform steady state, and stable; there are two more only
    for 4 (F + k)² ≤ F. Most of the famous patterns, among them those at the defaults, are
    *not* Turing instabilities of a uniform state: they grow from a finite seed, and noise
    about (1, 0) decays.

    Elsewhere: VisualPDE swaps the names (its u is this v, a = F, b = k); some codes
    lump F + k into one number.

    Args:
        F: Feed rate, 1 / time.
        k: Kill rate, 1 / time.
        Du: Diffusivity of `u`, length² / time.
        Dv: Diffusivity of `v`, length² / time.
        boundary: Conditions by species where they differ from the grid's; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Gray & Scott, Chem. Eng. Sci. 39 (1984) 1087, doi:10.1016/0009-2509(84)87017-7;
        Pearson, Science 261 (1993) 189, doi:10.1126/science.261.5118.189.
    """
    return gray_scott_kinetics(F=F, k=k) + Diffusion(u=Du, v=Dv, boundary=boundary)
