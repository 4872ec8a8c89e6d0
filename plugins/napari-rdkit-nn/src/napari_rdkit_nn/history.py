"""Frames of a live run, bounded in memory, and how they become a run like any other.

No Qt and no napari.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from os import PathLike
from typing import Any

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.following import Course
from rdkit_nn.frames import Frames, Seen
from rdkit_nn.simulation import versions

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
    begin: xr.Dataset,
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
        begin: State that it started from, for labels and attributes.
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
    first = kept[0].step
    steps = [frame.step - first for frame in kept]
    times = np.array([frame.time for frame in kept])
    grid = rd.Grid.of(begin)
    attrs, walls = _provenance(flow, kept[-1].values, grid)
    attrs |= {"live": json.dumps(history.notes)}
    labels = begin.assign_attrs({**begin.attrs, **attrs})
    course = Course(flow, labels, steps, first, 0.0, walls)
    seen = Seen(tuple(kept[0].values), {})
    like = seen.of(course.frame(kept[0].values, 0))
    plan = {
        "dynamics": repr(flow),
        "dt": flow.dt,
        "steps": steps[-1],
        "every": steps,
        "first": first,
        "shift": 0.0,
        "watch": [],
        "until": False,
        "versions": attrs["versions"],
    }
    frames = Frames.stored(seen, like, course.steps, times, path, plan, overwrite)
    try:
        for n, (frame, step) in enumerate(zip(kept, steps)):
            told = course.frame(frame.values, step)
            frames.keep(told)
            if n == 0:
                frames.checkpoint(told)
    except BaseException as error:
        frames.close(f"failed: {error}")
        raise
    return frames.close()


def _provenance(
    flow: rd.Flow, values: Mapping[str, np.ndarray], grid: rd.Grid
) -> tuple[dict[str, Any], dict[str, str]]:
    """Attributes of the run, and the walls of each species."""
    # A flow keeps one kernel at a time, and this one may be at work on another thread.
    own = rd.Flow(flow.term, flow.method, flow.device)
    told: dict[str, Any] = own.describe(values, grid)
    walls = {n: str(told.pop(w)) for n in values if (w := f"walls_{n}") in told}
    told |= {"Conventions": "CF-1.11", "rdkit_nn": rd.__version__}
    told |= {"versions": versions(), "created": datetime.now(UTC).isoformat()}
    return told, walls


def discs(
    shape: Sequence[int],
    line: Sequence[Sequence[float]],
    radius: float,
    wraps: Sequence[bool],
) -> np.ndarray:
    """Cells under a round brush that is drawn along a line.

    Args:
        shape: Of the grid.
        line: Places that the brush goes through, in cells, (point, axis).
        radius: Of the brush, in cells.
        wraps: Whether each axis is periodic.

    Returns:
        True under the brush, of the grid's shape.
    """
    ends = np.asarray(line, float)
    places = [ends[:1]]
    for a, b in zip(ends, ends[1:]):
        count = int(np.ceil(np.abs(b - a).max() / max(0.5, radius / 2)))
        count = min(max(count, 1), 1_000)
        places.append(a + (b - a) * np.linspace(0, 1, count + 1)[1:, None])
    under = np.zeros(tuple(shape), bool)
    for place in np.concatenate(places):
        near, squares = [], []
        for n, x, wrap in zip(shape, place, wraps):
            gap = np.abs(np.arange(n) - x)
            gap = np.minimum(gap % n, -gap % n) if wrap else gap
            near.append(np.flatnonzero(gap <= radius))
            squares.append(gap[near[-1]] ** 2)
        total = sum(np.meshgrid(*squares, indexing="ij", sparse=True))
        under[np.ix_(*near)] |= total <= radius**2
    return under
