"""The two-layer network's step: analytic gradients in preallocated arrays.

With M = 1{X Uᵀ > 0}, S = σ(X Uᵀ), c = 1/√(d_out m) and Z = c S Vᵀ, the descent of
L_sup - weight · L_adv is one pull of a force F = (Y - Z) + weight · ∇g(Z),

    dU/dt = c ((F V) * M)ᵀ X,      dV/dt = c Fᵀ S,

samples as rows. Numpy alone; held to automatic differentiation by the twins.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from ..arrays import Values, is_tensor
from ..dynamics import START, Clock, Origin
from ..grid import Grid
from ..methods import Alternating, Euler, Method
from ..neural.losses import Adversarial, Critic, Supervised
from ..terms import Term, parts
from .base import Kernel


def kernel(
    term: Term, method: Method, grid: Grid, values: Values, device: str
) -> Kernel | None:
    """Know sums of the house's losses on one task, by descent or in turns."""
    told = parts(term)
    kinds = [type(part) for part in told]
    if type(method) not in (Euler, Alternating) or len(set(kinds)) < len(kinds):
        return None
    if not set(kinds) <= {Supervised, Adversarial, Critic}:
        return None
    task = told[0].task  # type: ignore[attr-defined]
    if any(part.task != task for part in told[1:]):  # type: ignore[attr-defined]
        return None
    if not all(isinstance(getattr(part, "weight", 1.0), float) for part in told):
        return None  # a weight that changes in time
    if any(is_tensor(values[name]) for name in term.inputs):
        return None

    def run(values: Values, steps: range, origin: Origin = START) -> Values:
        net = _Net(told, values)
        turns = method.groups if isinstance(method, Alternating) else (term.variables,)
        with np.errstate(all="ignore"):  # what breaks is told once, by the run
            for step in steps:
                for stage, group in enumerate(turns):
                    net.move(
                        group, method, Clock(step, method.dt, stage, origin=origin)
                    )
        return {**values, **net.weights()}

    return Kernel("dense", run)


class _Net:
    """Weights and work arrays of one network.

    A step of the generator allocates nothing; one of the critic, a few arrays of the size
    of the predictions.
    """

    def __init__(self, told: tuple[Term, ...], values: Values):
        self.supervised = next((t for t in told if type(t) is Supervised), None)
        self.adversarial = next((t for t in told if type(t) is Adversarial), None)
        self.critic = next((t for t in told if type(t) is Critic), None)
        names = dict.fromkeys(name for t in told for name in t.inputs)
        self.w = {name: np.array(values[name], order="C") for name in names}
        self.shape = self.w["U"].shape
        self.w["U"] = U = self.w["U"].reshape(self.shape[0], -1)
        self.X, self.Y = told[0].task.arrays(U)  # type: ignore[attr-defined]
        (n, d), (o, m) = self.X.shape, self.w["V"].shape
        kind = U.dtype
        self.c = 1 / sqrt(o * m)
        self.S, self.back = np.empty((n, m), kind), np.empty((n, m), kind)
        self.on = np.empty((n, m), bool)
        self.Z, self.force = np.empty((n, o), kind), np.empty((n, o), kind)
        self.grow = {"U": np.empty((m, d), kind), "V": np.empty((o, m), kind)}
        self.fresh = False  # whether S and Z belong to the present U and V
        if "W" in self.w:
            c = len(self.w["a"])
            self.grow |= {"W": np.empty((c, o), kind), "a": np.empty(c, kind)}
            self.h, self.k = np.empty((n, c), kind), np.empty((n, c), bool)
            self.ka, self.slope = np.empty((n, c), kind), np.empty((n, o), kind)

    def weights(self) -> dict[str, np.ndarray]:
        """Weights in the shapes that they came in."""
        return {**self.w, "U": self.w["U"].reshape(self.shape)}

    def move(self, group: tuple[str, ...], method: Method, clock: Clock) -> None:
        """Move the variables of one group together."""
        self._forward()
        if "U" in group or "V" in group:
            self._pull(group)
        if self.critic is not None and ("W" in group or "a" in group):
            self._descend_critic(clock)
        for name in group:
            self.grow[name] *= clock.dt * method.speed(name)
            self.w[name] += self.grow[name]
        if "U" in group or "V" in group:
            self.fresh = False

    def _forward(self) -> None:
        if self.fresh:
            return
        np.matmul(self.X, self.w["U"].T, out=self.S)
        np.greater(self.S, 0, out=self.on)
        np.maximum(self.S, 0, out=self.S)
        np.matmul(self.S, self.w["V"].T, out=self.Z)
        self.Z *= self.c
        self.fresh = True

    def _pull(self, group: tuple[str, ...]) -> None:
        for name in ("U", "V"):
            if name not in group:
                continue
            self._force(name)
            if name == "U":
                np.matmul(self.force, self.w["V"], out=self.back)
                self.back *= self.on
                np.matmul(self.back.T, self.X, out=self.grow["U"])
            else:
                np.matmul(self.force.T, self.S, out=self.grow["V"])
            self.grow[name] *= self.c

    def _force(self, name: str) -> None:
        """Sum what pulls at the predictions: the error, the critic's gradient."""
        told = self.supervised
        if told is not None and name in told.descends:  # type: ignore[attr-defined]
            np.subtract(self.Y, self.Z, out=self.force)
        else:
            self.force[:] = 0
        game: Any = self.adversarial
        # At weight 0 the game is supervision, bit for bit: the critic is not asked.
        if game is not None and name in game.descends and game.weight != 0:
            self._gradient(self.Z)
            if game.weight != 1:
                self.slope *= game.weight
            self.force += self.slope

    def _gradient(self, q: np.ndarray) -> None:
        """Gradient of the critic at q, into `slope`; its active units, into `k`, `ka`."""
        np.matmul(q, self.w["W"].T, out=self.h)
        np.greater(self.h, 0, out=self.k)
        np.multiply(self.k, self.w["a"], out=self.ka)
        np.matmul(self.ka, self.w["W"], out=self.slope)
        self.slope *= 1 / sqrt(len(self.w["a"]))

    def _descend_critic(self, clock: Clock) -> None:
        """Minus the gradient of the critic's loss, into `grow`."""
        told: Any = self.critic
        n, s = len(self.X), 1 / sqrt(len(self.w["a"]))
        gW, ga, W = self.grow["W"], self.grow["a"], self.w["W"]
        e = told.shares(clock).astype(W.dtype)
        self._gradient(e * self.Y + (1 - e) * self.Z)
        norm = np.sqrt((self.slope * self.slope).sum(axis=1, keepdims=True))
        alive = norm > 0  # a dead critic has no penalty
        pull = np.where(alive, 1 - 1 / np.where(alive, norm, 1), 0)
        Q = self.slope * (pull * (2 * told.penalty / n))
        np.matmul(self.ka.T, Q, out=gW)
        np.matmul(Q, W.T, out=self.h)
        self.h *= self.k
        self.h.sum(axis=0, out=ga)
        for sign, q in ((1, self.Z), (-1, self.Y)):
            np.matmul(q, W.T, out=self.h)
            np.greater(self.h, 0, out=self.k)
            np.maximum(self.h, 0, out=self.h)
            np.multiply(self.k, self.w["a"], out=self.ka)
            gW += sign / n * (self.ka.T @ q)
            ga += sign / n * self.h.sum(axis=0)
        gW *= -s
        ga *= -s
