"""What lies at a path: a run, a tree of runs, a netCDF file, or none of ours.

Told by names and attributes alone, and without importing anything to speak of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    return "tree" if next(runs_inside(folder), None) else None


def runs_inside(tree: Path) -> Iterator[Path]:
    """Groups of a store that are runs, one or two levels down, in order of their names."""
    for pattern in ("*/zarr.json", "*/*/zarr.json"):
        for found in sorted(tree.glob(pattern)):
            if "rdkit_nn" in attributes_of(found.parent):
                yield found.parent


def attributes_of(folder: Path) -> dict[str, Any]:
    """Attributes of a group of a store; none where it is no group, or unreadable."""
    attributes = _metadata(folder).get("attributes")
    return attributes if isinstance(attributes, dict) else {}


def length_of(folder: Path) -> int:
    """Length of an array of a store along its first axis; 1 where there is none."""
    shape = _metadata(folder).get("shape")
    return int(shape[0]) if isinstance(shape, list) and shape else 1


def has_ledger(folder: Path) -> bool:
    """Whether a store keeps a ledger, as the core's do."""
    try:
        return b'"ledger"' in (folder / "finished" / "zarr.json").read_bytes()
    except OSError:
        return False


def _metadata(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / "zarr.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_ours(file: Path) -> bool:
    try:
        import h5netcdf

        with h5netcdf.File(file, "r") as opened:
            return "rdkit_nn" in opened.attrs
    except (ImportError, OSError):
        return False
