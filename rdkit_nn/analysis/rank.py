"""How many directions a matrix really uses."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .space import reduced


def effective_rank(
    matrix: xr.DataArray,
    rows: str = "hidden",
) -> xr.DataArray:
    """Effective rank: exp of the entropy of the normalised singular values.

        erank = exp(-Σ p_i ln p_i),   p_i = s_i / Σ s

    One for a matrix of rank one, its size for an orthogonal one. It does not depend on
    the order of rows or columns.

    Args:
        matrix: With dims `rows` and any of z, y, x or `input` as columns.
        rows: Name of the rows.

    Returns:
        Shape of `matrix` without rows and columns. NaN for a zero matrix.

    Raises:
        ValueError: If rows or columns are missing.

    Source:
        Roy & Vetterli, EUSIPCO (2007) 606, doi:10.5281/zenodo.40479.
    """
    columns = [d for d in ("z", "y", "x", "input") if d in matrix.dims]
    if rows not in matrix.dims or not columns:
        raise ValueError(
            f"A matrix needs dims `{rows}` and z, y, x or input, but has {matrix.dims}."
        )

    def rank(array: np.ndarray) -> np.ndarray:
        flat = array.reshape(*array.shape[: -len(columns)], -1)
        s = np.linalg.svd(flat, compute_uv=False)
        total = s.sum(-1)
        p = s / np.where(total > 0, total, 1)[..., None]
        told = np.exp(-(p * np.log(np.where(p > 0, p, 1))).sum(-1))
        return np.where(total > 0, told, np.nan)

    attrs = {"name": "effective_rank", "long_name": "effective rank", "units": "1"}
    return reduced(rank, matrix, [rows, *columns], attrs=attrs)
