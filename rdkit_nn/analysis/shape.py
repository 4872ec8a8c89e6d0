"""Shape of a pattern: what is above a threshold, and how it hangs together."""

from __future__ import annotations

from itertools import product
from typing import Literal

import numpy as np
import xarray as xr

from .space import Dims, dims_of, reduced, space_of, wraps


def euler_number(
    field: xr.DataArray,
    threshold: float | None = None,
    dim: Dims = None,
    *,
    connected: Literal["corners", "faces"] = "corners",
    periodic: bool | None = None,
) -> xr.DataArray:
    """Euler number of what lies above a threshold: pieces less holes, in a plane.

        χ = Σ over cells of the complex of (-1)^dimension

    (in space pieces less tunnels plus hollows; on a line pieces). Many spots have χ ≫ 0, a
    net of holes χ ≪ 0, a labyrinth something near 0. Exact, also around a torus: a band
    that closes on itself has 0, the whole torus 0.

    Args:
        field: Any shape.
        threshold: What counts as high. Default: halfway from the least to the greatest
            value of each picture.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        connected: Whether high cells that touch at corners hang together (8 neighbours in
            a plane; low ones then do not), or only those that share a face (4).
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `dim`. NaN for a homogeneous field without a threshold, and
        where a value is not finite.

    Raises:
        ValueError: If a dim has no order, such as hidden neurons.

    Source:
        Kong & Rosenfeld, Comput. Vis. Graph. Image Process. 48 (1989) 357,
        doi:10.1016/0734-189X(89)90147-3.
    """
    if connected not in ("corners", "faces"):
        raise ValueError(f"`connected` must be corners or faces, but is {connected!r}.")
    dims = tuple(space_of(field, dim))
    closed = [wraps(field, d) if periodic is None else bool(periodic) for d in dims]
    axes = tuple(range(-len(dims), 0))

    def count(array: np.ndarray) -> np.ndarray:
        low, high = array.min(axis=axes), array.max(axis=axes)
        level = (low + high) / 2 if threshold is None else np.full(low.shape, threshold)
        with np.errstate(invalid="ignore"):
            above = array > level.reshape(level.shape + (1,) * len(dims))
        told = _euler(above, closed, connected == "corners").astype(float)
        known = np.isfinite(low) & np.isfinite(high)
        known &= (high > low) if threshold is None else True
        return np.where(known, told, np.nan)

    attrs = {
        "name": "euler_number",
        "long_name": "Euler number",
        "units": "1",
        "threshold": "half range" if threshold is None else float(threshold),
        "connected": connected,
        "periodic": ", ".join(d for d, c in zip(dims, closed) if c) or "none",
        "undefined": "NaN: a homogeneous field has no half",
    }
    return reduced(count, field, dims, attrs=attrs)


def _euler(above: np.ndarray, closed: list[bool], corners: bool) -> np.ndarray:
    """Alternating count of the cells of the complex.

    Closed cells touch at corners: a face, an edge or a vertex of the complex is there where
    any cell beside it is high. Open cells touch at faces: it is there where all are.
    """
    d = len(closed)
    axes = tuple(range(-d, 0))
    pad = [(0, 0)] * (above.ndim - d) + [(0, 0) if wrap else (1, 1) for wrap in closed]
    big = np.pad(above, pad)
    total = np.zeros(above.shape[: above.ndim - d], dtype=np.int64)
    for subset in product((False, True), repeat=d):
        part = big
        for axis, between in zip(axes, subset):
            if between:  # between two cells along this axis
                other = np.roll(part, 1, axis=axis)
                part = (part | other) if corners else (part & other)
        dimension = d - sum(subset)
        sign = (-1) ** (dimension if corners else sum(subset))
        total += sign * part.sum(axis=axes)
    return total


def activity(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """How much a pattern still moves: ⟨|u(t₂) - u(t₁)|⟩ / (t₂ - t₁) from frame to frame.

    Args:
        field: With a `time` dimension and its coordinate.
        dim: Dimensions of the mean. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, at the later time of each pair of frames. Unit: that
        of the field, over that of time.

    Raises:
        ValueError: If there is no `time` dimension, or only one frame.
    """
    if "time" not in getattr(field, "dims", ()) or field.sizes["time"] < 2:
        raise ValueError(
            "Activity is measured along a run: the field needs a `time` dimension and two "
            "frames at least."
        )
    dims = dims_of(field, dim)
    axes = tuple(range(-len(dims), 0))
    exact = field.astype(float)  # unsigned numbers would wrap around below zero
    moved = exact.diff("time")
    span = field["time"].astype(float).diff("time")
    told = reduced(
        lambda array: np.abs(array).mean(axis=axes),
        moved,
        dims,
        attrs={"name": "activity"},
    )
    found = (told / span).rename("activity")
    found.attrs = {"long_name": "activity", "units": field.attrs.get("units", "1")}
    return found
