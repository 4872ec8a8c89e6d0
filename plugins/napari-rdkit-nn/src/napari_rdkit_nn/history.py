"""Frames of a live run, bounded in memory, and how they become a run like any other.

No Qt and no napari.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any

import numpy as np
import xarray as xr

import rdkit_nn as rd

MOST = 2**28  # bytes that the frames of a live run may take
MANY = 1_024  # frames that are kept, however small
NOTES = 1_000  # changes by hand that are told one by one


@dataclass(frozen=True)
class Frame:
    """One state of a live run. Its arrays are never written to again.

    Args:
        step: Number of the step.
        time: Model time.
        values: Arrays by name.
    """

    step: int
    time: float
    values: Mapping[str, np.ndarray]

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return sum(array.nbytes for array in self.values.values())


@dataclass
class History:
    """Frames that were seen, the first and the newest always among them.

    When there are too many, every other one is let go, and from then on only half as many
    are kept: the whole run stays in view, ever more coarsely.

    Args:
        most: Bytes that the frames may take.
    """

    most: int = MOST
    frames: list[Frame] = field(default_factory=list)
    stride: int = 1
    notes: list[dict[str, Any]] = field(default_factory=list)
    _counts: list[int] = field(default_factory=list)  # of all frames, where these stand

    def keep(self, frame: Frame) -> None:
        """Take the newest frame."""
        count = self._counts[-1] + 1 if self._counts else 0
        if self._counts and self._counts[-1] % self.stride:
            del self.frames[-1], self._counts[-1]  # was there as the newest alone
        self.frames.append(frame)
        self._counts.append(count)
        while len(self.frames) > 3 and self._too_many():
            self.stride *= 2
            stay = [i for i, n in enumerate(self._counts) if n % self.stride == 0]
            stay = sorted({*stay, len(self.frames) - 1})
            self.frames = [self.frames[i] for i in stay]
            self._counts = [self._counts[i] for i in stay]

    def replace(self, frame: Frame) -> None:
        """Put a frame in the place of the newest: somebody has painted into it."""
        self.frames[-1] = frame

    def cut(self, index: int) -> Frame:
        """Forget all that came after a frame, and return it."""
        del self.frames[index + 1 :], self._counts[index + 1 :]
        last = self.frames[-1]
        self.notes = [n for n in self.notes if n["step"] <= last.step]
        return last

    def note(self, what: str) -> None:
        """Write down what was changed by hand, at the newest frame."""
        last = self.frames[-1]
        told = {"step": last.step, "time": last.time, "what": what}
        if len(self.notes) < NOTES and told not in self.notes[-1:]:
            self.notes.append(told)

    def copy(self) -> History:
        """Copy that shares the frames; for another thread."""
        own = {k: list(getattr(self, k)) for k in ("frames", "notes", "_counts")}
        return replace(self, **own)

    def _too_many(self) -> bool:
        size = self.frames[-1].nbytes * len(self.frames)
        return size > self.most or len(self.frames) > MANY


def save(
    history: History,
    flow: rd.Flow,
    initial: xr.Dataset,
    path: str | PathLike,
    *,
    overwrite: bool = False,
) -> xr.Dataset:
    """Write a live run as a store, like any other.

    What was changed by hand on the way (parameters, paint) stands as JSON in the attribute
    `live`; `dynamics` is the flow at the end.

    Args:
        history: Its frames.
        flow: What moves it now.
        initial: State that it started from, for labels and attributes.
        path: Folder (`….zarr`).
        overwrite: Whether an existing store may be replaced.

    Returns:
        The run, read back lazily.

    Raises:
        ValueError: If there is no frame.
        FileExistsError: If the store exists and `overwrite` is not set.
        OSError: If the disk is full or the folder cannot be made.
    """
    if not history.frames:
        raise ValueError("There is no frame to save yet: begin a live run first.")
    kept = history.frames
    # A flow keeps one kernel at a time, and this one may be at work on another thread.
    own = rd.Flow(flow.term, flow.method, flow.device)
    told: dict[str, Any] = own.describe(kept[-1].values, rd.Grid.of(initial))
    boundary = {n: told.pop(w) for n in initial if (w := f"boundary_{n}") in told}
    fields = {}
    for name, there in initial.items():
        attrs = there.attrs | (
            {"boundary": str(boundary[name])} if name in boundary else {}
        )
        array = np.stack([frame.values[str(name)] for frame in kept])
        fields[str(name)] = (("time", *there.dims), array, attrs)
    named = {"long_name": "time", "units": "1", "axis": "T"}
    coords = dict(initial.drop_vars(["step", "time"], errors="ignore").coords)
    coords["time"] = ("time", [frame.time for frame in kept], named)
    coords["step"] = ("time", [frame.step for frame in kept])
    attrs = initial.attrs | told | {"live": json.dumps(history.notes)}
    return rd.save_run(xr.Dataset(fields, coords, attrs), path, overwrite=overwrite)
