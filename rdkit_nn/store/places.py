"""The store of a sweep: a place for every run, written by whoever computes it.

A run is finished when its record stands beside the ledger, written last and in one move:
digests of its chunks, the range of its values, and the error in words if it failed. When
all are there the records become pages of the ledger.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from .finished import FOLDER, Finished, replace
from .layout import LARGEST, arrays, chunks, claim, encoding, library, plain
from .lock import locked, writer
from .seals import Damaged, digest, opened
from .trouble import told_in_words

RECORDS = "runs"

_here = threading.local()  # a store that this thread has open


def reserve(
    path: str | PathLike,
    shell: xr.Dataset,
    one: xr.Dataset,
    sizes: Mapping[str, int],
    plan: Mapping[str, Any],
    overwrite: bool,
) -> None:
    """Reserve places for all runs.

    Args:
        path: Folder of the store.
        shell: Coordinates and attributes of the whole.
        one: One frame of one run.
        sizes: Lengths of the swept dims.
        plan: What was told, as plain JSON.
        overwrite: Whether an existing store may be replaced.
    """
    import dask.array as da

    library()
    folder = claim(path, overwrite)
    frames = shell.sizes["time"]
    fields = {}
    for name, field in one.items():
        block = max(1, min(frames, LARGEST // max(1, field.nbytes)))
        size = (1,) * len(sizes) + chunks(
            frames, field.shape, field.dtype.itemsize, block
        )
        shape = (*sizes.values(), frames, *field.shape)
        empty = da.zeros(shape, dtype=field.dtype, chunks=size)
        fields[name] = ((*sizes, "time", *field.dims), empty, field.attrs)
    names = [str(n) for n in one]
    with told_in_words(folder, "No runs", "the same call"):
        folder.mkdir()
        store = opened(folder, partial=True)
        plain(shell.assign(fields).assign_attrs(variables=names)).to_zarr(
            store,  # type: ignore[call-overload]
            mode="a",
            compute=False,
            consolidated=False,
            encoding={name: encoding() for name in names},
        )
        told = {"kind": "sweep", "variables": names, "sizes": dict(sizes)}
        finished = Finished(folder, {**plan, **told, "frames": frames})
        finished.loose = store.told
        finished.told = {"frames": frames, "status": "growing", "writer": writer()}
        finished.write()


def put(
    path: str | PathLike, index: int, run: xr.Dataset | None, failure: str
) -> dict[str, Any]:
    """Write one run in its place, and then its record.

    Args:
        path: Folder of the store.
        index: Which run.
        run: Its frames; None if it failed: its place then holds NaN.
        failure: The error in words.

    Returns:
        The record.

    Raises:
        ValueError: If the run has other frames than were reserved.
        OSError: If it cannot be written.
    """
    store, group, finished, time = _open(str(path))
    sizes = tuple(finished.plan["sizes"].values())
    place = tuple(int(i) for i in np.unravel_index(index, sizes))
    if run is not None and not np.array_equal(run["time"].values, time):
        raise ValueError(
            f"it kept {run.sizes['time']} frames until time {float(run.time[-1]):g}, the "
            f"rest {len(time)} until {time[-1]:g}"
        )
    with told_in_words(Path(path), "All finished runs", "the same call"):
        store.told.clear()
        ranges = {}
        for name in finished.plan["variables"]:
            array = group[name]
            if run is not None:
                values = run[name].values
                if "actual_range" in run[name].attrs:
                    ranges[name] = run[name].attrs["actual_range"]
            else:
                blank = np.nan if array.dtype.kind == "f" else 0
                values = np.full(array.shape[len(sizes) :], blank, array.dtype)
            array[place] = values
        record = {"keys": dict(store.told), "ranges": ranges, "failure": failure}
        body = json.dumps(record, sort_keys=True)
        seal = digest(body.encode())
        file = _record(Path(path), index)
        replace(file, json.dumps({"record": body, "digest": seal}).encode())
    return record


def records(folder: Path) -> dict[int, dict[str, Any]]:
    """Records of the runs that are finished, by index; empty when they are in the ledger.

    Raises:
        Damaged: If one is not what was written.
    """
    found = {}
    home = folder / FOLDER / RECORDS
    for file in sorted(home.glob("*.json")) if home.exists() else ():
        try:
            told = json.loads(file.read_bytes())
            if digest(told["record"].encode()) != told["digest"]:
                raise ValueError
            found[int(file.stem)] = json.loads(told["record"])
        except (ValueError, KeyError, TypeError):
            raise Damaged(
                f"{folder} is damaged: {file} fails its checksum. Remove it, and call "
                "sweep again: its run is computed anew."
            ) from None
    return found


def take(path: str | PathLike) -> tuple[Finished, Any]:
    """Ledger and lock of a sweep that is begun or gone on with."""
    folder = Path(path)
    lock = locked(folder)
    try:
        finished = Finished.read(folder)
        finished.told |= {"status": "growing", "writer": writer()}
        if not finished.blocks:
            finished.write()
    except BaseException:
        lock.release()
        raise
    return finished, lock


def forget(path: str | PathLike, index: int) -> None:
    """Remove the record of a run, so that it is computed again."""
    _record(Path(path), index).unlink(missing_ok=True)


def close(path: str | PathLike) -> None:
    """Make pages of the records, when no run is missing and none has failed."""
    folder = Path(path)
    finished, told = Finished.read(folder), records(folder)
    if finished.blocks or len(told) < int(
        np.prod(list(finished.plan["sizes"].values()))
    ):
        return
    failed = any(record["failure"] for record in told.values())
    finished.told |= {"status": "complete, with failures" if failed else "complete"}
    finished.told["ranges"] = joined([record["ranges"] for record in told.values()])
    if not failed:
        finished.blocks = [
            {key: seals[-1] for key, seals in told[i]["keys"].items()}
            for i in sorted(told)
        ]
    finished.write()
    if not failed:
        shutil.rmtree(folder / FOLDER / RECORDS, ignore_errors=True)


def joined(ranges: list[dict[str, list]]) -> dict[str, list]:
    """Range of all, by variable."""
    whole: dict[str, list] = {}
    for one in ranges:
        for name, (low, high) in one.items():
            before = whole.get(name, [low, high])
            whole[name] = [min(before[0], low), max(before[1], high)]
    return whole


def _record(folder: Path, index: int) -> Path:
    return folder / FOLDER / RECORDS / f"{index:06d}.json"


def _open(path: str) -> tuple[Any, Any, Finished, np.ndarray]:
    kept = getattr(_here, "kept", None)
    head = Path(path, "zarr.json").stat()
    stamp = head.st_ino, head.st_mtime_ns  # a store made anew is another
    if kept is None or kept[0] != (path, stamp):
        store = opened(Path(path), partial=True)
        group = arrays(store)
        finished = Finished.read(Path(path))
        kept = (path, stamp), (store, group, finished, group["time"][:])
        _here.kept = kept
    return kept[1]
