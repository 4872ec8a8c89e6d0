"""Turing spaces: what kind of instability a model has, over two parameters or more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from ..terms import Term
from .steady import steady_states
from .verdicts import Verdict, verdict

FEW = 30  # starts of a search for states, beside those of the last cell


def turing_space(
    build: Callable[..., Term],
    over: Mapping[str, Any],
    *,
    state: Mapping[str, float] | Callable[..., Mapping[str, float]] | None = None,
    positive: bool = False,
    dims: int = 2,
) -> xr.Dataset:
    """The verdict at every point of a grid of parameters.

    Args:
        build: From parameters by name to the term.
        over: Values by parameter: `{"F": np.linspace(…), "k": np.linspace(…)}`.
        state: The uniform state that is meant, or a function from the parameters to it.
            Default: all that a search finds, from fewer starts than `steady_states` takes
            and from the states of the point before.
        positive: Whether only states without negative values count.
        dims: Of space.

    Returns:
        Along the parameters: `kind`, as in `verdict`; `states`, how many; and of the state
        whose waves grow fastest, `growth` (1/time) and `wavelength` (NaN where none grows).

    Raises:
        ValueError: If no parameter is told.

    Example:
        >>> from rdkit_nn import models
        >>> told = turing_space(
        ...     lambda a, Dv: models.schnakenberg(a=a, b=1.0 - a, Dv=Dv),
        ...     {"a": [0.1, 0.3], "Dv": [5.0, 40.0]},
        ...     state=lambda a, Dv: {"u": 1.0, "v": 1.0 - a},
        ... )
        >>> told.kind.values.tolist()
        [['finite-amplitude only', 'Turing'], ['finite-amplitude only', 'Turing']]

    Source:
        Murray, *Mathematical Biology II* (2003), chapter 2.4, doi:10.1007/b98869.
    """
    if not over:
        raise ValueError('Say over which parameters: {"F": [0.02, 0.03], "k": […]}.')
    axes = {name: np.atleast_1d(np.asarray(given)) for name, given in over.items()}
    shape = tuple(len(values) for values in axes.values())
    kinds = np.empty(shape, dtype="<U24")
    numbers = {k: np.full(shape, np.nan) for k in ("states", "growth", "wavelength")}
    known: list[dict[str, float]] = []
    for at, point in zip(np.ndindex(shape), product(*axes.values())):
        told = {name: float(value) for name, value in zip(axes, point)}
        term = build(**told)
        if state is None:
            found = steady_states(
                term, positive=positive, dims=dims, starts=FEW, near=known
            )
            known = [
                {str(n): float(found[n][i]) for n in found}
                for i in range(found.sizes["state"])
            ]
            one = verdict(term, states=found, dims=dims)
        else:
            here = state(**told) if callable(state) else state
            one = verdict(term, here, dims=dims)
        kinds[at] = one.kind
        for key, value in _numbers(one).items():
            numbers[key][at] = value
    fields = {name: (tuple(axes), array) for name, array in numbers.items()}
    return xr.Dataset({"kind": (tuple(axes), kinds), **fields}, coords=axes)


def _numbers(one: Verdict) -> dict[str, float]:
    count = one.states.sizes["state"]
    told = {"states": float(count), "growth": np.nan, "wavelength": np.nan}
    if count:
        best = int(np.argmax(one.states.growth.values))
        told["growth"] = float(one.states.growth[best])
        wavenumber = float(one.states.wavenumber[best])
        if told["growth"] > 0 and wavenumber > 0:
            told["wavelength"] = 2 * np.pi / wavenumber
    return told
