"""Directions of a pattern in a plane: which way its waves go, and how many ways."""

from __future__ import annotations

import numpy as np
import scipy.sparse
import xarray as xr

from .modes import (
    above_rounding,
    collected,
    modes,
    power_of_modes,
    ratio,
    resolution,
    square,
    summed,
    wave_vectors,
    wavenumber_unit,
)
from .pictures import plane_of
from .space import Dims, reduced


def angular_spectrum(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    bins: int = 36,
    band: tuple[float, float] | None = None,
) -> xr.DataArray:
    """Power of a pattern by the direction of its waves.

        P(θ) = Σ |û(q)|²  over the modes whose direction, ±q being one, is in the bin

    Stripes fill the one bin across them, squares two, hexagons three; white noise all
    alike, as far as the square lattice of wave vectors allows. Bins are centred on their
    angle, so that waves along x and along y are in the midst of one. A mode on the border
    of two belongs half to each; so does one at the highest frequency of the grid, which
    cannot be told from its mirror image. All bins add up to the variance.

    Args:
        field: Any shape, evenly spaced along `dim`; taken as periodic.
        dim: The two dimensions of the plane. Default: those of z, y, x that `field` has.
        bins: Number of bins over half a turn, even.
        band: Lowest and highest wavenumber that count, low ≤ |q| < high. Default: all.

    Returns:
        Shape of `field` without `dim`, plus `angle`: of the wave vector, not of the
        crests, from x towards y, in radians, 0 to π. Unit: field². Lazy where `field` is.

    Raises:
        ValueError: If there are not two dims, a dim has no order or is not evenly spaced,
            `bins` is odd, or the band is empty.
    """
    if bins < 2 or bins % 2:
        raise ValueError(
            f"`bins` must be even, for one bin about x and one about y, but is {bins}."
        )
    if band is not None and not 0 <= band[0] < band[1]:
        raise ValueError(f"`band` must be (low, high) with low < high, got {band}.")
    spacing = plane_of(field, dim, "Directions")
    size, weight = modes(field, spacing)
    if band is not None:
        low, high = ((1 - 1e-9) * side for side in band)
        weight = weight * ((low <= size) & (size < high))
    matrix = _sectors(_angles(field, spacing), weight, bins)

    def power(array: np.ndarray) -> np.ndarray:
        return collected(power_of_modes(array, 2), matrix, 2)

    attrs = {
        "name": "power",
        "long_name": "power",
        "units": square(field.attrs.get("units", "1")),
    }
    if band is not None:
        attrs["band"] = f"{band[0]:g} to {band[1]:g} {wavenumber_unit(field, spacing)}"
    result = reduced(power, field, spacing, gives={"angle": bins}, attrs=attrs)
    told = {"long_name": "direction of the wave vector", "units": "rad"}
    return result.assign_coords(angle=("angle", np.pi / bins * np.arange(bins), told))


def anisotropy(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """How far all waves of a pattern go one way.

        A = |Σ |û(q)|² e^{2iθ}| / Σ |û(q)|²,   θ the direction of q

    which is the difference of the eigenvalues of the second moments of direction over
    their sum. One for stripes; zero for squares, for hexagons and for whatever has no
    direction. White noise on N square cells has √(π/2N) by chance.

    Cells that are not square give even white noise a direction, as their Fourier space
    is an oblong.

    Args:
        field: Any shape, evenly spaced along `dim`; taken as periodic.
        dim: The two dimensions of the plane. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, 0 to 1. NaN where the field is homogeneous. Lazy
        where `field` is.

    Raises:
        ValueError: If there are not two dims, or a dim has no order or is not even.
    """
    spacing, eps = plane_of(field, dim, "Directions"), resolution(field)
    _, weight = modes(field, spacing)
    turn = weight * turned(field, spacing, 2)

    def coherence(array: np.ndarray) -> np.ndarray:
        power = power_of_modes(array, 2)
        total = above_rounding(array, summed(power, weight), 2, eps)
        return ratio(np.abs(_moment(power, turn)), total)

    attrs = {
        "name": "anisotropy",
        "long_name": "anisotropy",
        "units": "1",
        "undefined": "NaN: a homogeneous field has no waves",
    }
    return reduced(coherence, field, spacing, attrs=attrs)


def orientation(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """Which way the waves of a pattern go, in the mean.

        θ₀ = ½ arg Σ |û(q)|² e^{2iθ}

    The angle of the wave vector, so that crests of stripes stand at right angles to it.

    Args:
        field: Any shape, evenly spaced along `dim`; taken as periodic.
        dim: The two dimensions of the plane. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`: radians from x towards y, 0 ≤ θ₀ < π. NaN where the
        field is homogeneous, or its anisotropy is zero to rounding. Lazy where `field` is.

    Raises:
        ValueError: If there are not two dims, or a dim has no order or is not even.
    """
    spacing, eps = plane_of(field, dim, "Directions"), resolution(field)
    _, weight = modes(field, spacing)
    turn = weight * turned(field, spacing, 2)

    def angle(array: np.ndarray) -> np.ndarray:
        power = power_of_modes(array, 2)
        total = above_rounding(array, summed(power, weight), 2, eps)
        moment = _moment(power, turn)
        # Values are rounded relative to the largest, powers relative to the contrast.
        largest = np.abs(array).max(axis=(-2, -1))
        rounding = 64 * eps * largest * np.sqrt(total)
        told = np.mod(np.angle(moment) / 2, np.pi)
        told = np.where(
            np.pi - told < 1e-14, 0.0, told
        )  # 0 less rounding is no half turn
        return np.where((total > 0) & (np.abs(moment) > rounding), told, np.nan)

    attrs = {
        "name": "orientation",
        "long_name": "direction of the mean wave vector",
        "units": "rad",
        "undefined": "NaN: waves that go all ways, or none, have no mean direction",
    }
    return reduced(angle, field, spacing, attrs=attrs)


def _angles(
    field: xr.DataArray, spacing: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Direction of each stored mode, and of that which looks the same on the grid.

    Along the first axis of an even grid the highest frequency is stored once, and is as
    much +q as -q: its modes are their own mirror images. Along the last axis both images
    are stored.
    """
    up, right = wave_vectors(field, spacing)
    angle = np.arctan2(up, right)
    image = angle.copy()
    rows = field.sizes[list(spacing)[0]]
    if rows % 2 == 0:
        image[rows // 2] *= -1
    return angle, image


def turned(field: xr.DataArray, spacing: dict[str, float], fold: int) -> np.ndarray:
    """e^{imθ} of each mode, half of it for each of its two images."""
    angle, image = _angles(field, spacing)
    return (np.exp(1j * fold * angle) + np.exp(1j * fold * image)) / 2


def _moment(power: np.ndarray, turn: np.ndarray) -> np.ndarray:
    return summed(power, turn.real) + 1j * summed(power, turn.imag)


def _sectors(
    images: tuple[np.ndarray, np.ndarray], weight: np.ndarray, bins: int
) -> scipy.sparse.csr_array:
    """Matrix that sums modes over bins; images and sides of a border share evenly."""
    columns = [
        np.floor(angle * bins / np.pi + 0.5 + nudge).astype(int).ravel() % bins
        for angle in images
        for nudge in (-1e-9, 1e-9)
    ]
    rows = np.tile(np.arange(weight.size), 4)
    return scipy.sparse.csr_array(
        (np.tile(weight.ravel() / 4, 4), (rows, np.concatenate(columns))),
        shape=(weight.size, bins),
    )
