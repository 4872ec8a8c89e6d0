"""Thomas: uric acid and oxygen on a membrane that holds the enzyme uricase."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def thomas_kinetics(u, v, *, a, b, alpha, rho, K):
    """Supply of both, and their reaction with inhibition by the substrate."""
    h = rho * u * v / (1 + u + K * u * u)
    return a - u - h, alpha * (b - v) - h


def thomas(
    *,
    a: float = 150.0,
    b: float = 100.0,
    alpha: float = 1.5,
    rho: float = 13.0,
    K: float = 0.05,
    d: float = 30.0,
    boundary: Mapping | None = None,
) -> Term:
    """The Thomas model.

        du/dt = a - u - h(u, v)        + ∇²u
        dv/dt = α (b - v) - h(u, v)    + d ∇²v,    h = ρ u v / (1 + u + K u²)

    The threshold is d = 27.02. (d = 27, often quoted, is just below it.)

    Elsewhere: Another set in use is a = 92, b = 64, ρ = 18.5, K = 0.1, whose threshold
    is d = 9.63.

    Args:
        a: Supply of the substrate.
        b: Supply of oxygen.
        alpha: Its exchange.
        rho: Rate of the reaction.
        K: Inhibition by the substrate.
        d: Ratio of the diffusivities.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Thomas (1975), in Murray, *Mathematical Biology II* (2003), doi:10.1007/b98869.
    """
    kinetics = thomas_kinetics(a=a, b=b, alpha=alpha, rho=rho, K=K)
    return kinetics + Diffusion(u=1.0, v=d, boundary=boundary)
