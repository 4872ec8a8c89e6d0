"""Portraits of the patterns of all presets: what a pattern may be compared with."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import xarray as xr

from ..analysis.portraits import SCALED

FILE = "portraits.npz"


@cache
def _kept() -> dict[str, np.ndarray]:
    with resources.as_file(resources.files(__package__) / FILE) as path:
        return dict(np.load(path, allow_pickle=False))


def atlas() -> xr.DataArray:
    """Portraits of finished patterns, ten seeds for each preset.

    Made by `tests/published/fingerprints.py`; what died, or is homogeneous, is left out.

    Returns:
        (sample, measure), with the coordinates `label` (the preset) and `seed`; what
        `analysis.nearest` takes.

    Example:
        >>> told = atlas()
        >>> told.dims
        ('sample', 'measure')
    """
    told = _kept()
    measures = told["measure"].astype(str)
    return xr.DataArray(
        told["portrait"].astype(float),
        dims=("sample", "measure"),
        coords={
            "label": ("sample", told["label"].astype(str)),
            "seed": ("sample", told["seed"]),
            "measure": measures,
            "scale_free": ("measure", ~np.isin(measures, SCALED)),
        },
        name="portrait",
    )
