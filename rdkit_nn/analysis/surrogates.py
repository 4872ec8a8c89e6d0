"""What chance would give if only the power spectrum were known: random phases."""

from __future__ import annotations

import numpy as np
import scipy.fft
import xarray as xr

from .cells import closed_of
from .nulls import surrogate
from .space import Dims, space_of


def phase_randomised(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    seed: int,
    together: bool = True,
    periodic: bool | None = None,
) -> xr.DataArray:
    """The null "a linear Gaussian process with this spectrum": random phases.

        û(q) -> û(q) exp(iφ_q),   φ_q uniform,  φ_-q = -φ_q

    Power spectrum, mean and variance stay; all else that makes a shape goes, and values
    become near to Gaussian. Modes that are their own opposite (the shortest waves of an
    even side) keep their amplitude and get a random sign. All leading dims are turned by
    the same phases, so that cross-spectra stay too. A statistic that the spectrum fixes,
    such as Moran's I on a torus or the wavelength, cannot differ from this null.

    Args:
        field: Any shape, evenly spaced and periodic along `dim`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        seed: Where chance begins.
        together: Whether all leading dims share the phases, or each element has its own.
        periodic: True takes opposite sides as touching whatever the field's walls say; a
            jump between them then leaks into the spectrum. Default: as the walls say.

    Returns:
        Shape, coordinates and attributes of `field`, in float64; NaN all over where one
        value is not finite. Lazy where `field` is.

    Raises:
        TypeError: If the seed is not a whole number.
        ValueError: If a dim has no order, or is not known to be periodic.

    Source:
        Theiler, Eubank, Longtin, Galdrikian & Farmer, Physica D 58 (1992) 77,
        doi:10.1016/0167-2789(92)90102-S; Prichard & Theiler, Phys. Rev. Lett. 73 (1994)
        951, doi:10.1103/PhysRevLett.73.951, for phases in common.
    """
    dims = _torus(field, dim, periodic)
    shape = [field.sizes[d] for d in dims]
    axes = tuple(range(-len(dims), 0))

    def turn(array: np.ndarray, white: np.ndarray) -> np.ndarray:
        exact = array.astype(float)
        mean = exact.mean(axis=axes, keepdims=True)
        # Phases of white noise are uniform and have the symmetry of a real field.
        noise = scipy.fft.rfftn(white, axes=axes)
        modes = scipy.fft.rfftn(exact - mean, axes=axes) * (noise / np.abs(noise))
        return mean + scipy.fft.irfftn(modes, shape, axes)

    return surrogate(
        turn,
        lambda rng: rng.standard_normal(shape),
        field,
        dims,
        seed=seed,
        together=together,
        dtype=np.float64,
    )


def iaaft(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    seed: int,
    iterations: int = 100,
    periodic: bool | None = None,
) -> xr.DataArray:
    """The null "a linear process, distorted cell by cell": values and spectrum stay.

    Iterative amplitude-adjusted Fourier transform: from a shuffle, give the modes their
    amplitudes, then give the cells their values in the order of rank, and again. Values
    are exactly those of the field, the spectrum is nearly its own. It stops where nothing
    moves any more. Each leading element goes its own way: what neurons or frames have in
    common is lost.

    Args:
        field: Any shape, evenly spaced and periodic along `dim`.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        seed: Where chance begins.
        iterations: How often at most.
        periodic: True takes opposite sides as touching whatever the field's walls say; a
            jump between them then leaks into the spectrum. Default: as the walls say.

    Returns:
        Shape, coordinates and attributes of `field`; NaN all over where one value is not
        finite. Lazy where `field` is.

    Raises:
        TypeError: If the seed is not a whole number.
        ValueError: If a dim has no order, or is not known to be periodic.

    Source:
        Schreiber & Schmitz, Phys. Rev. Lett. 77 (1996) 635,
        doi:10.1103/PhysRevLett.77.635.
    """
    if iterations < 1:
        raise ValueError(f"`iterations` must be at least 1, but is {iterations}.")
    dims = _torus(field, dim, periodic)
    cells = int(np.prod([field.sizes[d] for d in dims]))

    def adjust(array: np.ndarray, order: np.ndarray) -> np.ndarray:
        flat = array.reshape(-1, *array.shape[-len(dims) :])
        start = order.reshape(-1, cells)
        return _adjusted(flat, start, iterations).reshape(array.shape)

    return surrogate(
        adjust,
        lambda rng: rng.permutation(cells),
        field,
        dims,
        seed=seed,
        together=False,
    )


def _adjusted(fields: np.ndarray, order: np.ndarray, iterations: int) -> np.ndarray:
    """Rearrange each of `fields`; `order` says where its values go, from low to high."""
    count, *shape = fields.shape
    axes = tuple(range(1, fields.ndim))
    low_to_high = np.sort(fields.reshape(count, -1))
    exact = low_to_high.astype(float)
    known = np.isfinite(exact).all(-1)
    exact = np.where(known[:, None], exact, 0.0)
    goal = np.abs(scipy.fft.rfftn(fields.astype(float), axes=axes))

    now = np.empty_like(exact)
    np.put_along_axis(now, order, exact, -1)
    order, moving = order.copy(), np.flatnonzero(known)
    for _ in range(iterations):
        modes = scipy.fft.rfftn(now[moving].reshape(-1, *shape), axes=axes)
        size = np.abs(modes)
        phase = np.divide(modes, size, out=np.ones_like(modes), where=size > 0)
        turned = scipy.fft.irfftn(goal[moving] * phase, shape, axes)
        rank = np.argsort(turned.reshape(len(moving), -1), axis=-1)
        then = np.empty((len(moving), exact.shape[1]))
        np.put_along_axis(then, rank, exact[moving], -1)
        moved = (then != now[moving]).any(-1)
        order[moving], now[moving] = rank, then
        moving = moving[moved]
        if not len(moving):
            break

    told = np.empty_like(low_to_high)
    np.put_along_axis(told, order, low_to_high, -1)
    if not known.all():
        told[~known] = np.nan
    return told


def _torus(field: xr.DataArray, dim: Dims, periodic: bool | None) -> tuple[str, ...]:
    dims = tuple(space_of(field, dim))
    closed = closed_of(field, dims, periodic)
    if open_ := [d for d, wrap in zip(dims, closed) if not wrap]:
        raise ValueError(
            f"Random phases need a periodic field, but {', '.join(open_)} is not known to "
            "be periodic. Say periodic=True if opposite sides may be taken to touch."
        )
    return dims
