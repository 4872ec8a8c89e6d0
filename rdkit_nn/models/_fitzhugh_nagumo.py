"""FitzHugh-Nagumo: excitation and recovery, in the three forms of the literature."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def fitzhugh_nagumo_kinetics(u, v, *, epsilon, a0, a1):
    """A cubic activator and a linear inhibitor (Hagberg & Meron)."""
    return u - u**3 - v, epsilon * (u - a1 * v - a0)


def fitzhugh_nagumo(
    *,
    epsilon: float = 0.5,
    a0: float = -0.1,
    a1: float = 1.0,
    Du: float = 1.0,
    Dv: float = 20.0,
    boundary: Mapping | None = None,
) -> Term:
    """The FitzHugh-Nagumo model of Hagberg and Meron.

        du/dt = u - u³ - v           + Du ∇²u
        dv/dt = ε (u - a₁ v - a₀)    + Dv ∇²v

    The defaults are Turing-unstable, with a wavelength of 17.44. At ε = 0.05, a₁ = 2,
    Dv = 4 fronts fold into a labyrinth: the state is unstable at k = 0, and that is *not*
    Turing's. At a₀ = 0, a₁ = 1/2, ε = 4 the threshold is Dv / Du = 6 + 4√2.

    Elsewhere: The labyrinth's numbers (ε = 0.05, a1 = 2, Dv = 4) are of Hagberg &
    Meron, arXiv:patt-sol/9401002.

    Args:
        epsilon: Speed of the inhibitor.
        a0: Offset of its nullcline.
        a1: Slope of its nullcline.
        Du: Diffusivity of `u`, length² / time.
        Dv: Diffusivity of `v`, length² / time.
        boundary: Conditions by species where they differ from the grid's; see `Linear`.

    Returns:
        A term that moves `u` and `v`.

    Source:
        Hagberg & Meron, Nonlinearity 7 (1994) 805, doi:10.1088/0951-7715/7/3/006.
    """
    kinetics = fitzhugh_nagumo_kinetics(epsilon=epsilon, a0=a0, a1=a1)
    return kinetics + Diffusion(u=Du, v=Dv, boundary=boundary)


@reaction
def fitzhugh_kinetics(v, w, *, current, a, b, epsilon):
    """A membrane that fires, and recovers (The usual form)."""
    return v - v**3 / 3 - w + current, epsilon * (v + a - b * w)


def fitzhugh(
    *,
    current: float = 0.0,
    a: float = 0.7,
    b: float = 0.8,
    epsilon: float = 0.08,
    Dv: float = 1.0,
    Dw: float = 0.0,
    boundary: Mapping | None = None,
) -> Term:
    """FitzHugh's own form: a membrane that fires when it is pushed far enough.

        dv/dt = v - v³/3 - w + I   + Dv ∇²v
        dw/dt = ε (v + a - b w)    + Dw ∇²w

    Elsewhere: The usual form; in FitzHugh's own letters v = -x, w = y, ε = 1/c², and
    time runs c times faster.

    Args:
        current: I, applied current.
        a: Offset of recovery.
        b: Slope of recovery.
        epsilon: Speed of recovery (FitzHugh's 1/c²; Nagumo's form has other signs).
        Dv: Diffusivity of `v`.
        Dw: Diffusivity of `w`.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `v` and `w`.

    Source:
        FitzHugh, Biophys. J. 1 (1961) 445, doi:10.1016/S0006-3495(61)86902-6; Nagumo,
        Arimoto & Yoshizawa, Proc. IRE 50 (1962) 2061, doi:10.1109/JRPROC.1962.288235.
    """
    kinetics = fitzhugh_kinetics(current=current, a=a, b=b, epsilon=epsilon)
    return kinetics + Diffusion(v=Dv, w=Dw, boundary=boundary)


@reaction
def excitable_kinetics(v, w, *, a, gamma, epsilon):
    """Threshold a between rest at 0 and firing at 1."""
    return v * (v - a) * (1 - v) - w, epsilon * (gamma * v - w)


def excitable(
    *,
    a: float = 0.1,
    gamma: float = 0.5,
    epsilon: float = 0.01,
    Dv: float = 1.0,
    boundary: Mapping | None = None,
) -> Term:
    """The excitable form: rest at 0, a threshold a, firing at 1.

        dv/dt = v (v - a) (1 - v) - w + Dv ∇²v
        dw/dt = ε (γ v - w)

    Elsewhere: Others put γ before w: ε (v - γ w).

    Args:
        a: Threshold, 0 to 1.
        gamma: Strength of recovery.
        epsilon: Its speed.
        Dv: Diffusivity of `v`.
        boundary: Conditions by species; see `Linear`.

    Returns:
        A term that moves `v` and `w`.

    Source:
        Nagumo, Arimoto & Yoshizawa, Proc. IRE 50 (1962) 2061,
        doi:10.1109/JRPROC.1962.288235; the form of Rogers & McCulloch, IEEE Trans. Biomed.
        Eng. 41 (1994) 743, doi:10.1109/10.310090, has v w in the place of w.
    """
    kinetics = excitable_kinetics(a=a, gamma=gamma, epsilon=epsilon)
    return kinetics + Diffusion(v=Dv, boundary=boundary)
