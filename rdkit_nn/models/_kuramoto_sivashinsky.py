"""Kuramoto-Sivashinsky: flames and films that never come to rest."""

from collections.abc import Mapping

from ..terms import Flux, Linear, SquaredGradient, Term, reaction


@reaction
def burgers_flux(u):
    """A wave that carries itself."""
    return u * u / 2


def kuramoto_sivashinsky(
    *,
    conservative: bool = False,
    scheme: str = "central",
    stencil: str = "5-point",
    boundary: Mapping | None = None,
) -> Term:
    """The Kuramoto-Sivashinsky equation.

        du/dt = -∇²u - ∇⁴u - ½ |∇u|²              height of a front, any dimension
        du/dt = -∇²u - ∇⁴u - ∂(u²/2)/∂x           conservative: its slope, along x

    In one dimension the slope of the first obeys the second. Upon a uniform state a wave
    grows at k² - k⁴: fastest at k² = 1/2, a wavelength of 2π √2 = 8.89, at a rate of 1/4;
    what grows is chaos. The mean of the first sinks for ever, that of the second stays.
    Elsewhere: some leave out the ½ (another scale of u), some turn the sign of the
    square (u for -u), some add a damping -α u.

    Args:
        conservative: The second form.
        scheme: Of the slopes: `central`, or `spectral` on periodic axes.
        stencil: Of the Laplacian; see `Linear`.
        boundary: Conditions where they differ from the grid's; see `Linear`.

    Returns:
        A term that moves `u`.

    Source:
        Kuramoto & Tsuzuki, Prog. Theor. Phys. 55 (1976) 356, doi:10.1143/PTP.55.356;
        Sivashinsky, Acta Astronaut. 4 (1977) 1177, doi:10.1016/0094-5765(77)90096-0.
    """
    linear = Linear(u=(0.0, -1.0, -1.0), stencil=stencil, boundary=boundary)
    if conservative:
        along = {"u": "x"}
        return linear + Flux(
            burgers_flux(), along=along, scheme=scheme, boundary=boundary
        )
    return linear + SquaredGradient(u=-0.5, scheme=scheme, boundary=boundary)
