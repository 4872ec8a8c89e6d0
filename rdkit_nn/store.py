"""Runs on disk: Zarr with checksums and a count of finished frames, read lazily.

Frames are written in blocks, one chunk a block; the count of complete frames, written
last and in one move, says how much of what was reserved is true. What is missing is an
error, never a NaN; a damaged chunk fails its checksum when it is read.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

BLOCK = 8  # frames in one chunk, at most
LARGEST = 2**26  # bytes of one chunk, at most, unless a single frame is larger


class Writer:
    """Writes the frames of one run as they come.

    Args:
        path: Folder of the store.
        shell: The run's coordinates and attributes, all times told, no frames.
        like: One frame.
        overwrite: Whether an existing store may be replaced.

    Raises:
        FileExistsError: If there is something at the path that may not be replaced.
        ImportError: If zarr is missing.
    """

    def __init__(
        self,
        path: str | PathLike,
        shell: xr.Dataset,
        like: xr.Dataset,
        overwrite: bool = False,
    ):
        library()
        import dask.array as da

        self.path = claim(path, overwrite)
        self.frames = 0
        self._block: list[xr.Dataset] = []
        self._reserved = shell.sizes["time"]
        widest = max((f.nbytes for f in like.values()), default=1)
        self._size = max(1, min(BLOCK, self._reserved, LARGEST // max(1, widest)))
        template = shell.assign(
            {
                name: (
                    ("time", *field.dims),
                    da.zeros(
                        (self._reserved, *field.shape),
                        dtype=field.dtype,
                        chunks=(self._size, *field.shape),
                    ),
                    field.attrs,
                )
                for name, field in like.items()
            }
        )
        try:
            plain(template.assign_attrs(variables=list(like))).to_zarr(
                self.path,
                compute=False,
                consolidated=False,
                encoding={name: encoding() for name in like},
            )
            self._count(0)
        except OSError as error:
            raise OSError(
                f"The store {self.path} cannot be written: {error}."
            ) from error

    def keep(self, frame: xr.Dataset, ranges: Mapping[str, list]) -> None:
        """Take one frame, and the range of values so far; write when a block is full."""
        self._ranges = dict(ranges)
        fields = {n: (f.dims, np.array(f.values)) for n, f in frame.items()}
        self._block.append(xr.Dataset(fields))
        if len(self._block) == self._size:
            self._flush()

    def close(self) -> xr.Dataset:
        """Write what is left, give back what was reserved in vain, read the run."""
        self._flush()
        if self.frames < self._reserved:
            for _, array in self._group().arrays():
                if array.metadata.dimension_names[:1] == ("time",):
                    array.resize((self.frames, *array.shape[1:]))
        return open_run(self.path)

    def _flush(self) -> None:
        if not self._block:
            return
        block = xr.concat(self._block, "time")
        until = self.frames + len(self._block)
        block.to_zarr(
            self.path,
            region={"time": slice(self.frames, until)},
            consolidated=False,
            encoding=None,
        )
        self._block = []
        for name, array in self._group().arrays():
            if name in self._ranges:
                array.attrs["actual_range"] = self._ranges[name]
        self._count(until)

    def _count(self, frames: int) -> None:
        self.frames = frames
        self._group().attrs["complete"] = frames

    def _group(self) -> Any:
        return library().open_group(self.path, mode="r+")


def open_run(path: str | PathLike) -> xr.Dataset:
    """Open a stored run lazily; of one that is still growing, what is complete.

    Args:
        path: Folder that `simulate(store=…)` wrote.

    Returns:
        The run, on dask arrays: nothing is read until it is asked for.

    Raises:
        FileNotFoundError: If there is nothing at the path.
        ValueError: If it is no run of ours, or a chunk is missing.
        ImportError: If zarr is missing.
    """
    zarr = library()
    folder = Path(path)
    if not folder.exists():
        raise FileNotFoundError(f"There is no run at {folder}.")
    try:
        group = zarr.open_group(folder, mode="r")
    except Exception as error:
        raise ValueError(f"{folder} is no Zarr store: {error}.") from error
    if "rdkit_nn" not in group.attrs:
        if any(isinstance(part, zarr.Group) for _, part in group.members()):
            raise ValueError(
                f"{folder} holds several runs: open it with "
                f"xarray.open_datatree({str(folder)!r}, engine='zarr')."
            )
        raise ValueError(
            f"{folder} is a Zarr store, but no run of rdkit_nn: its attributes lack "
            "`rdkit_nn`."
        )
    run = xr.open_zarr(folder, chunks={}, consolidated=False)
    complete = int(group.attrs.get("complete", run.sizes.get("time", 0)))
    for name, array in group.arrays():
        _check_chunks(folder, name, array, complete)
    # A folder keeps no order; the run's own is written beside the count.
    order = [n for n in run.attrs.pop("variables", []) if n in run]
    run = run[order + [n for n in run if n not in order]]
    run.attrs.pop("complete", None)
    run = run.assign_coords({k: c.compute() for k, c in run.coords.items()})
    return run.isel(time=slice(0, complete)) if "time" in run.dims else run


def _check_chunks(folder: Path, name: str, array: Any, complete: int) -> None:
    timed = array.metadata.dimension_names[:1] == ("time",)
    counts = [-(-n // c) for n, c in zip(array.shape, array.chunks)]
    if timed:
        counts[0] = -(-complete // array.chunks[0])
    expected, found = int(np.prod(counts)), array.nchunks_initialized
    if found < expected:
        raise ValueError(
            f"{folder} is damaged: of `{name}` {expected - found} of {expected} chunks "
            "are missing."
        )


def claim(path: str | PathLike, overwrite: bool) -> Path:
    """Make sure that a store may be written at `path`; remove the old one if told.

    Raises:
        FileExistsError: If something is there and may not be replaced, or is no store.
        OSError: If the folder cannot be made.
    """
    folder = Path(path)
    if folder.exists():
        ours = folder.is_dir() and (
            (folder / "zarr.json").exists() or not any(folder.iterdir())
        )
        if not ours:
            raise FileExistsError(
                f"{folder} exists and is no Zarr store; it is left alone. "
                "Choose another path."
            )
        if not overwrite:
            raise FileExistsError(
                f"{folder} exists already. Choose another path, or say overwrite=True "
                "to replace it."
            )
        shutil.rmtree(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"The folder {folder.parent} cannot be made: {error}.") from error
    return folder


def plain(run: xr.Dataset) -> xr.Dataset:
    """Copy of a Dataset that every Zarr reader understands.

    Text coordinates become objects, and attributes plain numbers and text.
    """
    texts = {n: c.astype(object) for n, c in run.coords.items() if c.dtype.kind == "U"}
    run = run.assign_coords(texts)
    parts: list[Any] = [run, *run.variables.values()]
    for part in parts:
        part.attrs = {k: _plain(v) for k, v in part.attrs.items() if v is not None}
    return run


def encoding() -> dict[str, Any]:
    """How an array is written: shuffled, compressed, with a checksum, chunk by chunk."""
    from zarr.codecs import BloscCodec, Crc32cCodec

    blosc = BloscCodec(cname="zstd", clevel=1, shuffle="shuffle")
    return {
        "compressors": (blosc, Crc32cCodec()),
        "write_empty_chunks": True,
        "_FillValue": None,  # what is missing is an error, not a value
    }


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def library() -> Any:
    """The zarr library, if it and dask are installed.

    Raises:
        ImportError: If one is missing; the sentence says how to get it.
    """
    try:
        import dask  # noqa: F401
        import zarr
    except ImportError as error:
        raise ImportError(
            f"Storing a run needs {error.name}: pip install 'rdkit_nn[store]'."
        ) from None
    return zarr
