"""Colours: sequential for what is positive, diverging about zero for what is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

SEQUENTIAL, DIVERGING = "viridis", "RdBu_r"


def pyplot() -> Any:
    """Matplotlib's pyplot, asked for when something is drawn.

    Raises:
        ImportError: If matplotlib is missing.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError(
            "Drawing needs matplotlib: pip install 'rdkit_nn[plot]'."
        ) from None
    return plt


def colours(fields: Sequence[xr.DataArray]) -> dict[str, Any]:
    """One map and one range for several fields.

    Raises:
        ValueError: If there is no finite value among them.
    """
    values = [np.asarray(field.values, dtype=float) for field in fields]
    finite = [v[np.isfinite(v)] for v in values if np.isfinite(v).any()]
    if not finite:
        raise ValueError("There is no finite value to draw.")
    low = min(float(v.min()) for v in finite)
    high = max(float(v.max()) for v in finite)
    if low < 0 < high:
        far = max(-low, high)
        return {"cmap": DIVERGING, "vmin": -far, "vmax": far}
    return {"cmap": SEQUENTIAL, "vmin": low, "vmax": high}


def picture(field: xr.DataArray) -> xr.DataArray:
    """The plane to draw: of a run its last frame, of a bank a montage of its neurons.

    Raises:
        ValueError: If other dims than these are left.
    """
    if "time" in field.dims:
        field = field.isel(time=-1)
    if "hidden" in field.dims and {"y", "x"} <= set(field.dims):
        field = _montage(field)
    if len(field.dims) != 2:
        raise ValueError(
            f"A picture has two dims, but this has {field.dims}: choose by isel, such as "
            "field.isel(member=0)."
        )
    return field.drop_vars(["time", "step"], errors="ignore")


def _montage(bank: xr.DataArray) -> xr.DataArray:
    """Neurons row by row in a square, a line between; as many as there are places."""
    values = bank.transpose("hidden", "y", "x").values.astype(float)
    n, height, width = values.shape
    side = int(np.ceil(np.sqrt(n)))
    tall = -(-n // side)
    whole = np.full((tall * (height + 1) - 1, side * (width + 1) - 1), np.nan)
    for k, plane in enumerate(values):
        row, column = (k // side) * (height + 1), (k % side) * (width + 1)
        whole[row : row + height, column : column + width] = plane
    told = {"long_name": bank.attrs.get("long_name", bank.name or ""), "units": "1"}
    return xr.DataArray(whole, dims=("row", "column"), name=bank.name, attrs=told)
