"""Write the frames of one run as they come, so that nothing finished is ever lost."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .finished import Finished
from .layout import (
    arrays,
    block_keys,
    block_of,
    chunks,
    claim,
    encoding,
    library,
    plain,
)
from .lock import locked, writer
from .parameters import write_arrays
from .reader import open_run
from .seals import opened
from .trouble import told_in_words

if TYPE_CHECKING:
    from .sealed import Sealed

SLOTS = ("checkpoint/a", "checkpoint/b")


class Writer:
    """The one writer of a store: frames in blocks, the ledger last of all.

    Made by `create` for a new run, or `again` for one that was interrupted.
    """

    def __init__(self, folder: Path, finished: Finished, lock: Any):
        self.folder, self.finished, self._lock = folder, finished, lock
        self._store: Sealed = opened(folder, finished.loose, partial=True)
        plan = finished.plan
        self._names: list[str] = plan["variables"]
        self._size, self._reserved = int(plan["block"]), int(plan["frames"])
        self._seen = finished.frames  # counts those that are buffered, too
        self._begun = self._seen % self._size  # of which these are in the block at hand
        self._block: dict[str, np.ndarray] = {}
        self._spare: dict[str, np.ndarray] = {}
        self._pool = ThreadPoolExecutor(1, "rdkit_nn-writer")
        self._job: Future | None = None  # the block that is being written meanwhile
        self._ranges: dict[str, list] = dict(finished.told.get("ranges", {}))
        self._open: dict[str, Any] | None = None
        self._old = 0  # of the frames that come, those that are there already

    @classmethod
    def create(
        cls,
        path: str | PathLike,
        shell: xr.Dataset,
        like: xr.Dataset,
        plan: Mapping[str, Any],
        overwrite: bool = False,
    ) -> Writer:
        """Reserve a store.

        Args:
            path: Folder of the store.
            shell: The run's coordinates and attributes, all times told, no frames.
            like: One frame.
            plan: What the run was told, as plain JSON; its `arrays` go beside it.
            overwrite: Whether an existing store may be replaced.

        Raises:
            FileExistsError: If there is something at the path that may not be replaced.
            BlockingIOError: If it is being written.
            ImportError: If zarr is missing.
        """
        library()
        frames = shell.sizes["time"]
        block = block_of(frames, max((f.nbytes for f in like.values()), default=1))
        folder = claim(path, overwrite)
        with told_in_words(folder, "No frames", "the same call"):
            folder.mkdir()
            lock = locked(folder)
            arrays = write_arrays(folder, plan.get("arrays", {}))
            told = {**plan, "arrays": arrays, "variables": list(map(str, like))}
            finished = Finished(folder, {**told, "block": block, "frames": frames})
            made = cls(folder, finished, lock)
            try:
                made._reserve(shell, like)
            except BaseException:
                made.leave()
                raise
        return made

    @classmethod
    def again(cls, path: str | PathLike) -> Writer:
        """Take up a store that was interrupted.

        Raises:
            BlockingIOError: If it is being written.
        """
        library()
        folder = Path(path)
        lock = locked(folder)
        try:
            made = cls(folder, Finished.read(folder), lock)
            made._old = made._seen
            low = made._seen - made._begun
            if made._begun:  # the block that had been begun
                run = open_run(folder).isel(time=slice(low, made._seen))
                for name in made._names:
                    whole = made._room(run[name])
                    whole[: made._begun] = run[name].values
            made._begin()
        except BaseException:
            lock.release()
            raise
        return made

    @property
    def frames(self) -> int:
        """Count of frames that are in the store."""
        return self.finished.frames

    def _reserve(self, shell: xr.Dataset, like: xr.Dataset) -> None:
        import dask.array as da

        fields = {}
        for name, field in like.items():
            size = chunks(self._reserved, field.shape, field.dtype.itemsize, self._size)
            empty = da.zeros(
                (self._reserved, *field.shape), dtype=field.dtype, chunks=size
            )
            fields[name] = (("time", *field.dims), empty, field.attrs)
        plain(shell.assign(fields).assign_attrs(variables=list(like))).to_zarr(
            self._store,  # type: ignore[call-overload]
            mode="a",
            compute=False,
            consolidated=False,
            encoding={name: encoding() for name in like},
        )

    def _begin(self) -> None:
        """From here on there is a ledger, and what it tells is always true."""
        self.finished.told |= {"status": "growing", "writer": writer()}
        self._store.before = self._note
        self._note()

    def keep(self, frame: xr.Dataset, ranges: Mapping[str, list]) -> None:
        """Take one frame, and the range of values so far; write when a block is full."""
        if self._old:  # computed again from the checkpoint on
            self._old -= 1
            return
        for name in self._names:
            room = self._block[name] if name in self._block else self._room(frame[name])
            room[self._begun] = frame[name].values
        self._seen, self._begun = self._seen + 1, self._begun + 1
        self._ranges = dict(ranges)
        if self._begun == self._size:
            with self._in_words():
                self._flush()

    def _room(self, like: xr.DataArray) -> np.ndarray:
        """Where the frames of a block are gathered."""
        shape = like.shape[1:] if like.dims[:1] == ("time",) else like.shape
        self._block[str(like.name)] = np.zeros((self._size, *shape), like.dtype)
        return self._block[str(like.name)]

    def skip(self, frames: int) -> None:
        """Say how many frames are behind the checkpoint, which will not come again."""
        self._old = max(0, self._old - frames)

    def checkpoint(self, state: xr.Dataset) -> None:
        """Make all frames so far durable, and the whole state to go on from."""
        with self._in_words():
            self._flush()
            self._wait()
            before = self.finished.told.get("checkpoint")
            slot = SLOTS[before == SLOTS[0]]
            self._forget(slot)
            state = plain(state.drop_encoding())
            state.to_zarr(
                self._store,  # type: ignore[call-overload]
                group=slot,
                mode="w",
                consolidated=False,
                encoding={name: encoding() for name in state},
            )
            if before:
                self._forget(before)
            self.finished.told["checkpoint"] = slot
            self._commit()
            if before is None:  # a run without a state to go on from is none yet
                self._begin()

    def close(self, status: str) -> xr.Dataset:
        """Write what is left, and read the run.

        Args:
            status: `complete`, or why it is not; then `again` can take it up.
        """
        try:
            with self._in_words():
                self._flush()
                self._wait()
                if status == "complete":
                    self._trim()
                    self.finished.told.pop("checkpoint", None)
                    self._forget("checkpoint")
                self.finished.told["status"] = status
                self._commit()
                if status == "complete":
                    shutil.rmtree(self.folder / "checkpoint", ignore_errors=True)
        finally:
            self.leave()
        return open_run(self.folder)

    def leave(self) -> None:
        """Let go of the store as it is."""
        self._pool.shutdown()
        self._lock.release()

    def _trim(self) -> None:
        """Give back what was reserved in vain, and tell every reader the ranges."""
        ranges = self.finished.told.get("ranges", {})
        for name, array in self._arrays().items():
            timed = array.metadata.dimension_names[:1] == ("time",)
            if timed and self.frames < self._reserved:
                array.resize((self.frames, *array.shape[1:]))
            if name in ranges:
                array.attrs["actual_range"] = ranges[name]

    def _flush(self) -> None:
        """Have the block at hand written, while the computing goes on."""
        self._wait()
        if self._seen == self.frames:
            return
        full = self._begun == self._size
        told = (self._block, self._seen, self._begun, self._ranges)
        self._job = self._pool.submit(self._written, *told)
        if full:
            # Two blocks take turns: fresh memory costs more than the copy into it.
            self._block, self._spare, self._begun = self._spare, self._block, 0

    def _wait(self) -> None:
        """Wait for the block that is being written, and raise what hindered it."""
        if self._job is not None:
            job, self._job = self._job, None
            job.result()

    def _written(
        self, block: dict[str, np.ndarray], seen: int, count: int, ranges: dict
    ) -> None:
        """Write a block; the ledger counts it afterwards."""
        low = seen - count
        if not (self.folder / "zarr.json").exists():
            raise FileNotFoundError("the folder is gone")
        there = self._arrays()
        for name in self._names:
            there[name][low:seen] = block[name][:count]
        self.finished.told |= {"frames": seen, "ranges": ranges}
        if count == self._size:
            number = low // self._size
            keys = [k for n in self._names for k in block_keys(there[n], number)]
            self.finished.blocks.append(
                {k: self.finished.loose.pop(k)[-1] for k in keys}
            )
        self._commit()

    def _arrays(self) -> dict[str, Any]:
        if self._open is None:
            self._open = arrays(self._store)
        return self._open

    def _commit(self) -> None:
        """What was written again is now true, and what it was before is not."""
        for key, seals in self.finished.loose.items():
            self.finished.loose[key] = seals[-1:]
        self._note()

    def _in_words(self) -> AbstractContextManager[None]:
        kept = f"Its {self.frames} complete frames"
        return told_in_words(
            self.folder, kept, f"rdkit_nn.resume({str(self.folder)!r})"
        )

    def _note(self) -> None:
        if self._store.before is not None:
            self.finished.write()

    def _forget(self, slot: str) -> None:
        for key in [k for k in self.finished.loose if k.startswith(slot + "/")]:
            del self.finished.loose[key]
