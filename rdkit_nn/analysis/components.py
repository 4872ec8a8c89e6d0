"""Pieces of what is high, and holes in it, also round a torus."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
import scipy.ndimage
import scipy.sparse
import scipy.sparse.csgraph
import xarray as xr

from .cells import closed_of, mapped, worded
from .pictures import boundary_of
from .space import Dims, reduced, space_of
from .thresholds import Threshold, check_connected, threshold_set, told


def components(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    connected: Literal["corners", "faces"] = "corners",
    periodic: bool | None = None,
) -> xr.DataArray:
    """Which piece each high cell belongs to: a map of 1, 2, …, in order of first cell.

    Pieces that touch across a periodic side are one.

    Args:
        field: Any shape.
        threshold: What counts as high, as for `above`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        connected: Whether cells that touch at corners hang together, or only those that
            share a face.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field`, integers: 0 where it is low, -1 over a picture where `above` is
        undefined. Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order.
    """
    check_connected(connected)
    dims = tuple(space_of(field, dim))
    closed = closed_of(field, dims, periodic)

    def number(array: np.ndarray) -> np.ndarray:
        high, known = threshold_set(array, threshold, len(dims))
        found = pieces_of(high, closed, connected == "corners").labels
        return np.where(known.reshape(known.shape + (1,) * len(dims)), found, -1)

    attrs = {
        "name": "components",
        "long_name": "piece",
        **_attrs(dims, closed, connected, threshold),
        "undefined": "-1: a homogeneous field has no half",
        **boundary_of(field),
    }
    return mapped(number, field, dims, attrs=attrs).astype(np.int64, keep_attrs=True)


def pieces(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    connected: Literal["corners", "faces"] = "corners",
    periodic: bool | None = None,
) -> xr.DataArray:
    """Number of pieces of what is high, counted once when they go round a torus.

    Args:
        field: Any shape.
        threshold: What counts as high, as for `above`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        connected: As for `components`.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`. NaN where `above` is.

    Raises:
        ValueError: If a dim has no order.
    """
    check_connected(connected)
    dims = tuple(space_of(field, dim))
    closed = closed_of(field, dims, periodic)
    axes = tuple(range(-len(dims), 0))

    def count(array: np.ndarray) -> np.ndarray:
        high, known = threshold_set(array, threshold, len(dims))
        labels = pieces_of(high, closed, connected == "corners").labels
        return np.where(known, labels.max(axis=axes), np.nan)

    attrs = {"name": "pieces", "long_name": "number of pieces"}
    return reduced(
        count, field, dims, attrs=attrs | _attrs(dims, closed, connected, threshold)
    )


def holes(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    connected: Literal["corners", "faces"] = "corners",
    periodic: bool | None = None,
) -> xr.DataArray:
    """Number of low pieces that are closed in: a hole in a plane, a hollow in space.

    A low piece is closed in where it meets no open wall and does not wind round the torus.
    Between open walls of a plane, pieces less holes are the Euler number; on a torus only
    while no piece winds. Low cells hang together where high ones do not: by faces where
    high ones do by corners.

    Args:
        field: Any shape, in two or three dimensions.
        threshold: What counts as high, as for `above`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        connected: How *high* cells hang together.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`. NaN where `above` is.

    Raises:
        ValueError: If a dim has no order, or there is one only: on a line nothing is
            closed in.
    """
    check_connected(connected)
    dims = tuple(space_of(field, dim))
    if len(dims) < 2:
        raise ValueError(
            f"On a line ({dims[0]}) nothing is closed in: holes need a plane."
        )
    closed = closed_of(field, dims, periodic)
    walls = [axis for axis, wrap in zip(range(-len(dims), 0), closed) if not wrap]

    def count(array: np.ndarray) -> np.ndarray:
        high, known = threshold_set(array, threshold, len(dims))
        low = pieces_of(~high, closed, connected == "faces")
        lead = high.shape[: high.ndim - len(dims)]
        shut: np.ndarray = np.logical_not(low.winds.any(axis=1))
        shut[0] = False  # what is high
        for axis in walls:
            for end in (0, -1):
                shut[low.unique.take(end, axis=axis)] = False
        first = np.flatnonzero(shut)
        of = low.picture[first]
        counts = np.bincount(of, minlength=int(np.prod(lead))).reshape(lead)
        return np.where(known, counts, np.nan)

    attrs = {"name": "holes", "long_name": "number of holes"}
    return reduced(
        count, field, dims, attrs=attrs | _attrs(dims, closed, connected, threshold)
    )


def _attrs(
    dims: Sequence[str], closed: Sequence[bool], connected: str, threshold: Threshold
) -> dict[str, str | float]:
    return {
        "units": "1",
        "connected": connected,
        "periodic": worded(dims, closed),
        **told(threshold),
    }


class Pieces(NamedTuple):
    """Pieces of many pictures, numbered together from 1; 0 stands for what is low.

    Attributes:
        labels: Number of each cell's piece within its picture.
        unique: The same, over all pictures.
        picture: Which picture each piece is of; -1 for 0.
        winds: Whether each piece winds round each axis.
        turns: How often each cell was carried round each axis to lie beside the rest of
            its piece, axes last: a piece laid out flat.
    """

    labels: np.ndarray
    unique: np.ndarray
    picture: np.ndarray
    winds: np.ndarray
    turns: np.ndarray


def pieces_of(high: np.ndarray, closed: Sequence[bool], corners: bool) -> Pieces:
    """Pieces of pictures (…, *cells), joined across closed sides."""
    d = len(closed)
    cells = high.shape[high.ndim - d :]
    bank = high.reshape(-1, *cells)
    near = scipy.ndimage.generate_binary_structure(d, d if corners else 1)
    apart = np.zeros((3, *near.shape), bool)  # pictures do not touch
    apart[1] = near
    open_labels, n = scipy.ndimage.label(bank, apart)
    one, other, step = _seams(open_labels, closed, corners)
    # Opened pieces keep the order of their first cells, and so do the joined ones.
    graph = scipy.sparse.coo_array(
        (np.ones(len(one)), (one, other)), shape=(n + 1, n + 1)
    )
    _, joined = scipy.sparse.csgraph.connected_components(graph, directed=False)
    _, first, back = np.unique(joined, return_index=True, return_inverse=True)
    rank = np.empty(len(first), int)
    rank[np.argsort(first)] = np.arange(len(first))
    whole = rank[back.ravel()]  # opened piece -> piece; 0 -> 0
    turns = _laid_out(one, other, step, n, d)
    winds = np.zeros((len(first), d), bool)
    np.logical_or.at(winds, whole[one], turns[other] != turns[one] + step)
    unique = whole[open_labels]
    top = unique.reshape(len(bank), -1).max(1, initial=0)
    before = np.concatenate([[0], np.maximum.accumulate(top)[:-1]]) if len(top) else top
    before = before.reshape(-1, *(1,) * d)
    labels = np.where(unique > 0, unique - before, 0)
    picture = np.searchsorted(np.maximum.accumulate(top), np.arange(len(first)))
    picture[0] = -1
    return Pieces(
        labels.reshape(high.shape),
        unique.reshape(high.shape),
        picture,
        winds,
        turns[open_labels].reshape(*high.shape, d),
    )


def _seams(
    labels: np.ndarray, closed: Sequence[bool], corners: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of opened pieces that touch across closed sides, and the turns between them."""
    d = len(closed)
    found = []
    for axis, wrap in enumerate(closed):
        if not wrap:
            continue
        last, first = labels.take(-1, axis + 1), labels.take(0, axis + 1)
        others = [a for a in range(d) if a != axis]
        for offset in product((-1, 0, 1) if corners else (0,), repeat=d - 1):
            there, turn = first, np.zeros((*first.shape, d), int)
            turn[..., axis] = 1
            for place, (a, o) in enumerate(zip(others, offset), start=1):
                if o == 0:
                    continue
                there = np.roll(there, -o, axis=place)
                end = (*(slice(None),) * place, -1 if o > 0 else 0)
                if closed[a]:
                    turn[(*end, ..., a)] += o
                else:
                    there[end] = 0
            touch = (last > 0) & (there > 0)
            found.append((last[touch], there[touch], turn[touch]))
    if not found:
        return np.zeros(0, int), np.zeros(0, int), np.zeros((0, d), int)
    one, other, step = (np.concatenate(part) for part in zip(*found))
    edges = np.unique(np.column_stack([one, other, step]), axis=0)
    return edges[:, 0], edges[:, 1], edges[:, 2:]


def _laid_out(
    one: np.ndarray, other: np.ndarray, step: np.ndarray, n: int, d: int
) -> np.ndarray:
    """Turns of each opened piece against the first of its piece, along a tree of seams."""
    turns = np.zeros((n + 1, d), int)
    beside: dict[int, list[tuple[int, np.ndarray]]] = {}
    for a, b, s in zip(one.tolist(), other.tolist(), step):
        beside.setdefault(a, []).append((b, s))
        beside.setdefault(b, []).append((a, -s))
    seen = np.zeros(n + 1, bool)
    for root in sorted(beside):
        waiting = [] if seen[root] else [root]
        seen[root] = True
        while waiting:
            here = waiting.pop()
            for there, s in beside[here]:
                if not seen[there]:
                    seen[there] = True
                    turns[there] = turns[here] + s
                    waiting.append(there)
    return turns
