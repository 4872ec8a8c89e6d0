"""Fourier modes of a field: wave vectors, power, and the rings they fall into."""

from __future__ import annotations

import numpy as np
import scipy.fft
import scipy.sparse
import xarray as xr


def wave_vectors(field: xr.DataArray, spacing: dict[str, float]) -> list[np.ndarray]:
    """Components of q along each dim, for the modes that a real transform stores.

    One open mesh: the last axis has q ≥ 0 alone. A coordinate that descends turns the
    sign of its component, so that q points where the coordinate grows.
    """
    parts = []
    for d, h in spacing.items():
        last = d == list(spacing)[-1]
        frequency = (scipy.fft.rfftfreq if last else scipy.fft.fftfreq)(
            field.sizes[d], h
        )
        parts.append(2 * np.pi * heading(field, d) * frequency)
    return list(np.meshgrid(*parts, indexing="ij", sparse=True))


def heading(field: xr.DataArray, dim: str) -> int:
    """1 where the coordinate of a dim grows, -1 where it descends."""
    if dim not in field.coords or field.sizes[dim] < 2:
        return 1
    ends = field[dim].values[[0, -1]].astype(float)
    return -1 if ends[1] < ends[0] else 1


def modes(
    field: xr.DataArray, spacing: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """|q| of each stored mode, and how many modes it stands for: 1 or 2."""
    vectors = wave_vectors(field, spacing)
    size = np.sqrt(sum((q**2 for q in vectors), np.zeros([1] * len(vectors))))
    weight = np.full(size.shape, 2.0)
    for column in _own(field, spacing):
        weight[..., column] = 1.0
    return size, weight


def pairs(field: xr.DataArray, spacing: dict[str, float]) -> np.ndarray:
    """Modes of each wave, ±q being one: 2, or 1 for its own opposite, 0 if met before."""
    sizes = [field.sizes[d] for d in spacing][:-1]
    here = np.arange(int(np.prod(sizes))).reshape(sizes)
    there = here[np.ix_(*[-np.arange(n) % n for n in sizes])] if sizes else here
    count = np.full(modes(field, spacing)[0].shape, 2.0)
    for column in _own(field, spacing):
        count[..., column] = np.where(here == there, 1.0, 2.0 * (here < there))
    return count


def _own(field: xr.DataArray, spacing: dict[str, float]) -> list[int]:
    """Columns that hold the opposites of their own modes: q_x = 0 and the last."""
    n = field.sizes[list(spacing)[-1]]
    return [0, -1] if n % 2 == 0 else [0]


def power_of_modes(
    array: np.ndarray, dim: int, taper: np.ndarray | None = None
) -> np.ndarray:
    """|û|² of the modes with q_x ≥ 0, the mean taken out before it can leak."""
    axes = tuple(range(-dim, 0))
    with np.errstate(invalid="ignore"):
        if taper is None:
            centred = array - array.mean(axis=axes, keepdims=True)
        else:
            mean = (array * taper).sum(axis=axes, keepdims=True) / taper.sum()
            centred = (array - mean) * (taper / np.sqrt((taper**2).mean()))
        transform = scipy.fft.rfftn(centred, axes=axes, norm="forward")
        power = transform.real**2 + transform.imag**2
    power[(..., *(0,) * dim)] *= 0.0  # rounding of the mean; NaN stays
    return power


def summed(power: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Σ weight · |û|² over the stored modes."""
    return np.tensordot(power, weight, axes=weight.ndim)


def rings(
    field: xr.DataArray, spacing: dict[str, float]
) -> tuple[scipy.sparse.csr_array, np.ndarray]:
    """Matrix that sums modes over rings, and the wavenumber of each; ring 0 is the mean.

    Rings are as wide as the fundamental wavenumber δ of the longest side: ring j holds
    the modes whose |q|/δ rounds to j, a half upwards. Column sums count its modes.
    """
    size, weight = modes(field, spacing)
    delta = 2 * np.pi / max(field.sizes[d] * h for d, h in spacing.items())
    ring = np.floor(size / delta + 0.5 + 1e-9).astype(int).ravel()
    matrix = scipy.sparse.csr_array(
        (weight.ravel(), (np.arange(ring.size), ring)),
        shape=(ring.size, int(ring.max()) + 1),
    )
    return matrix, delta * np.arange(ring.max() + 1)


def collected(
    power: np.ndarray, matrix: scipy.sparse.csr_array, dim: int
) -> np.ndarray:
    """Sums over the columns of `matrix`, for each field of a stack."""
    lead, flat = power.shape[:-dim], power.reshape(-1, matrix.shape[0])
    told = flat @ matrix + 0 * flat[:, :1]  # NaN is in all modes; a column may be empty
    return told.reshape(*lead, matrix.shape[1])


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part of a whole, NaN where there is none."""
    part, whole = np.broadcast_arrays(part, whole)
    told = np.full(part.shape, np.nan)
    return np.divide(part, whole, out=told, where=whole > 0)


def resolution(field: xr.DataArray) -> float:
    """Rounding of one value of a field, relative to it."""
    kind = field.dtype if field.dtype.kind == "f" else np.float64
    return float(np.finfo(kind).eps)


def above_rounding(
    array: np.ndarray, variance: np.ndarray, dim: int, eps: float
) -> np.ndarray:
    """The variance, or zero where rounding alone leaves as much in a homogeneous field."""
    axes = tuple(range(-dim, 0))
    largest = np.maximum(array.max(axis=axes), -array.min(axis=axes))
    return np.where(variance <= (4 * eps * largest) ** 2, 0.0, variance)


def length_unit(field: xr.DataArray, dims: dict[str, float]) -> str:
    """Unit that all coordinates share, or nothing."""
    units = {field[d].attrs.get("units", "1") for d in dims if d in field.coords}
    told = units.pop() if len(units) == 1 else "1"
    return "" if told in ("1", "") else told


def square(unit: str) -> str:
    """Square of a unit."""
    return "1" if unit in ("1", "") else f"({unit})**2"


def wavenumber_unit(field: xr.DataArray, dims: dict[str, float]) -> str:
    """Radians per unit of length, or radians alone."""
    length = length_unit(field, dims)
    return f"rad/{length}" if length else "rad"
