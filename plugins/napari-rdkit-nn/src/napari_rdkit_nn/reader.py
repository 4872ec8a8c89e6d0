"""From a path to layers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xarray as xr

import rdkit_nn as rd
from rdkit_nn import store

from .layers import Layer, layers_of
from .layers.runs import MOST, runs_of

NOTHING: list[Any] = [(None,)]  # napari's word for: read, and there are no layers


def get_reader(path: str | list[str]) -> Callable[[str], list[Layer]] | None:
    """Say whether the path is ours: a run, a sweep, or a tree of runs. Reads metadata only.

    Returns:
        A function from the path to layers, or None for what is not ours.
    """
    if isinstance(path, list):
        if len(path) != 1:
            return None
        path = path[0]
    return read if kind_of(path) else None


def kind_of(path: str | Path) -> str | None:
    """`run`, `tree`, `file` (netCDF), or None for foreign stores and whatever else.

    A run of ours that is damaged is a run: opening it says what is wrong.
    """
    folder = Path(path)
    if folder.suffix == ".nc":
        return "file" if _is_ours(folder) else None
    if "rdkit_nn" in _attributes(folder) or _has_ledger(folder):
        return "run"
    for pattern in ("*/zarr.json", "*/*/zarr.json"):
        for found in folder.glob(pattern):
            if "rdkit_nn" in _attributes(found.parent):
                return "tree"
    return None


def open_any(path: str | Path) -> xr.Dataset | xr.DataTree:
    """Open a run, a sweep or a tree of runs, lazily.

    Args:
        path: Of a store, of a netCDF file, or of one run inside the store of a comparison.

    Raises:
        ValueError: If it is none of these, or damaged.
    """
    kind = kind_of(path)
    if kind == "run" and _has_ledger(Path(path)):
        return rd.open_run(path)
    if kind == "run" and not _in_a_tree(Path(path)):
        return rd.open_run(path)  # its ledger is lost: the core says so
    if kind == "run":
        return xr.open_zarr(path, chunks={}, consolidated=False)
    if kind == "tree":
        return xr.open_datatree(path, engine="zarr", chunks={}, consolidated=False)
    if kind == "file":
        run = xr.open_dataset(path, engine="h5netcdf")
        return run.chunk({"time": 1} if "time" in run.dims else {})
    raise ValueError(f"{path} holds no run of rdkit_nn.")


def read(path: str | list[str]) -> list[Layer]:
    """Layers of the runs at a path; what is wrong with them, as a notification."""
    from napari.utils.notifications import show_error, show_info

    from .viewer import accompany_all

    path = path[0] if isinstance(path, list) else path
    accompany_all()
    try:
        data = open_any(path)
        told = layers_of(data, source=str(path), tell=show_error)
    except (ValueError, OSError, ImportError) as error:
        show_error(str(error))
        return NOTHING
    if not told:
        show_error(f"{path} holds no variable that is a picture.")
        return NOTHING
    if words := said_of(path, data):
        show_info(words)
    return told


def said_of(path: str | Path, data: xr.Dataset | xr.DataTree) -> str:
    """What to know of a store beside its pictures; empty for a complete run."""
    if isinstance(data, xr.DataTree):
        names = list(runs_of(data))
        words = f"{path} holds {len(names)} runs. {names[0]} is shown"
        if len(names) > 1:
            words += "; the others are hidden layers: click their eyes"
        if len(names) > MOST:
            words += (
                f" (the first {MOST}; open {path}/{names[MOST]} and so on for more)"
            )
        return words + "."
    try:
        told = store.status(path)
    except (ValueError, OSError):
        return ""
    if told.get("kind") == "sweep" and told["done"] < told["runs"]:
        return (
            f"{path} has {told['done']} of {told['runs']} runs; the others are blank."
        )
    if told["status"] != "complete" and told.get("kind") != "sweep":
        return (
            f"{path} is {told['status']}: {told['frames']} of {told['reserved']} frames. "
            "Control-Alt-R reads what has come since."
        )
    return ""


def _attributes(folder: Path) -> dict:
    try:
        told = json.loads((folder / "zarr.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    attributes = told.get("attributes") if isinstance(told, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def _has_ledger(folder: Path) -> bool:
    try:
        return b'"ledger"' in (folder / "finished" / "zarr.json").read_bytes()
    except OSError:
        return False


def _in_a_tree(folder: Path) -> bool:
    """Whether a folder is a node of a larger store, which keeps no ledger of its own."""
    return any((up / "zarr.json").exists() for up in list(folder.parents)[:2])


def _is_ours(file: Path) -> bool:
    try:
        import h5netcdf

        with h5netcdf.File(file, "r") as opened:
            return "rdkit_nn" in opened.attrs
    except (ImportError, OSError):
        return False
