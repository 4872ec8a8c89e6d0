"""Gram matrices of the two-layer network: how samples pull at one another's predictions.

While no neuron switches, the gradient flow of L_sup moves the predictions by

    dz/dt = H (y - z)                  H_pq = x_p·x_q (1/m) #{r: u_r·x_p > 0, u_r·x_q > 0}

where one output is trained through the first layer and v_r = ±1; `tangent_kernel` is the
general case. The adversary's gradient adds to y - z (Rout 2021, Remark 2 and Lemma 2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from ..generator import relu, rows
from ..task import Task
from .patterns import shared

PAIR = ("sample", "sample_")


def gram_infinite(inputs: Any) -> xr.DataArray:
    """Gram matrix of infinitely many neurons, in closed form.

        H∞_pq = E_{u ~ N(0, I)} [x_p·x_q 1{u·x_p ≥ 0, u·x_q ≥ 0}] = x_p·x_q (π - θ_pq) / 2π

    The angle θ between the inputs is 2 atan2(|x̂_p - x̂_q|, |x̂_p + x̂_q|): arccos would lose
    half the digits where inputs are nearly parallel.

    Args:
        inputs: A `Task`, or an array (sample, input) or (sample, y, x).

    Returns:
        (sample, sample_). Its diagonal is ‖x_p‖² / 2.

    Source:
        Rout (2021), Definition 1; Cho & Saul, NeurIPS (2009), for the arc-cosine kernel.
    """
    from scipy.spatial.distance import cdist

    x = samples(inputs)
    length = np.linalg.norm(x, axis=1, keepdims=True)
    unit = np.divide(x, length, out=np.zeros_like(x), where=length > 0)
    angle = 2 * np.arctan2(cdist(unit, unit), cdist(unit, -unit))
    found = (x @ x.T) * (np.pi - angle) / (2 * np.pi)
    np.fill_diagonal(found, length[:, 0] ** 2 / 2)
    return pair(found, "Gram matrix of infinitely many neurons")


def gram(U: Any, inputs: Any) -> xr.DataArray:
    """Gram matrix H of these neurons, from their activation patterns.

    Args:
        U: Receptive fields (hidden, input) or (hidden, y, x); or a state that has them.
        inputs: A `Task`, or an array (sample, input) or (sample, y, x).

    Returns:
        (sample, sample_), float64. Its expectation over Gaussian U is `gram_infinite`.

    Source:
        Rout (2021), section 4; Du et al. (2019), arXiv:1810.02054.
    """
    x, u = samples(inputs), samples(U["U"] if isinstance(U, xr.Dataset) else U)
    if u.shape[1] != x.shape[1]:
        raise ValueError(
            f"Receptive fields of {u.shape[1]} inputs do not fit samples of {x.shape[1]}."
        )
    found = (x @ x.T) * shared(x @ u.T > 0) / len(u)
    return pair(found, "Gram matrix")


def tangent_kernel(
    state: xr.Dataset, inputs: Any, layers: tuple[str, ...] = ("U", "V")
) -> xr.DataArray:
    """Tangent kernel Θ of the vector network, one or both layers trained.

        dz_p/dt = Σ_q Θ_pq (y_q - z_q + ∇g(z_q))
        Θ_pq = 1/(d_out m) [(x_p·x_q) V diag(M_p * M_q) Vᵀ + (S_p·S_q) I]

    with the activations M and the outputs S of the hidden layer; the first summand belongs
    to U, the second to V.

    Args:
        state: Weights `U` and `V`.
        inputs: A `Task`, or an array (sample, input) or (sample, y, x).
        layers: Which are trained.

    Returns:
        (sample, output, sample_, output_).
    """
    if not layers or not set(layers) <= {"U", "V"}:
        raise ValueError(f"`layers` names U, V or both, but is {layers!r}.")
    x, U, V = samples(inputs), rows(state["U"].values), state["V"].values.astype(float)
    outputs, hidden = V.shape
    S = relu(x @ U.T.astype(float))
    active = (S > 0).astype(float)
    found = np.zeros((len(x), outputs, len(x), outputs))
    if "U" in layers:
        near = x @ x.T
        for i in range(outputs):
            for k in range(i, outputs):
                block = near * ((active * (V[i] * V[k])) @ active.T)
                found[:, i, :, k] = found[:, k, :, i] = block
    if "V" in layers:
        own = S @ S.T
        for i in range(outputs):
            found[:, i, :, i] += own
    found /= outputs * hidden
    dims = ("sample", "output", "sample_", "output_")
    return xr.DataArray(found, dims=dims, attrs={"long_name": "tangent kernel"})


def extremes(kernel: xr.DataArray) -> tuple[float, float]:
    """Smallest and largest eigenvalue of a symmetric kernel, `gram` or `tangent_kernel`."""
    half = int(np.prod(kernel.shape[: kernel.ndim // 2]))
    values = np.linalg.eigvalsh(kernel.values.reshape(half, half))
    return float(values[0]), float(values[-1])


def samples(told: Any) -> np.ndarray:
    """Inputs of a `Task`, or receptive fields, as rows (…, input) of float64."""
    told = told.inputs if isinstance(told, Task) else told
    array = np.asarray(getattr(told, "values", told), dtype=float)
    if array.ndim not in (2, 3):
        raise ValueError(
            f"Expected (sample, input) or (sample, y, x), but the shape is {array.shape}."
        )
    return rows(array)


def pair(found: np.ndarray, name: str) -> xr.DataArray:
    """Label a matrix over pairs of samples."""
    return xr.DataArray(found, dims=PAIR, attrs={"long_name": name, "units": "1"})
