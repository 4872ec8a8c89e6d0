"""What chance alone would give: fields whose places mean nothing.

A null must break what is asked for and keep all else. `permuted` keeps values alone: it is
*not* a null for a field whose cells are correlated, where it rejects nearly always.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from .space import Dims, dims_of


def permuted(
    field: xr.DataArray, dim: Dims = None, *, seed: int, together: bool = True
) -> xr.DataArray:
    """The null "places mean nothing": one shuffle of the cells, the same for all.

    Values stay, places go. All leading dims (time, neurons) are shuffled alike, so that
    what they have in common stays common. Note: this is a null for fields whose cells
    are exchangeable, not for one that is known to be smooth; for that, see
    `phase_randomised` and `iaaft`.

    Args:
        field: Any shape.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        seed: Where chance begins.
        together: Whether one shuffle serves all leading dims, or each element has its own.

    Returns:
        Shape, coordinates and attributes of `field`. Lazy where `field` is.

    Raises:
        TypeError: If the seed is not a whole number.
    """
    dims = dims_of(field, dim)
    cells = int(np.prod([field.sizes[d] for d in dims]))

    def shuffle(array: np.ndarray, order: np.ndarray) -> np.ndarray:
        flat = array.reshape(*array.shape[: -len(dims)], -1)
        if together:
            return flat[..., order].reshape(array.shape)
        return np.take_along_axis(flat, order, -1).reshape(array.shape)

    return surrogate(
        shuffle,
        lambda rng: rng.permutation(cells),
        field,
        dims,
        seed=seed,
        together=together,
    )


def chance(seed: int, element: int | None = None) -> np.random.Generator:
    """Counter-based generator of one surrogate: for all elements, or for one of them.

    Raises:
        TypeError: If the seed is not a whole number.
        ValueError: If it is negative.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise TypeError(f"`seed` must be a whole number, but is {seed!r}.")
    if seed < 0:
        raise ValueError(f"`seed` must not be negative, but is {seed}.")
    if element is None:
        return np.random.Generator(np.random.Philox(int(seed)))
    key = np.array([int(seed) % 2**64, element], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def surrogate(
    change: Callable[[np.ndarray, np.ndarray], np.ndarray],
    draw: Callable[[np.random.Generator], np.ndarray],
    field: xr.DataArray,
    dims: Sequence[str],
    *,
    seed: int,
    together: bool,
    dtype: npt.DTypeLike | None = None,
) -> xr.DataArray:
    """Apply `change(array, drawn)` over trailing `dims`, lazily where the field is lazy.

    Args:
        change: From (…, *dims) and what was drawn to (…, *dims).
        draw: What one field needs of chance.
        field: What is changed.
        dims: Dims that are changed.
        seed: Where chance begins.
        together: Whether all leading elements share one draw. Else each draws by its own
            number, so that what it gets does not depend on chunks.
        dtype: Kind of number of the result. Default: that of `field`.
    """
    common = draw(chance(seed)) if together else None
    last = field.transpose(..., *dims)
    lead = {d: n for d, n in zip(last.dims, last.shape) if d not in dims}
    count = int(np.prod(list(lead.values())))
    number = xr.DataArray(
        np.arange(count).reshape(list(lead.values())), dims=list(lead)
    )
    if last.chunks is not None:
        last = last.chunk(dict.fromkeys(dims, -1))
        number = number.chunk({d: last.chunksizes[d] for d in lead})

    def function(array: np.ndarray, number: np.ndarray) -> np.ndarray:
        if common is not None:
            return change(array, common)
        each = np.stack([draw(chance(seed, k)) for k in number.ravel()])
        return change(array, each.reshape(*number.shape, *each.shape[1:]))

    changed = xr.apply_ufunc(
        function,
        last,
        number,
        input_core_dims=[dims, []],
        output_core_dims=[dims],
        dask="parallelized",
        output_dtypes=[dtype or field.dtype],
        keep_attrs="override",
    )
    return changed.transpose(*field.dims).rename(field.name)
