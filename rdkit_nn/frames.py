"""The frames of a run while it is made: in memory, or on their way to a store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .machine import memory

if TYPE_CHECKING:
    from .store import Writer


class Seen:
    """What is kept of a frame: its variables, and the numbers that are watched.

    Args:
        names: Variables to keep.
        watch: Functions of a frame, by the name of the number they give.
    """

    def __init__(self, names: Sequence[str], watch: Mapping[str, Callable]):
        self.names, self.watch = tuple(names), watch
        self.ranges: dict[str, list[float]] = {}

    def of(self, frame: xr.Dataset) -> xr.Dataset:
        """What is kept of one frame."""
        seen = frame[list(self.names)]
        for name, look in self.watch.items():
            told = look(frame)
            if isinstance(told, xr.DataArray):
                told = told.drop_vars(["step", "time"], errors="ignore")
                _check_axes(name, told, frame)
            if isinstance(told, (int, np.integer)) and not isinstance(told, bool):
                told = float(
                    told
                )  # what is whole here may be a fraction in the next frame
            seen[name] = told if isinstance(told, xr.DataArray) else xr.DataArray(told)
        return seen

    def widen(self, seen: xr.Dataset) -> None:
        """Least and greatest value so far, as CF's `actual_range`: scales for pictures."""
        for name, field in seen.items():
            if field.dtype.kind not in "biuf" or not field.size:
                continue  # what was watched has no range
            values = field.values
            if "domain" in seen.coords and field.dtype.kind == "f":
                values = values[np.isfinite(values)]  # closed cells hold nothing
                if not values.size:
                    continue
            low, high = values.min(), values.max()
            before = self.ranges.get(str(name), [low, high])
            both = min(before[0], low), max(before[1], high)
            self.ranges[str(name)] = [_number(x) for x in both]


class Frames:
    """Collects frames one by one and hands out the run.

    Args:
        seen: What is kept of a frame.
        first: What is kept of the first one, for dims, coordinates and attributes.
        steps: Step numbers of all frames to come.
        times: Their model times.
        writer: Where to write, or None for memory.
        count: How many were kept before.
    """

    def __init__(
        self,
        seen: Seen,
        first: xr.Dataset,
        steps: np.ndarray,
        times: np.ndarray,
        writer: Writer | None = None,
        count: int = 0,
    ):
        self.seen, self.count, self.writer = seen, count, writer
        self._like, self._steps, self._times = first, steps, times
        self._arrays = {}
        if writer is None:
            self._arrays = {
                str(name): np.empty((len(steps), *field.shape), field.dtype)
                for name, field in first.items()
            }

    @classmethod
    def stored(
        cls,
        seen: Seen,
        first: xr.Dataset,
        steps: np.ndarray,
        times: np.ndarray,
        path: str | PathLike,
        plan: Mapping[str, Any],
        overwrite: bool,
    ) -> Frames:
        """Frames on their way to a new store."""
        from .store import Writer

        shell = _run(seen, first, steps, times, {})
        writer = Writer.create(path, shell, first, plan, overwrite)
        return cls(seen, first, steps, times, writer)

    def keep(self, frame: xr.Dataset) -> None:
        """Keep one frame."""
        seen = self._like if self.count == 0 else self.seen.of(frame)
        self.seen.widen(seen)
        if self.writer is not None:
            self.writer.keep(seen, self.seen.ranges)
        else:
            for name, array in self._arrays.items():
                _check_kind(name, seen[name].dtype, array.dtype)
                array[self.count] = seen[name].values
        self.count += 1

    def checkpoint(self, state: xr.Dataset) -> None:
        """Make sure of all frames so far, and of a state to go on from."""
        if self.writer is not None:
            self.writer.checkpoint(state)

    def close(self, status: str = "complete") -> xr.Dataset:
        """Finish, and return the run of all complete frames."""
        if self.writer is not None:
            return self.writer.close(status)
        arrays = {name: array[: self.count] for name, array in self._arrays.items()}
        steps, times = self._steps[: self.count], self._times[: self.count]
        return _run(self.seen, self._like, steps, times, arrays)


def _run(
    seen: Seen,
    like: xr.Dataset,
    steps: np.ndarray,
    times: np.ndarray,
    arrays: Mapping[str, Any],
) -> xr.Dataset:
    """A run of these arrays, frames first."""
    still = {k: c for k, c in like.coords.items() if k not in ("step", "time")}
    moving = {
        "time": ("time", times, like.coords["time"].attrs),
        "step": ("time", steps, like.coords["step"].attrs),
    }
    fields = {}
    for name, array in arrays.items():
        attrs = dict(like[name].attrs)
        if name in seen.ranges:
            attrs["actual_range"] = seen.ranges[name]
        fields[name] = (("time", *like[name].dims), array, attrs)
    return xr.Dataset(fields, coords={**still, **moving}, attrs=like.attrs)


def _check_axes(name: str, told: xr.DataArray, frame: xr.Dataset) -> None:
    """Refuse a watched part of an axis: beside the whole, it would be filled with NaN.

    Raises:
        ValueError: With the axis, and what to do.
    """
    for dim in told.dims:
        if dim in frame.dims and not told.get_index(dim).equals(frame.get_index(dim)):
            raise ValueError(
                f"`watch` of `{name}` gives {told.sizes[dim]} places along {dim}, where "
                f"the frame has others ({frame.sizes[dim]}). Rename that dim in what is "
                f"watched: .rename({dim}='part')."
            )


def _check_kind(name: str, found: np.dtype, first: np.dtype) -> None:
    """Refuse a watched value that the kind of the first one cannot hold.

    Raises:
        ValueError: With both kinds.
    """
    if not np.can_cast(found, first, "same_kind"):
        raise ValueError(
            f"`watch` of `{name}` gave {first} at first and gives {found} now: give one "
            "kind, float(…)."
        )


def _number(x: Any) -> float:
    return x.item() if isinstance(x, np.generic) else x


WORK = 4  # states at once while a run goes on: old, new, and those of the stages


def room_for(state: xr.Dataset, kept: xr.Dataset, frames: int, store: object) -> None:
    """Refuse a run that memory cannot hold.

    Args:
        state: All that moves.
        kept: What is kept of one frame.
        frames: How many.
        store: Where they go, or None for memory.

    Raises:
        ValueError: With the memory that is needed and what to do.
    """
    held = 8 if store is not None else frames  # a block on its way to the disk
    need = WORK * state.nbytes + kept.nbytes * min(held, frames)
    there = memory()
    if there and need > there:
        raise ValueError(
            f"Keeping {frames} frames needs {need / 2**30:.3g} GiB, but this machine has "
            f"{there / 2**30:.3g} GiB of memory to give. Keep fewer frames (`every`), "
            "fewer variables (`save`), or write them to disk (`store`)."
        )
