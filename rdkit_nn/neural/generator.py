"""The network and its critic: two layers of ReLU units each, no biases.

    f(U, V, x) = V σ(U x) / √(d_out m)                     eq. (1) of Rout (2021)
    g(W, a, z) = aᵀ σ(W z) / √m_c                          eq. (2)

with σ(s) = max(s, 0) and σ'(0) = 0. Arrays are numpy or torch; a batch of inputs is
(sample, input), so that predictions are (sample, output).
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import xarray as xr

from .task import Task


def rows(U: Any) -> Any:
    """Receptive fields as rows, (hidden, input), whatever pixels they have."""
    return U.reshape(len(U), -1)


def relu(s: Any) -> Any:
    """σ(s) = max(s, 0), with σ'(0) = 0 under automatic differentiation."""
    return s * (s > 0)


def output(U: Any, V: Any, X: Any) -> Any:
    """Predictions f(U, V, x) of a batch, (sample, output); eq. (1)."""
    S = relu(X @ rows(U).T)
    return S @ V.T / sqrt(V.shape[0] * V.shape[1])


def critic(W: Any, a: Any, Z: Any) -> Any:
    """Scores g(W, a, z) of a batch of predictions, (sample,); eq. (2)."""
    return relu(Z @ W.T) @ a / sqrt(len(a))


def slope(W: Any, a: Any, Z: Any) -> Any:
    """Gradient ∇g of the critic at a batch of predictions, (sample, output)."""
    K = Z @ W.T > 0
    return (K * a) @ W / sqrt(len(a))


def predict(state: xr.Dataset, task: Task) -> xr.DataArray:
    """Predictions of a network, eq. (1).

    Args:
        state: Weights `U` and `V`; a frame or a whole run.
        task: Whose inputs to answer.

    Returns:
        (sample, output), after `time` where the state has it.
    """
    return _each(state, ("U", "V"), lambda U, V: output(U, V, task.arrays(U)[0]))


def score(state: xr.Dataset, task: Task) -> xr.DataArray:
    """Scores g(z_p) that the critic gives to the network's predictions, eq. (2).

    Args:
        state: Weights `U`, `V`, `W` and `a`; a frame or a whole run.
        task: Whose inputs to answer.

    Returns:
        (sample,), after `time` where the state has it.
    """

    def read(U, V, W, a):
        return critic(W, a, output(U, V, task.arrays(U)[0]))

    return _each(state, ("U", "V", "W", "a"), read, dims=("sample",))


def dead(state: xr.Dataset, task: Task) -> xr.DataArray:
    """Hidden neurons that answer no input: their gradient is zero for good.

    Args:
        state: Weights `U`; a frame or a whole run.
        task: Whose inputs to try.

    Returns:
        (hidden,) true where dead, after `time` where the state has it.
    """

    def silent(U):
        return ~(task.arrays(U)[0] @ rows(U).T > 0).any(axis=0)

    return _each(state, ("U",), silent, dims=("hidden",))


def balance(state: xr.Dataset) -> xr.DataArray:
    """‖u_j‖² - ‖v_j‖² of each hidden neuron.

    The gradient *flow* conserves it exactly, with any adversary; a step of descent
    changes it by dt² (‖u̇_j‖² - ‖v̇_j‖²). So its drift says how much of what is seen is the
    finite step and not the flow.

    Args:
        state: Weights `U` (hidden, …) and `V` (output, hidden); a frame or a run.

    Returns:
        (hidden,), after `time` where the state has it.
    """
    U, V = state["U"], state["V"]
    inputs = [d for d in U.dims if d not in ("hidden", "time")]
    found = (U.astype(float) ** 2).sum(inputs) - (V.astype(float) ** 2).sum("output")
    found.attrs = {"long_name": "balance of a neuron", "units": "1"}
    return found.rename("balance").transpose(..., "hidden")


def _each(state: xr.Dataset, names: tuple[str, ...], read, dims=("sample", "output")):
    if missing := [n for n in names if n not in state]:
        raise KeyError(
            f"This needs the weights {', '.join(names)}, but the state has only "
            f"{', '.join(map(str, state))}: {', '.join(missing)} is missing."
        )
    if "time" not in state.dims:
        return xr.DataArray(read(*(state[n].values for n in names)), dims=dims)
    frames = [
        read(*(state[n].isel(time=i).values for n in names))
        for i in range(state.sizes["time"])
    ]
    coords = {"time": state.time, "step": state.step}
    return xr.DataArray(np.stack(frames), dims=("time", *dims), coords=coords)
