"""Cahn-Hilliard: a mixture that comes apart, and loses nothing."""

from collections.abc import Mapping

from ..core.parameters import as_parameter
from ..terms import Conserved, Linear, Term, reaction


@reaction
def double_well(c):
    """The cubic part of the chemical potential."""
    return c**3


def cahn_hilliard(
    *,
    kappa: float = 1.0,
    mobility: float = 1.0,
    stencil: str = "5-point",
    boundary: Mapping | None = None,
) -> Term:
    """The Cahn-Hilliard equation.

        dc/dt = M ∇²(c³ - c - κ ∇²c)

    The mean stays. Upon c = 0 a wave grows at M k² (1 - κ k²): fastest at k² = 1 / (2 κ), a
    wavelength of 2π √(2 κ). Domains coarsen like t^(1/3).

    Args:
        kappa: κ, energy of gradients.
        mobility: M.
        stencil: Of the Laplacian; see `Linear`.
        boundary: Conditions where they differ from the grid's; see `Linear`.

    Returns:
        A term that moves `c`.

    Source:
        Cahn & Hilliard, J. Chem. Phys. 28 (1958) 258, doi:10.1063/1.1744102.
    """
    well = Conserved(double_well(), mobility, stencil=stencil, boundary=boundary)
    M = as_parameter("mobility", mobility)
    linear = (0.0, -M, -M * as_parameter("kappa", kappa))
    return well + Linear(c=linear, stencil=stencil, boundary=boundary)
