"""Bernoulli's equation, which the squared misfit obeys at worst."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def bernoulli(
    t: Any,
    initial: float,
    P: float | Callable[[float], float],
    Q: float | Callable[[float], float],
    power: float,
) -> np.ndarray:
    """Exact solution of x' = -P x + Q x^ν.

        x(t)^(1-ν) = e^{-(1-ν) I(t)} [x(0)^(1-ν) + (1-ν) ∫₀ᵗ Q(s) e^{(1-ν) I(s)} ds],
        I(t) = ∫₀ᵗ P(s) ds

    With constant P and Q, x(t) = [(x(0)^(1-ν) - Q/P) e^{-(1-ν) P t} + Q/P]^{1/(1-ν)}. Where
    the bracket falls below zero the solution has reached zero, and zero is returned: it is
    a solution from there on.

    Args:
        t: Times, not negative.
        initial: x(0), positive.
        P: A number, or a function of time.
        Q: A number, or a function of time.
        power: ν, neither 0 nor 1.

    Returns:
        x at each time.

    Raises:
        ValueError: If the start is not positive, a time negative, or ν is 0 or 1.

    Source:
        Bernoulli, Acta Eruditorum (1695); Rout (2021), eq. (16), (17), where
        ν = 1/2, P = λ₀, Q = λ₁ μ.
    """
    times = np.asarray(t, dtype=float)
    if not initial > 0 or (times < 0).any():
        raise ValueError(
            f"Bernoulli's equation is solved from a positive start (got {initial}) at "
            "times that are not negative."
        )
    if power in (0, 1):
        raise ValueError(f"With ν = {power} the equation is linear: solve it as such.")
    rest = 1 - power
    if callable(P) or callable(Q):
        bracket = _quadrature(times, initial, P, Q, rest)
    elif P == 0:
        bracket = initial**rest + rest * Q * times
    else:
        bracket = (initial**rest - Q / P) * np.exp(-rest * P * times) + Q / P
    return np.maximum(bracket, 0.0) ** (1 / rest)


def _quadrature(times: np.ndarray, initial: float, P: Any, Q: Any, rest: float) -> Any:
    """x^(1-ν) is linear: y' = (1-ν) (Q - P y), solved to 1e-12."""
    from scipy.integrate import solve_ivp

    p = P if callable(P) else lambda s: P
    q = Q if callable(Q) else lambda s: Q
    flat = np.unique(np.append(times.ravel(), 0.0))
    if len(flat) == 1:
        return np.full(times.shape, initial**rest)
    told = solve_ivp(
        lambda s, y: rest * (q(s) - p(s) * y),
        (0.0, flat[-1]),
        [initial**rest],
        method="DOP853",
        t_eval=flat,
        rtol=1e-12,
        atol=1e-14,
    )
    return told.y[0][np.searchsorted(flat, times)]
