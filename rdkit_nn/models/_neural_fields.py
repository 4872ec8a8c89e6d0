"""Neural fields: lateral inhibition is activator and inhibitor by other means."""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from ..core.functions import exp
from ..terms import Convolution, Term, reaction


@dataclass(frozen=True)
class Gaussians:
    """A sum of Gaussians of distance, each with its integral over space.

        K(r) = Σ A (2π σ²)^(-d/2) e^{-r²/(2σ²)},    its transform Σ A e^{-σ² k²/2}

    Args:
        strengths: A of each.
        widths: σ of each.
        dims: d of space.
    """

    strengths: tuple[float, ...]
    widths: tuple[float, ...]
    dims: int = 2

    def __call__(self, r: np.ndarray) -> np.ndarray:
        """Value at distances."""
        parts = (
            A / (sqrt(2 * pi) * s) ** self.dims * np.exp(-((r / s) ** 2) / 2)
            for A, s in zip(self.strengths, self.widths)
        )
        return sum(parts, start=np.zeros(np.shape(r)))


@reaction
def leak(u, *, tau, current):
    """Back to rest, with an input."""
    return (current - u) / tau


@reaction
def firing(u, *, tau, gain, threshold):
    """A logistic rate."""
    return 1 / (1 + exp(-gain * (u - threshold))) / tau


def amari(
    *,
    kernel: Callable | None = None,
    gain: float = 1.0,
    threshold: float = 0.0,
    current: float = -1.0,
    tau: float = 1.0,
) -> Term:
    """Amari's neural field.

        τ du/dt = -u + ∫ K(|x - y|) f(u(y)) dy + I
        f(u) = 1 / (1 + e^{-gain (u - threshold)})

    Upon a uniform state a wave grows at (-1 + f' K̂(k)) / τ: excitation nearby and
    inhibition farther off break it as activator and inhibitor do. The default kernel has
    K̂ = 20 e^{-k²/2} - 18 e^{-1.28 k²}, and a wavelength of 6.08; the default input holds
    u = 0 at rest, where f is steepest.

    Elsewhere: Amari's own f is a step (gain → ∞), and his resting level h is this I.
    Others give the heights of the Gaussians, not their integrals.

    Args:
        kernel: K, a function of distance; default the difference of two Gaussians above.
        gain: Steepness of f.
        threshold: Where f is 1/2.
        current: I.
        tau: τ.

    Returns:
        A term that moves `u`.

    Source:
        Amari, Biol. Cybern. 27 (1977) 77, doi:10.1007/BF00337259.
    """
    kernel = Gaussians((20.0, -18.0), (1.0, 1.6)) if kernel is None else kernel
    rate = firing(tau=tau, gain=gain, threshold=threshold)
    return leak(tau=tau, current=current) + Convolution(rate, u=kernel)
