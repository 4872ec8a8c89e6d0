"""Runs that can be chosen for pair mode: those at a path, and those among the layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ..layers.runs import runs_of
from ..pairing import Side, side_of
from ..stores import open_any

Source = Callable[[int | None], Side]  # of a neuron, or of all


def sources_at(path: str) -> Iterator[tuple[str, Source]]:
    """Runs at a path, with their names.

    Raises:
        ValueError: If one is no run in a plane.
    """
    data = open_any(path)
    runs = {path: data} if not hasattr(data, "subtree") else {}
    for name, run in ({} if runs else runs_of(data)).items():
        runs[f"{path}/{name}"] = run
    for name, run in runs.items():
        side_of(run, name)  # says what is wrong now, not later
        yield name, partial(_side, run, name)


def _side(run: Any, name: str, neuron: int | None) -> Side:
    return side_of(run, name, neuron=neuron)


def is_run(layer: Any) -> bool:
    """Whether a layer shows a run in a plane, over time."""
    field = layer.metadata.get("field")
    if field is None or layer.metadata.get("montage"):
        return False
    return {"time", "y", "x"} <= set(field.dims)


def source_of(layer: Any, point: Callable[[], Any]) -> Source:
    """Side of a layer: of a sweep, the run that its sliders show when asked.

    Args:
        layer: Of a run.
        point: Says where the sliders are.
    """
    told, name = layer.metadata, layer.name

    def source(j: int | None) -> Side:
        dims = getattr(layer.data, "dims", ())
        at = layer.world_to_data(point())
        place = {
            d: int(np.clip(np.rint(p), 0, n - 1))
            for d, p, n in zip(dims, at, layer.data.shape)
        }
        return side_of(told["run"], name, told["variable"], neuron=j, place=place)

    return source
