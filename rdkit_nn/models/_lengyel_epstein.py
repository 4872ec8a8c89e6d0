"""Lengyel-Epstein: chlorite, iodide, malonic acid; the first Turing pattern seen."""

from collections.abc import Mapping

from ..core.parameters import as_parameter
from ..terms import Diffusion, Term, reaction


@reaction
def lengyel_epstein_kinetics(u, v, *, a, b, s):
    """Iodide and chlorite, with iodide bound by starch (s)."""
    bound = u * v / (1 + u * u)
    return a - u - 4 * bound, s * b * (u - bound)


def lengyel_epstein(
    *,
    a: float = 12.0,
    b: float = 0.31,
    s: float = 50.0,
    d: float = 1.0,
    boundary: Mapping | None = None,
) -> Term:
    """The Lengyel-Epstein model.

        du/dt = a - u - 4 u v / (1 + u²)       + ∇²u
        dv/dt = s (b (u - u v / (1 + u²))      + d ∇²v)

    The steady state is u = a / 5, v = 1 + u².

    Elsewhere: In Lengyel and Epstein's own time, s times as long, du/dt is divided by s
    instead; s = 1 + K [starch] [I₂].

    Args:
        a: Supply.
        b: Ratio of the rates.
        s: How much slower starch makes the activator: it scales rate and diffusion alike.
        d: Ratio of the diffusivities.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Lengyel & Epstein, Science 251 (1991) 650, doi:10.1126/science.251.4994.650.
    """
    kinetics = lengyel_epstein_kinetics(a=a, b=b, s=s)
    return kinetics + Diffusion(
        u=1.0, v=as_parameter("s", s) * as_parameter("d", d), boundary=boundary
    )
