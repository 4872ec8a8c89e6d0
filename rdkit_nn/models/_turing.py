"""Turing's own example of 1952: exactly marginal as he gave it."""

from collections.abc import Mapping

from ..core.functions import maximum
from ..terms import Diffusion, Term, reaction


@reaction
def turing_kinetics(a, b, *, k):
    """Two morphogens; the second cannot fall below zero."""
    return k * (16 - a * b), maximum(k * (a * b - b - 12), -b)


def turing(
    *,
    k: float = 1 / 16,
    Da: float = 0.25,
    Db: float = 0.03,
    boundary: Mapping | None = None,
) -> Term:
    """Turing's morphogens.

        da/dt = k (16 - a b)                    + Da ∇²a
        db/dt = max(k (a b - b - 12), -b)       + Db ∇²b

    The steady state is a = b = 4. At Da = 1/4, Db = 1/16 as he gave it the threshold is
    met *exactly*: Da J₂₂ + Db J₁₁ = 2 √(Da Db det J). The default Db = 0.03 is inside.
    Turing lets b stop at zero; here its loss is bounded by -b, as in Ready, and diffusion
    is outside the bound.

    Elsewhere: Later codes write s (16 - a b) and s (a b - b - 12), with s left free.

    Args:
        k: Rate.
        Da: Diffusivity of `a`, length² / time.
        Db: Diffusivity of `b`, length² / time.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `a` and `b`.

    Source:
        Turing, Phil. Trans. R. Soc. B 237 (1952) 37, doi:10.1098/rstb.1952.0012.
    """
    return turing_kinetics(k=k) + Diffusion(a=Da, b=Db, boundary=boundary)
