"""Effects over pairs: runs that share a seed and differ in one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import scipy.special
import xarray as xr

from .nulls import chance
from .space import dims_of, reduced


def paired_effect(
    one: xr.DataArray,
    other: xr.DataArray,
    dim: str = "seed",
    *,
    level: float = 0.95,
    method: Literal["student", "bootstrap"] = "student",
    seed: int | None = None,
    n: int = 9999,
) -> xr.Dataset:
    """Mean of one - other over pairs, with an interval.

        student:    d̄ ± t_{(1+level)/2, n-1} · s_d / √n
        bootstrap:  from pairs drawn again with replacement, bias-corrected and
                    accelerated (BCa)

    Student's interval assumes differences near enough to normal; for few pairs that is a
    belief, not a finding. The bootstrap assumes nothing of their law, but that the pairs
    show it: with fewer than about twenty it is too narrow.

    Args:
        one: With dim `dim`: one value a pair.
        other: The same shape, the same pairs.
        dim: Name of the pairs.
        level: Confidence of the interval.
        method: Which of the two.
        seed: Where chance begins, for the bootstrap.
        n: How often pairs are drawn again, for the bootstrap.

    Returns:
        `effect`, `low`, `high`, without `dim`; the interval is NaN for a single pair, and
        all three where a pair is.

    Raises:
        TypeError: If the bootstrap has no seed.
        ValueError: If the method is unknown, or the pairs are not the same.

    Source:
        Efron, J. Am. Stat. Assoc. 82 (1987) 171, doi:10.1080/01621459.1987.10478410.
    """
    if method not in ("student", "bootstrap"):
        raise ValueError(f"`method` must be student or bootstrap, but is {method!r}.")
    gap = _gap(one, other, dim)
    pairs = gap.sizes[dim]
    mean = gap.mean(dim, skipna=False)
    if pairs < 2:
        nothing = xr.full_like(mean, np.nan)
        return xr.Dataset({"effect": mean, "low": nothing, "high": nothing})
    if method == "student":
        wide = float(scipy.special.stdtrit(pairs - 1, (1 + level) / 2))
        half = wide * gap.std(dim, ddof=1, skipna=False) / np.sqrt(pairs)
        return xr.Dataset({"effect": mean, "low": mean - half, "high": mean + half})
    if seed is None:
        raise TypeError("A bootstrap draws pairs by chance: it needs a `seed`.")
    again = chance(seed).integers(pairs, size=(n, pairs))
    often = (again[:, :, None] == np.arange(pairs)).sum(1)
    bounds = reduced(
        _in_blocks(lambda rows: _accelerated(rows, often, level)),
        gap,
        [dim],
        gives={"bound": 2},
        attrs={"name": "bounds"},
    )
    low, high = (bounds.isel(bound=k) for k in (0, 1))
    return xr.Dataset({"effect": mean, "low": low, "high": high})


def sign_flip(
    one: xr.DataArray,
    other: xr.DataArray,
    dim: str = "seed",
    *,
    seed: int,
    n: int = 9999,
    alternative: Literal["two-sided", "greater", "less"] = "two-sided",
) -> xr.DataArray:
    """How often chance gives a mean difference as large: signs of the pairs flipped.

        p = share of all 2^pairs signs s with  |⟨s d⟩| ≥ |⟨d⟩|

    All of them up to 13 pairs, which is exact; else `n` drawn by chance, with
    (1 + as extreme) / (n + 1). The null: each difference is as likely as its opposite. It
    needs no normal law. The least p there is, two-sided, is 2 / 2^pairs: five pairs
    cannot reach 0.05.

    Args:
        one: With dim `dim`: one value a pair.
        other: The same shape, the same pairs.
        dim: Name of the pairs.
        seed: Where chance begins, for more than 13 pairs.
        n: How many signs are drawn then.
        alternative: Whether `one` is held to be `greater` or `less`, or either.

    Returns:
        p, without `dim`. NaN where a pair is. Lazy where either is.

    Raises:
        TypeError: If the seed is not a whole number.
        ValueError: If `alternative` is unknown, or the pairs are not the same.

    Source:
        Pitman, Suppl. J. R. Stat. Soc. 4 (1937) 119, doi:10.2307/2984124.
    """
    if alternative not in ("two-sided", "greater", "less"):
        raise ValueError(
            f"`alternative` must be two-sided, greater or less, but is {alternative!r}."
        )
    rng = chance(seed)
    gap = _gap(one, other, dim)
    pairs = gap.sizes[dim]
    exact = pairs <= 13
    if exact:
        signs = 1.0 - 2.0 * (np.arange(2**pairs)[:, None] >> np.arange(pairs) & 1)
    else:
        signs = rng.choice([-1.0, 1.0], size=(n, pairs))

    def share(rows: np.ndarray) -> np.ndarray:
        flipped, found = rows @ signs.T, rows.sum(-1, keepdims=True)
        if alternative == "two-sided":
            flipped, found = np.abs(flipped), np.abs(found)
        elif alternative == "less":
            flipped, found = -flipped, -found
        slack = 1e-12 * np.abs(rows).sum(-1, keepdims=True)  # equal but for rounding
        count = (flipped >= found - slack).sum(-1)
        told = count / len(signs) if exact else (1 + count) / (n + 1)
        return np.where(np.isfinite(rows).all(-1), told, np.nan)

    attrs = {
        "name": "p",
        "long_name": "p-value",
        "units": "1",
        "null": "signs flipped, all of them"
        if exact
        else f"signs flipped, {n} of them",
        "alternative": alternative,
        "undefined": "NaN: a pair without a difference",
    }
    return reduced(_in_blocks(share), gap, [dim], attrs=attrs)


def _gap(one: xr.DataArray, other: xr.DataArray, dim: str) -> xr.DataArray:
    for each in (one, other):
        dims_of(each, dim)
    with xr.set_options(arithmetic_join="exact"):
        return one.astype(float) - other.astype(float)


def _in_blocks(function: Callable, rows: int = 256) -> Callable:
    """Take leading elements a few at a time: each is met with thousands of draws."""

    def blocked(array: np.ndarray) -> np.ndarray:
        flat = array.reshape(-1, array.shape[-1])
        starts = range(0, max(len(flat), 1), rows)
        told = np.concatenate([function(flat[s : s + rows]) for s in starts])
        return told.reshape(array.shape[:-1] + told.shape[1:])

    return blocked


def _accelerated(rows: np.ndarray, often: np.ndarray, level: float) -> np.ndarray:
    """BCa bounds of the mean of each row; `often` counts each pair in each draw."""
    mean = rows.mean(-1, keepdims=True)
    z = rows - mean
    means = np.sort(z @ often.T / rows.shape[-1])  # of the draws, less that of the row
    slack = 4 * np.finfo(float).eps * np.abs(rows).max(-1, keepdims=True)
    below, up_to = (means < -slack).sum(-1), (means <= slack).sum(-1)
    bias = scipy.special.ndtri((below + up_to) / (2 * len(often)))
    square = (z * z).sum(-1)
    skew = (z**3).sum(-1) / np.where(square > 0, 6 * square**1.5, 1)
    bounds = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        shifted = bias + scipy.special.ndtri(tail)
        share = scipy.special.ndtr(bias + shifted / (1 - skew * shifted))
        place = share * (len(often) - 1)
        lower = np.floor(np.nan_to_num(place)).astype(int)[:, None]
        upper = np.minimum(lower + 1, len(often) - 1)
        low, high = (np.take_along_axis(means, k, -1)[:, 0] for k in (lower, upper))
        bounds.append(mean[:, 0] + low + (place - lower[:, 0]) * (high - low))
    return np.stack(bounds, -1)
