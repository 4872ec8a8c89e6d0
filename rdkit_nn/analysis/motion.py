"""How a pattern moves."""

from __future__ import annotations

import numpy as np
import scipy.fft
import xarray as xr

from .cells import closed_of
from .modes import length_unit
from .pictures import even_time
from .shifts import match
from .space import Dims, dims_of, reduced, space_of


def activity(field: xr.DataArray, dim: Dims = None) -> xr.DataArray:
    """How much a pattern still moves: ⟨|u(t₂) - u(t₁)|⟩ / (t₂ - t₁) from frame to frame.

    Args:
        field: With a `time` dimension and its coordinate.
        dim: Dimensions of the mean. Default: those of z, y, x that `field` has.

    Returns:
        Shape of `field` without `dim`, at the later time of each pair of frames. Unit: that
        of the field, over that of time.

    Raises:
        ValueError: If there is no `time` dimension, or only one frame.
    """
    if "time" not in getattr(field, "dims", ()) or field.sizes["time"] < 2:
        raise ValueError(
            "Activity is measured along a run: the field needs a `time` dimension and two "
            "frames at least."
        )
    dims = dims_of(field, dim)
    axes = tuple(range(-len(dims), 0))
    exact = field.astype(float)  # unsigned numbers would wrap around below zero
    moved = exact.diff("time")
    span = field["time"].astype(float).diff("time")
    told = reduced(
        lambda array: np.abs(array).mean(axis=axes),
        moved,
        dims,
        attrs={"name": "activity"},
    )
    found = (told / span).rename("activity")
    found.attrs = {"long_name": "activity", "units": field.attrs.get("units", "1")}
    return found


def stationarity(
    field: xr.DataArray,
    dim: Dims = None,
    *,
    tolerance: float = 0.05,
    periodic: bool | None = None,
) -> xr.DataArray:
    """What kind of motion a run has come to, in a word.

    The numbers of `movement` are asked in this order, t standing for the tolerance:

        steady      rest < t           it would hardly change any more
        drifting    mismatch < t       all frames are one, shifted
        periodic    recurrence < t     it comes back to where it was
        transient   change > 2, < 1/2  it speeds up or slows down
        chaotic     memory < span / 4  it forgets, and does not come back
        unknown     none of these

    A word is as good as its run: leave the beginning away, and save at least seven frames a
    period. A period longer than half the run, or as long as the time between two frames, is
    not seen.

    Args:
        field: With eight evenly spaced frames in `time`, or more.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        tolerance: What counts as small, 0 to 1.
        periodic: Whether opposite sides touch, so that a pattern may drift across. Default:
            as the field's walls say; without such a side nothing drifts.

    Returns:
        Shape of `field` without `time` and `dim`: words. Lazy where `field` is.

    Raises:
        ValueError: If there are fewer than eight frames, they are uneven in time, a dim has
            no order, or `tolerance` is not between 0 and 1.
    """
    if not 0 < tolerance < 1:
        raise ValueError(f"`tolerance` must lie between 0 and 1, but is {tolerance}.")
    told = movement(field, dim, periodic=periodic)
    span = even_time(field, 8, "Stationarity") * (field.sizes["time"] - 1)

    def word(
        rest: np.ndarray,
        mismatch: np.ndarray,
        recurrence: np.ndarray,
        change: np.ndarray,
        memory: np.ndarray,
    ) -> np.ndarray:
        return np.select(
            [
                rest < tolerance,
                mismatch < tolerance,
                recurrence < tolerance,
                (change > 2) | (change < 0.5),
                memory < span / 4,
            ],
            WORDS,
            "unknown",
        )

    names = ("rest", "mismatch", "recurrence", "change", "memory")
    found = xr.apply_ufunc(
        word,
        *(told[name] for name in names),
        dask="parallelized",
        output_dtypes=[np.dtype("<U9")],
    )
    found = found.rename("stationarity")
    found.attrs = {
        "long_name": "kind of motion",
        "tolerance": float(tolerance),
        "steady": "at its last speed the run would hardly change in its whole length",
        "drifting": "all frames match the last one after the best shift",
        "periodic": "after having changed, it comes back to where it was",
        "transient": "it moves twice as fast at the end as at the beginning, or half",
        "chaotic": "it forgets within a quarter of the run, and does not come back",
        "unknown": "none of these, or a value is not finite",
    }
    return found


def movement(
    field: xr.DataArray, dim: Dims = None, *, periodic: bool | None = None
) -> xr.Dataset:
    """Numbers that tell how a run moves, and whether it comes back.

        d(τ) = ⟨|u(t + τ) - u(t)|²⟩ / (2 s²),   s² the variance in time, mean over cells

    is 0 where the run is as it was a time τ before, about 1 where it is unlike itself. It
    is known up to half the run. White noise has d = n/(n - 1) at all τ of n frames.

    Args:
        field: With eight evenly spaced frames in `time`, or more.
        dim: Dimensions of space. Default: those of z, y, x that `field` has.
        periodic: Whether opposite sides touch. Default: as the field's walls say.

    Returns:
        Shape of `field` without `time` and `dim`; NaN where there is none (a run at rest
        has `rest` 0 and no other):

        * `rest`: root-mean-square change over the length of the run at the greatest speed
          of its last quarter, over its standard deviation
        * `mismatch`: ⟨|u(t, r + s) - u(T, r)|²⟩ / (2 s²) against the last frame, after the
          best shift s along sides that touch, the greatest of all frames
        * `shift_speed`: length of the mean shift from frame to frame, over their time; of
          shifts that are as good, the shortest
        * `recurrence`: the least d after it has risen to half its greatest, over that
        * `period`: the τ where that is
        * `change`: root-mean-square change from frame to frame in the last quarter, over
          that in the first
        * `memory`: the first τ where d is 1 - 1/e

    Raises:
        ValueError: If there are fewer than eight frames, they are uneven in time, or a dim
            has no order.
    """
    step = even_time(field, 8, "Movement")
    spacing = space_of(field, dim)
    closed = closed_of(field, tuple(spacing), periodic)
    cells = np.array(list(spacing.values()))

    def numbers(array: np.ndarray) -> np.ndarray:
        lead = array.shape[: array.ndim - 1 - len(cells)]
        found = np.full((*lead, len(NUMBERS)), np.nan)
        for place in np.ndindex(*lead):
            found[place] = _numbers(array[place], cells, closed, step)
        return found

    told = reduced(
        numbers, field, ["time", *spacing], gives={"number": len(NUMBERS)}, attrs={}
    )
    time = field["time"].attrs.get("units", "1")
    length = length_unit(field, spacing) or "1"
    units = {"shift_speed": f"{length}/{time}", "period": time, "memory": time}
    if length == time == "1":
        units["shift_speed"] = "1"
    parts = {}
    for i, name in enumerate(NUMBERS):
        parts[name] = told.isel(number=i)
        parts[name].attrs = {"long_name": name, "units": units.get(name, "1")}
    return xr.Dataset(parts)


def _numbers(
    run: np.ndarray, cells: np.ndarray, closed: list[bool], step: float
) -> tuple[float, ...]:
    """What `movement` tells, of one run (time, *cells)."""
    none = (np.nan,) * (len(NUMBERS) - 1)
    n = len(run)
    if not np.isfinite(run).all():
        return (np.nan, *none)
    floor = 4 * np.finfo(float).eps * np.abs(run).max()
    run = run - run.mean()
    wide = float(run.std())
    if wide <= floor:
        return (0.0, *none)
    moved = (np.diff(run, axis=0) ** 2).reshape(n - 1, -1).mean(-1)
    quarter = max((n - 1) // 4, 2)
    first, last = np.sqrt(moved[:quarter].mean()), np.sqrt(moved[-quarter:].mean())
    rest = float(np.sqrt(moved[-quarter:].max())) * (n - 1) / wide
    mean = run.mean(0)
    variance = float(((run - mean) ** 2).mean())
    if np.sqrt(variance) <= floor:
        return (rest, *none)
    unlike = _unlike((run - mean).reshape(n, -1), variance)
    recurrence, period = _return(unlike)
    forgot = np.flatnonzero(unlike >= 1 - np.exp(-1))
    memory = np.nan
    if len(forgot):
        after = int(forgot[0])
        before = unlike[after - 1]
        memory = after - 1 + (1 - np.exp(-1) - before) / (unlike[after] - before)
    mismatch, shift = np.nan, np.nan
    if any(closed):
        mismatch, shift = match(run, closed, cells)
        mismatch /= variance
    change = last / first if first > 0 else np.inf
    return (
        rest,
        mismatch,
        shift / step,
        recurrence,
        period * step,
        float(change),
        memory * step,
    )


def _unlike(run: np.ndarray, variance: float) -> np.ndarray:
    """d(τ) for τ = 0 up to half the run (time, cell), by the correlation theorem."""
    n = len(run)
    product = np.zeros(n)
    for block in np.array_split(run, max(run.size // 2**22, 1), axis=1):
        waves = scipy.fft.rfft(block, 2 * n, axis=0)
        power = (waves.real**2 + waves.imag**2).sum(1)
        product += scipy.fft.irfft(power, 2 * n)[:n]
    square = (run * run).sum(1)
    total = np.cumsum(square)
    lag = np.arange(n // 2 + 1)
    both = total[n - 1 - lag] + total[-1] - np.concatenate([[0.0], total])[lag]
    pairs = (n - lag) * run.shape[1]
    return np.maximum((both - 2 * product[lag]) / (2 * pairs * variance), 0.0)


def _return(unlike: np.ndarray) -> tuple[float, float]:
    """Least d after its rise over its greatest, and the lag where that is."""
    top = unlike.max()
    later = unlike[int(np.flatnonzero(unlike >= top / 2)[0]) + 1 :]
    if len(later) == 0:
        return np.nan, np.nan
    start = len(unlike) - len(later)
    # The first of all returns that are as near: one period, not two.
    at = start + int(np.flatnonzero(later <= later.min() + 0.05 * top)[0])
    while at + 1 < len(unlike) and unlike[at + 1] < unlike[at]:
        at += 1
    period = float(at)
    if at + 1 < len(unlike):
        low, here, high = unlike[at - 1 : at + 2]
        bend = low - 2 * here + high
        period += 0.5 * (low - high) / bend if bend > 0 else 0.0
    return float(later.min() / top), period


NUMBERS = (
    "rest",
    "mismatch",
    "shift_speed",
    "recurrence",
    "period",
    "change",
    "memory",
)
WORDS = ["steady", "drifting", "periodic", "transient", "chaotic"]
