"""Runs at a path, opened lazily whatever holds them."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

import rdkit_nn as rd

from .kinds import has_ledger, kind_of


def open_any(path: str | Path) -> xr.Dataset | xr.DataTree:
    """Open a run, a sweep or a tree of runs, lazily.

    Args:
        path: Of a store, of a netCDF file, or of one run inside the store of a comparison.

    Raises:
        ValueError: If it is none of these, or damaged.
    """
    kind = kind_of(path)
    if kind == "run" and has_ledger(Path(path)):
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


def _in_a_tree(folder: Path) -> bool:
    """Whether a folder is a node of a larger store, which keeps no ledger of its own."""
    return any((up / "zarr.json").exists() for up in list(folder.parents)[:2])
