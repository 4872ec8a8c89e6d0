"""Weights as pictures: a montage of receptive fields, and matrices with named axes."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
import xarray as xr

from rdkit_nn import neural

from .axes import even
from .lazily import Pictures, Tell, lead_of


def sheet(bank: xr.DataArray, tell: Tell | None = None) -> xr.DataArray:
    """All receptive fields of each frame side by side: `neural.montage`, when looked at.

    Args:
        bank: (…, hidden, y, x), of a run or a state.
        tell: As for `Pictures`.

    Returns:
        (…, row, column), NaN between fields.
    """
    lead = lead_of(bank)
    count, height, width = (bank.sizes[d] for d in ("hidden", "y", "x"))
    side = ceil(sqrt(count))
    shape = (side * (height + 1) - 1, side * (width + 1) - 1)

    def make(place: tuple[int, ...]) -> np.ndarray:
        frame = bank.isel(dict(zip(lead, place)))
        return neural.montage(frame.compute(scheduler="synchronous"), count)

    kept = {d: bank.coords[d] for d in lead if d in bank.coords}
    pictures = Pictures([bank.sizes[d] for d in lead], shape, make, tell)
    dims = (*lead, "row", "column")
    attrs = {k: v for k, v in bank.attrs.items() if k != "boundary"}
    return even(xr.DataArray(pictures.array(), kept, dims, "montage", attrs))


def neuron_at(bank: xr.DataArray, row: float, column: float) -> int | None:
    """Which neuron lies at a place of the montage; None between them and beyond.

    Args:
        bank: (…, hidden, y, x).
        row: In pixels of the sheet, whose centres are whole numbers.
        column: The same.
    """
    count, height, width = (bank.sizes[d] for d in ("hidden", "y", "x"))
    side = ceil(sqrt(count))
    i, j = int(np.rint(row)), int(np.rint(column))
    if not (0 <= i < side * (height + 1) - 1 and 0 <= j < side * (width + 1) - 1):
        return None
    (down, y), (right, x) = divmod(i, height + 1), divmod(j, width + 1)
    found = down * side + right
    return found if y < height and x < width and found < count else None


def corners_of(bank: xr.DataArray, neuron: int) -> list[tuple[float, float]]:
    """Corners of a neuron's field in the montage, as `neuron_at` counts pixels."""
    count, height, width = (bank.sizes[d] for d in ("hidden", "y", "x"))
    down, right = divmod(neuron, ceil(sqrt(count)))
    top, left = down * (height + 1) - 0.5, right * (width + 1) - 0.5
    bottom, far = top + height, left + width
    return [(top, left), (top, far), (bottom, far), (bottom, left)]


def matrices(run: xr.Dataset) -> list[str]:
    """Names of the layers above the receptive fields that are matrices: V, W."""
    return [n for n in ("V", "W") if n in run and run[n].ndim >= 2]


def beside_neurons(fields: list[xr.DataArray]) -> list[xr.DataArray]:
    """Give every field the slider of neurons that one of them has.

    napari matches axes from the right, so a matrix V (output, hidden) beside a stack
    U (hidden, y, x) would be cut along its outputs. Where another field has a slider for
    `hidden`, each gets one; it is the same for every neuron, and an axis of its own that
    bears the name becomes `neuron`.
    """
    neurons = max((_slider(field) for field in fields), default=0)
    if not neurons:
        return fields
    return [f if _slider(f) else _spread(f, neurons) for f in fields]


def _slider(field: xr.DataArray) -> int:
    return field.sizes["hidden"] if "hidden" in field.dims[:-2] else 0


def _spread(field: xr.DataArray, neurons: int) -> xr.DataArray:
    if "hidden" in field.dims:
        field = field.rename(hidden="neuron")
    return field.expand_dims(hidden=neurons, axis=field.ndim - 2)
