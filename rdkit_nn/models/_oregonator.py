"""Oregonator: the Belousov-Zhabotinsky reaction, in two variables."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def oregonator_kinetics(u, v, *, epsilon, f, q):
    """Bromous acid and the catalyst, with bromide eliminated."""
    return (u - u * u - f * v * (u - q) / (u + q)) / epsilon, u - v


def oregonator(
    *,
    epsilon: float = 0.01,
    f: float = 1.4,
    q: float = 0.002,
    Du: float = 1.0,
    Dv: float = 0.6,
    boundary: Mapping | None = None,
) -> Term:
    """The two-variable Oregonator: spirals. Stiff: take a small step, or `Adaptive`.

        du/dt = (u - u² - f v (u - q) / (u + q)) / ε + Du ∇²u
        dv/dt = u - v                                + Dv ∇²v

    Elsewhere: Others take ε = 0.04.

    Args:
        epsilon: Ratio of the times.
        f: Stoichiometry.
        q: Ratio of rates.
        Du: Diffusivity of `u`, length² / time.
        Dv: Diffusivity of `v`, length² / time.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Field & Noyes, J. Chem. Phys. 60 (1974) 1877, doi:10.1063/1.1681288; Tyson & Fife,
        J. Chem. Phys. 73 (1980) 2224, doi:10.1063/1.440418.
    """
    kinetics = oregonator_kinetics(epsilon=epsilon, f=f, q=q)
    return kinetics + Diffusion(u=Du, v=Dv, boundary=boundary)
