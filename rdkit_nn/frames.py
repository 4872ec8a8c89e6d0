"""The frames of a run while it is made: in memory, or on their way to a store."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import xarray as xr

from .store import Writer


class Frames:
    """Collects frames one by one and hands out the run.

    Args:
        begin: First frame, for dims, coordinates and attributes.
        names: Variables to keep.
        watch: Functions of a frame, by the name of the number they give.
        steps: Step numbers of all frames to come.
        times: Their model times.
        store: Where to write, or None for memory.
        overwrite: Whether an existing store may be replaced.
    """

    def __init__(
        self,
        begin: xr.Dataset,
        names: Sequence[str],
        watch: Mapping[str, Callable],
        steps: np.ndarray,
        times: np.ndarray,
        store: str | PathLike | None,
        overwrite: bool,
    ):
        self.names, self.watch, self.count = tuple(names), watch, 0
        first = self._seen(begin)
        self._like = first
        self._steps, self._times = steps, times
        self._ranges: dict[str, list[float]] = {}
        self._writer = None
        if store is not None:
            shell = self._run({}, len(steps))
            self._writer = Writer(store, shell, first, overwrite)
        else:
            self._arrays = {
                str(name): np.empty((len(steps), *field.shape), field.dtype)
                for name, field in first.items()
            }

    def _seen(self, frame: xr.Dataset) -> xr.Dataset:
        seen = frame[list(self.names)]
        for name, look in self.watch.items():
            told = look(frame)
            if isinstance(told, xr.DataArray):
                told = told.drop_vars(["step", "time"], errors="ignore")
                _check_axes(name, told, frame)
            seen[name] = told if isinstance(told, xr.DataArray) else xr.DataArray(told)
        return seen

    def keep(self, frame: xr.Dataset) -> None:
        """Keep one frame."""
        seen = self._like if self.count == 0 else self._seen(frame)
        self._widen(seen)
        if self._writer is not None:
            self._writer.keep(seen, self._ranges)
        else:
            for name, array in self._arrays.items():
                array[self.count] = seen[name].values
        self.count += 1

    def _widen(self, seen: xr.Dataset) -> None:
        """Least and greatest value so far, as CF's `actual_range`: scales for pictures."""
        for name, field in seen.items():
            if field.dtype.kind not in "biuf" or not field.size:
                continue  # what was watched has no range
            low, high = field.values.min(), field.values.max()
            before = self._ranges.get(str(name), [low, high])
            both = min(before[0], low), max(before[1], high)
            self._ranges[str(name)] = [_number(x) for x in both]

    def _range(self, name: str) -> dict[str, list[float]]:
        return {"actual_range": self._ranges[name]} if name in self._ranges else {}

    def close(self) -> xr.Dataset:
        """Finish, and return the run of all complete frames."""
        if self._writer is not None:
            return self._writer.close()
        arrays = {name: array[: self.count] for name, array in self._arrays.items()}
        return self._run(arrays, self.count)

    def _run(self, arrays: Mapping[str, Any], frames: int) -> xr.Dataset:
        like = self._like
        still = {k: c for k, c in like.coords.items() if k not in ("step", "time")}
        moving = {
            "time": ("time", self._times[:frames], like.coords["time"].attrs),
            "step": ("time", self._steps[:frames], like.coords["step"].attrs),
        }
        fields = {
            name: (
                ("time", *like[name].dims),
                array,
                {**like[name].attrs, **self._range(name)},
            )
            for name, array in arrays.items()
        }
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


def _number(x: Any) -> float:
    return x.item() if isinstance(x, np.generic) else x


def room_for(frame: xr.Dataset, frames: int, store: object) -> None:
    """Refuse a run that memory cannot hold.

    Raises:
        ValueError: With the memory that is needed and what to do.
    """
    need = frame.nbytes * (frames if store is None else 1)
    there = _memory()
    if there and need > there:
        raise ValueError(
            f"Keeping {frames} frames needs {need / 2**30:.3g} GiB, but this machine has "
            f"{there / 2**30:.3g} GiB of memory. Keep fewer frames (`every`), fewer "
            "variables (`save`), or write them to disk (`store`)."
        )


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0  # not told on this system: let it try
