"""What kind of pattern it is, by rules that can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from scipy.special import ndtr

from .arrangement import hexatic
from .portraits import SPREAD, portrait
from .space import Dims, dims_of, space_of

Tests = tuple[tuple[str, str, float], ...]

RULES: tuple[tuple[str, Tests], ...] = (
    ("extinct", (("greatest", "<", 1e-6),)),
    ("homogeneous", (("relief", "<", 1e-3),)),
    ("unknown", (("cells", "<", 4.0),)),
    ("waves", (("moves", ">", 0.1), ("spread", ">", 0.45), ("pieces", "<", 0.26))),
    ("chaos", (("moves", ">", 0.1), ("spread", ">", 0.36))),
    ("stripes", (("anisotropy", ">", 0.5), ("euler", ">", -0.3), ("euler", "<", 0.3))),
    ("hexagons", (("euler", ">", 0.5), ("area", "<", 0.5), ("hexatic", ">", 0.75))),
    ("spots", (("euler", ">", 0.5), ("area", "<", 0.5))),
    ("spots", (("euler", ">", 0.05), ("area", "<", 0.1))),
    ("inverted spots", (("euler", "<", -0.6), ("area", ">", 0.5))),
    ("inverted spots", (("euler", "<", -0.1), ("area", ">", 0.75))),
    (
        "labyrinth",
        (
            ("spread", "<", 0.55),
            ("edge", ">", 1.6),
            ("euler", ">", -0.6),
            ("euler", "<", 0.5),
        ),
    ),
    ("unknown", ()),
)
"""Read from the top: the first rule all of whose tests hold. Measures are those of
`portrait`, and `greatest` |value|, `relief` (contrast over the greatest), `cells` a
wavelength, `pieces` (the greater of |`euler`| and |`euler_high`|: fronts have few ends and
rings), `hexatic` order of the neighbours of spots, and `moves`: one less the correlation
of the last frame with the one a fiftieth of the run before."""

CLASSES = tuple(dict.fromkeys(name for name, _ in RULES))
SLACK = SPREAD | {
    "greatest": 1e-7,
    "relief": 1e-4,
    "cells": 0.2,
    "pieces": 0.03,
    "hexatic": 0.03,
    "moves": 0.02,
}


def classify(field: xr.DataArray, dim: Dims = None) -> xr.Dataset:
    """Class of a pattern: what it looks like, and whether it moves.

    `extinct`, `homogeneous`, `spots`, `hexagons` (spots in order), `inverted spots`,
    `stripes`, `labyrinth`, `waves` (spirals, targets, fronts on the move), `chaos`, or
    `unknown`, by the list `classes.RULES`. A class is about looks, not about causes: no
    pattern is Turing's for its class (ask `stability.verdict`). Without `time` nothing is
    known to move, and waves and chaos are `unknown`.

    Args:
        field: On a plane. Along `time` the last frame is classified, with one before it
            for movement; any other leading dims: members, a sweep, a bank of neurons.
        dim: Dimensions of space. Default: y and x.

    Returns:
        `class`; `confidence`, the chance that measures shaken by their typical spread from
        seed to seed pass the same tests (of `unknown`: that no other rule holds); and the
        measures that the rules read. Lazy fields are read.

    Raises:
        ValueError: If space is no plane.
    """
    dims = dims_of(field, dim)
    last = field.isel(time=-1) if "time" in field.dims else field
    last = last.drop_vars(["time", "step"], errors="ignore").load()
    seen = portrait(last, dim)
    told = {str(m): seen.sel(measure=m, drop=True) for m in seen.measure.values}
    told = {
        name: value.drop_vars("scale_free", errors="ignore")
        for name, value in told.items()
    }
    greatest = abs(last.astype(float)).max(dims)
    told["greatest"] = greatest
    told["relief"] = told["contrast"] / greatest.where(greatest > 0, 1.0)
    told["cells"] = told["wavelength"] / max(space_of(last, dims).values())
    told["moves"] = _moves(field, last, dims)
    pieces: Any = np.maximum(np.abs(told["euler"]), np.abs(told["euler_high"]))
    told["pieces"] = pieces
    told["hexatic"] = _hexatic(last, dim, told)
    names = sorted({name for _, tests in RULES for name, _, _ in tests})
    lead = told["area"].dims
    shape = tuple(told["area"].sizes[d] for d in lead)
    values = {
        n: np.asarray(told[n].broadcast_like(told["area"]).transpose(*lead))
        for n in names
    }
    kind, sure = _judged(values, shape)
    found = xr.Dataset({n: told[n] for n in names})
    return found.assign({"class": (lead, kind), "confidence": (lead, sure)})


def _judged(values: dict, shape: tuple) -> tuple[np.ndarray, np.ndarray]:
    kind = np.full(shape, "unknown", dtype="<U16")
    sure = np.zeros(shape)
    open_ = np.ones(shape, dtype=bool)
    nothing = np.ones(shape)  # chance that no rule but the last holds
    for name, tests in RULES:
        holds, chance = np.ones(shape, dtype=bool), np.ones(shape)
        for measure, sign, bound in tests:
            x = values[measure]
            gap = (x - bound) * (1 if sign == ">" else -1)
            with np.errstate(invalid="ignore"):
                holds &= np.where(np.isfinite(x), gap > 0, False)
                odds = ndtr(gap / SLACK[measure])
            chance *= np.where(np.isfinite(x), odds, 0.0)
        if tests:
            now = open_ & holds
            kind[now], sure[now] = name, (chance * nothing)[now]
            open_ &= ~holds
            nothing = nothing * np.where(holds, 1.0, 1 - chance)
    sure[open_] = nothing[open_]
    return kind, sure


def _moves(field: xr.DataArray, last: xr.DataArray, dims: tuple) -> xr.DataArray:
    still = xr.full_like(
        last.isel({d: 0 for d in dims}, drop=True), np.nan, dtype=float
    )
    if "time" not in field.dims or field.sizes["time"] < 2:
        return still
    time = field.time.values.astype(float)
    wanted = time[-1] - (time[-1] - min(time[0], 0.0)) / 50
    at = min(int(np.searchsorted(time, wanted)), field.sizes["time"] - 2)
    before = field.isel(time=at).drop_vars(["time", "step"], errors="ignore").load()
    a = last.astype(float) - last.astype(float).mean(dims)
    b = before.astype(float) - before.astype(float).mean(dims)
    both = (a * b).mean(dims)
    size = a.std(dims) * b.std(dims)
    return 1 - both / size.where(size > 0)


def _hexatic(last: xr.DataArray, dim: Dims, told: dict) -> xr.DataArray:
    """Order of the spots, where there are any."""
    some = (told["euler"] > 0.4) & (told["area"] < 0.5)
    blank = xr.full_like(told["area"], np.nan)
    if not bool(some.any()):
        return blank
    return hexatic(last.where(some, 0.0), dim=dim).local.where(some)
