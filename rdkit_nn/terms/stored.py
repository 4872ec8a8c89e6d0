"""Arrays inside a term, as a store keeps them: fields in space, and weights.

The `repr` of a term names them by a digest; with the arrays it can be made anew.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from ..core.parameters import ArrayParameter
from .base import Term
from .graph import Weights


def arrays_of(term: Term) -> dict[str, dict[str, Any]]:
    """Values of every field in space and of all weights, by digest."""
    found: dict[str, dict[str, Any]] = {}
    for _, value in term.parameters():
        if isinstance(value, ArrayParameter) and value.in_space:
            array = value.array
            coords = {str(d): array[d].values.tolist() for d in array.coords}
            entry = {"kind": "field", "dims": list(array.dims), "coords": coords}
            found[value.digest] = {**entry, "values": array.values}
    for part in term.nested():
        weights = getattr(part, "weights", None)
        if isinstance(weights, Weights):
            found[weights.digest] = {"kind": "weights", **_entries(weights)}
    return found


def array_from(entry: dict[str, Any]) -> Any:
    """The field or the weights of an entry."""
    if entry["kind"] == "field":
        return xr.DataArray(entry["values"], dims=entry["dims"], coords=entry["coords"])
    import scipy.sparse

    row, column, value = entry["values"]
    shape = (entry["nodes"],) * 2
    places = (row.astype(int), column.astype(int))
    return Weights(scipy.sparse.coo_array((value, places), shape=shape))


def _entries(weights: Weights) -> dict[str, Any]:
    import scipy.sparse

    matrix = scipy.sparse.coo_array(weights.matrix)
    values = np.stack([matrix.coords[0], matrix.coords[1], matrix.data]).astype(float)
    return {"nodes": weights.nodes, "values": values}
