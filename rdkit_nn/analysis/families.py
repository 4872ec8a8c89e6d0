"""Many questions asked at once: p-values made honest."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr

from .cells import mapped
from .space import Dims, dims_of


def adjusted(
    p: xr.DataArray,
    dim: Dims = None,
    *,
    method: Literal[
        "benjamini-hochberg", "benjamini-yekutieli", "holm", "bonferroni"
    ] = "benjamini-hochberg",
) -> xr.DataArray:
    """p-values of many questions asked at once, made honest.

        benjamini-hochberg    min over j ≥ i of  p_(j) m / j,  the share of false finds
        benjamini-yekutieli   the same times Σ 1/k: however the questions hang together
        holm                  max over j ≤ i of  p_(j) (m - j + 1), any false find at all
        bonferroni            m p_(i)

    for m values in order, 1 at most. Findings with an adjusted p ≤ α have a share of at
    most α that are false in the mean (the first two), or a probability of at most α that
    any is (the last two). The first asks for questions that are independent or positively
    dependent, as those of neighbouring cells mostly are.

    Args:
        p: Any shape, from 0 to 1. NaN is no question: it is left out and stays NaN.
        dim: Dimensions whose p-values are one family. Default: all.
        method: Which of the four.

    Returns:
        Shape of `p`. Lazy where `p` is.

    Raises:
        ValueError: If the method is unknown or a value lies outside 0 to 1.

    Source:
        Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289,
        doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini & Yekutieli, Ann. Stat. 29
        (2001) 1165, doi:10.1214/aos/1013699998; Holm, Scand. J. Stat. 6 (1979) 65.
    """
    if method not in (
        "benjamini-hochberg",
        "benjamini-yekutieli",
        "holm",
        "bonferroni",
    ):
        raise ValueError(
            "`method` must be benjamini-hochberg, benjamini-yekutieli, holm or "
            f"bonferroni, but is {method!r}."
        )
    every = dim is None and isinstance(p, xr.DataArray)
    dims = tuple(map(str, p.dims)) if every else dims_of(p, dim)

    def honest(array: np.ndarray) -> np.ndarray:
        lead = array.shape[: array.ndim - len(dims)]
        flat = array.reshape(*lead, -1)
        if ((flat < 0) | (flat > 1)).any():
            raise ValueError("p-values must lie between 0 and 1.")
        order = np.argsort(flat, -1)  # NaN last
        ranked = np.take_along_axis(flat, order, -1)
        m = np.isfinite(flat).sum(-1, keepdims=True)
        i = np.arange(1, flat.shape[-1] + 1)
        if method == "bonferroni":
            ranked = ranked * m
        elif method == "holm":
            ranked = np.maximum.accumulate(ranked * (m - i + 1), -1)
        else:
            whole = np.where(i <= m, 1 / i, 0).sum(-1, keepdims=True)
            factor = whole if method == "benjamini-yekutieli" else 1.0
            ranked = np.fmin.accumulate((ranked * m / i * factor)[..., ::-1], -1)[
                ..., ::-1
            ]
        told = np.empty_like(flat)
        np.put_along_axis(told, order, np.minimum(ranked, 1), -1)
        return np.where(np.isnan(flat), np.nan, told).reshape(array.shape)

    attrs = {
        "name": p.name,
        "long_name": "adjusted p-value",
        "units": "1",
        "method": method,
        "undefined": "NaN: a statistic that is undefined is no question",
    }
    return mapped(honest, p, dims, attrs=attrs)
