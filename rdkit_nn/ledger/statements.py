"""What can be measured without the network of the pictures: theorems, slips, chemistry."""

from __future__ import annotations

from math import log, pi, sqrt
from typing import Any

import numpy as np

from .. import neural
from ..comparing.runs import Settings as Chemical
from ..comparing.runs import shaken
from ..core.random import generator
from ..flow import Flow
from ..methods import Euler
from ..neural import theory
from ..neural.data import Images
from ..neural.generator import rows
from ..simulation import simulate
from ..terms import rates


def scalar(
    images: Images, seed: int, *, samples: int, hidden: int, time: float
) -> dict[str, Any]:
    """The scalar set-up under supervision and against a frozen critic.

    One output, ±1 for odd and even; first layer trained, in double precision. The critic
    stands twice: as it is drawn, and scaled until κμ is half of ‖z(0) - y‖, so that (17)
    says something.
    """
    some = images.take(samples, seed=0)
    task = neural.Task(some.images, 2.0 * (some.labels % 2) - 1)
    drawn = neural.weights(task, hidden=hidden, critic=hidden, seed=seed)
    alone = neural.Supervised(task, ("U",))
    bare = drawn[["U", "V"]]
    told = _followed(bare, task, alone, time)
    before = theory.Scalar(drawn, task)
    floor = before.spectrum["kappa"] * before.mu
    told["floor_share"] = floor / before.misfit
    game = alone + neural.Adversarial(task, descends=("U",))
    scaled = drawn.assign(W=drawn.W * (0.5 * before.misfit / floor))
    told["drawn_within"] = _followed(drawn, task, game, time)["within"]
    against = _followed(scaled, task, game, time)
    told |= {f"game_{k}": against[k] for k in ("within", "displacement", "least")}
    epsilon = 0.75 * before.misfit
    told["breakdown"] = theory.Scalar(bare, task).breakdown(epsilon).value
    told["breakdown_game"] = theory.Scalar(scaled, task).breakdown(epsilon).value
    return {name: float(value) for name, value in told.items()}


def _followed(
    initial: Any, task: neural.Task, term: Any, time: float
) -> dict[str, Any]:
    """Largest shares of the bounds along a run, and the hypothesis they rest on."""
    bounds = theory.Scalar(initial, task)
    # A fifth of the longest stable step: close to the flow that the theorems speak of.
    dt = 0.2 / bounds.spectrum["lambda_1"]
    steps = max(20, round(time / dt / 20) * 20)
    run = simulate(Flow(term, Euler(dt)), initial, steps, steps // 20, progress=False)
    t = run.time.values
    Z = neural.predict(run, task).values[..., 0]
    misfit = np.linalg.norm(Z - task.targets.values[:, 0], axis=1)
    gone = np.sqrt(
        [
            ((rows(u) - rows(run.U.values[0])) ** 2).sum(axis=1).max()
            for u in run.U.values
        ]
    )
    within = bounds.within_game(t).value
    path = np.array([bounds.displacement(at).value for at in t])
    least = (
        min(theory.extremes(theory.gram(at, task))[0] for at in run.U.values)
        / bounds.spectrum["lambda_0"]
    )
    late = t >= t[-1] / 2
    rate = -np.polyfit(t[late], np.log(misfit[late]), 1)[0]
    return {
        "within": (misfit / within)[1:].max(),
        "displacement": (gone[1:] / path[1:]).max(),
        "least": least,
        "rate": rate / (bounds.spectrum["lambda_0"] / 2),
    }


def widths(
    images: Images, seed: int, *, widths: tuple[int, ...], samples: int
) -> dict[str, Any]:
    """Reaction and diffusion at the start, for networks and critics of many widths."""
    some = images.take(samples, seed=0)
    task = neural.Task(some.images, some.labels)
    term = neural.Supervised(task) + neural.Adversarial(task)
    found: dict[str, list[float]] = {f"{p}_{w}": [] for p in "RD" for w in "uv"}
    share = []
    for m in widths:
        state = neural.weights(task, hidden=m, critic=m, seed=seed)
        parts, bounds = rates(term, state), theory.theorem3(state, task)
        U = rows(np.moveaxis(parts.U.values, 1, 0)).reshape(m, 2, -1)
        V = parts.V.values.transpose(2, 0, 1)
        for i, p in enumerate("RD"):
            for w, array in (("u", U), ("v", V)):
                found[f"{p}_{w}"].append(np.linalg.norm(array[:, i], axis=1).mean())
                most = np.abs(array[:, i]).sum(axis=1).max()
                share.append(most / bounds[f"{p}_{w}"].value)
    log_m = np.log(widths)
    told = {f"slope_{k}": np.polyfit(log_m, np.log(v), 1)[0] for k, v in found.items()}
    return {k: float(v) for k, v in (told | {"share": max(share)}).items()}


def slips(
    images: Images, seed: int, *, hidden: int, draws: int, delta: float
) -> dict[str, Any]:
    """How often two printed inequalities fail in random draws.

    |Σ_r a_r w_r 1{w_r z ≥ 0}| ≤ |Σ_r a_r w_r| of eq. (23), and Lemma 1 at a δ where its
    bound 2 √(m d)/(√(2π) δ) lies below the usual ‖U(0)‖_F ≈ √(m d).
    """
    rng = generator(seed, "slips")
    weights = hidden * int(np.prod(images.images.shape[1:]))
    w = rng.standard_normal((draws, hidden))
    a = rng.integers(0, 2, (draws, hidden)) * 2.0 - 1.0
    subset, whole = (a * w * (w > 0)).sum(axis=1), (a * w).sum(axis=1)
    length = np.linalg.norm(w, axis=1)
    hoeffding = length * sqrt(2 * log(2 / 0.05))
    norm = np.sqrt(rng.chisquare(weights, draws) / weights)  # ‖U(0)‖_F / √(m d)
    return {
        "subset": float((np.abs(subset) > np.abs(whole)).mean()),
        "hoeffding": float((np.abs(whole) > hoeffding).mean()),
        "lemma1": float((norm > 2 / (sqrt(2 * pi) * delta)).mean()),
        "lemma1_right": float((norm > 1 / delta).mean()),
    }


def chemistry(images: Images, seed: int) -> dict[str, Any]:
    """What is left of small noise about (1, 0) in Gray-Scott at the paper's settings."""
    left = shaken(seed, Chemical(), "cpu")
    return {name: float(value) for name, value in left.items()}
