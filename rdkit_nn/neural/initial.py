"""Weights at the beginning: drawn, or the user's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from ..core.random import generator
from .task import Task, pixels


def weights(
    task: Task,
    *,
    hidden: int,
    critic: int | None = None,
    seed: int,
    dtype: str = "float64",
) -> xr.Dataset:
    """Weights as the theory draws them.

    U and W standard normal, V and a uniform on ±1 (our choice where the paper leaves it
    open), each drawn from (seed, its own name): the same U and V with and without critic.

    Args:
        task: Gives the number of inputs and outputs, and their pixels.
        hidden: Neurons m of the generator.
        critic: Neurons m_c of the critic; None for a network alone.
        seed: Where chance begins.
        dtype: `float64` or `float32`; a run keeps it.

    Returns:
        `U` (hidden, y, x) or (hidden, input), `V` (output, hidden), and with a critic `W`
        (critic, output), `a` (critic).
    """
    for name, count in (("hidden", hidden), ("critic", critic)):
        if count is not None and (
            not isinstance(count, (int, np.integer)) or count < 1
        ):
            raise ValueError(f"`{name}` is a count of neurons, but is {count!r}.")
    n = task.sizes
    drawn = {
        "U": generator(seed, "U").standard_normal((hidden, n["input"])),
        "V": _signs(seed, "V", (n["output"], hidden)),
    }
    if critic is not None:
        drawn["W"] = generator(seed, "W").standard_normal((critic, n["output"]))
        drawn["a"] = _signs(seed, "a", (critic,))
    cast: dict[str, Any] = {name: array.astype(dtype) for name, array in drawn.items()}
    cast["U"] = task.picture(cast["U"], "hidden")
    told = {"initial": "weights", "seed": int(seed), "task": repr(task)}
    return state(**cast).assign_attrs(told)


def state(*, U: Any, V: Any, W: Any | None = None, a: Any | None = None) -> xr.Dataset:
    """Label weights of one's own as a state to start from.

    Args:
        U: (hidden, input), or (hidden, y, x) for receptive fields that are images.
        V: (output, hidden).
        W: (critic, output); with `a`, or not at all.
        a: (critic,).

    Raises:
        ValueError: If shapes do not fit each other.

    Example:
        >>> state(U=np.ones((3, 4)), V=np.ones((2, 3))).V.dims
        ('output', 'hidden')
    """
    if (W is None) != (a is None):
        raise ValueError("A critic needs both `W` and `a`.")
    bank = np.array(getattr(U, "values", U))
    if bank.ndim not in (2, 3):
        raise ValueError(
            f"`U` must be (hidden, input) or (hidden, y, x): {bank.shape}."
        )
    coords: dict[str, Any] = {}
    dims: tuple[str, ...] = ("hidden", "input")
    if bank.ndim == 3:
        grid = pixels(bank.shape[1:])
        dims, coords = ("hidden", *grid.dims), grid.coords
    fields = {"U": (dims, bank, {"long_name": "receptive fields"})}
    top = np.array(getattr(V, "values", V))
    if top.ndim != 2 or top.shape[1] != len(bank):
        raise ValueError(
            f"`V` must be (output, {len(bank)}) for {len(bank)} hidden neurons, but has "
            f"shape {top.shape}."
        )
    fields["V"] = (("output", "hidden"), top, {"long_name": "top layer"})
    if W is not None:
        lower = np.array(getattr(W, "values", W))
        upper = np.array(getattr(a, "values", a))
        if lower.ndim != 2 or lower.shape[1] != len(top):
            raise ValueError(
                f"`W` must be (critic, {len(top)}) for {len(top)} outputs, but has shape "
                f"{lower.shape}."
            )
        if upper.shape != lower.shape[:1]:
            raise ValueError(
                f"`a` must have one entry for each of {len(lower)} critic units, but has "
                f"shape {upper.shape}."
            )
        told = {"long_name": "critic's hidden layer"}
        fields["W"] = (("critic", "output"), lower, told)
        fields["a"] = (("critic",), upper, {"long_name": "critic's top layer"})
    return xr.Dataset(fields, coords=coords)


def _signs(seed: int, name: str, shape: tuple[int, ...]) -> np.ndarray:
    return generator(seed, name).integers(0, 2, shape) * 2.0 - 1.0
