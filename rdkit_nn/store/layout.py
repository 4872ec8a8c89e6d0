"""How a store is laid out: its place, its encoding, the size of its blocks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import product
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .finished import FOLDER
from .lock import locked

BLOCK = 8  # frames in one chunk, at most
LARGEST = 2**26  # bytes of one chunk, at most


def chunks(
    frames: int, shape: tuple[int, ...], itemsize: int, block: int
) -> tuple[int, ...]:
    """Shape of a chunk of a field: `block` frames of it, or part of a frame that is vast.

    Example:
        >>> chunks(100, (512, 512), 8, block=8)
        (8, 512, 512)
        >>> chunks(100, (2, 20_000, 20_000), 8, block=1)
        (1, 1, 419, 20000)
    """
    sizes = list(shape)
    for axis, n in enumerate(sizes):
        if block * int(np.prod(sizes)) * itemsize <= LARGEST:
            break
        rest = block * int(np.prod(sizes[axis + 1 :])) * itemsize
        rest *= int(np.prod(sizes[:axis]))
        sizes[axis] = max(1, min(n, LARGEST // rest))
    return (min(block, max(1, frames)), *sizes)


def block_of(frames: int, widest: int) -> int:
    """Frames in a block, of fields of which the widest has so many bytes."""
    return max(1, min(BLOCK, frames, LARGEST // max(1, widest)))


def block_keys(array: Any, number: int) -> Iterator[str]:
    """Keys of the chunks of one block of an array."""
    counts = [-(-n // c) for n, c in zip(array.shape[1:], array.chunks[1:])]
    for place in product(*map(range, counts)):
        yield "/".join((array.basename, "c", *map(str, (number, *place))))


def claim(path: str | PathLike, overwrite: bool) -> Path:
    """Make sure that a store may be written at `path`; remove the old one if told.

    Raises:
        FileExistsError: If something is there and may not be replaced, or is no store.
        BlockingIOError: If it is being written.
        OSError: If the folder cannot be made.
    """
    folder = Path(path)
    if folder.exists():
        # One that was killed at its very beginning holds a lock and nothing else.
        ours = folder.is_dir() and (
            (folder / "zarr.json").exists()
            or all(part.name == FOLDER for part in folder.iterdir())
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
        if (folder / FOLDER).exists():
            locked(folder).release()  # not from under somebody who writes
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

    blosc = BloscCodec(cname="lz4", clevel=3, shuffle="bitshuffle")
    return {
        "compressors": (blosc, Crc32cCodec()),
        "write_empty_chunks": True,
        "_FillValue": None,  # what is missing is an error, not a value
    }


def arrays(store: Any) -> dict[str, Any]:
    """Arrays of a store that is open for writing, by name; zeros are written as well."""
    group = library().open_group(store, mode="r+")
    whole = {"write_empty_chunks": True}
    return {name: array.with_config(whole) for name, array in group.arrays()}


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
