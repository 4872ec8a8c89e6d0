"""What lies at a path: a run, a sweep, a tree of runs, a netCDF file, or none of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import xarray as xr

import rdkit_nn as rd


def kind_of(path: str | Path) -> str | None:
    """`run`, `tree`, `file` (netCDF), or None for foreign stores and whatever else.

    A run of ours that is damaged is a run: opening it says what is wrong.
    """
    folder = Path(path)
    if folder.suffix == ".nc":
        return "file" if _is_ours(folder) else None
    if "rdkit_nn" in attributes_of(folder) or _has_ledger(folder):
        return "run"
    inside = (f for p in ("*/zarr.json", "*/*/zarr.json") for f in folder.glob(p))
    ours = any("rdkit_nn" in attributes_of(found.parent) for found in inside)
    return "tree" if ours else None


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


def open_one(path: str | Path) -> xr.Dataset:
    """Open a run or a sweep, lazily.

    Raises:
        ValueError: If it is neither, or damaged.
    """
    data = open_any(path)
    if isinstance(data, xr.DataTree):
        raise ValueError(f"{path} holds several runs: open one of them by its path.")
    return data


def attributes_of(folder: Path) -> dict[str, Any]:
    """Attributes of a group of a store; none where it is no group, or unreadable."""
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
