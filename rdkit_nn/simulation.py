"""Follow a dynamics; keep what is seen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from os import PathLike
from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

from . import __version__
from .arrays import Values, asnumpy
from .dynamics import Dynamics
from .frames import Frames, room_for
from .grid import Grid
from .labels import label, step_of, strip, time_of

PIECE = 0.25  # seconds of computing between two looks at the values and the bar


def simulate(
    dynamics: Dynamics,
    start: xr.Dataset,
    steps: int,
    every: int | Sequence[int] | None = None,
    *,
    save: Sequence[str] | None = None,
    watch: Mapping[str, Callable[[xr.Dataset], Any]] | None = None,
    until: Callable[[xr.Dataset], bool] | None = None,
    store: str | PathLike | None = None,
    overwrite: bool = False,
    progress: bool | None = None,
) -> xr.Dataset:
    """Follow a dynamics from a start and return the run.

    Args:
        dynamics: A flow, a map, or anything with `dt` and `advance`.
        start: A state: fields on a grid, weights of a network, or one frame of a run,
            which is then continued, step numbers and all.
        steps: How many steps to take.
        every: Keep a frame every so many steps (`steps` must be a multiple); or the
            increasing step numbers, counted from the start, to keep. Default: the first
            and the last.
        save: Names of the variables to keep. Default: all.
        watch: Numbers to keep beside the frames: functions of a frame by name.
        until: Asked at each kept frame; the run ends when it says yes. See `at_rest` and
            `extinct`.
        store: Folder (`….zarr`) to write frames to as they come; the run is then read
            back lazily.
        overwrite: Whether an existing store may be replaced.
        progress: Show a bar: True, False, or None for terminals and notebooks only.

    Returns:
        A Dataset, `time` first, with coordinates `time` (model time) and `step`, and the
        provenance in its attributes.

    Raises:
        ValueError: For counts that do not fit, an unstable step, values that are not
            finite, or frames beyond this machine's memory; before the first step.
        FloatingPointError: When a value stops being finite on the way; the complete
            frames are on the error as `error.run`, and in the store.
        FileExistsError: If the store exists and `overwrite` is not set.
    """
    if isinstance(start, xr.Dataset):
        start = dynamics.spread(start)
    values: Values = strip(start)
    grid = Grid.of(start)
    kept = _kept(steps, every)
    first, birth = step_of(start), time_of(start)
    dynamics.check(values, grid)
    names = _names(save, values)
    attrs = {k: v for k, v in start.attrs.items() if not k.startswith("walls_")}
    told = dynamics.describe(values, grid)
    walls = {
        name: told.pop(f"walls_{name}") for name in values if f"walls_{name}" in told
    }
    attrs |= told
    attrs |= {"rdkit_nn": __version__, "versions": _versions()}
    attrs |= {"created": datetime.now(UTC).isoformat()}
    # Time is step · dt, to the bit the same whether a run is continued or not.
    shift = birth - first * dynamics.dt
    if abs(shift) <= 1e-9 * max(abs(birth), dynamics.dt):
        shift = 0.0

    def frame(values: Values, step: int) -> xr.Dataset:
        home = label(values, start)
        for field in home.values():
            for told in ("actual_range", "walls"):  # of the run that this one continues
                field.attrs.pop(told, None)
        for name, sides in walls.items():
            home[name].attrs["walls"] = sides
        at = {
            "step": ((), first + step, {"long_name": "step", "units": "1"}),
            "time": ((), (first + step) * dynamics.dt + shift, _TIME),
        }
        return home.assign_coords(at).assign_attrs(attrs)

    begin = frame(values, 0)
    watched = dict(watch or {})
    _check_watch(watched, begin)
    room_for(begin[list(names)], len(kept), store)
    numbers = first + np.array(kept, dtype=np.int64)
    times = numbers * dynamics.dt + shift
    frames = Frames(begin, names, watched, numbers, times, store, overwrite)
    frames.keep(begin)
    over = until is not None and bool(until(begin))
    with _bar(steps, progress) as bar:
        try:
            for low, high in pairwise(kept):
                if over:
                    break
                values = _advance(dynamics, values, grid, first, low, high, bar)
                seen = frame(values, high)
                frames.keep(seen)
                over = until is not None and bool(until(seen))
        except FloatingPointError as error:
            error.run = frames.close()  # type: ignore[attr-defined]
            raise
        except BaseException:
            frames.close()
            raise
    return frames.close()


_TIME = {"long_name": "time", "units": "1", "axis": "T"}


def _versions() -> str:
    """Libraries that may decide a bit, as far as they are loaded."""
    names = ("numpy", "scipy", "xarray", "numba", "torch")
    loaded = {n: getattr(sys.modules.get(n), "__version__", None) for n in names}
    told = [f"{name} {version}" for name, version in loaded.items() if version]
    return ", ".join([f"python {sys.version.split()[0]}", *told])


def _kept(steps: int, every: int | Sequence[int] | None) -> Sequence[int]:
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)) or steps < 0:
        raise ValueError(
            f"`steps` is a count, a whole number from 0 on, but got {steps!r}. "
            "flow.steps(time) turns a time into its count."
        )
    if every is None:
        return [0, int(steps)] if steps else [0]
    if isinstance(every, (int, np.integer)) and not isinstance(every, bool):
        if every < 1 or steps % every:
            raise ValueError(
                f"`steps` must be a multiple of `every`, but {steps} is not a multiple "
                f"of {every}."
            )
        return range(0, int(steps) + 1, int(every))
    told = np.asarray(every)
    kept = told.tolist() if told.ndim == 1 and told.dtype.kind in "iu" else []
    if not kept or any(b <= a for a, b in pairwise(kept)) or kept[0] < 0:
        raise ValueError(
            "`every` is a count, or a list of increasing whole step numbers, but got "
            f"{every!r:.80}."
        )
    if kept[-1] > steps:
        raise ValueError(f"`every` goes to step {kept[-1]}, but the run has {steps}.")
    return kept if kept[0] == 0 else [0, *kept]


def _names(save: Sequence[str] | None, values: Values) -> tuple[str, ...]:
    if save is None:
        return tuple(values)
    names = (save,) if isinstance(save, str) else tuple(save)
    if unknown := [n for n in names if n not in values]:
        raise KeyError(
            f"`save` names {', '.join(unknown)}, but the state has only "
            f"{', '.join(values)}."
        )
    return names


def _check_watch(watch: Mapping[str, Callable], begin: xr.Dataset) -> None:
    for name, look in watch.items():
        if name in begin:
            raise ValueError(f"`watch` would put a number in the place of `{name}`.")
        if not callable(look):
            raise TypeError(f"`watch` of `{name}` must be a function of a frame.")


def _advance(
    dynamics: Dynamics,
    values: Values,
    grid: Grid,
    first: int,
    low: int,
    high: int,
    bar: Any,
) -> Values:
    """Go from one kept step to the next, in pieces short enough to watch."""
    piece, done = 1, low
    while done < high:
        count = min(piece, high - done)
        begun = perf_counter()
        after = dynamics.advance(
            values, grid, range(first + done, first + done + count)
        )
        if name := _broken(after):
            _stop(dynamics, values, grid, first + done, count, name)
        values, done = after, done + count
        bar.update(count)
        # Steps add up, so pieces of any length give the same bits.
        spent = perf_counter() - begun
        grow = 8.0 if spent == 0 else min(8.0, PIECE / spent)
        piece = max(1, int(count * grow))
    return values


def _broken(values: Values) -> str | None:
    for name, array in values.items():
        home = asnumpy(array)
        # A sum is finite unless a term is not (or it overflows, and then we look).
        if (
            home.dtype.kind == "f"
            and not np.isfinite(home.sum())
            and not np.isfinite(home).all()
        ):
            return name
    return None


def _stop(
    dynamics: Dynamics, values: Values, grid: Grid, first: int, count: int, name: str
) -> None:
    """Find the first step that broke, by halving, and say so."""
    good = 0
    while count - good > 1:
        half = (good + count) // 2
        after = dynamics.advance(values, grid, range(first + good, first + half))
        if found := _broken(after):
            count, name = half, found
        else:
            values, good = after, half
    step = first + count
    raise FloatingPointError(
        f"`{name}` is no longer finite after step {step} (time {step * dynamics.dt:g}). "
        f"The step dt={dynamics.dt:g} is too long for these rates, or the model itself "
        "runs away; all frames before are complete."
    )


def _bar(steps: int, progress: bool | None) -> Any:
    from tqdm.auto import tqdm

    hidden = None if progress is None else not progress
    return tqdm(total=steps, disable=hidden, unit="step", unit_scale=True, leave=False)
