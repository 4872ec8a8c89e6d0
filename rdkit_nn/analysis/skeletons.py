"""Skeletons: the middle lines of what is high, their length, ends and forks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from .cells import closed_of, mapped, worded
from .components import pieces_of
from .modes import length_unit
from .pictures import boundary_of, plane_of
from .space import Dims, reduced
from .thresholds import Threshold, threshold_set, told

# Neighbours of a cell, counterclockwise from the east, north being up.
ROUND = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
HALF = ((0, 1), (1, 0), (1, 1), (1, -1))  # one of each two opposite neighbours
ENDLESS = "NaN: a homogeneous field has no half, and a torus high all over no middle"


def skeleton(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    periodic: bool | None = None,
) -> xr.DataArray:
    """Middle lines of what is high, one cell wide, with as many pieces and holes.

    Cells are peeled off the rim, from the north-east and the south-west in turn, as long
    as nothing falls apart (Guo & Hall). Across periodic sides the picture goes on, so that
    a skeleton rolls with its field. A disc has one cell or a few, a stripe its middle, a
    net its own.

    Args:
        field: Any shape, with two dims of space.
        threshold: What counts as high, as for `above`.
        dim: The two dims. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field`: 1 on the skeleton, 0 beside it; NaN over a picture where `above`
        is, and on a torus that is high all over. Lazy where `field` is.

    Raises:
        ValueError: If there are not two dims, or one has no order.

    Source:
        Guo & Hall, Commun. ACM 32 (1989) 359, doi:10.1145/62065.62074, algorithm A1.
    """
    plane = plane_of(field, dim, "Skeletons")
    closed = closed_of(field, tuple(plane), periodic)

    def lines(array: np.ndarray) -> np.ndarray:
        found, known = _thinned(array, threshold, closed)
        return np.where(known[..., None, None], found, np.nan)

    attrs = {"long_name": "skeleton", **_attrs(plane, closed, threshold)} | boundary_of(
        field
    )
    return mapped(lines, field, tuple(plane), attrs={"name": "skeleton", **attrs})


def skeleton_length(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    periodic: bool | None = None,
) -> xr.DataArray:
    """Length of the skeleton: its steps from cell to cell, added up.

        L = h_x N_x + h_y N_y + √(h_x² + h_y²) N_diagonal

    A diagonal step counts where no two straight ones make it. Exact along the axes and the
    diagonals, up to 8 % long between them (most at 22.5°). A skeleton is shorter than its
    stripe at either end by half the stripe's width.

    Args:
        field: Any shape, with two dims of space.
        threshold: What counts as high, as for `above`.
        dim: The two dims. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`. Unit: length. NaN where `skeleton` is.

    Raises:
        ValueError: As `skeleton`.
    """
    hy, hx = plane_of(field, dim, "Skeletons").values()
    weights = [hx, hy, float(np.hypot(hy, hx)), float(np.hypot(hy, hx))]

    def length(lines: np.ndarray, closed: list[bool]) -> np.ndarray:
        steps = [step.sum(axis=(-2, -1)) for step in _steps(lines, closed)]
        return sum(w * n for w, n in zip(weights, steps))  # type: ignore[return-value]

    unit = length_unit(field, plane_of(field, dim, "Skeletons")) or "1"
    attrs = {
        "name": "skeleton_length",
        "long_name": "length of skeleton",
        "units": unit,
    }
    return _of_lines(length, field, threshold, dim, periodic, attrs)


def end_points(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    periodic: bool | None = None,
) -> xr.DataArray:
    """Number of ends of the skeleton: cells with a single step to a neighbour.

    A labyrinth without ends is closed; a single cell by itself is no end.

    Args:
        field: Any shape, with two dims of space.
        threshold: What counts as high, as for `above`.
        dim: The two dims. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`. NaN where `skeleton` is.

    Raises:
        ValueError: As `skeleton`.
    """

    def ends(lines: np.ndarray, closed: list[bool]) -> np.ndarray:
        return (_degree(lines, closed) == 1).sum(axis=(-2, -1))

    attrs = {"name": "end_points", "long_name": "number of ends", "units": "1"}
    return _of_lines(ends, field, threshold, dim, periodic, attrs)


def branch_points(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    periodic: bool | None = None,
) -> xr.DataArray:
    """Number of forks of the skeleton: cells with three steps to neighbours, or more.

    Such cells that touch are one fork.

    Args:
        field: Any shape, with two dims of space.
        threshold: What counts as high, as for `above`.
        dim: The two dims. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`. NaN where `skeleton` is.

    Raises:
        ValueError: As `skeleton`.
    """

    def forks(lines: np.ndarray, closed: list[bool]) -> np.ndarray:
        fork = _degree(lines, closed) >= 3
        return pieces_of(fork, closed, True).labels.max(axis=(-2, -1))

    attrs = {"name": "branch_points", "long_name": "number of forks", "units": "1"}
    return _of_lines(forks, field, threshold, dim, periodic, attrs)


def _of_lines(
    measure: Callable[[np.ndarray, list[bool]], np.ndarray],
    field: xr.DataArray,
    threshold: Threshold,
    dim: Dims,
    periodic: bool | None,
    attrs: dict[str, Any],
) -> xr.DataArray:
    plane = plane_of(field, dim, "Skeletons")
    closed = closed_of(field, tuple(plane), periodic)

    def number(array: np.ndarray) -> np.ndarray:
        lines, known = _thinned(array, threshold, closed)
        return np.where(known, measure(lines, closed), np.nan)

    return reduced(number, field, plane, attrs=_attrs(plane, closed, threshold) | attrs)


def _attrs(plane: dict[str, float], closed: list[bool], threshold: Threshold) -> dict:
    told_all = {
        "units": "1",
        **told(threshold),
        "periodic": worded(tuple(plane), closed),
    }
    return told_all | {"undefined": ENDLESS}


def _thinned(
    array: np.ndarray, threshold: Threshold, closed: list[bool]
) -> tuple[np.ndarray, np.ndarray]:
    """Skeletons of pictures (…, y, x), and which pictures have one."""
    lines, known = threshold_set(array, threshold, 2)
    if all(closed):
        known = known & ~lines.all(axis=(-2, -1))
    pad = [(0, 0)] * (lines.ndim - 2) + [(0, 0) if wrap else (1, 1) for wrap in closed]
    lines = np.pad(lines, pad)
    before = -1
    while (now := int(lines.sum())) != before:
        before = now
        for peel in PEELS:
            code = np.zeros(lines.shape, np.uint8)
            for bit, offset in enumerate(ROUND):
                near = np.roll(lines, (-offset[0], -offset[1]), axis=(-2, -1))
                code |= near.astype(np.uint8) << np.uint8(bit)
            lines &= ~peel[code]
    crop = tuple(slice(None) if wrap else slice(1, -1) for wrap in closed)
    return lines[(..., *crop)], known  # type: ignore[index]


def _peels() -> tuple[np.ndarray, np.ndarray]:
    """For each of 256 surroundings of a cell, whether it is peeled off: first, second."""
    x = [(np.arange(256) >> bit & 1).astype(bool) for bit in range(8)]  # from 0, not 1
    # One crossing from low to high on the way round: nothing falls apart.
    crossings = sum(
        (~x[i] & (x[i + 1] | x[(i + 2) % 8])).astype(int) for i in range(0, 8, 2)
    )
    pairs = [
        sum((x[i] | x[(i + 1) % 8]).astype(int) for i in range(k, 8, 2)) for k in (0, 1)
    ]
    thick = np.minimum(*pairs)
    simple = (crossings == 1) & (thick >= 2) & (thick <= 3)
    one = simple & ~((x[1] | x[2] | ~x[7]) & x[0])
    other = simple & ~((x[5] | x[6] | ~x[3]) & x[4])
    return one, other


def _steps(lines: np.ndarray, closed: list[bool]) -> list[np.ndarray]:
    """Where a step leads from a cell to each of half its neighbours.

    A diagonal step is none where a straight way round is there.
    """
    pad = [(0, 0)] * (lines.ndim - 2) + [(0, 0) if wrap else (1, 1) for wrap in closed]
    big = np.pad(lines, pad)

    def beside(offset: tuple[int, int]) -> np.ndarray:
        return np.roll(big, (-offset[0], -offset[1]), axis=(-2, -1))

    found = []
    for dy, dx in HALF:
        step = big & beside((dy, dx))
        if dy and dx:
            step &= ~beside((dy, 0)) & ~beside((0, dx))
        found.append(step)
    return found


def _degree(lines: np.ndarray, closed: list[bool]) -> np.ndarray:
    """Number of steps at each cell."""
    degree = sum(
        step.astype(int) + np.roll(step, offset, axis=(-2, -1))
        for offset, step in zip(HALF, _steps(lines, closed))
    )
    crop = tuple(slice(None) if wrap else slice(1, -1) for wrap in closed)
    return degree[(..., *crop)]  # type: ignore[index]


PEELS = _peels()
