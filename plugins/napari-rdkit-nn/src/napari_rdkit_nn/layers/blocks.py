"""Frames read by the block in which they lie, so that a slider finds the next one ready.

A store keeps some frames in one compressed block, and to read one of them is to read all.
Large blocks are kept while the slider is among them, and the next one is read ahead on a
thread of its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import suppress

import numpy as np
import xarray as xr

KEPT = 3  # blocks of a field: the one that is seen, and those before and after
LEAST = 2**18  # bytes of a block from which on it is worth while to read ahead
MOST = 2**26  # bytes of a block up to which several are kept

Key = tuple[
    tuple[int, ...], int
]  # place among the runs of a sweep, number of the block


class Blocks:
    """Frames of a stored field, one at a time.

    Args:
        field: (…, time, …), lazy, its chunks the blocks of the store.
        lead: Its dims up to and with time; others are parts of a frame.
    """

    def __init__(self, field: xr.DataArray, lead: tuple[str, ...]):
        self._field, self._lead = field, lead
        # Of the field alone: its coordinates may lie in other blocks.
        sizes = field.variable.chunksizes["time"] if "time" in lead else (1,)
        self._ends = np.cumsum(sizes)
        rest = [d for d in field.dims if d not in lead]
        cells = int(np.prod([field.sizes[d] for d in rest])) * field.dtype.itemsize
        self._bytes = max(sizes) * cells
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Future] = OrderedDict()
        self._seen: tuple[int, ...] | None = None

    def frame(self, place: tuple[int, ...]) -> np.ndarray:
        """One frame, read.

        Args:
            place: Index along each of the leading dims.

        Raises:
            ValueError: If it is damaged.
            OSError: If it cannot be read.
        """
        if "time" not in self._lead or not LEAST <= self._bytes <= MOST:
            at = dict(zip(self._lead, place))
            return self._field.isel(at).compute(scheduler="synchronous").values
        block = int(np.searchsorted(self._ends, place[-1], side="right"))
        before, self._seen = self._seen, place
        whole = self._block((place[:-1], block))
        if before is not None and before[:-1] == place[:-1] and before != place:
            self._ahead((place[:-1], block + (1 if place[-1] > before[-1] else -1)))
        return whole[place[-1] - self._start(block)]

    def _start(self, block: int) -> int:
        return int(self._ends[block - 1]) if block else 0

    def _block(self, key: Key) -> np.ndarray:
        """A block: the one that is kept, or that another thread is about to read."""
        with self._lock:
            told, mine = self._kept.get(key), False
            if told is None:
                told, mine = Future(), True
                self._kept[key] = told
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        if mine:
            try:
                told.set_result(self._read(key))
            except BaseException as error:
                with self._lock:  # asked again, it is read again
                    self._kept.pop(key, None)
                told.set_exception(error)
        return told.result()

    def _read(self, key: Key) -> np.ndarray:
        at, block = key
        part = slice(self._start(block), int(self._ends[block]))
        where = {**dict(zip(self._lead, at)), "time": part}
        return self._field.isel(where).compute(scheduler="synchronous").values

    def _ahead(self, key: Key) -> None:
        with self._lock:
            if key in self._kept or not 0 <= key[1] < len(self._ends):
                return

        def read() -> None:
            with suppress(Exception):  # it is told when it is looked at
                self._block(key)

        threading.Thread(target=read, name="frames ahead", daemon=True).start()
