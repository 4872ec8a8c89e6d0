"""Phase of an oscillation in each cell, and the points that it winds round."""

from __future__ import annotations

import numpy as np
import scipy.signal
import xarray as xr

from .cells import closed_of, mapped
from .pictures import axis_of, boundary_of, box_of, even_time, into_box, plane_of
from .space import SPACE, Dims, reduced

Number = float | xr.DataArray


def phase(
    u: xr.DataArray,
    v: xr.DataArray,
    *,
    centre: tuple[Number, Number] | None = None,
) -> xr.DataArray:
    """Where on its way round a centre each cell is: φ = atan2(v - v₀, u - u₀).

    Args:
        u: One variable.
        v: Another, over the same cells.
        centre: (u₀, v₀), inside the loop that the cells run through: numbers, or
            DataArrays over some of the dims. Default: the means over time and space of a
            run; without a `time` dimension the middle of the range of each picture.

    Returns:
        Shape of `u`, in (-π, π]; NaN where a cell is at the centre. Lazy where `u` is.

    Raises:
        TypeError: If `u` or `v` is no DataArray.
        ValueError: If they lie over other cells, or have neither time nor space and no
            centre is told.

    Source:
        Winfree, When Time Breaks Down (Princeton, 1987); Gray, Pertsov & Jalife, Nature
        392 (1998) 75, doi:10.1038/32164, for the phase of excitable media.
    """
    if not (isinstance(u, xr.DataArray) and isinstance(v, xr.DataArray)):
        raise TypeError(
            f"A phase is that of two DataArrays, but got {type(u).__name__} and "
            f"{type(v).__name__}."
        )
    try:
        xr.align(u, v, join="exact", copy=False)
    except ValueError as error:
        raise ValueError(
            f"`u` and `v` must lie over the same cells: {error}"
        ) from error
    middle = (_middle(u), _middle(v)) if centre is None else centre
    one, other = u.astype(float) - middle[0], v.astype(float) - middle[1]
    angle = xr.apply_ufunc(np.arctan2, other, one, dask="allowed")
    angle = angle.where((one != 0) | (other != 0))
    angle = angle.transpose(*u.dims, ...)
    return _phase(angle, u)


def _middle(field: xr.DataArray) -> xr.DataArray:
    dims = [d for d in ("time", *SPACE) if d in field.dims]
    if not dims:
        raise ValueError(
            f"The field has dims {field.dims}, none of time, z, y, x to find a middle "
            "over: tell `centre`."
        )
    exact = field.astype(float)
    if "time" in field.dims:
        return exact.mean(dims, skipna=False)
    low, high = exact.min(dims, skipna=False), exact.max(dims, skipna=False)
    return (low + high) / 2


def hilbert_phase(field: xr.DataArray) -> xr.DataArray:
    """Phase of an oscillation from one variable: the angle of its analytic signal.

        φ = arg(w + i H[w]),   w = u - ⟨u⟩_t,  H the Hilbert transform in time

    It grows as time goes on: cos(ωt) has φ = ωt. Exact for whole periods; near the first
    and the last frame of other runs it is bent, as the run is taken to start again.

    Args:
        field: With a `time` dimension of evenly spaced frames.

    Returns:
        Shape of `field`, in (-π, π]; NaN in cells that do not change, and where a value is
        not finite. Lazy where `field` is.

    Raises:
        ValueError: If there is no `time`, it is uneven, or has fewer than four frames.

    Source:
        Pikovsky, Rosenblum & Kurths, Synchronization (Cambridge, 2001), appendix A2,
        doi:10.1017/CBO9780511755743.
    """
    even_time(field, 4, "A phase in time")

    def angle(array: np.ndarray) -> np.ndarray:
        moved = array - array.mean(axis=-1, keepdims=True)
        floor = 4 * np.finfo(float).eps * np.abs(array).max(axis=-1, keepdims=True)
        still = ~(np.abs(moved).max(axis=-1, keepdims=True) > floor)
        signal = scipy.signal.hilbert(np.where(still, 0.0, moved), axis=-1)
        return np.where(still, np.nan, np.angle(signal))

    return _phase(mapped(angle, field, ["time"], attrs={}), field)


def _phase(angle: xr.DataArray, field: xr.DataArray) -> xr.DataArray:
    angle = angle.rename("phase")
    angle.attrs = {"long_name": "phase", "units": "rad", **boundary_of(field)}
    return angle


def winding(
    angle: xr.DataArray,
    dim: Dims = None,
    *,
    turn: float = 2 * np.pi,
    periodic: bool | None = None,
) -> xr.DataArray:
    """How often an angle goes round as one goes round four cells, counterclockwise.

        q = (1/turn) Σ over the four sides of the loop of Δφ,   Δφ in [-turn/2, turn/2)

    A whole number, 0 almost everywhere. Over a torus it adds up to zero exactly, since
    each side is gone along twice, once each way.

    Args:
        angle: A phase, any shape with two dims of space.
        dim: The two dims. Default: those of z, y, x that `angle` has.
        turn: What makes a full turn: 2π for a phase, π for an axis without a head.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `angle` (one less along each open dim), between cells: coordinates are
        moved by half a cell. From x to y is counterclockwise. NaN where a corner of the
        loop is. Lazy where `angle` is.

    Raises:
        ValueError: If there are not two dims, or one has no order.
    """
    plane = plane_of(angle, dim, "Windings")
    closed = closed_of(angle, tuple(plane), periodic)
    steps = [axis_of(angle, d, h)[1] for d, h in plane.items()]
    hand = float(np.sign(np.prod(steps)))  # one coordinate that falls turns it about

    def count(array: np.ndarray) -> np.ndarray:
        return hand * _winding(array / turn, closed)

    gives = {d: angle.sizes[d] - (not wrap) for d, wrap in zip(plane, closed)}
    attrs = {"name": "winding", "long_name": "winding number", "units": "1"}
    # The two sizes may differ by one, so the result has dims of its own at first.
    own = {f"_{d}": n for d, n in gives.items()}
    bare = angle.drop_vars(
        [n for n, c in angle.coords.items() if set(c.dims) & set(plane)]
    )
    found = reduced(count, bare, plane, gives=own, attrs=attrs)
    found = found.rename({f"_{d}": d for d in gives}).transpose(*angle.dims)
    places = {
        d: (d, axis_of(angle, d, plane[d])[0] + step * (np.arange(gives[d]) + 0.5))
        for d, step in zip(plane, steps)
    }
    found = found.assign_coords(places)
    for d in plane:
        found[d].attrs = dict(angle[d].attrs)
    found.attrs |= boundary_of(angle)
    return found


def _winding(turns: np.ndarray, closed: list[bool]) -> np.ndarray:
    """Whole turns round each loop, y up and x right; the angle is given in turns."""

    def along(axis: int) -> np.ndarray:
        gap = np.roll(turns, -1, axis=axis) - turns
        return gap - np.floor(gap + 0.5)

    right, up = along(-1), along(-2)
    loop = right + np.roll(up, -1, axis=-1) - np.roll(right, -1, axis=-2) - up
    keep = tuple(slice(None) if wrap else slice(0, -1) for wrap in closed)
    return np.rint(loop[(..., *keep)]) + 0.0  # type: ignore[index]


def singularities(
    angle: xr.DataArray,
    dim: Dims = None,
    *,
    turn: float = 2 * np.pi,
    periodic: bool | None = None,
) -> xr.Dataset:
    """Points round which a phase winds: tips of spirals, with their charges.

    Args:
        angle: A phase, any shape with two dims of space.
        dim: The two dims. Default: those of z, y, x that `angle` has.
        turn: What makes a full turn: 2π for a phase, π for an axis without a head.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Along `point`: the two coordinates, known to a cell; `charge`, turns of 2π, so ±1
        for a phase and ±½ for an axis; coordinates of the other dims (`time`, and `frame`,
        its place in the run). Charges over a torus add up to zero. Loops with a NaN have
        no charge; `left_out` in attributes says how many there were.

    Raises:
        ValueError: If there are not two dims, one has no order, or the phase is lazy: how
            many points there are is not known before they are found.
    """
    if getattr(angle, "chunks", None) is not None:
        raise ValueError(
            "How many points there are is not known before they are found: load the phase "
            "first, .load(). A map of them, `winding`, stays lazy."
        )
    turns = winding(angle, dim, turn=turn, periodic=periodic)
    plane = plane_of(angle, dim, "Windings")
    closed = closed_of(angle, tuple(plane), periodic)
    lead = [d for d in turns.dims if d not in plane]
    charge = turns.transpose(*lead, *plane)
    values = charge.values * (turn / (2 * np.pi))
    where = np.nonzero(np.nan_to_num(values))
    low, box = box_of(angle, plane, closed)
    places = np.column_stack([charge[d].values[i] for d, i in zip(plane, where[-2:])])
    places = into_box(places, low, box)
    points = xr.Dataset({"charge": ("point", values[where])})
    points["charge"].attrs = {"long_name": "charge", "units": "1"}
    for axis, d in enumerate(plane):
        attrs = {"units": charge[d].attrs.get("units", "1"), "box": float(box[axis])}
        points[d] = ("point", places[:, axis], attrs)
    for i, name in enumerate(lead):
        d = str(name)
        at = charge[d].values[where[i]] if d in charge.coords else where[i]
        told = charge[d].attrs if d in charge.coords else {}
        points = points.assign_coords({d: ("point", at, told)})
        if d == "time":
            told = {"frames": charge.sizes[d]}
            points = points.assign_coords(frame=("point", where[i], told))
    points.attrs["left_out"] = int(np.isnan(values).sum())
    return points


def tips(
    u: xr.DataArray,
    v: xr.DataArray,
    dim: Dims = None,
    *,
    centre: tuple[Number, Number] | None = None,
    periodic: bool | None = None,
) -> xr.Dataset:
    """Tips of spiral waves: where the phase of `u` and `v` has none.

    Args:
        u: One variable.
        v: Another, over the same cells.
        dim: The two dims of space. Default: those of z, y, x that `u` has.
        centre: As for `phase`.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        As `singularities`; the charge is +1 where the phase grows counterclockwise.

    Raises:
        ValueError: As `phase` and `singularities`.

    Source:
        Iyer & Gray, Ann. Biomed. Eng. 29 (2001) 47, doi:10.1114/1.1335538.
    """
    return singularities(phase(u, v, centre=centre), dim, periodic=periodic)
