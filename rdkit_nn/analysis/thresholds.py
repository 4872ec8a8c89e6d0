"""Which cells of a picture are high."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import xarray as xr

from .cells import inside_of, mapped
from .pictures import boundary_of
from .space import Dims, space_of

Threshold = float | Literal["otsu", "mean", "median"] | None
UNDEFINED = "NaN: a homogeneous field has no half"


def above(
    field: xr.DataArray,
    threshold: Threshold = None,
    dim: Dims = None,
    *,
    mask: xr.DataArray | None = None,
) -> xr.DataArray:
    """Cells of a picture that are high: strictly above a threshold.

    Otsu's threshold is the one that leaves the least variance on its two sides; it is
    found among all splits of the sorted values, not of a histogram.

    Args:
        field: Any shape.
        threshold: A number, the same for all pictures, or `mean`, `median` or `otsu` of
            each. Default: halfway from the least to the greatest value of each picture.
        dim: Dimensions of a picture. Default: those of z, y, x that `field` has.
        mask: True where a cell belongs, over dims of the picture. Cells outside are never
            high and do not count for the threshold.

    Returns:
        Shape of `field`: 1 where it is high, 0 where not, NaN over a whole picture that is
        homogeneous (unless `threshold` is a number) or has a value that is not finite.
        Lazy where `field` is; `above(u) == 1` is boolean.

    Raises:
        ValueError: If `threshold` is none of these, or the mask does not fit.

    Source:
        Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979) 62, doi:10.1109/TSMC.1979.4310076.
    """
    dims = tuple(space_of(field, dim))
    inside = inside_of(field, dims, mask)

    def high(array: np.ndarray) -> np.ndarray:
        found, known = threshold_set(array, threshold, len(dims), inside)
        return np.where(known.reshape(known.shape + (1,) * len(dims)), found, np.nan)

    attrs = {"long_name": "high", "units": "1", **told(threshold), **boundary_of(field)}
    return mapped(high, field, dims, attrs={"name": "above", **attrs})


def threshold_set(
    array: np.ndarray, threshold: Threshold, n: int, inside: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """What is high in each picture of `n` trailing axes, and which pictures have an answer.

    Pictures without an answer have no high cell.
    """
    _check(threshold)
    lead = array.shape[: array.ndim - n]
    cells = array.reshape(*lead, -1)
    if inside is not None:
        cells = cells[..., inside.ravel()]
    low, high = cells.min(-1), cells.max(-1)
    known = np.isfinite(low) & np.isfinite(high)
    with np.errstate(invalid="ignore"):
        if threshold is None:
            level = (low + high) / 2
        elif isinstance(threshold, str):
            # In order of size, so that a rolled picture has the same level to the bit.
            level = LEVELS[threshold](np.sort(cells, axis=-1))
        else:
            level = np.full(lead, float(threshold))
        if threshold is None or isinstance(threshold, str):
            known &= high > low
        found = array > level.reshape(lead + (1,) * n)
    found &= known.reshape(lead + (1,) * n)
    return (found if inside is None else found & inside), known


def _otsu(ordered: np.ndarray) -> np.ndarray:
    """Middle of the gap that leaves the most variance between its two sides."""
    n = ordered.shape[-1]
    centred = ordered - ordered.mean(-1, keepdims=True)
    below = np.arange(1, n)
    between = np.cumsum(centred, axis=-1)[..., :-1] ** 2 / (below * (n - below))
    between = np.where(ordered[..., 1:] > ordered[..., :-1], between, -1.0)
    cut = (
        between.argmax(-1)[..., None]
        if n > 1
        else np.zeros((*ordered.shape[:-1], 1), int)
    )
    pair = [np.take_along_axis(ordered, np.minimum(cut + i, n - 1), -1) for i in (0, 1)]
    return ((pair[0] + pair[1]) / 2)[..., 0]


LEVELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "mean": lambda ordered: ordered.mean(-1),
    "median": lambda ordered: np.median(ordered, axis=-1),
    "otsu": _otsu,
}


def _check(threshold: Threshold) -> None:
    if isinstance(threshold, str):
        good = threshold in LEVELS
    else:
        good = threshold is None or (np.ndim(threshold) == 0 and np.isfinite(threshold))
    if not good:
        raise ValueError(
            "`threshold` must be a finite number, mean, median, otsu, or nothing for half "
            f"the range, but is {threshold!r}."
        )


def told(threshold: Threshold) -> dict[str, Any]:
    """What a threshold leaves in attributes."""
    _check(threshold)
    words = "half range" if threshold is None else threshold
    return {
        "threshold": words if isinstance(words, str) else float(words),
        "undefined": UNDEFINED,
    }


def check_connected(connected: str) -> None:
    """Refuse what is neither corners nor faces."""
    if connected not in ("corners", "faces"):
        raise ValueError(f"`connected` must be corners or faces, but is {connected!r}.")
