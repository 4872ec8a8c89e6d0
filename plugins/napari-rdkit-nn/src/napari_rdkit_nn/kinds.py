"""What lies at a path: a run, a tree of runs, a netCDF file, or none of ours.

Told by names and attributes alone, and without importing anything to speak of.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def kind_of(path: str | Path) -> str | None:
    """`run`, `tree`, `file` (netCDF), or None for foreign stores and whatever else.

    A run of ours that is damaged is a run: opening it says what is wrong.
    """
    folder = Path(path)
    if folder.suffix == ".nc":
        return "file" if _is_ours(folder) else None
    if "rdkit_nn" in attributes_of(folder) or has_ledger(folder):
        return "run"
    inside = (f for p in ("*/zarr.json", "*/*/zarr.json") for f in folder.glob(p))
    ours = any("rdkit_nn" in attributes_of(found.parent) for found in inside)
    return "tree" if ours else None


def attributes_of(folder: Path) -> dict[str, Any]:
    """Attributes of a group of a store; none where it is no group, or unreadable."""
    try:
        told = json.loads((folder / "zarr.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    attributes = told.get("attributes") if isinstance(told, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def has_ledger(folder: Path) -> bool:
    """Whether a store keeps a ledger, as the core's do."""
    try:
        return b'"ledger"' in (folder / "finished" / "zarr.json").read_bytes()
    except OSError:
        return False


def _is_ours(file: Path) -> bool:
    try:
        import h5netcdf

        with h5netcdf.File(file, "r") as opened:
            return "rdkit_nn" in opened.attrs
    except (ImportError, OSError):
        return False
