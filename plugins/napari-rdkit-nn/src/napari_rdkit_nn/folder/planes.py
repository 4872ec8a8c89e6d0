"""Sweeps as planes of two of their parameters."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from ..errands import Stop
from ..stores import open_one
from .pictures import class_of, last, looked_at, measured, shown

CLASS = "class"  # beside the measures, what a plane can be coloured by
NO_PARAMETER = ("failure", "finished")


@dataclass(frozen=True)
class Diagram:
    """A sweep as a plane of two of its parameters.

    Args:
        path: Of the store.
        dims: The two parameters, rows and columns; rows may be none.
        values: Values along each.
        others: Other parameters, at the first of their values.
        failures: Why single runs failed, by (row, column).
    """

    path: Path
    dims: tuple[str, str]
    values: tuple[tuple[str, ...], tuple[str, ...]]
    others: Mapping[str, str]
    failures: Mapping[tuple[int, int], str]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.values[0]), len(self.values[1])


def over(run: xr.Dataset) -> tuple[str, ...]:
    """Dims that a sweep goes over."""
    first = run[shown(run)]
    return tuple(str(d) for d in first.dims if d not in ("time", "z", "y", "x"))


def diagram(path: str | os.PathLike, dims: tuple[str, str] | None = None) -> Diagram:
    """Plane of a sweep; reads coordinates only.

    Args:
        path: Of the store.
        dims: Rows and columns; default the first two. One dim alone makes one row.

    Raises:
        ValueError: If it is no sweep, or has no such dims.
    """
    run = open_one(path)
    there = over(run)
    if not there:
        raise ValueError(f"{path} is one run, no sweep: there is no plane to show.")
    if dims is None:
        dims = (there[0], there[1]) if len(there) > 1 else ("", there[0])
    if wrong := [d for d in dims if d and d not in there]:
        raise ValueError(
            f"The sweep goes over {', '.join(there)}, not {', '.join(wrong)}."
        )
    values = (_labels(run, dims[0]) if dims[0] else ("",), _labels(run, dims[1]))
    others = {d: _labels(run, d)[0] for d in there if d not in dims}
    failures = {}
    if "failure" in run.coords:
        for r, c in np.ndindex(len(values[0]), len(values[1])):
            why = str(cell(run, dims, r, c).coords["failure"].values)
            if why:
                failures[r, c] = why
    return Diagram(Path(path), dims, values, others, failures)


def _labels(run: xr.Dataset, dim: str) -> tuple[str, ...]:
    """What to write at each place along a dim; of points, all their numbers."""
    if dim in run.coords:
        return tuple(_short(x) for x in run[dim].values.tolist())
    names = [
        n for n, c in run.coords.items() if c.dims == (dim,) and n not in NO_PARAMETER
    ]
    return tuple(
        ", ".join(f"{n}={_short(run[n].values[i].item())}" for n in names) or str(i)
        for i in range(run.sizes[dim])
    )


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def cell(
    run: xr.Dataset, dims: tuple[str, str], row: int, column: int, **others: int
) -> xr.Dataset:
    """One run of a sweep."""
    where = {d: others.get(d, 0) for d in over(run)}
    where |= {d: i for d, i in zip(dims, (row, column)) if d}
    return run.isel(where)


def measured_cells(
    told: Diagram, measure: str, stop: Stop = lambda: False
) -> Iterator[tuple[int, int, float | str]]:
    """Row, column and measure of the last frame of each run, one by one.

    Args:
        told: Which plane.
        measure: One of `MEASURES`, or `class`.
        stop: Says when nobody waits any more.

    Returns:
        The measure, or the name of the class; NaN where a run failed or is not there yet.
    """
    run = open_one(told.path)
    done = run.coords.get("finished")
    rows, columns = told.shape
    for r, c in product(range(rows), range(columns)):
        if stop():
            return
        one = cell(run, told.dims, r, c)
        there = done is None or bool(one.coords["finished"])
        if not there or (r, c) in told.failures:
            yield r, c, np.nan
        elif measure == CLASS:
            yield r, c, class_of(looked_at(one))[0]
        else:
            yield r, c, measured(last(one), measure)
