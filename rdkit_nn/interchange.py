"""Runs of other collections, read as runs of ours."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .grid import Grid

KINDS = {"periodic": "periodic", "wall": "no-flux"}


def well(
    path: str | PathLike,
    names: Mapping[str, str] | None = None,
    boundary: Any = None,
) -> xr.Dataset:
    """Open a file of The Well: scalar fields of many trajectories, lazily.

    The layout is that of `t0_fields` in its data format: (trajectory, time, x, y[, z]) on a
    uniform Cartesian grid. A frame of one trajectory is a start for `simulate`; its
    parameters stand in the attributes.

    Args:
        path: HDF5 file.
        names: What fields shall be called: `{"A": "u", "B": "v"}` for Gray-Scott. Default:
            as they are.
        boundary: Walls, where the file's word for them ("open") is none of ours.

    Returns:
        A run: dims (run, time, z, y, x), on dask arrays.

    Raises:
        FileNotFoundError: If there is no file.
        ValueError: If it is laid out otherwise: the sentence says what is missing.

    Source:
        Ohana et al., The Well, NeurIPS 2024, doi:10.48550/arXiv.2412.00568.
    """
    try:
        import dask.array as da
        import h5py
    except ImportError as error:
        raise ImportError(
            f"Reading The Well needs {error.name}: pip install 'rdkit_nn[store]'."
        ) from None
    home = Path(path)
    if not home.exists():
        raise FileNotFoundError(f"There is no file {home}.")
    try:
        file = h5py.File(home, "r")
    except OSError as error:
        raise ValueError(f"{home} is no HDF5 file: {error}.") from None
    for need in ("dimensions", "t0_fields", "boundary_conditions"):
        if need not in file:
            raise ValueError(
                f"{home} is no file of The Well: it has no group `{need}`."
            )
    if (kind := _text(file.attrs.get("grid_type", "cartesian"))) != "cartesian":
        raise ValueError(f"The grid of {home} is {kind}; only Cartesian ones are read.")
    dims = [_text(d) for d in file["dimensions"].attrs["spatial_dims"]]
    centres = {d: _read(home, file, f"dimensions/{d}") for d in dims}
    ours = tuple(d for d in ("z", "y", "x") if d in dims)
    if len(ours) != len(dims):
        raise ValueError(f"The axes of {home} are {dims}, not some of x, y, z.")
    spacing = [float(np.diff(centres[d]).mean()) for d in ours]
    if boundary is None:
        boundary = _boundary(home, file, ours)
    grid = Grid(tuple(len(centres[d]) for d in ours), spacing, boundary)
    time = _read(home, file, "dimensions/time")
    fields = {}
    for name in file["t0_fields"]:
        stored = file["t0_fields"][name]
        cells = tuple(len(centres[d]) for d in dims)
        shape = (stored.shape[0] if stored.ndim else 0, len(time), *cells)
        if stored.shape != shape:
            raise ValueError(
                f"The field `{name}` of {home} has shape {stored.shape}; {shape} was "
                "expected: trajectories, times, cells. What does not vary is not read."
            )
        lazy = da.from_array(stored, chunks=(1, 1, *stored.shape[2:]), lock=True)
        order = (0, 1, *(2 + dims.index(d) for d in ours))
        fields[(names or {}).get(name, name)] = (
            ("run", "time", *ours),
            lazy.transpose(order),
        )
    coords: dict[str, Any] = {d: (d, centres[d], grid.coords[d][2]) for d in ours}
    coords["time"] = ("time", time, {"long_name": "time", "units": "1", "axis": "T"})
    coords["step"] = ("time", np.arange(len(time)), {"long_name": "step", "units": "1"})
    told: dict[str, Any] = {"source": str(home.name)}
    for name in (
        "dataset_name",
        *map(_text, file.attrs.get("simulation_parameters", ())),
    ):
        if name in file.attrs:
            value = file.attrs[name]
            told[name] = value.item() if isinstance(value, np.generic) else _text(value)
    return xr.Dataset(fields, coords, told)


def _read(home: Path, file: Any, key: str) -> np.ndarray:
    if key not in file:
        raise ValueError(f"{home} is no file of The Well: it has no `{key}`.")
    values = np.asarray(file[key], dtype=float)
    if values.ndim != 1:
        raise ValueError(
            f"`{key}` of {home} varies between trajectories; that is not read."
        )
    return values


def _boundary(home: Path, file: Any, ours: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in file["boundary_conditions"].values():
        kind = _text(part.attrs.get("bc_type", "")).lower()
        for dim in map(_text, part.attrs.get("associated_dims", ())):
            if kind not in KINDS:
                raise ValueError(
                    f"Axis {dim} of {home} has the boundary {kind!r}; say which walls are "
                    "meant: boundary='no-flux'."
                )
            found[dim] = KINDS[kind]
    if missing := [d for d in ours if d not in found]:
        raise ValueError(
            f"{home} says nothing of the boundary of {', '.join(missing)}: say boundary=…."
        )
    return found


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
