"""The scalar set-up of the paper, and what it proves: Lemmas 1-4, Theorems 1 and 2.

    z = vᵀσ(U x) / √m,  v_j = ±1 fixed,  L_aug = ½ Σ (z_p - y_p)² - Σ g(z_p)      (6)-(8)

Everything is computed from the arrays of one state, at its own time, which counts as t = 0;
each bound comes with its hypotheses. Where the paper slips the right form stands here, and
the docstring names the slip. All of them are *upper* bounds: that a bound grows does not
show that anything grows.
"""

from __future__ import annotations

from functools import cached_property
from math import log, pi, sqrt
from typing import Any

import numpy as np
import xarray as xr

from ..generator import output, rows, slope
from ..task import Task
from .bound import Bound
from .gram import extremes, gram, gram_infinite


class Scalar:
    """Constants and bounds of the scalar set-up.

    Args:
        state: Weights `U`, `V` (one output, ±1) and, for an adversary, `W` and `a`.
        task: Inputs of unit length and one target each.
        delta: Probability with which a bound may fail, 0 to 1.
        frozen: Whether the critic stays as it was drawn. Hoeffding's inequality needs `a`
            independent of `w`, which training ends.

    Raises:
        ValueError: If there is more than one output, or `delta` is no probability.
    """

    def __init__(
        self, state: xr.Dataset, task: Task, delta: float = 0.05, frozen: bool = True
    ):
        if task.sizes["output"] != 1 or state["V"].shape[0] != 1:
            raise ValueError(
                f"The scalar set-up has one output, but the task has "
                f"{task.sizes['output']}. See `tangent_kernel` for vectors."
            )
        if not 0 < delta < 1:
            raise ValueError(f"`delta` is a probability between 0 and 1: {delta}.")
        self.task, self.delta, self.frozen = task, float(delta), bool(frozen)
        self.U = rows(state["U"].values).astype(float)
        self.v = state["V"].values[0].astype(float)
        self.critic = None
        if "W" in state and "a" in state:
            self.critic = (
                state["W"].values.astype(float),
                state["a"].values.astype(float),
            )

    @cached_property
    def n(self) -> int:
        """Number of samples."""
        return self.task.sizes["sample"]

    @cached_property
    def m(self) -> int:
        """Number of hidden neurons."""
        return len(self.U)

    @cached_property
    def predictions(self) -> np.ndarray:
        """z, one for each sample."""
        X, _ = self.task.arrays(self.U)
        return output(self.U, self.v[None], X)[:, 0]

    @cached_property
    def misfit(self) -> float:
        """‖z - y‖₂ of this state."""
        return float(np.linalg.norm(self.predictions - self.task.targets.values[:, 0]))

    @cached_property
    def spectrum(self) -> dict[str, float]:
        """The λ₀, λ₁∞, κ∞ = λ₁∞/λ₀, λ₁ = 2 λ₁∞ + λ₀, κ = λ₁/λ₀ of Assumption 1, Lemma 4."""
        low, high = extremes(gram_infinite(self.task))
        low = max(low, 0.0)
        ratio = high / low if low > 0 else np.inf
        told = {"lambda_0": low, "lambda_1_infinite": high, "kappa_infinite": ratio}
        return told | {"lambda_1": 2 * high + low, "kappa": 2 * ratio + 1}

    @cached_property
    def mu(self) -> float:
        """μ = L n √(2 log(4/δ)) / √m_c, with L = ‖w‖₂: bound on ‖∇g‖; 0 without a critic.

        The paper has log(2/δ). The slope at z is a sum over the critic's units that are
        active there, S₊ or S₋: Hoeffding holds for each, and both at once cost log(4/δ).
        """
        if self.critic is None:
            return 0.0
        W, a = self.critic
        width = float(np.linalg.norm(W))
        return width * self.n * sqrt(2 * log(4 / self.delta)) / sqrt(len(a))

    @cached_property
    def slopes(self) -> np.ndarray:
        """g'(z_p) of the critic at the predictions."""
        if self.critic is None:
            return np.zeros(self.n)
        W, a = self.critic
        return slope(W, a, self.predictions[:, None])[:, 0]

    @cached_property
    def hypotheses(self) -> dict[str, bool | None]:
        """What the theorems about supervision need, and whether it holds here."""
        X, _ = self.task.arrays(self.U)
        length = np.linalg.norm(X, axis=1)
        low = extremes(gram(self.U, X))[0]
        least = self.spectrum["lambda_0"]
        tiny = 1e-12 * self.spectrum["lambda_1_infinite"]
        return {
            "‖x_p‖ = 1": bool(np.allclose(length, 1, rtol=0, atol=1e-9)),
            "v_j = ±1": bool((np.abs(self.v) == 1).all()),
            "λ₀ > 0 (Assumption 1)": bool(least > tiny),
            "λ_min(H) ≥ λ₀/2 at the start": bool(low >= least / 2),
            "λ_min(H(s)) ≥ λ₀/2 for all s ≤ t": None if low >= least / 2 else False,
            "gradient flow of the first layer": None,
        }

    @cached_property
    def hypotheses_of_the_game(self) -> dict[str, bool | None]:
        """What the theorems about the adversary need besides."""
        told = dict(self.hypotheses)
        if self.critic is None:
            return told
        _, a = self.critic
        near = extremes(gram(self.U, self.task))[1] <= self.spectrum["lambda_1"] / 2
        told["λ_max(H) ≤ λ₁/2 at the start (Lemma 4)"] = bool(near)
        told["a_r = ±1"] = bool((np.abs(a) == 1).all())
        told["a independent of w"] = None if self.frozen else False
        return told

    def within(self, t: Any) -> Bound:
        """‖z(t) - y‖ ≤ e^{-λ₀ t/2} ‖z(0) - y‖ under supervision (Remark 3)."""
        value = np.exp(-self.spectrum["lambda_0"] * np.asarray(t) / 2) * self.misfit
        return Bound("‖z(t) - y‖", value, self.hypotheses, "Rout (2021), Remark 3")

    def within_game(self, t: Any) -> Bound:
        """‖z(t) - y‖ ≤ (‖z(0) - y‖ - κμ) e^{-λ₀ t/2} + κμ against the critic, eq. (17).

        Informative only where κμ < ‖z(0) - y‖, which is a hypothesis here.
        """
        floor = self.spectrum["kappa"] * self.mu
        decay = np.exp(-self.spectrum["lambda_0"] * np.asarray(t) / 2)
        told = self.hypotheses_of_the_game | {"κμ < ‖z(0) - y‖": floor < self.misfit}
        value = (self.misfit - floor) * decay + floor
        return Bound("‖z(t) - y‖", value, told, "Rout (2021), eq. (17)")

    def reaction(self, t: Any) -> Bound:
        """‖R_j^u(t)‖₂ ≤ √(n/m) · (17), eq. (18), (20), (24), all at the same time."""
        inner = self.within_game(t)
        value = sqrt(self.n / self.m) * inner.value
        source = (
            "Rout (2021), eq. (18), (24), with the exponential at the time asked for"
        )
        return Bound("‖R_j^u(t)‖₂", value, inner.hypotheses, source)

    def diffusion(self) -> Bound:
        """‖D_j^u‖₂ ≤ μ/√m, eq. (23), (25), for each neuron.

        The paper bounds the sum over the active units by that over all, which is false;
        see `mu`.
        """
        told = {
            k: v
            for k, v in self.hypotheses_of_the_game.items()
            if k in ("‖x_p‖ = 1", "v_j = ±1", "a_r = ±1", "a independent of w")
        }
        source = "Rout (2021), eq. (25), with log(4/δ)"
        return Bound("‖D_j^u‖₂", self.mu / sqrt(self.m), told, source)

    def displacement(self, t: Any) -> Bound:
        """‖u_j(t) - u_j(0)‖₂, Theorem 1 and eq. (26).

            ≤ 2√n (‖z(0)-y‖ - κμ) (1 - e^{-λ₀ t/2}) / (√m λ₀) + μ (1 + κ√n) t / √m

        Without a critic μ = 0: Theorem 1, and the bound converges.
        """
        low, kappa = self.spectrum["lambda_0"], self.spectrum["kappa"]
        game = self.mu > 0
        floor = kappa * self.mu if game else 0.0
        times = np.asarray(t, dtype=float)
        with np.errstate(all="ignore"):
            value: Any = 2 * sqrt(self.n) * (self.misfit - floor) / (sqrt(self.m) * low)
            value = value * (1 - np.exp(-low * times / 2))
            if game:
                value = value + self.mu * (1 + kappa * sqrt(self.n)) * times / sqrt(
                    self.m
                )
        told = self.within_game(t).hypotheses if game else self.hypotheses
        source = (
            "Rout (2021), Theorem 2, eq. (26)" if game else "Rout (2021), Theorem 1"
        )
        return Bound("‖u_j(t) - u_j(0)‖₂", value, told, source)

    def ball(self) -> Bound:
        """R = √(2π) δ λ₀ / (16 n²): no neuron may move further, Remark 1.

        While ‖u_j - u_j(0)‖₂ ≤ R for all j, ‖H - H(0)‖₂ ≤ λ₀/4. The paper leaves the
        constant c of R = c δ λ₀/n² open. Ours: a unit input's sign changes for a
        Gaussian neuron with probability at most 2R/√(2π), so E Σ_pq |H - H(0)|_pq is at
        most 4 n² R/√(2π), and Markov's inequality gives c = √(2π)/16.

        `theory.switched` gives what the neurons of this draw can do, without chance.
        """
        value = sqrt(2 * pi) / 16 * self.delta * self.spectrum["lambda_0"] / self.n**2
        told: dict[str, bool | None] = {
            k: v
            for k, v in self.hypotheses.items()
            if k in ("‖x_p‖ = 1", "λ₀ > 0 (Assumption 1)")
        }
        told["u_jk ~ N(0, 1), independent"] = None
        source = "Rout (2021), Remark 1; Du et al. (2018), arXiv:1810.02054, Lemma 3.2"
        return Bound("‖u_j - u_j(0)‖₂ that H survives", value, told, source)

    def start(self) -> Bound:
        """‖U(0)‖_F ≤ √(m d_in)/δ for Gaussian U, Lemma 1.

        As printed, 2 √(m d_in)/(√(2π) δ), by Markov's inequality entry by entry and then
        for all entries at once: false for δ > 2/√(2π) = 0.798, where it lies below the
        usual length √(m d_in). This is Markov's inequality for the norm itself.
        """
        value = sqrt(self.U.size) / self.delta
        told: dict[str, bool | None] = {"u_jk ~ N(0, 1), independent": None}
        return Bound("‖U(0)‖_F", value, told, "Rout (2021), Lemma 1, corrected")

    def time_to(self, epsilon: float) -> Bound:
        """T₀ = (2/λ₀) log((‖z(0)-y‖ - κμ)/(ε - κμ)), the time to ‖z - y‖ ≤ ε."""
        low, floor = self.spectrum["lambda_0"], self.spectrum["kappa"] * self.mu
        fits = floor < epsilon < self.misfit
        value = (
            2 / low * log((self.misfit - floor) / (epsilon - floor)) if fits else np.nan
        )
        told = self.hypotheses_of_the_game | {"κμ < ε < ‖z(0) - y‖": bool(fits)}
        return Bound("time to ‖z - y‖ ≤ ε", value, told, "Rout (2021), Theorem 2")

    def breakdown(self, epsilon: float) -> Bound:
        """Width m above which the ball of Remark 1 survives up to T₀, eq. (W 47).

            (n^{7/2}/(λ₀² δ²) + n² μ (1 + κ√n) T₀/(λ₀ δ))²,     and n⁷/(λ₀⁴ δ⁴) where μ = 0

        Up to the constant that the paper leaves open, which is 1 here.
        """
        low, kappa = self.spectrum["lambda_0"], self.spectrum["kappa"]
        n, time = self.n, self.time_to(epsilon)
        base = n**3.5 / (low * self.delta) ** 2
        more = 0.0
        if self.mu > 0:
            more = (
                n**2 * self.mu * (1 + kappa * sqrt(n)) * time.value / (low * self.delta)
            )
        told = time.hypotheses if self.mu > 0 else self.hypotheses
        source = "Rout (2021), Theorem 2 (W 47), with constant 1"
        return Bound("width of breakdown", (base + more) ** 2, told, source)
