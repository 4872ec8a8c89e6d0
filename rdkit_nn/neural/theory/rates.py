"""How large reaction and diffusion can be, and how far neurons may move before H changes.

Deterministic statements: they hold for every draw, and need no probability.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np
import xarray as xr

from ..generator import output, rows
from ..task import Task
from .bound import Bound
from .gram import pair, samples


def theorem3(state: xr.Dataset, task: Task) -> dict[str, Bound]:
    """Bounds on the 1-norms of R_j^u, D_j^u, R_j^v and D_j^v, for every neuron j.

        ‖R_j^u‖₁ ≤ n d_in √(d_out/m) C,       C = max |(y_p - z_p)_i v_ij x_pk|
        ‖D_j^u‖₁ ≤ n d_in √(d_out m_c/m) C,   C = max |a_r W_ri v_ij x_pk|

    and the same for R_j^v and D_j^v, with u_jk in the place of v_ij.

    The paper prints O(n m² d_in d_out^{3/2}) and O(n m² d_in d_out^{1/2}) for D: true, and
    loose by at least m². They are upper bounds: measured, D falls with m.

    Args:
        state: Weights `U`, `V`, and `W`, `a` for the D of an adversary of weight 1.
        task: Inputs and targets.

    Returns:
        `R_u`, `R_v`, and with a critic `D_u`, `D_v`.

    Source:
        Rout (2021), Theorem 3, in explicit form; √(m_c/m) where the widths differ.
    """
    U, V = rows(state["U"].values).astype(float), state["V"].values.astype(float)
    X, Y = task.arrays(U)
    (n, d), (outputs, m) = X.shape, V.shape
    error = np.abs(Y - output(U, V, X))
    x, v, u = np.abs(X).max(axis=1), np.abs(V).max(), np.abs(U).max()
    size = n * d * sqrt(outputs / m)
    source = "Rout (2021), Theorem 3, explicit"

    def bound(name: str, value: float) -> Bound:
        return Bound(f"‖{name}‖₁", float(value), {}, source)

    # The largest product over samples: error and input belong to the same one.
    pull = (error.max(axis=1) * x).max()
    told = {
        "R_u": bound("R_j^u", size * pull * v),
        "R_v": bound("R_j^v", size * pull * u),
    }
    if "W" in state and "a" in state:
        W, a = state["W"].values.astype(float), state["a"].values.astype(float)
        push = (np.abs(a) * np.abs(W).max(axis=1)).max() * x.max()
        size *= sqrt(len(a))
        told["D_u"] = bound("D_j^u", size * push * v)
        told["D_v"] = bound("D_j^v", size * push * u)
    return told


def switched(U: Any, before: Any, inputs: Any) -> xr.DataArray:
    """Largest possible |H_pq - H_pq(0)|, from how far each neuron has moved.

    The sign of u_r·x_p can have changed only where |u_r(0)·x_p| ≤ ‖u_r - u_r(0)‖ ‖x_p‖, so

        |H_pq - H_pq(0)| ≤ |x_p·x_q| (share of neurons that may have changed at p or at q)

    Args:
        U: Receptive fields now, (hidden, input) or (hidden, y, x).
        before: Receptive fields at the start.
        inputs: A `Task`, or an array (sample, input) or (sample, y, x).

    Returns:
        (sample, sample_): the deterministic core of Remark 1.
    """
    u, start, x = samples(U), samples(before), samples(inputs)
    if u.shape != start.shape:
        raise ValueError(f"There were {start.shape} weights, and are {u.shape} now.")
    gone = np.linalg.norm(u - start, axis=1)
    length = np.linalg.norm(x, axis=1)
    may = np.abs(x @ start.T) <= length[:, None] * gone
    stays = (~may).astype(float)
    share = 1 - stays @ stays.T / len(u)
    return pair(np.abs(x @ x.T) * share, "largest change of the Gram matrix")


def hoeffding(w: Any, delta: float, both: bool = False) -> Bound:
    """|Σ a_r w_r| ≤ ‖w‖₂ √(2 log(2/δ)) with probability 1 - δ, Lemma 3.

    Args:
        w: Numbers that do not depend on `a`.
        delta: Probability with which it may fail.
        both: Whether it shall hold for the sums over positive and over negative w at once,
            which is what the slope of a critic needs: log(4/δ).

    Source:
        Rout (2021), Lemma 3; Hoeffding, J. Am. Stat. Assoc. 58 (1963) 13,
        doi:10.1080/01621459.1963.10500830.
    """
    if not 0 < delta < 1:
        raise ValueError(f"`delta` is a probability between 0 and 1: {delta}.")
    length = float(np.linalg.norm(np.asarray(w, dtype=float)))
    value = length * sqrt(2 * log((4 if both else 2) / delta))
    told: dict[str, bool | None] = {
        "a uniform on ±1": None,
        "a independent of w": None,
    }
    return Bound("|Σ a_r w_r|", value, told, "Rout (2021), Lemma 3")
