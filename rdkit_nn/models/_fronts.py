"""One species and its fronts: Fisher-KPP, Nagumo, Allen-Cahn."""

from collections.abc import Mapping

from ..terms import Diffusion, Term, reaction


@reaction
def fisher_kpp_kinetics(u, *, r):
    """Logistic growth."""
    return r * u * (1 - u)


def fisher_kpp(
    *, r: float = 1.0, D: float = 1.0, boundary: Mapping | None = None
) -> Term:
    """The Fisher-KPP equation: a front into empty space, of speed 2 √(r D).

        du/dt = r u (1 - u) + D ∇²u

    Args:
        r: Growth rate, 1 / time.
        D: Diffusivity, length² / time.
        boundary: Conditions; see `Linear`.

    Returns:
        A term that moves `u`.

    Source:
        Fisher, Ann. Eugen. 7 (1937) 355, doi:10.1111/j.1469-1809.1937.tb02153.x.
    """
    return fisher_kpp_kinetics(r=r) + Diffusion(u=D, boundary=boundary)


@reaction
def nagumo_kinetics(u, *, a):
    """Two stable states, and a threshold a between them."""
    return u * (1 - u) * (u - a)


def nagumo(*, a: float = 0.25, D: float = 1.0, boundary: Mapping | None = None) -> Term:
    """The Nagumo (Schlögl) equation: a front of speed √(D/2) (1 - 2 a).

        du/dt = u (1 - u) (u - a) + D ∇²u

    Elsewhere: Some call the symmetric u - u³, here `allen_cahn`, Schlögl's.

    Args:
        a: Threshold, 0 to 1.
        D: Diffusivity, length² / time.
        boundary: Conditions; see `Linear`.

    Returns:
        A term that moves `u`.

    Source:
        Nagumo, Arimoto & Yoshizawa, Proc. IRE 50 (1962) 2061,
        doi:10.1109/JRPROC.1962.288235; Schlögl, Z. Phys. 253 (1972) 147,
        doi:10.1007/BF01379769.
    """
    return nagumo_kinetics(a=a) + Diffusion(u=D, boundary=boundary)


@reaction
def allen_cahn_kinetics(u, *, epsilon):
    """A symmetric double well."""
    return (u - u**3) / epsilon**2


def allen_cahn(
    *, epsilon: float = 1.0, D: float = 1.0, boundary: Mapping | None = None
) -> Term:
    """The Allen-Cahn equation: walls between two phases move by their curvature.

        du/dt = (u - u³) / ε² + D ∇²u

    Elsewhere: Others write ε² ∇²u + u - u³: the same, in a time 1/ε² as long.

    Args:
        epsilon: Width of a wall, in √D.
        D: Diffusivity, length² / time.
        boundary: Conditions of the box; see `Linear`.

    Returns:
        A term that moves `u`.

    Source:
        Allen & Cahn, Acta Metall. 27 (1979) 1085, doi:10.1016/0001-6160(79)90196-2.
    """
    return allen_cahn_kinetics(epsilon=epsilon) + Diffusion(u=D, boundary=boundary)
