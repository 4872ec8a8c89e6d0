"""Initial states: where a run begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from .core.random import generator
from .grid import Grid
from .grid.boundary import Periodic


def uniform(grid: Grid, *, dtype: str = "float64", **values: float) -> xr.Dataset:
    """The same value in every cell.

    Args:
        grid: Where.
        dtype: `float64` or `float32`; a run keeps it.
        values: One number for each species.

    Example:
        >>> float(uniform(Grid((4, 4)), u=1.0).u.mean())
        1.0
    """
    _need(values)
    fields = {name: np.full(grid.shape, value, dtype) for name, value in values.items()}
    return _told(grid.state(**fields), initial="uniform")


def noise(
    grid: Grid,
    *,
    seed: int,
    amplitude: float = 0.01,
    dtype: str = "float64",
    **around: float,
) -> xr.Dataset:
    """A uniform state, lightly shaken: value + amplitude · N(0, 1), cell by cell.

    Args:
        grid: Where.
        seed: Where chance begins; each species draws its own.
        amplitude: Standard deviation, in the units of the species.
        dtype: `float64` or `float32`; a run keeps it.
        around: One number for each species.
    """
    _need(around)
    fields = {}
    for name, value in around.items():
        drawn = generator(seed, f"noise of {name}").standard_normal(grid.shape)
        fields[name] = (value + amplitude * drawn).astype(dtype)
    return _told(grid.state(**fields), initial="noise", seed=seed)


def patch(
    grid: Grid,
    *,
    around: Mapping[str, float],
    inside: Mapping[str, float],
    size: int | Sequence[int],
    seed: int,
    amplitude: float = 0.01,
    dtype: str = "float64",
) -> xr.Dataset:
    """A uniform state with a block of another in the middle: how Pearson began.

    Inside the block each cell is multiplied by 1 + amplitude · uniform(-1, 1).

    Args:
        grid: Where.
        around: Value of each species outside the block.
        inside: Value of each species in the block.
        size: Cells along the block's sides, one number or one for each axis.
        seed: Where chance begins; each species draws its own.
        amplitude: Largest relative disturbance in the block; Pearson took 0.01.
        dtype: `float64` or `float32`; a run keeps it.

    Raises:
        ValueError: If the species differ or the block does not fit.

    Source:
        Pearson, Science 261 (1993) 189, doi:10.1126/science.261.5118.189.
    """
    _need(around)
    if set(around) != set(inside):
        raise ValueError(
            f"`around` names {', '.join(around)} and `inside` names {', '.join(inside)}: "
            "both must name the same species."
        )
    sizes = np.broadcast_to(np.asarray(size, dtype=int), (len(grid.shape),))
    if any(s < 1 or s > n for s, n in zip(sizes, grid.shape)):
        raise ValueError(
            f"A block of {size} cells does not fit a grid of {grid.shape}."
        )
    block = tuple(
        slice((n - s) // 2, (n - s) // 2 + s) for n, s in zip(grid.shape, sizes)
    )
    fields = {}
    for name, value in around.items():
        field = np.full(grid.shape, value, dtype=float)
        drawn = generator(seed, f"patch of {name}").uniform(-1, 1, field[block].shape)
        field[block] = inside[name] * (1 + amplitude * drawn)
        fields[name] = field.astype(dtype)
    return _told(grid.state(**fields), initial="patch", seed=seed)


def patches(
    grid: Grid,
    *,
    around: Mapping[str, float],
    inside: Mapping[str, float],
    size: int,
    count: int,
    seed: int,
    amplitude: float = 0.01,
    dtype: str = "float64",
) -> xr.Dataset:
    """A uniform state with blocks of another put anywhere, the same places for all species.

    Blocks that reach over an edge come in on the other side where the axis is periodic, and
    are cut off where it is not.

    Args:
        grid: Where.
        around: Value of each species outside the blocks.
        inside: Value of each species in them.
        size: Cells along the blocks' sides.
        count: How many blocks; they may overlap.
        seed: Where chance begins.
        amplitude: Largest relative disturbance in the blocks.
        dtype: `float64` or `float32`; a run keeps it.

    Raises:
        ValueError: If the species differ, or a block does not fit.
    """
    patch(
        grid, around=around, inside=inside, size=size, seed=seed
    )  # it says what is wrong
    rng = generator(seed, "places of patches")
    inner = np.zeros(grid.shape, dtype=bool)
    for _ in range(count):
        corner = [int(rng.integers(n)) for n in grid.shape]
        cells = []
        for low, n, (first, _) in zip(corner, grid.shape, grid.boundary):
            reach = np.arange(low, low + size)
            cells.append(reach % n if isinstance(first, Periodic) else reach[reach < n])
        inner[np.ix_(*cells)] = True
    fields = {}
    for name, value in around.items():
        drawn = generator(seed, f"patches of {name}").uniform(-1, 1, grid.shape)
        high = inside[name] * (1 + amplitude * drawn)
        fields[name] = np.where(inner, high, value).astype(dtype)
    return _told(grid.state(**fields), initial="patches", seed=seed)


def halves(
    grid: Grid,
    *,
    seed: int,
    amplitude: float = 0.01,
    dtype: str = "float64",
    **told: tuple[str, float, float],
) -> xr.Dataset:
    """Each species low in one half of an axis and high in the other: seeds of spirals.

    Where a front of excitation along one axis ends in recovery along another, its free end
    curls up. Around a torus each step comes twice, and so do the spirals.

    Args:
        grid: Where.
        seed: Where chance begins.
        amplitude: Standard deviation of what is added, as a share of high - low.
        dtype: `float64` or `float32`; a run keeps it.
        told: Axis, value in its lower half, value in its upper half, by species:
            `halves(grid, seed=0, u=("x", 0.0, 1.0), v=("y", 0.0, 0.4))`.

    Raises:
        ValueError: If an axis is missing.
    """
    _need({f"{n}, {k}": float(pair[k]) for n, pair in told.items() for k in (1, 2)})
    fields = {}
    for name, (dim, low, high) in told.items():
        if dim not in grid.dims:
            raise ValueError(
                f"`{name}` is told along {dim}, but the grid has {', '.join(grid.dims)}."
            )
        at = grid.dims.index(dim)
        upper = np.arange(grid.shape[at]) >= grid.shape[at] // 2
        step = np.where(upper, high, low).reshape(
            (-1,) + (1,) * (len(grid.dims) - at - 1)
        )
        drawn = generator(seed, f"halves of {name}").standard_normal(grid.shape)
        fields[name] = (step + amplitude * (high - low) * drawn).astype(dtype)
    return _told(grid.state(**fields), initial="halves", seed=seed)


def from_image(
    grid: Grid,
    image: Any,
    *,
    dark: Mapping[str, float],
    bright: Mapping[str, float],
    dtype: str = "float64",
) -> xr.Dataset:
    """A picture as an initial state: dark and bright pixels take the values that are told.

    Args:
        grid: A plane; the picture must have its shape, first row at the first `y`.
        image: (y, x) of any numbers; the least is dark, the greatest bright, and what
            lies between is interpolated.
        dark: Value of each species where the picture is darkest.
        bright: Value of each species where it is brightest.
        dtype: `float64` or `float32`; a run keeps it.

    Raises:
        ValueError: If the shape differs, or the picture is constant or not finite.
    """
    _need(dark)
    pixels = np.asarray(image, dtype=float)
    if pixels.shape != grid.shape:
        raise ValueError(
            f"The picture has shape {pixels.shape}, but the grid is {grid.shape}. "
            "Colour pictures: take one channel or their mean."
        )
    if set(dark) != set(bright):
        raise ValueError(
            f"`dark` names {', '.join(dark)} and `bright` names {', '.join(bright)}: "
            "both must name the same species."
        )
    low, high = pixels.min(), pixels.max()
    if not np.isfinite(pixels).all() or low == high:
        raise ValueError(
            "A picture needs finite pixels, not all alike; for one value in every cell "
            "take initial.uniform."
        )
    share = (pixels - low) / (high - low)
    fields = {n: (dark[n] + (bright[n] - dark[n]) * share).astype(dtype) for n in dark}
    return _told(grid.state(**fields), initial="from_image")


def _need(values: Mapping[str, float]) -> None:
    if not values:
        raise TypeError(
            "An initial state needs at least one species: initial.uniform(grid, u=1.0)."
        )
    for name, value in values.items():
        if not np.isfinite(value):
            raise ValueError(
                f"The initial state of `{name}` must be finite, but is {value}."
            )


def _told(state: xr.Dataset, **attrs: Any) -> xr.Dataset:
    return state.assign_attrs(attrs)
