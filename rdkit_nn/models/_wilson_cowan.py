"""Wilson-Cowan: populations of excitatory and inhibitory neurons."""

from ..core.functions import exp
from ..terms import Convolution, Driven, Term, reaction
from ._neural_fields import Gaussians


@reaction
def wilson_cowan_kinetics(
    E,
    I,  # noqa: E741  # the letter of the paper
    drive_e,
    drive_i,
    *,
    gain_e,
    gain_i,
    threshold_e,
    threshold_i,
    r,
    tau_e,
    tau_i,
    silent,
):
    """Back to rest; those that are not refractory fire as their drive says."""
    fired_e = 1 / (1 + exp(-gain_e * (drive_e - threshold_e)))
    fired_i = 1 / (1 + exp(-gain_i * (drive_i - threshold_i)))
    fired_e = fired_e - silent / (1 + exp(gain_e * threshold_e))
    fired_i = fired_i - silent / (1 + exp(gain_i * threshold_i))
    return {
        "E": (-E + (1 - r * E) * fired_e) / tau_e,
        "I": (-I + (1 - r * I) * fired_i) / tau_i,
    }


@reaction
def wilson_cowan_drive(E, I, *, excites, inhibits, current):  # noqa: E741
    """Weighted input of one population, in one place."""
    return {"E": excites * E - inhibits * I + current}


@reaction
def from_excitatory(E, *, weight, current):
    """What excitatory neurons send."""
    return weight * E + current


@reaction
def from_inhibitory(E, I, *, weight):  # noqa: E741
    """What inhibitory neurons send."""
    return {"E": -weight * I}


def wilson_cowan(
    *,
    ee: float = 16.0,
    ei: float = 12.0,
    ie: float = 15.0,
    ii: float = 3.0,
    P: float = 1.25,
    Q: float = 0.0,
    gain_e: float = 1.3,
    gain_i: float = 2.0,
    threshold_e: float = 4.0,
    threshold_i: float = 3.7,
    r: float = 1.0,
    tau_e: float = 1.0,
    tau_i: float = 1.0,
    silent: float = 1.0,
    widths: tuple[float, float] | None = None,
    dims: int = 2,
) -> Term:
    """The Wilson-Cowan equations.

        τe dE/dt = -E + (1 - r E) S(ee E - ei I + P; gain_e, threshold_e)
        τi dI/dt = -I + (1 - r I) S(ie E - ii I + Q; gain_i, threshold_i)
        S(x; a, θ) = 1 / (1 + e^{-a (x - θ)}) - silent / (1 + e^{a θ})

    With `widths` every E and I inside S is its convolution with a Gaussian: a neural field.
    At the defaults a place oscillates (the limit cycle of the paper's figure 11). With
    ee, ei, ie, ii = 12, 4, 13, 11, gains 1.2 and 1, thresholds 2.8 and 4 and P = 0 it has
    two stable states. Elsewhere: the paper subtracts S(0), so that silence is a state of
    rest, and so do BrainPy and The Virtual Brain; neurolib does not (`silent=0`). The order
    of the weights' letters differs, too.

    Args:
        ee: Weight from E to E,
        ei: from I to E,
        ie: from E to I,
        ii: from I to I.
        P: Input to E.
        Q: Input to I.
        gain_e: Steepness of S for E,
        gain_i: for I.
        threshold_e: Where S is steepest for E,
        threshold_i: for I.
        r: Refractory share.
        tau_e: Time constant of E.
        tau_i: Time constant of I.
        silent: 1: S(0) is subtracted; 0: it is not.
        widths: σ of the Gaussians of excitatory and of inhibitory connections; length.
        dims: Of space, for their normalisation.

    Returns:
        A term that moves `E` and `I`.

    Source:
        Wilson & Cowan, Biophys. J. 12 (1972) 1, doi:10.1016/S0006-3495(72)86068-5.
    """
    law = wilson_cowan_kinetics(
        gain_e=gain_e,
        gain_i=gain_i,
        threshold_e=threshold_e,
        threshold_i=threshold_i,
        r=r,
        tau_e=tau_e,
        tau_i=tau_i,
        silent=silent,
    )
    if widths is None:
        here = wilson_cowan_drive
        return Driven(
            law,
            drive_e=here(excites=ee, inhibits=ei, current=P),
            drive_i=here(excites=ie, inhibits=ii, current=Q),
        )
    near, far = (Gaussians((1.0,), (width,), dims) for width in widths)

    def drive(excites: float, inhibits: float, current: float) -> Term:
        # A constant is its own convolution: the Gaussian integrates to one.
        sent = Convolution(from_excitatory(weight=excites, current=current), E=near)
        return sent + Convolution(from_inhibitory(weight=inhibits), E=far)

    return Driven(law, drive_e=drive(ee, ei, P), drive_i=drive(ie, ii, Q))
