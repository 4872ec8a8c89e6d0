"""Power of a pattern by wavenumber."""

from __future__ import annotations

from functools import reduce
from typing import Literal

import numpy as np
import xarray as xr

from .modes import (
    above_rounding,
    collected,
    power_of_modes,
    ratio,
    resolution,
    rings,
    square,
    wavenumber_unit,
)
from .space import Dims, reduced, space_of


def power_spectrum(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    density: bool = False,
    window: Literal["hann"] | None = None,
) -> xr.DataArray:
    """Power of a pattern at each wavenumber, summed over directions.

        P(κ) = Σ |û(q)|²  over the ring  κ - δ/2 ≤ |q| < κ + δ/2

    with δ the fundamental wavenumber of the longest side and û normalised so that all
    modes add up to the population variance. The mean has no ring: a homogeneous field
    has no power. White noise has P(κ) proportional to κ in two dimensions. Rings go on to
    the corner of Fourier space.

    As a density it is the power of a mean mode of the ring over the volume of wave vectors
    that one mode stands for,

        E(κ) = ⟨|û(q)|²⟩ · Π L_d / (2π),      ∫ E d^D q = variance

    so that white noise is flat: σ² Π h_d / (2π) at all κ, whatever the box.

    The field is taken as periodic; one that is not leaks power to all wavenumbers. A
    window fades it out towards the sides, w = Π sin²(π (i + ½) / n), and leaks far less,
    at the price of smearing each mode over its neighbours:

        û of  w (u - Σwu / Σw) / √⟨w²⟩

    White noise keeps its variance in expectation, up to terms of the order of one cell;
    of the longest waves, one to a side, the mean takes four tenths along.

    Args:
        field: Any shape, evenly spaced along `dim`.
        dim: Dimensions to transform. Default: those of z, y, x that `field` has.
        density: Whether to give E in place of P.
        window: None, or `hann` for fields that are not periodic.

    Returns:
        Shape of `field` without `dim`, plus `wavenumber` (radians per unit of length).
        Unit: field², and per wavenumber to the power of dimensions for a density, which
        is NaN on a ring without modes (sides of very unlike lengths have such). Lazy where
        `field` is.

    Raises:
        ValueError: If a dim has no order, its coordinate is not evenly spaced, or the
            window is unknown.

    Example:
        >>> white = xr.DataArray(np.random.default_rng(0).random((64, 64)), dims=("y", "x"))
        >>> spectrum = power_spectrum(white)
        >>> bool(np.isclose(spectrum.sum(), white.var()))
        True

    Source:
        Ouyang & Swinney, Nature 352 (1991) 610, doi:10.1038/352610a0, for its use on
        Turing patterns. Windows: Harris, Proc. IEEE 66 (1978) 51,
        doi:10.1109/PROC.1978.10837.
    """
    if window not in (None, "hann"):
        raise ValueError(f"`window` must be None or 'hann', but is {window!r}.")
    spacing = space_of(field, dim)
    sizes = [field.sizes[d] for d in spacing]
    matrix, wavenumbers = rings(field, spacing)
    taper = _hann(sizes) if window else None
    count = matrix.sum(axis=0)
    volume = np.prod([n * h / (2 * np.pi) for n, h in zip(sizes, spacing.values())])

    def power(array: np.ndarray) -> np.ndarray:
        told = collected(power_of_modes(array, len(sizes), taper), matrix, len(sizes))
        return (ratio(told, count) * volume if density else told)[..., 1:]

    unit = square(field.attrs.get("units", "1"))
    per = f"/({wavenumber_unit(field, spacing)})**{len(sizes)}"
    attrs = {
        "name": "power_density" if density else "power",
        "long_name": "power per volume of wave vectors" if density else "power",
        "units": unit + per if density else unit,
        "window": window or "none",
    }
    if density:
        attrs["undefined"] = "NaN: no mode falls into the ring"
    new = {"wavenumber": len(wavenumbers) - 1}
    result = reduced(power, field, spacing, gives=new, attrs=attrs)
    return _with_wavenumbers(result, field, spacing, wavenumbers)


def structure_factor(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """How much stronger a mode is than it would be in white noise of the same variance.

        S(κ) = N ⟨|û(q)|²⟩ / variance,   mean over the modes of the ring, N cells

    One at all wavenumbers for white noise (N / (N - 1) to be exact, as the mean is taken
    out), whatever the box; a plane wave reaches N over the modes of its ring. Below one
    at small wavenumbers a pattern is more even than chance.

    Args:
        field: Any shape, evenly spaced along `dim`; taken as periodic.
        dim: Dimensions to transform. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, plus `wavenumber`. Dimensionless. NaN where the
        field is homogeneous, and on a ring without modes. Lazy where `field` is.

    Raises:
        ValueError: If a dim has no order or its coordinate is not evenly spaced.

    Source:
        Cross & Hohenberg, Rev. Mod. Phys. 65 (1993) 851, doi:10.1103/RevModPhys.65.851.
    """
    spacing = space_of(field, dim)
    matrix, wavenumbers = rings(field, spacing)
    cells, eps = np.prod([field.sizes[d] for d in spacing]), resolution(field)
    count = matrix.sum(axis=0)

    def factor(array: np.ndarray) -> np.ndarray:
        power = collected(power_of_modes(array, len(spacing)), matrix, len(spacing))
        total = above_rounding(array, power.sum(axis=-1), len(spacing), eps)
        return ratio(cells * ratio(power, count), total[..., None])[..., 1:]

    attrs = {
        "name": "structure_factor",
        "long_name": "structure factor",
        "units": "1",
        "undefined": "NaN: a homogeneous field has none, nor has a ring without modes",
    }
    new = {"wavenumber": len(wavenumbers) - 1}
    result = reduced(factor, field, spacing, gives=new, attrs=attrs)
    return _with_wavenumbers(result, field, spacing, wavenumbers)


def _with_wavenumbers(
    result: xr.DataArray,
    field: xr.DataArray,
    spacing: dict[str, float],
    wavenumbers: np.ndarray,
) -> xr.DataArray:
    told = {"long_name": "wavenumber", "units": wavenumber_unit(field, spacing)}
    return result.assign_coords(wavenumber=("wavenumber", wavenumbers[1:], told))


def _hann(sizes: list[int]) -> np.ndarray:
    """Hann's taper on cell centres: the walls, half a cell outside, have none."""
    sides = [np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2 for n in sizes]
    return reduce(np.multiply.outer, sides)
