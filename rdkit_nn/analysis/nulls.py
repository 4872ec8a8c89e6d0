"""Is there a pattern at all? What chance alone would give, and effects over seeds."""

from __future__ import annotations

import numpy as np
import scipy.stats
import xarray as xr

from .space import Dims, dims_of


def permuted(field: xr.DataArray, dim: Dims = None, *, seed: int) -> xr.DataArray:
    """The null "places mean nothing": one shuffle of the cells, the same for all.

    Values stay, places go. All leading dims (time, neurons) are shuffled alike, so that
    what they have in common stays common. Note: this is a null for fields whose cells
    are exchangeable, not for one that is known to be smooth.

    Args:
        field: Any shape.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        seed: Where chance begins.

    Returns:
        Shape, coordinates and attributes of `field`.
    """
    dims = dims_of(field, dim)
    order = np.random.Generator(np.random.Philox(seed)).permutation(
        int(np.prod([field.sizes[d] for d in dims]))
    )
    last = field.transpose(..., *dims)

    def shuffle(array: np.ndarray) -> np.ndarray:
        cells = array.shape[-len(dims) :]
        flat = array.reshape(*array.shape[: -len(dims)], -1)
        return flat[..., order].reshape(*array.shape[: -len(dims)], *cells)

    if last.chunks is not None:
        last = last.chunk(dict.fromkeys(dims, -1))
    mixed = xr.apply_ufunc(
        shuffle,
        last,
        input_core_dims=[dims],
        output_core_dims=[dims],
        dask="parallelized",
        output_dtypes=[field.dtype],
        keep_attrs=True,
    )
    return mixed.transpose(*field.dims)


def paired_effect(
    one: xr.DataArray, other: xr.DataArray, dim: str = "seed", *, level: float = 0.95
) -> xr.Dataset:
    """Mean of one - other over pairs, with Student's interval.

        d̄ ± t_{(1+level)/2, n-1} · s_d / √n

    The interval assumes differences near enough to normal; for few pairs that is a
    belief, not a finding.

    Args:
        one: With dim `dim`: one value a pair.
        other: The same shape, the same pairs.
        dim: Name of the pairs.
        level: Confidence of the interval.

    Returns:
        `effect`, `low`, `high`, without `dim`; the interval is NaN for a single pair.
    """
    gap = one - other
    n = gap.sizes[dim]
    mean = gap.mean(dim)
    if n < 2:
        half = xr.full_like(mean, np.nan)
    else:
        wide = float(scipy.stats.t.ppf((1 + level) / 2, n - 1))
        half = wide * gap.std(dim, ddof=1) / np.sqrt(n)
    return xr.Dataset({"effect": mean, "low": mean - half, "high": mean + half})
