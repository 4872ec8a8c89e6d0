"""Axes of a picture: which of them one spacing can tell."""

from __future__ import annotations

import numpy as np
import xarray as xr


def turned(field: xr.DataArray) -> xr.DataArray:
    """The same field with descending axes turned about."""
    for dim in field.dims:
        if dim in field.coords and field[dim].dtype.kind in "fiu":
            centres = field[dim].values
            if len(centres) > 1 and centres[0] > centres[-1]:
                field = field.isel({dim: slice(None, None, -1)})
    return field


def even(field: xr.DataArray) -> xr.DataArray:
    """Drop coordinates that one spacing cannot tell, or that are no axes."""
    for dim in field.dims:
        if dim in field.coords and not is_even(field[dim].values):
            field = field.drop_vars(dim)
    # Coordinates that follow another axis (the step numbers) are no axes of the picture.
    return field.drop_vars([c for c in field.coords if c not in field.dims])


def is_even(centres: np.ndarray) -> bool:
    """Whether one spacing tells all of these."""
    if centres.dtype.kind not in "fiu" or not np.isfinite(centres).all():
        return False
    gaps = np.diff(centres.astype(float))
    return not len(gaps) or bool(
        gaps[0] > 0 and np.allclose(gaps, gaps.mean(), rtol=1e-6, atol=0)
    )
