"""Arrays of parameters beside the ledger: fields in space and weights, by their digest.

A description names such a parameter by its digest alone; with the array at hand `resume`
can make it anew. They stand in `finished/parameters`, once, under a digest of their own.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .finished import FOLDER, _attributes, _node, replace
from .seals import Damaged, digest

LARGEST = 2**26  # bytes of all arrays above which they are not kept


def write_arrays(folder: Path, arrays: Mapping[str, Mapping[str, Any]]) -> str:
    """Write arrays; return the digest of the file, or nothing where none is written.

    Args:
        folder: Of the store.
        arrays: By digest: `values`, and whatever JSON says how to read them.
    """
    size = sum(np.asarray(entry["values"]).nbytes for entry in arrays.values())
    if not arrays or size > LARGEST:
        return ""
    (folder / FOLDER).mkdir(exist_ok=True)
    body = _node({key: _packed(entry) for key, entry in arrays.items()})
    replace(folder / FOLDER / "parameters" / "zarr.json", body)
    return digest(body)


def read_arrays(folder: Path, seal: str) -> dict[str, dict[str, Any]]:
    """Read them back.

    Raises:
        Damaged: If the file is not what was written.
    """
    if not seal:
        return {}
    file = folder / FOLDER / "parameters" / "zarr.json"
    if not file.exists() or digest(file.read_bytes()) != seal:
        raise Damaged(f"{folder} is damaged: {file} is not what was written there.")
    return {key: _unpacked(entry) for key, entry in _attributes(file).items()}


def _packed(entry: Mapping[str, Any]) -> dict[str, Any]:
    values = np.ascontiguousarray(entry["values"], dtype="<f8")
    text = base64.b64encode(values.tobytes()).decode()
    return {**entry, "values": text, "shape": list(values.shape)}


def _unpacked(entry: dict[str, Any]) -> dict[str, Any]:
    values = np.frombuffer(base64.b64decode(entry["values"]), "<f8")
    return {**entry, "values": values.reshape(entry["shape"]).copy()}
