"""From a path to layers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import xarray as xr

import rdkit_nn as rd

from .layers import Layer, layers_of


def get_reader(path: str | list[str]) -> Callable[[str], list[Layer]] | None:
    """Say whether the path is ours: a run, or a tree of runs. Reads metadata only.

    Returns:
        A function from the path to layers, or None for what is not ours.
    """
    if isinstance(path, list):
        if len(path) != 1:
            return None
        path = path[0]
    return read if kind_of(path) else None


def kind_of(path: str | Path) -> str | None:
    """`run`, `tree`, or None for foreign stores and whatever else."""
    folder = Path(path)
    if "rdkit_nn" in _attributes(folder):
        return "run"
    for pattern in ("*/zarr.json", "*/*/zarr.json"):
        for found in folder.glob(pattern):
            if "rdkit_nn" in _attributes(found.parent):
                return "tree"
    return None


def open_any(path: str | Path) -> xr.Dataset | xr.DataTree:
    """Open a run or a tree of runs, lazily.

    Raises:
        ValueError: If it is neither.
    """
    kind = kind_of(path)
    if kind == "run":
        return rd.open_run(path)
    if kind == "tree":
        return xr.open_datatree(path, engine="zarr", chunks={}, consolidated=False)
    raise ValueError(f"{path} holds no run of rdkit_nn.")


def read(path: str | list[str]) -> list[Layer]:
    """Layers of the runs at a path."""
    return layers_of(open_any(path[0] if isinstance(path, list) else path))


def _attributes(folder: Path) -> dict:
    try:
        told = json.loads((folder / "zarr.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    attributes = told.get("attributes") if isinstance(told, dict) else None
    return attributes if isinstance(attributes, dict) else {}
