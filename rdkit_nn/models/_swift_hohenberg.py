"""Swift-Hohenberg: the simplest equation that has a wavelength."""

from collections.abc import Mapping

from ..core.parameters import as_parameter
from ..terms import Linear, Term, reaction


@reaction
def swift_hohenberg_kinetics(u, *, g):
    """A quadratic part that prefers hexagons, and a cubic that bounds."""
    return g * u * u - u**3


def swift_hohenberg(
    *,
    r: float = 0.2,
    g: float = 0.0,
    stencil: str = "5-point",
    boundary: Mapping | None = None,
) -> Term:
    """The Swift-Hohenberg equation.

        du/dt = r u - (1 + ∇²)² u + g u² - u³

    Upon u = 0 a wave grows at r - (1 - k²)²: first at k = 1, a wavelength of 2π, for r > 0.
    g = 0 makes stripes, r = 0.1 and g = 1 hexagons.

    Elsewhere: Others add b u³ + c u⁵ with signs left free.

    Args:
        r: Distance from the threshold.
        g: Strength of the quadratic part.
        stencil: Of the Laplacian; see `Linear`.
        boundary: Conditions where they differ from the grid's; see `Linear`.

    Returns:
        A term that moves `u`.

    Source:
        Swift & Hohenberg, Phys. Rev. A 15 (1977) 319, doi:10.1103/PhysRevA.15.319.
    """
    linear = Linear(
        u=(as_parameter("r", r) - 1, -2.0, -1.0), stencil=stencil, boundary=boundary
    )
    return swift_hohenberg_kinetics(g=g) + linear
