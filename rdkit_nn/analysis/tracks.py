"""Points followed from frame to frame: who is who, and how long each one lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import scipy.optimize
import xarray as xr

from .space import SPACE


def tracks(
    points: xr.Dataset,
    *,
    reach: float,
    box: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Points of successive frames, linked where they are likely the same.

        least Σ d² over the links, where a point without a link costs reach²

    over all pairings of the points of two frames (d ≤ reach, the same charge), solved
    exactly. What is linked to nothing before is born, what is linked to nothing after has
    died; a point that is missed for one frame comes back as another.

    Args:
        points: Along one dim, with a variable for each of z, y, x that there is, a
            coordinate `time`, and `charge` where points have one: what `singularities`
            gives; or over `time` and `spot`, as `spots` gives it. Points are linked between
            successive values of `frame` (else of `time`), and only where all other
            coordinates along them, such as `member`, are the same.
        reach: Longest way from one frame to the next, a length. Less than half the usual
            distance between points, or links are guesses.
        box: Lengths of the sides that touch, such as {"y": 64.0, "x": 64.0}. Default: as
            the points say (`box` in the attributes of z, y, x).

    Returns:
        `points` with the integer `track`, from 0 in order of birth; -1 where a point has no
        place.

    Raises:
        ValueError: If there is no time or no place, or `reach` is not positive.

    Source:
        Crocker & Grier, J. Colloid Interface Sci. 179 (1996) 298,
        doi:10.1006/jcis.1996.0217.
    """
    if not reach > 0:
        raise ValueError(f"`reach` must be a length above zero, but is {reach}.")
    dims = [d for d in SPACE if d in points]
    if not dims or "time" not in points.coords:
        raise ValueError(
            "Points need a coordinate `time` and variables such as y and x, but there are "
            f"{', '.join(map(str, points.variables)) or 'none'}."
        )
    told = {d: points[d].attrs.get("box", 0.0) for d in dims} if box is None else box
    length = np.array([float(told.get(d, 0.0)) for d in dims])
    table, frame, _ = _table(points)
    places = np.column_stack([table(d).astype(float) for d in dims])
    charge = table("charge") if "charge" in points else np.zeros(len(places))
    along = points[dims[0]].dims
    apart = {c for c in points.coords if set(points[c].dims) & set(along)}
    apart = (apart | set(along)) - {"time", "frame", *dims, along[-1]}
    key = np.zeros(len(places), int)  # points of one member share it
    for name in sorted(map(str, apart)):
        _, which = np.unique(table(name), return_inverse=True)
        key = key * (which.max(initial=0) + 1) + which
    track = _linked(places, frame, charge, key, length, reach)
    attrs = {"long_name": "track", "units": "1", "reach": float(reach)}
    return points.assign(track=(along, track.reshape(points[dims[0]].shape), attrs))


def _table(points: xr.Dataset) -> tuple[Callable[[str], np.ndarray], np.ndarray, int]:
    """Columns of points by name, the frame of each point, and how many frames there are."""
    like = points[next(d for d in SPACE if d in points)]

    def column(name: str) -> np.ndarray:
        return points[name].broadcast_like(like).transpose(*like.dims).values.ravel()

    if "frame" in points.coords:
        frame = column("frame").astype(int)
        frames = int(points["frame"].attrs.get("frames", frame.max(initial=-1) + 1))
    else:
        times, frame = np.unique(column("time"), return_inverse=True)
        frames = len(times)
    return column, frame, frames


def _linked(
    places: np.ndarray,
    frame: np.ndarray,
    charge: np.ndarray,
    key: np.ndarray,
    length: np.ndarray,
    reach: float,
) -> np.ndarray:
    """Number of each point's track, in order of birth; -1 where it has no place."""
    before = np.full(len(places), -1)  # who each point was in the frame before
    there = np.flatnonzero(np.isfinite(places).all(-1))
    at: dict[tuple[int, int], list[int]] = {}
    for point in there.tolist():
        at.setdefault((int(key[point]), int(frame[point])), []).append(point)
    for (group, when), late in at.items():
        early = at.get((group, when - 1), [])
        if early:
            two = np.array(early), np.array(late)
            one, other = _pairs(places, charge, *two, length, reach)
            before[other] = one
    track = np.full(len(places), -1)
    born = 0
    for point in there[np.argsort(frame[there], kind="stable")].tolist():
        if before[point] >= 0:
            track[point] = track[before[point]]
        else:
            track[point] = born
            born += 1
    return track


def _pairs(
    places: np.ndarray,
    charge: np.ndarray,
    early: np.ndarray,
    late: np.ndarray,
    length: np.ndarray,
    reach: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Points of two frames that are the same."""
    gap = places[late][None] - places[early][:, None]
    size = np.where(length > 0, length, np.inf)
    turns = np.where(length > 0, np.rint(gap / size), 0.0)
    gap = gap - turns * np.where(length > 0, length, 0.0)
    square = (gap * gap).sum(-1)
    may = (square <= reach**2) & (charge[early][:, None] == charge[late][None])
    one, other = scipy.optimize.linear_sum_assignment(np.where(may, square, reach**2))
    kept = may[one, other]
    return early[one[kept]], late[other[kept]]


def lifetimes(linked: xr.Dataset) -> xr.DataArray:
    """How long each point lives: from its first frame to its last.

    Args:
        linked: What `tracks` gives.

    Returns:
        Along `track`, in the unit of time, with `born` and `died`, the times of the first
        and last frame of each, its `charge` where there is one, and `cut`, true where the
        run began or ended first, so that the life was longer than is known.

    Raises:
        ValueError: If points have no `track`.
    """
    if "track" not in linked:
        raise ValueError(
            "Lifetimes are those of tracks: link the points first, tracks(…)."
        )
    column, frame, frames = _table(linked)
    track, time = column("track"), column("time").astype(float)
    good = np.flatnonzero(track >= 0)
    good = good[np.argsort(frame[good], kind="stable")]
    _, first = np.unique(track[good], return_index=True)
    _, last = np.unique(track[good][::-1], return_index=True)
    first, last = good[first], good[::-1][last]
    coords = {
        "track": track[first],
        "born": ("track", time[first]),
        "died": ("track", time[last]),
        "cut": ("track", (frame[first] == 0) | (frame[last] == frames - 1)),
    }
    if "charge" in linked:
        coords["charge"] = ("track", column("charge")[first])
    units = linked["time"].attrs.get("units", "1")
    attrs = {"long_name": "lifetime", "units": units}
    return xr.DataArray(time[last] - time[first], coords, ("track",), "lifetime", attrs)
