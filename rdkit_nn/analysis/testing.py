"""Is there a pattern at all? A statistic held against what chance alone gives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
import xarray as xr

from .nulls import chance
from .space import Dims

Alternative = Literal["two-sided", "greater", "less"]


def significance(
    statistic: Callable[..., xr.DataArray],
    field: xr.DataArray,
    null: Callable[..., xr.DataArray],
    n: int = 999,
    *,
    seed: int,
    dim: Dims = None,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> xr.Dataset:
    """How often chance alone gives a statistic as extreme as that of a field.

        p = (1 + number of surrogates as extreme) / (n + 1)
        two-sided:  twice the smaller of both tails, 1 at most

    Exact for every n: if the null holds, p ≤ α with probability α where α (n + 1) is whole
    (two-sided: half of it), and never more. Ties count against the field. Where the null
    fixes the statistic, as a shuffle does the contrast, p is 1. Every leading element
    (neuron, frame, lag) has its own p: for many of them see `adjusted`.

    The answer is to the question that the null asks. A shuffle asks whether places mean
    anything at all: it is *not* a null for a correlated field, where it rejects nearly
    always; there take `phase_randomised` or `iaaft`.

    Args:
        statistic: From a field to a DataArray: `moran`, or any function of your own.
        field: Any shape.
        null: From a field and `seed=` to a field as chance would make it: `permuted`,
            `phase_randomised`, functools.partial(iaaft, iterations=50).
        n: Number of surrogates. They are made one by one; only statistics are kept.
        seed: Where chance begins; the surrogates' own seeds are drawn from it in turn.
        dim: Handed to both functions, if given.
        alternative: Whether the field is held to be `greater` or `less` than chance, or
            either.
        level: Share of surrogates between `null_low` and `null_high`.

    Returns:
        `value`, `p`, `null_mean`, `null_low`, `null_high`, each of the statistic's shape.
        p is NaN where the statistic of the field or of a surrogate is undefined. Lazy
        where `field` is.

    Raises:
        TypeError: If the seed is not a whole number, or the statistic gives no DataArray.
        ValueError: If `n`, `alternative` or `level` is none that is known.

    Example:
        >>> steps = np.random.default_rng(0).standard_normal((16, 16)).cumsum(0)
        >>> field = xr.DataArray(steps, dims=("y", "x"))
        >>> from rdkit_nn.analysis import moran, permuted
        >>> float(significance(moran, field, permuted, n=99, seed=0).p)
        0.02

    Source:
        Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010) 39,
        doi:10.2202/1544-6115.1585.
    """
    if n < 1:
        raise ValueError(f"`n` must be at least 1, but is {n}.")
    if alternative not in ("two-sided", "greater", "less"):
        raise ValueError(
            f"`alternative` must be two-sided, greater or less, but is {alternative!r}."
        )
    if not 0 < level < 1:
        raise ValueError(f"`level` must lie between 0 and 1, but is {level}.")
    if dim is not None:
        statistic, null = partial(statistic, dim=dim), partial(null, dim=dim)
    value = statistic(field)
    if not isinstance(value, xr.DataArray):
        raise TypeError(
            f"`statistic` must give a DataArray, but gave {type(value).__name__}."
        )
    seeds = chance(seed).integers(2**63, size=n)
    drawn = xr.concat(
        [statistic(null(field, seed=int(each))) for each in seeds],
        "surrogate",
        coords="minimal",
        compat="override",
        join="override",
        combine_attrs="drop",
    )
    if drawn.chunks is not None:
        drawn = drawn.chunk(surrogate=-1)

    # The same statistic of other orders may differ by rounding: that is a tie.
    slack = 1e-12 * np.maximum(abs(value), abs(drawn).max("surrogate"))
    above = (1 + (drawn >= value - slack).sum("surrogate")) / (n + 1)
    below = (1 + (drawn <= value + slack).sum("surrogate")) / (n + 1)
    both = np.minimum(2 * np.minimum(above, below), 1)
    p = {"greater": above, "less": below, "two-sided": both}[alternative]
    known = (abs(value) < np.inf) & (abs(drawn) < np.inf).all("surrogate")
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = (
        drawn.quantile(q, "surrogate", skipna=False).drop_vars("quantile")
        for q in tails
    )
    told = xr.Dataset(
        {
            "value": value,
            "p": p.where(known),
            "null_mean": drawn.mean("surrogate", skipna=False),
            "null_low": low,
            "null_high": high,
        }
    )
    for name in ("null_mean", "null_low", "null_high"):
        told[name].attrs = {"units": value.attrs.get("units", "1")}
    told.p.attrs = {
        "long_name": "p-value",
        "units": "1",
        "null": _name(null),
        "surrogates": n,
        "alternative": alternative,
        "seed": int(seed),
        "undefined": "NaN: the statistic of the field or of a surrogate is undefined",
    }
    return told


def _name(function: Callable) -> str:
    while isinstance(function, partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)
