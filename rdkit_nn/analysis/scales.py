"""Length of a pattern, and how sharply it is set."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr

from .modes import (
    above_rounding,
    collected,
    length_unit,
    modes,
    pairs,
    power_of_modes,
    ratio,
    resolution,
    rings,
    summed,
)
from .space import Dims, reduced, space_of


def wavelength(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    by: Literal["mean", "peak", "fit"] = "mean",
) -> xr.DataArray:
    """Length of one repeat of a pattern.

        by="mean":  λ = 2π Σ|û(q)|² / Σ|q||û(q)|²     power-weighted mean wavenumber
        by="peak":  λ = 2π / argmax_κ P(κ)            the ring with the most power
        by="fit":   λ = 2π / vertex                   a parabola about that ring

    The mean moves smoothly and counts harmonics and noise; the peak is blind to both but
    comes in whole numbers of waves a box. The fit lies between rings: the parabola goes
    through the logarithm of the power of a mean mode on the ring and its two neighbours
    (exact for a Gaussian spectrum), and its vertex is kept between them. Where there is no
    parabola - a neighbour is missing, bends it upwards, or both have less than a
    hundredth of the ring - the mean wavenumber within the ring is taken. A spectrum many
    rings wide has most power above its densest ring, by more than the one ring allowed.

    A plane wave has the same by `mean` and by `fit`, to rounding; by `peak` only where its
    wavenumber is a whole multiple of the fundamental, else within half of that. White
    noise has about 2.6 cells by the mean in a large square.

    Args:
        field: Any shape, evenly spaced along `dim`; taken as periodic.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        by: Which of the three.

    Returns:
        Shape of `field` without `dim`. Unit: length. NaN where the field is homogeneous,
        which has no wavelength. Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.
    """
    if by not in ("mean", "peak", "fit"):
        raise ValueError(f"`by` must be mean, peak or fit, but is {by!r}.")
    spacing, eps = space_of(field, dim), resolution(field)
    size, weight = modes(field, spacing)
    matrix, wavenumbers = rings(field, spacing)
    sizes = matrix.multiply(size.reshape(-1, 1)).tocsr()

    def wavenumber(power: np.ndarray, total: np.ndarray) -> np.ndarray:
        if by == "mean":
            return ratio(summed(power, size * weight), total)
        ringed = collected(power, matrix, len(spacing))
        if by == "peak":
            return wavenumbers[ringed.argmax(axis=-1)]
        within = ratio(collected(power, sizes, len(spacing)), ringed)
        return _vertex(ratio(ringed, matrix.sum(axis=0)), within, ringed, wavenumbers)

    def length(array: np.ndarray) -> np.ndarray:
        power = power_of_modes(array, len(spacing))
        total = above_rounding(array, summed(power, weight), len(spacing), eps)
        return ratio(2 * np.pi * (total > 0), wavenumber(power, total) * (total > 0))

    attrs = {
        "name": "wavelength",
        "long_name": "wavelength",
        "units": length_unit(field, spacing) or "1",
        "undefined": "NaN: a homogeneous field has no wavelength",
    }
    return reduced(length, field, spacing, attrs=attrs)


def _vertex(
    density: np.ndarray, within: np.ndarray, power: np.ndarray, wavenumbers: np.ndarray
) -> np.ndarray:
    """Wavenumber at the top of log density about the ring with the most power."""
    peak, last = power.argmax(axis=-1), len(wavenumbers) - 1
    near = [np.clip(peak + step, 0, last)[..., None] for step in (-1, 0, 1)]
    left, mid, right = (np.take_along_axis(density, n, -1)[..., 0] for n in near)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A neighbour without any power bends the parabola no further than this.
        low, high = (np.log(np.maximum(side / mid, 1e-12)) for side in (left, right))
        offset = np.clip((low - high) / (2 * (low + high)), -1, 1)
        fits = (low + high < 0) & (left + right > 0.01 * mid) & (peak > 1)
    delta = wavenumbers[min(1, last)]
    alone = np.take_along_axis(within, near[1], -1)[..., 0]
    return np.where(fits & (peak < last), (peak + offset) * delta, alone)


def spectral_width(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """How far the wavenumbers of a pattern lie apart, relative to their mean.

        w = √(⟨|q|²⟩ - ⟨|q|⟩²) / ⟨|q|⟩,   ⟨ ⟩ weighted by |û(q)|²

    Zero where all waves have one length, in whatever directions; 0.37 for white noise in
    a large square of square cells.

    Args:
        field: Any shape, evenly spaced along `dim`; taken as periodic.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, dimensionless. NaN where the field is homogeneous.
        Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.
    """
    spacing, eps = space_of(field, dim), resolution(field)
    size, weight = modes(field, spacing)

    def width(array: np.ndarray) -> np.ndarray:
        power = power_of_modes(array, len(spacing))
        total = above_rounding(array, summed(power, weight), len(spacing), eps)
        mean = ratio(summed(power, size * weight), total)
        # From the mean in a second pass: a difference of squares would leave √eps.
        away = size - mean.reshape(mean.shape + (1,) * len(spacing))
        return np.sqrt(ratio(summed(power * away**2, weight), total)) / mean

    attrs = {
        "name": "spectral_width",
        "long_name": "relative width of the spectrum",
        "units": "1",
        "undefined": "NaN: a homogeneous field has no spectrum",
    }
    return reduced(width, field, spacing, attrs=attrs)


def spectral_entropy(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """Over how many waves the power of a pattern is spread: Shannon entropy over its most.

        H = -Σ p ln p / ln M,   p the share of each of the M waves, ±q being one

    Zero for a plane wave, one where all waves have the same power; white noise has
    1 - 0.42 / ln M, as its powers differ by chance. It knows neither lengths nor
    directions, and nothing of phases.

    Args:
        field: Any shape, evenly spaced along `dim`; taken as periodic.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, 0 to 1. NaN where the field is homogeneous or has
        room for one wave only. Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.

    Source:
        Shannon, Bell Syst. Tech. J. 27 (1948) 379,
        doi:10.1002/j.1538-7305.1948.tb01338.x.
    """
    spacing, eps = space_of(field, dim), resolution(field)
    weight = pairs(field, spacing)
    most = np.log(max(int((weight > 0).sum()) - 1, 1))  # the mean is no wave

    def spread(array: np.ndarray) -> np.ndarray:
        power = power_of_modes(array, len(spacing)) * weight
        total = power.sum(axis=tuple(range(-len(spacing), 0)))
        total = above_rounding(array, total, len(spacing), eps)
        p = ratio(power, total.reshape(total.shape + (1,) * len(spacing)))
        logs = np.log(np.where(p > 0, p, 1))
        return ratio(np.abs(summed(p * logs, np.ones(weight.shape))), most)

    attrs = {
        "name": "spectral_entropy",
        "long_name": "spectral entropy",
        "units": "1",
        "undefined": "NaN: a homogeneous field has no waves, and one wave no choice",
    }
    return reduced(spread, field, spacing, attrs=attrs)
