"""Growth rates about a state of weights: the verdict of linear theory on learning.

The same question as of chemistry - does a small change grow? - asked of the flow of
training. Its Jacobian is never written down: only its products with vectors are computed,
by automatic differentiation, and a Krylov method finds the eigenvalues that are wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from ..dynamics import Clock
from ..grid import Grid
from ..terms import Term, parts
from .losses import Loss

DENSE = 300  # weights, up to which all rates are found at once


def growth_rates(
    term: Term, state: xr.Dataset, count: int = 6, *, which: str = "growing"
) -> xr.DataArray:
    """Leading eigenvalues of the Jacobian of a flow about a state.

        d(δw)/dt = J δw,   J = ∂(dw/dt)/∂w

    For descent on one loss J is minus its Hessian, and symmetric; a game has a J that is
    not, and may turn. Where the network is linear in what is trained (V alone), the rates
    that are not zero are minus the eigenvalues of the Gram matrix of its features. At the
    kinks of ReLU the derivative is that of the side on which the unit rests.

    Args:
        term: What moves the state: losses, or anything that runs on tensors.
        state: Weights, or fields on a grid; float64 is best.
        count: How many eigenvalues.
        which: `growing`: largest real parts; `decaying`: smallest.

    Returns:
        Complex rates along `mode`, 1/time.

    Raises:
        ValueError: If `which` is unknown, or there are fewer weights than that.

    Source:
        Saad, *Numerical Methods for Large Eigenvalue Problems* (2011),
        doi:10.1137/1.9781611970739.
    """
    if which not in ("growing", "decaying"):
        raise ValueError(f"`which` is growing or decaying, not {which!r}.")
    push, size = _pusher(term, state)
    if not 1 <= count <= size:
        raise ValueError(f"There are {size} weights, so no {count} rates.")
    if size <= DENSE or count >= size - 1:
        whole = np.stack([push(row) for row in np.eye(size)], axis=1)
        rates = np.linalg.eigvals(whole)
    else:
        from scipy.sparse.linalg import LinearOperator, eigs, eigsh

        operator = LinearOperator((size, size), matvec=push, dtype=np.float64)
        begin = np.random.default_rng(0).standard_normal(size)  # the same each time
        told = parts(term)
        plain = len(told) == 1 and isinstance(told[0], Loss) and not told[0].ascends
        find, names = (eigsh, ("LA", "SA")) if plain else (eigs, ("LR", "SR"))
        rates = find(
            operator,
            k=count,
            which=names[which == "decaying"],
            v0=begin,
            return_eigenvectors=False,
            maxiter=100 * count + 1000,
        )
    order = np.argsort(-rates.real if which == "growing" else rates.real, kind="stable")
    found = rates[order][:count].astype(complex)
    attrs = {"long_name": "growth rate", "units": "1", "which": which}
    return xr.DataArray(found, dims="mode", name="growth_rate", attrs=attrs)


def rates_of_modes(
    term: Term, state: xr.Dataset, name: str = "U", *, draws: int = 8, seed: int = 0
) -> xr.DataArray:
    """How fast receptive fields grow along each Laplacian mode of their pixels.

        ⟨φ, J φ⟩ / ⟨φ, φ⟩, the mean over neurons of a push along the cosine mode φ

    One number a mode, not an eigenvalue: modes of pixels are no eigenvectors of training,
    which commutes with any shuffle of pixels. What structure the numbers have comes from
    the data.

    Args:
        term: Losses.
        state: Weights; `name` has dims (neuron, y, x).
        name: Which weights.
        draws: Random signs over neurons that the mean is taken with (Hutchinson).
        seed: Where they are drawn.

    Returns:
        (mode_y, mode_x): half-waves across each axis; attribute `error`, the largest
        standard error of the mean.

    Raises:
        ValueError: If the weights are no pictures.
    """
    from scipy.fft import idctn

    if state[name].dims[1:] != ("y", "x"):
        raise ValueError(
            f"`{name}` has dims {state[name].dims}; modes of pixels ask for (…, y, x)."
        )
    push, _ = _pusher(term, state)
    low, high = _place(term, state)[name]
    shape = state[name].shape
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1.0, 1.0], size=(draws, shape[0]))
    told = np.zeros((draws, *shape[1:]))
    for place in np.ndindex(shape[1:]):
        one = np.zeros(shape[1:])
        one[place] = 1.0
        mode = idctn(one, norm="ortho")
        for d in range(draws):
            v = np.zeros(_size(term, state))
            v[low:high] = (signs[d][:, None, None] * mode).ravel()
            told[(d, *place)] = v @ push(v) / (v @ v)
    error = told.std(axis=0, ddof=1).max() / np.sqrt(draws) if draws > 1 else np.nan
    attrs = {"long_name": "growth rate of a mode", "units": "1", "error": float(error)}
    return xr.DataArray(
        told.mean(axis=0), dims=("mode_y", "mode_x"), name="growth_rate", attrs=attrs
    )


def _place(term: Term, state: xr.Dataset) -> dict[str, tuple[int, int]]:
    """Where each variable stands in the vector of all that moves."""
    at, found = 0, {}
    for name in term.variables:
        found[name] = (at, at + state[name].size)
        at += state[name].size
    return found


def _size(term: Term, state: xr.Dataset) -> int:
    return sum(state[name].size for name in term.variables)


def _pusher(
    term: Term, state: xr.Dataset
) -> tuple[Callable[[np.ndarray], np.ndarray], int]:
    """The product of the Jacobian with a vector, and how long the vector is."""
    import torch

    grid, places = Grid.of(state), _place(term, state)
    size = _size(term, state)
    names = dict.fromkeys((*term.inputs, *term.variables))
    still = {n: torch.as_tensor(state[n].values.astype(np.float64)) for n in names}
    clock = Clock(0, 1.0)

    def split(flat: Any) -> dict[str, Any]:
        own = {n: flat[a:b].reshape(still[n].shape) for n, (a, b) in places.items()}
        return {**still, **own}

    def rates(flat: Any) -> Any:
        values, total = split(flat), {n: 0.0 for n in places}
        for part in parts(term):
            told: Any
            if isinstance(part, Loss):
                told = _descent(part, values, clock)
            else:
                told = part.rate(values, grid, clock)
            for name, rate in told.items():
                total[name] = total[name] + rate
        return torch.cat([(total[n] + 0 * values[n]).reshape(-1) for n in places])

    here = torch.cat([still[n].reshape(-1) for n in places]).requires_grad_(True)
    with torch.enable_grad():
        # J v by two products from the left: Jᵀ u is linear in u; its slope along v is J v.
        moved = rates(here)
        u = torch.zeros_like(moved, requires_grad=True)
        (left,) = torch.autograd.grad(moved, here, u, create_graph=True)

    def push(v: np.ndarray) -> np.ndarray:
        told = torch.as_tensor(np.asarray(v, dtype=np.float64).reshape(-1))
        (found,) = torch.autograd.grad(left, u, told, retain_graph=True)
        return found.numpy()

    return push, size


def _descent(loss: Loss, values: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """Rate of a loss, in a form that can be differentiated once more."""
    import torch

    scalar = loss.loss({n: values[n] for n in loss.uses}, clock)
    players = [values[n] for n in loss.variables]
    gradients = torch.autograd.grad(scalar, players, create_graph=True)
    signs = [-1.0] * len(loss.descends) + [1.0] * len(loss.ascends)
    return {n: s * g for n, s, g in zip(loss.variables, signs, gradients)}
