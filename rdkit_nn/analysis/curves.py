"""Shape of a pattern at every height."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr

from .cells import inside_of
from .shape import area, euler_number, perimeter
from .space import Dims, space_of


def euler_curve(
    field: xr.DataArray,
    thresholds: int | Sequence[float] | np.ndarray = 32,
    dim: Dims = None,
    *,
    connected: Literal["corners", "faces"] = "corners",
    periodic: bool | None = None,
    mask: xr.DataArray | None = None,
) -> xr.Dataset:
    """Area, perimeter and Euler number of a pattern at every height.

    The three together are all additive measures of a plane set that do not change with
    its place and direction (Hadwiger). As the level falls, χ of spots rises to their
    number and falls again as they merge; a pattern and its negative have mirrored curves.
    White noise has χ > 0 at high and χ < 0 at low levels.

    Args:
        field: Any shape.
        thresholds: Levels, or how many of them at even steps strictly between the least
            and the greatest value of the whole field, the same for all pictures.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        connected: As for `euler_number`.
        periodic: Whether opposite sides touch. Default: as the field's walls say.
        mask: True where a cell belongs; cells outside are never high.

    Returns:
        `area`, `perimeter` (by faces) and `euler_number`: shape of `field` without `dim`,
        plus `threshold`, in the unit of the field. Lazy where `field` is.

    Raises:
        ValueError: If a number of levels is asked of a lazy field, whose range is not
            known, or of one that is the same everywhere.

    Source:
        Mecke, Phys. Rev. E 53 (1996) 4794, doi:10.1103/PhysRevE.53.4794.
    """
    levels = _levels(field, thresholds, dim, mask)
    how: dict[str, Any] = {"dim": dim, "mask": mask, "periodic": periodic}
    parts = [
        xr.Dataset(
            {
                "area": area(field, level, dim, mask=mask),
                "perimeter": perimeter(field, level, **how),
                "euler_number": euler_number(field, level, connected=connected, **how),
            }
        )
        for level in levels
    ]
    curve = xr.concat(parts, "threshold", combine_attrs="drop_conflicts")
    for measure in curve.data_vars.values():
        measure.attrs.pop("threshold", None)
    attrs = {"long_name": "threshold", "units": field.attrs.get("units", "1")}
    curve = curve.assign_coords(threshold=("threshold", levels, attrs))
    return curve.transpose(..., "threshold")


def _levels(
    field: xr.DataArray,
    thresholds: int | Sequence[float] | np.ndarray,
    dim: Dims,
    mask: xr.DataArray | None,
) -> list[float]:
    if not isinstance(thresholds, (int, np.integer)):
        return [float(level) for level in np.ravel(thresholds)]
    if thresholds < 1:
        raise ValueError(f"`thresholds` must be at least 1, but is {thresholds}.")
    if field.chunks is not None:
        raise ValueError(
            "The range of a lazy field is not known before it is computed: tell "
            "`thresholds` as numbers."
        )
    inside_of(field, tuple(space_of(field, dim)), mask)
    within = (field if mask is None else field.where(mask)).astype(float)
    low, high = float(within.min()), float(within.max())
    if not (np.isfinite([low, high]).all() and high > low):
        raise ValueError(
            f"Levels between the least and the greatest value need a field that varies, "
            f"but this one goes from {low:g} to {high:g}. Tell `thresholds` as numbers."
        )
    return list(np.linspace(low, high, thresholds + 2)[1:-1])
