"""Pictures that are made when they are looked at, and that say why when they cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any
from uuid import uuid4

import numpy as np
import xarray as xr

from .blocks import Blocks

Tell = Callable[[str], None]


class Pictures:
    """An array of which only the pictures that are asked for are made.

    What cannot be made is blank (NaN) and told in a sentence: a damaged chunk is neither a
    traceback in the middle of drawing, nor a picture of something else.

    Args:
        lead: Sizes of the leading axes, one picture for each place.
        picture: Shape of one picture.
        make: From a place on the leading axes to its picture.
        tell: Told what went wrong, once a sentence. Default: errors are raised.
        dtype: Of the pictures.
    """

    def __init__(
        self,
        lead: Sequence[int],
        picture: Sequence[int],
        make: Callable[[tuple[int, ...]], np.ndarray],
        tell: Tell | None = None,
        dtype: Any = float,
    ):
        self.lead, self.picture = tuple(lead), tuple(picture)
        self.make, self.tell = make, tell
        self.shape = (*self.lead, *self.picture)
        self.ndim, self.dtype = len(self.shape), np.dtype(dtype)
        self.made: list[tuple[int, ...]] = []  # places that were asked for, in order
        self._told: set[str] = set()

    def __getitem__(self, key: Any) -> np.ndarray:
        key = key if isinstance(key, tuple) else (key,)
        key = (*key, *(slice(None),) * (self.ndim - len(key)))
        n = len(self.lead)
        places = [np.arange(size)[k] for size, k in zip(self.lead, key)]
        rest = key[n:]
        one = np.empty(self.picture, np.bool_)[rest].shape
        lengths = [np.size(p) for p in places]
        found = np.empty((*lengths, *one), self.dtype)
        for at in product(*map(range, lengths)):
            place = tuple(int(np.atleast_1d(p)[i]) for p, i in zip(places, at))
            found[at] = self._one(place)[rest]
        kept = [i for i, p in enumerate(places) if np.ndim(p)]
        return found.reshape(*(lengths[i] for i in kept), *one)

    def _one(self, place: tuple[int, ...]) -> np.ndarray:
        self.made.append(place)
        try:
            return np.asarray(self.make(place))
        except (ValueError, OSError) as error:
            if self.tell is None:
                raise
            if str(error) not in self._told:
                self._told.add(str(error))
                self.tell(str(error))
            blank = np.nan if self.dtype.kind == "f" else 0
            return np.full(self.picture, blank, self.dtype)

    def array(self) -> Any:
        """The same as a dask array, one chunk a picture."""
        import dask.array

        return dask.array.from_array(
            self,
            chunks=(*(1 for _ in self.lead), *self.picture),
            name=f"pictures-{uuid4().hex}",  # two of one file are not the same
            asarray=False,
            meta=np.empty((0,) * self.ndim, self.dtype),
        )


def carefully(field: xr.DataArray, tell: Tell) -> xr.DataArray:
    """The same field, frame by frame; a frame that cannot be read is blank, and told.

    Whole numbers become real ones, as there is no blank among them. What a sweep has not
    finished yet is blank without a word.

    Args:
        field: Of a stored run or sweep.
        tell: Told what went wrong, once a sentence.
    """
    lead = lead_of(field)
    kind, size = field.dtype.kind, field.dtype.itemsize
    dtype = field.dtype if kind == "f" else "float32" if size <= 2 else "float64"
    finished = field.coords.get("finished")
    shape = tuple(field.sizes[d] for d in field.dims[len(lead) :])
    blocks = Blocks(field, lead)

    def frame(place: tuple[int, ...]) -> np.ndarray:
        at = dict(zip(lead, place))
        if finished is not None:
            where = {d: i for d, i in at.items() if d in finished.dims}
            if not finished.isel(where).values.all():
                return np.full(shape, np.nan)
        return blocks.frame(place)

    sizes = [field.sizes[d] for d in lead]
    whole = Pictures(sizes, shape, frame, tell, dtype)
    return field.copy(data=whole.array())


def lead_of(field: xr.DataArray) -> tuple[str, ...]:
    """Dims of a field up to and with time: those of a sweep, and the frames."""
    dims = tuple(map(str, field.dims))
    return dims[: dims.index("time") + 1] if "time" in dims else ()
