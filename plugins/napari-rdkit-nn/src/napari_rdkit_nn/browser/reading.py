"""Errands of the browser: run beside the window, and touch no widget."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .. import folder
from ..errands import Stop
from ..folder import Diagram, Row
from ..layers import Layer, layers_of
from ..stores import open_one


def scan(path: Path, stop: Stop) -> Iterator[Row]:
    """Rows of a folder."""
    yield from folder.rows(path, stop)


def thumbnail(path: Path, stop: Stop) -> Iterator[np.ndarray]:
    """The picture of a run."""
    yield folder.thumbnail(path)


def measure(paths: list[Path], stop: Stop) -> Iterator[tuple[Path, Any]]:
    """Each path with its measures, or with what went wrong."""
    for path in paths:
        if stop():
            return
        try:
            yield path, folder.measures_of(path)
        except Exception as error:
            yield path, error


def cells(
    path: Path, dims: tuple[str, str] | None, measure: str, stop: Stop
) -> Iterator[Any]:
    """The plane of a sweep, then row, column and measure of each cell."""
    told = folder.diagram(path, dims)
    yield told
    yield from folder.measured_cells(told, measure, stop)


def cell(told: Diagram, row: int, column: int, stop: Stop) -> Iterator[list[Layer]]:
    """The layers of the run in one cell."""
    run = folder.cell(open_one(told.path), told.dims, row, column)
    labels = [
        f"{d}={v[i]}" if "=" not in v[i] else v[i]
        for d, v, i in zip(told.dims, told.values, (row, column))
        if d
    ]
    name = f"{told.path.stem} {', '.join(labels)}"
    yield [
        (data, {**words, "name": f"{name}: {words['name']}"}, kind)
        for data, words, kind in layers_of(run)
    ]
