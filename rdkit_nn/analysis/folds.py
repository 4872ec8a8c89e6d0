"""Of how many directions the waves of a pattern are made."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .directions import turned
from .modes import above_rounding, collected, modes, power_of_modes, resolution, rings
from .pictures import plane_of
from .space import Dims, reduced


def symmetry(
    field: xr.DataArray, dim: Dims = None, *, fold: int, within: float = 0.25
) -> xr.DataArray:
    """How well the waves about the peak of the spectrum repeat under a turn by 2π / m.

        S_m = |Σ |û(q)|² e^{imθ}| / Σ |û(q)|²  over  | |q| - κ | ≤ within · κ

    with κ the ring with the most power (at least all of that ring counts). Stripes have one
    for every m; squares for m = 4, 8, …; hexagons for m = 6, 12, …, and zero else: of
    the three, S_2 tells stripes, S_4 squares, S_6 hexagons. Domains of several
    orientations lower all. White noise has √(π/4n) by chance for n waves in the band,
    ±q being one.

    Args:
        field: Any shape, evenly spaced along `dim`; taken as periodic.
        dim: The two dimensions of the plane. Default: those of z, y, x that `field` has.
        fold: m: 2, 4, 6, …; odd ones vanish, as q and -q are one wave.
        within: Half width of the band about the peak, relative to it.

    Returns:
        Shape of `field` without `dim`, 0 to 1. NaN where the field is homogeneous. Lazy
        where `field` is.

    Raises:
        ValueError: If there are not two dims, a dim has no order or is not even, `fold`
            is odd, or `within` is not between 0 and 1.

    Source:
        Nelson & Halperin, Phys. Rev. B 19 (1979) 2457, doi:10.1103/PhysRevB.19.2457, for
        six, about bonds.
    """
    if fold < 2 or fold % 2:
        raise ValueError(
            f"`fold` must be 2, 4, 6, …, as opposite waves are one, but is {fold}."
        )
    if not 0 <= within <= 1:
        raise ValueError(f"`within` must be between 0 and 1, but is {within}.")
    spacing, eps = plane_of(field, dim, "Folds"), resolution(field)
    size, weight = (each.ravel() for each in modes(field, spacing))
    turn = weight * turned(field, spacing, fold).ravel()
    matrix, wavenumbers = rings(field, spacing)
    half = np.maximum(
        within * wavenumbers, wavenumbers[min(1, len(wavenumbers) - 1)] / 2
    )

    def order(array: np.ndarray) -> np.ndarray:
        power = power_of_modes(array, 2)
        ringed = collected(power, matrix, 2)
        total = above_rounding(array, ringed.sum(axis=-1), 2, eps).ravel()
        peak = ringed.argmax(axis=-1).ravel()
        flat, told = power.reshape(-1, size.size), np.full(total.shape, np.nan)
        for j in np.unique(peak[total > 0]):
            here = (peak == j) & (total > 0)
            near = np.flatnonzero(np.abs(size - wavenumbers[j]) <= half[j])
            some = flat[np.ix_(here, near)]
            told[here] = np.abs(some @ turn[near]) / (some @ weight[near])
        return told.reshape(ringed.shape[:-1])

    attrs = {
        "name": "symmetry",
        "long_name": f"{fold}-fold symmetry of the waves",
        "units": "1",
        "fold": fold,
        "within": within,
        "undefined": "NaN: a homogeneous field has no waves",
    }
    return reduced(order, field, spacing, attrs=attrs)
