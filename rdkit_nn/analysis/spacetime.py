"""Power of a run by frequency, and growth by wavenumber."""

from __future__ import annotations

import numpy as np
import scipy.fft
import xarray as xr

from .modes import (
    collected,
    heading,
    power_of_modes,
    ratio,
    resolution,
    rings,
    square,
    wavenumber_unit,
)
from .space import SPACE, Dims, dims_of, reduced, space_of


def frequency_spectrum(
    field: xr.DataArray, dim: Dims = None, *, detrend: bool = True
) -> xr.DataArray:
    """Power of a run at each frequency, cell by cell in time, then the mean over space.

        P(ω_j) = 2 ⟨|û(ω_j)|²⟩,   ω_j = 2π j / (n Δt),   1 ≤ j ≤ n/2   (1, not 2, at n/2)

    All frequencies add up to the variance in time about the straight line through each
    cell's series (about its mean without `detrend`), in the mean over cells. A state at
    rest has no power, whatever its pattern; cells that oscillate have a line with
    its harmonics, in step or not; white noise is flat. A run that does not hold a whole
    number of periods leaks power to all frequencies.

    Args:
        field: With an evenly spaced `time`.
        dim: Dimensions of the mean. Default: those of z, y, x that `field` has, if any.
        detrend: Whether to take out the straight line; else the mean alone.

    Returns:
        Shape of `field` without `time` and `dim`, plus `frequency`: angular, in radians per
        unit of time, as wavenumbers are. Unit: field². Lazy where `field` is.

    Raises:
        ValueError: If there is no `time`, fewer than three frames, or uneven ones.
    """
    step = _step(field, 3)
    bare = dim is None and not set(SPACE) & set(field.dims)
    dims = () if bare else dims_of(field, dim)
    n = field.sizes["time"]
    weight = np.full(n // 2, 2.0)
    weight[-1] = 1.0 if n % 2 == 0 else 2.0
    clock = np.arange(n) - (n - 1) / 2

    def power(array: np.ndarray) -> np.ndarray:
        if detrend:
            slope = (array @ clock) / (clock @ clock)
            array = array - slope[..., None] * clock
        return power_of_modes(array, 1)[..., 1:] * weight

    result = reduced(
        power, field, ["time"], gives={"frequency": n // 2}, attrs={"name": "power"}
    ).mean(dims, skipna=False)
    result.attrs = {
        "long_name": "power",
        "units": square(field.attrs.get("units", "1")),
        "about": "the straight line" if detrend else "the mean",
    }
    frequencies = 2 * np.pi * np.arange(1, n // 2 + 1) / (n * step)
    return result.assign_coords(frequency=_frequency(field, frequencies))


def dispersion_spectrum(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """Power of a run by wavenumber and frequency: which waves go at which speed.

        P(κ, ω) = Σ |û(q, ω)|²  over the ring  κ - δ/2 ≤ |q| < κ + δ/2

    of u less its mean over space and time; all add up to the variance over both. What
    stands still lies at ω = 0, what oscillates in step everywhere at κ = 0, a wave
    cos(κx - ωt) at (κ, ω): along one dimension frequencies have a sign, and positive ones
    go up the coordinate. A standing wave has both signs. In two and three dimensions,
    where rings hold all directions, ±ω are added. White noise is flat in ω.

    Args:
        field: With an evenly spaced `time`; taken as periodic in space and time.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `time` and `dim`, plus `frequency` (angular, radians per
        unit of time) and `wavenumber` (radians per unit of length). Unit: field². Lazy
        where `field` is.

    Raises:
        ValueError: If there is no `time`, fewer than two frames, uneven ones, or a dim
            without order or even spacing.

    Source:
        Wheeler & Kiladis, J. Atmos. Sci. 56 (1999) 374,
        doi:10.1175/1520-0469(1999)056<0374:CCEWAO>2.0.CO;2.
    """
    step = _step(field, 2)
    spacing = space_of(field, dim)
    matrix, wavenumbers = rings(field, spacing)
    n, signed = field.sizes["time"], len(spacing) == 1
    # A wave that goes up the axis has opposite signs of q and ω in the transform.
    back = -np.arange(n) % n
    order = scipy.fft.fftshift(np.arange(n))
    if heading(field, "time") * heading(field, list(spacing)[-1]) > 0:
        order = back[order]

    def power(array: np.ndarray) -> np.ndarray:
        told = power_of_modes(array, len(spacing) + 1)
        told = collected(told, matrix, len(spacing))
        if signed:
            return told[..., order, :]
        folded = (told + told[..., back, :])[..., : n // 2 + 1, :]
        folded[..., back[: n // 2 + 1] == np.arange(n // 2 + 1), :] /= 2
        return folded

    steps = np.arange(n) - n // 2 if signed else np.arange(n // 2 + 1)
    new = {"frequency": len(steps), "wavenumber": len(wavenumbers)}
    attrs = {
        "name": "power",
        "long_name": "power",
        "units": square(field.attrs.get("units", "1")),
    }
    result = reduced(power, field, ["time", *spacing], gives=new, attrs=attrs)
    told = {"long_name": "wavenumber", "units": wavenumber_unit(field, spacing)}
    return result.assign_coords(
        wavenumber=("wavenumber", wavenumbers, told),
        frequency=_frequency(field, 2 * np.pi * steps / (n * step)),
    )


def growth_spectrum(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """Growth rate of a pattern at each wavenumber, as a run shows it.

        σ(κ) = slope of  ½ ln P(κ, t)  over time, by least squares

    with P the power on a ring. While a pattern is faint this is the growth rate of linear
    theory; choose that part of the run: `run.u.sel(time=slice(0, 5))`. A pattern at
    rest has zero.

    Args:
        field: With a `time` coordinate, not necessarily even.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `time` and `dim`, plus `wavenumber`. Unit: one over that of
        time. NaN on a ring that has no power above rounding in some frame. Lazy where
        `field` is.

    Raises:
        ValueError: If there is no `time`, fewer than two frames, or a dim without order or
            even spacing.
    """
    _step(field, 2, even=False)
    spacing, eps = space_of(field, dim), resolution(field)
    matrix, wavenumbers = rings(field, spacing)
    axes = tuple(range(-len(spacing), 0))
    time = field["time"].values.astype(float)
    clock = time - time.mean()

    def logs(array: np.ndarray) -> np.ndarray:
        power = collected(power_of_modes(array, len(spacing)), matrix, len(spacing))
        floor = (4 * eps) ** 2 * (array * array).max(axis=axes)
        known = power > floor[..., None]
        return np.where(known, np.log(np.where(known, power, 1)) / 2, np.nan)[..., 1:]

    attrs = {"name": "growth_rate"}
    new = {"wavenumber": len(wavenumbers) - 1}
    heights = reduced(logs, field, spacing, gives=new, attrs=attrs)
    unit = field["time"].attrs.get("units", "1")
    result = reduced(
        lambda array: ratio(array @ clock, clock @ clock),
        heights,
        ["time"],
        attrs={
            "name": "growth_rate",
            "long_name": "growth rate",
            "units": "1" if unit in ("1", "") else f"1/({unit})",
            "undefined": "NaN: no power above rounding on the ring in some frame",
        },
    )
    told = {"long_name": "wavenumber", "units": wavenumber_unit(field, spacing)}
    return result.assign_coords(wavenumber=("wavenumber", wavenumbers[1:], told))


def _step(field: xr.DataArray, frames: int, even: bool = True) -> float:
    """Time from frame to frame; refuse what is no run."""
    if "time" not in getattr(field, "dims", ()) or field.sizes["time"] < frames:
        raise ValueError(
            "Frequencies and growth are those of a run: the field needs a `time` dimension "
            f"and {frames} frames at least."
        )
    if "time" not in field.coords:
        raise ValueError(
            "The field has no times, so its frames have no rate. Give it a `time` "
            "coordinate: field.assign_coords(time=…)."
        )
    if field["time"].dtype.kind not in "fiu":
        raise ValueError(f"`time` must hold numbers, not {field['time'].dtype}.")
    return space_of(field, "time")["time"] if even else 0.0


def _frequency(field: xr.DataArray, values: np.ndarray) -> tuple:
    unit = field["time"].attrs.get("units", "1")
    told = "rad" if unit in ("1", "") else f"rad/{unit}"
    return "frequency", values, {"long_name": "angular frequency", "units": told}
