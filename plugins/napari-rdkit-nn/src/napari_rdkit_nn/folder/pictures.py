"""Runs that are looked at: their last frame, small and grey, and what it measures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis

SIDE = 48  # pixels along a side of a thumbnail


def opened(path: str | os.PathLike) -> xr.Dataset:
    """A run or a sweep, lazily.

    Raises:
        ValueError: If it is neither, or damaged.
    """
    path = Path(path)
    if path.suffix == ".nc":
        return xr.open_dataset(path, engine="h5netcdf", chunks={})
    return rd.open_run(path)


def shown(run: xr.Dataset) -> str:
    """Name of the variable that is looked at: the last one in a plane, `v` if there is.

    Raises:
        ValueError: If nothing in the run is a picture.
    """
    names = [str(n) for n, f in run.items() if {"y", "x"} <= set(f.dims)]
    if not names:
        raise ValueError("Nothing in this run is a picture in y and x.")
    return "v" if "v" in names else names[-1]


def last(run: xr.Dataset) -> xr.DataArray:
    """Picture of the last frame: of the first run of a sweep, the middle plane in space."""
    picture = run[shown(run)]
    if "time" in picture.dims:
        picture = picture.isel(time=-1)
    if "z" in picture.dims:
        picture = picture.isel(z=picture.sizes["z"] // 2)
    return picture.isel({d: 0 for d in picture.dims if d not in ("y", "x")}).load()


def thumbnail(path: str | os.PathLike, side: int = SIDE) -> np.ndarray:
    """Last frame as a small grey picture, dark for low and bright for high.

    Returns:
        uint8, at most (side, side).

    Raises:
        ValueError: If there is no picture in it, or it is damaged.
    """
    picture = np.asarray(last(opened(path)).values, float)
    for axis in (0, 1):
        many = -(-picture.shape[axis] // side)
        edges = np.arange(0, picture.shape[axis], many)
        counts = np.diff([*edges, picture.shape[axis]])
        picture = np.add.reduceat(picture, edges, axis=axis)
        picture = picture / counts.reshape((-1, 1) if axis == 0 else (1, -1))
    low, high = float(np.nanmin(picture)), float(np.nanmax(picture))
    span = high - low if high > low else 1.0
    return (255 * np.nan_to_num((picture - low) / span)).astype(np.uint8)


MEASURES: dict[str, Callable[[xr.DataArray], Any]] = {
    "contrast": analysis.contrast,
    "wavelength": analysis.wavelength,
    "euler": analysis.euler_number,
}


def measured(picture: xr.DataArray, names: Any = tuple(MEASURES)) -> dict[str, float]:
    """Measures of one picture, by `rdkit_nn.analysis`."""
    return {name: float(MEASURES[name](picture)) for name in names}


def measures_of(path: str | os.PathLike) -> dict[str, float]:
    """Contrast, wavelength and Euler number of the last frame of a run.

    Raises:
        ValueError: If there is no picture in it, or it is damaged.
    """
    return measured(last(opened(path)))
