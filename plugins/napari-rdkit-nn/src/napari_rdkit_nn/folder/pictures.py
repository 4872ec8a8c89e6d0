"""Runs that are looked at: their last frame, small and grey, and what it measures."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from rdkit_nn import analysis, neural

from ..layers.lazily import lead_of
from ..stores import open_one

SIDE = 48  # pixels along a side of a thumbnail


def shown(run: xr.Dataset) -> str:
    """Name of the variable that is looked at: the last one in a plane, `v` if there is.

    Raises:
        ValueError: If nothing in the run is a picture.
    """
    names = [str(n) for n, f in run.items() if {"y", "x"} <= set(f.dims)]
    if not names:
        raise ValueError("Nothing in this run is a picture in y and x.")
    return "v" if "v" in names else names[-1]


def looked_at(run: xr.Dataset) -> xr.DataArray:
    """What is looked at: of a sweep its first run, in space the middle plane.

    Returns:
        (time, y, x), or (time, hidden, y, x) for a bank of receptive fields; without
        `time` for a state.
    """
    field = run[shown(run)]
    if "z" in field.dims:
        field = field.isel(z=field.sizes["z"] // 2)
    sweep = [d for d in lead_of(field) if d != "time"] if "time" in field.dims else []
    return field.isel(dict.fromkeys(sweep, 0))


def last(run: xr.Dataset) -> xr.DataArray:
    """Picture of the last frame, read; of a bank all its fields."""
    field = looked_at(run)
    return (field.isel(time=-1) if "time" in field.dims else field).load()


def thumbnail(path: str | os.PathLike, side: int = SIDE) -> np.ndarray:
    """Last frame as a small grey picture, dark for low and bright for high.

    Of a bank of receptive fields it is the montage.

    Returns:
        uint8, at most (side, side).

    Raises:
        ValueError: If there is no picture in it, or it is damaged.
    """
    frame = last(open_one(path))
    if "hidden" in frame.dims:
        picture = neural.montage(frame, frame.sizes["hidden"])
        picture = np.where(np.isfinite(picture), picture, np.nanmin(picture))
    else:
        picture = np.asarray(frame.values, float)
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


def measured(picture: xr.DataArray, name: str) -> float:
    """One measure of a picture, by `rdkit_nn.analysis`; of a bank the mean over neurons."""
    return float(MEASURES[name](picture).mean())


def class_of(field: xr.DataArray) -> tuple[str, float]:
    """Class of a run by `analysis.classify`, and how sure it is.

    Of a bank the class that most of its neurons have, and the share of them that do.
    """
    told = analysis.classify(field)
    if "hidden" not in field.dims:
        return str(told["class"].item()), float(told["confidence"])
    ((name, count),) = Counter(map(str, told["class"].values)).most_common(1)
    return name, count / field.sizes["hidden"]


def measures_of(path: str | os.PathLike) -> tuple[dict[str, float], str]:
    """Contrast, wavelength and Euler number of the last frame of a run, and its class.

    Beside them stands the `confidence` of the class.

    Raises:
        ValueError: If there is no picture in it, or it is damaged.
    """
    run = open_one(path)
    frame = last(run)
    numbers = {name: measured(frame, name) for name in MEASURES}
    group, numbers["confidence"] = class_of(looked_at(run))
    return numbers, group
