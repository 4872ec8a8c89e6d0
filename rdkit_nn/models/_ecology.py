"""Who eats whom: predators, competitors, and plants that wait for water."""

from collections.abc import Mapping

from ..core.parameters import as_parameter
from ..terms import Advection, Diffusion, Term, reaction


@reaction
def lotka_volterra_kinetics(prey, predator, *, alpha, beta, delta, gamma):
    """Prey grows and is eaten; the predator eats and dies."""
    met = prey * predator
    return alpha * prey - beta * met, delta * met - gamma * predator


def lotka_volterra(
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    delta: float = 1.0,
    gamma: float = 1.0,
    Dprey: float = 1.0,
    Dpredator: float = 1.0,
    boundary: Mapping | None = None,
) -> Term:
    """Lotka-Volterra with diffusion: neutral cycles, phase waves, no Turing instability.

        d prey / dt = α prey - β prey predator         + D₁ ∇² prey
        d predator / dt = δ prey predator - γ predator + D₂ ∇² predator

    The steady state (γ/δ, α/β) is a centre of frequency √(α γ).

    Args:
        alpha: Growth of the prey.
        beta: How much of it is eaten.
        delta: What the predator makes of it.
        gamma: Death of the predator.
        Dprey: Diffusivity of `prey`, length² / time.
        Dpredator: Diffusivity of `predator`, length² / time.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `prey` and `predator`.

    Source:
        Lotka, Proc. Natl. Acad. Sci. 6 (1920) 410, doi:10.1073/pnas.6.7.410.
    """
    kinetics = lotka_volterra_kinetics(alpha=alpha, beta=beta, delta=delta, gamma=gamma)
    return kinetics + Diffusion(prey=Dprey, predator=Dpredator, boundary=boundary)


@reaction
def rosenzweig_macarthur_kinetics(prey, predator, *, h, k, m):
    """Prey that fills its space, a predator that is sated."""
    eaten = prey * predator / (prey + h)
    return prey * (1 - prey) - eaten, k * eaten - m * predator


def rosenzweig_macarthur(
    *,
    h: float = 0.5,
    k: float = 5.0,
    m: float = 0.3,
    Dprey: float = 1.0,
    Dpredator: float = 1.0,
    boundary: Mapping | None = None,
) -> Term:
    """Rosenzweig-MacArthur with diffusion: oscillation by itself, spirals, chaos.

        d prey / dt = prey (1 - prey) - prey predator / (prey + h)  + D₁ ∇² prey
        d predator / dt = k prey predator / (prey + h) - m predator + D₂ ∇² predator

    Prey at rest is m h / (k - m).

    Elsewhere: The defaults are those of Ready.

    Args:
        h: Prey at which the predator is half sated.
        k: What the predator makes of it.
        m: Death of the predator.
        Dprey: Diffusivity of `prey`, length² / time.
        Dpredator: Diffusivity of `predator`, length² / time.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `prey` and `predator`.

    Source:
        Rosenzweig & MacArthur, Am. Nat. 97 (1963) 209, doi:10.1086/282272.
    """
    kinetics = rosenzweig_macarthur_kinetics(h=h, k=k, m=m)
    return kinetics + Diffusion(prey=Dprey, predator=Dpredator, boundary=boundary)


@reaction
def cyclic_competition_kinetics(u, v, w, *, a, b):
    """Each suffers from one more than from the other, in turn."""
    return (
        u * (1 - u - a * v - b * w),
        v * (1 - v - a * w - b * u),
        w * (1 - w - a * u - b * v),
    )


def cyclic_competition(
    *,
    a: float = 0.8,
    b: float = 1.9,
    Du: float = 2.0,
    Dv: float = 0.5,
    Dw: float = 0.5,
    boundary: Mapping | None = None,
) -> Term:
    """Rock, paper, scissors: three competitors in a cycle, and spirals in space.

        du/dt = u (1 - u - a v - b w) + Du ∇²u, and cyclic

    They coexist at u = v = w = 1 / (1 + a + b), unstable for a + b > 2.

    Args:
        a: Weaker competition.
        b: Stronger competition.
        Du: Diffusivity of `u`,
        Dv: of `v`,
        Dw: and of `w`.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `u`, `v` and `w`.

    Source:
        May & Leonard, SIAM J. Appl. Math. 29 (1975) 243, doi:10.1137/0129022.
    """
    kinetics = cyclic_competition_kinetics(a=a, b=b)
    return kinetics + Diffusion(u=Du, v=Dv, w=Dw, boundary=boundary)


@reaction
def klausmeier_kinetics(w, n, *, a, m):
    """Rain, evaporation, and plants that help each other to drink."""
    drunk = w * n * n
    return a - w - drunk, drunk - m * n


def klausmeier(
    *,
    a: float = 2.0,
    m: float = 0.54,
    V: float = 50.0,
    Dw: float = 1.0,
    Dn: float = 1.0,
    scheme: str = "upwind",
    boundary: Mapping | None = None,
) -> Term:
    """Klausmeier's plants on a slope: stripes that climb.

        dw/dt = a - w - w n² + V ∂w/∂x + Dw ∇²w
        dn/dt = w n² - m n             + Dn ∇²n

    Water flows downhill, towards falling x, with speed V. (Klausmeier has no Dw; without
    flow stripes need Dw far above Dn.)

    Elsewhere: Klausmeier's own flow downhill is V = 182.5, without diffusion of water;
    the defaults are VisualPDE's.

    Args:
        a: Rain.
        m: Loss of plants.
        V: Speed of the water.
        Dw: Diffusivity of water, length² / time.
        Dn: Spread of plants, length² / time.
        scheme: Of the flow; see `Advection`.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `w` and `n`.

    Source:
        Klausmeier, Science 284 (1999) 1826, doi:10.1126/science.284.5421.1826.
    """
    term = klausmeier_kinetics(a=a, m=m) + Diffusion(w=Dw, n=Dn, boundary=boundary)
    V = as_parameter("V", V)
    if V == 0:
        return term
    return term + Advection(w={"x": -V}, scheme=scheme, boundary=boundary)
