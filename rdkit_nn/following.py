"""Follow one run, in pieces short enough to watch it, to stop it, to make sure of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from inspect import signature
from itertools import pairwise
from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

from .arrays import Values, asnumpy, dtype_name
from .dynamics import START, Dynamics, Origin
from .frames import Frames
from .grid import Grid
from .interrupts import Asked, Interrupted, heeded

RECHECK = 50  # steps after which a kept frame is checked for stability again
PIECE = 0.25  # seconds of computing between two looks at the values and the bar
CHECKPOINT = 20.0  # seconds between two states to go on from, of a run that is stored

Until = Callable[..., bool]


class Course:
    """One run while it is followed.

    Args:
        dynamics: What moves it.
        like: A state, for labels; its attributes are those of the run.
        kept: Counts of steps at which frames are kept, from 0.
        first: Step number of the start.
        origin: Where time is counted from.
        boundary: Conditions in force, by variable.
    """

    def __init__(
        self,
        dynamics: Dynamics,
        like: xr.Dataset,
        kept: Sequence[int],
        first: int,
        origin: Origin,
        boundary: Mapping[str, str],
    ):
        self.dynamics, self.kept, self.first = dynamics, kept, first
        self.origin = origin
        self.grid = Grid.of(like)
        self.like = like.copy()
        for name, field in self.like.items():
            for attr in ("actual_range", "boundary"):  # of the run that goes on here
                field.attrs.pop(attr, None)
            if name in boundary:
                field.attrs["boundary"] = boundary[str(name)]
        step = ((), np.int64(0), {"long_name": "step", "units": "1"})
        attrs: dict[str, Any] = {"long_name": "time", "units": "1", "axis": "T"}
        if origin != START:
            attrs |= {"origin": origin.time, "origin_step": origin.step}
        time = ((), np.float64(0), attrs)
        # Copied for every frame: much faster than to label and align each anew.
        whole = self.like.drop_vars(["step", "time"], errors="ignore")
        self._model = whole.assign_coords(step=step, time=time).reset_coords(
            ["step", "time"]
        )

    @property
    def steps(self) -> np.ndarray:
        """Step numbers of the frames."""
        return self.first + np.array(self.kept, dtype=np.int64)

    @property
    def times(self) -> np.ndarray:
        """Model times of the frames."""
        return np.array(
            [self.origin.at(n, self.dynamics.dt) for n in self.steps.tolist()]
        )

    def frame(self, values: Values, step: int) -> xr.Dataset:
        """Labelled values, so many steps from the start; they cannot be written to."""
        number = self.first + step
        time = np.float64(self.origin.at(number, self.dynamics.dt))
        fields = {name: _read_only(asnumpy(array)) for name, array in values.items()}
        data = {**fields, "step": np.int64(number), "time": time}
        return self._model.copy(data=data).set_coords(["step", "time"])

    def follow(
        self,
        values: Values,
        at: int,
        frames: Frames,
        until: Until | None = None,
        every: float = CHECKPOINT,
        progress: bool | None = None,
        over: bool = False,
    ) -> xr.Dataset:
        """Go from `at` to the last step, and return the run.

        Args:
            values: The state there.
            at: Count of steps behind it.
            frames: Where frames go; those at or before `at` are there.
            until: Asked at each kept frame.
            every: Seconds between two checkpoints.
            progress: Whether to show a bar.
            over: Whether `until` has said yes already.
        """
        stored = frames.writer is not None
        ahead = [at, *(k for k in self.kept if k > at)]
        with _bar(self.kept[-1], at, progress) as bar, heeded(stored) as asked:
            walk = _Walk(self, frames, asked, every, until is not None, bar)
            try:
                last_step = getattr(until, "last_step", False)
                checked = at
                for low, high in pairwise(ahead):
                    if over:
                        break
                    before: tuple = ()
                    if last_step:  # it asks for the change over the last step
                        values = walk.on(values, low, high - 1)
                        before, low = (self.frame(values, high - 1),), high - 1
                    values = walk.on(values, low, high)
                    seen = self.frame(values, high)
                    frames.keep(seen)
                    over = until is not None and bool(until(seen, *before))
                    if high - checked >= RECHECK and high < self.kept[-1]:
                        self._check_again(values, high)
                        checked = high
                    if not over:
                        walk.pause(values, high, framed=True)
            except BaseException as error:
                _keep_what_is_complete(frames, error)
                raise
        return frames.close()

    def _check_again(self, values: Values, at: int) -> None:
        """Let the dynamics refuse to go on from here.

        Raises:
            FloatingPointError: If it does.
        """
        steps = range(self.first + at, self.first + self.kept[-1])
        try:
            self.dynamics.check_again(values, self.grid, steps, self.origin)
        except ValueError as error:
            raise FloatingPointError(
                f"After step {steps.start} the state has changed so much that {error}"
            ) from None


class _Walk:
    """The way from one kept step to the next."""

    def __init__(
        self,
        course: Course,
        frames: Frames,
        asked: Asked,
        every: float,
        asks: bool,
        bar: Any,
    ):
        self.course, self.frames, self.asked, self.bar = course, frames, asked, bar
        self.every, self.asks = every, asks
        self.piece, self.sure = 1, perf_counter()

    def on(self, values: Values, low: int, high: int) -> Values:
        """Go on in pieces."""
        dynamics, grid, first = (
            self.course.dynamics,
            self.course.grid,
            self.course.first,
        )
        done = low
        while done < high:
            count = min(self.piece, high - done)
            begun = perf_counter()
            steps = range(first + done, first + done + count)
            after = advanced(dynamics, values, grid, steps, self.course.origin)
            if name := _broken(after, grid):
                _stop(dynamics, values, grid, steps, name, self.course.origin)
            values, done = after, done + count
            self.bar.update(count)
            # Steps add up, so pieces of any length give the same bits.
            spent = perf_counter() - begun
            grow = 8.0 if spent == 0 else min(8.0, PIECE / spent)
            self.piece = max(1, int(count * grow))
            if done < high:
                self.pause(values, done, framed=False)
        return values

    def pause(self, values: Values, done: int, framed: bool) -> None:
        """Make sure of the state when it is time, and stop when asked."""
        if self.frames.writer is None:
            return
        due = perf_counter() - self.sure > self.every
        # What is asked at frames may remember the one before: go on from a frame then.
        if not (due or self.asked.yes) or (self.asks and not framed):
            return
        self.frames.checkpoint(self.course.frame(values, done))
        self.sure = perf_counter()
        if self.asked.yes and done < self.course.kept[-1]:
            raise Interrupted(
                f"Stopped after step {self.course.first + done}, as asked. All frames are "
                f"kept; rdkit_nn.resume({str(self.frames.writer.folder)!r}) goes on."
            )


def _keep_what_is_complete(frames: Frames, error: BaseException) -> None:
    asked = isinstance(error, KeyboardInterrupt)
    status = "interrupted" if asked else f"failed: {error}"
    with suppress(Exception):  # the first error is the one to tell
        error.run = frames.close(status)  # type: ignore[attr-defined]


def advanced(
    dynamics: Dynamics, values: Values, grid: Grid, steps: range, origin: Origin
) -> Values:
    """Values some steps on. A dynamics that knows no origin counts time from step 0.

    Raises:
        TypeError: If it would count time from elsewhere than the run.
    """
    if "origin" in signature(dynamics.advance).parameters:
        return dynamics.advance(values, grid, steps, origin)
    if origin != START:
        raise TypeError(
            f"The run counts time from {origin.time:g} at step {origin.step}, but "
            f"{type(dynamics).__name__}.advance takes no `origin`: add that argument, or "
            "begin anew with state.drop_vars(['time', 'step'])."
        )
    return dynamics.advance(values, grid, steps)


def _read_only(array: np.ndarray) -> np.ndarray:
    """A view that cannot be written to."""
    if not isinstance(array, np.ndarray):
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def _broken(values: Values, grid: Grid) -> str | None:
    for name, array in values.items():
        if (
            grid.domain is not None
            and tuple(array.shape[-len(grid.shape) :]) == grid.shape
        ):
            array = grid.domain.select(array, 0.0)
        # A sum is finite unless a term is not (or it overflows, and then we look). It is
        # taken where the array lives: on a GPU, or on the workers of a cluster.
        counts = not dtype_name(array).startswith("float")
        fine = counts or np.isfinite(float(array.sum()))
        if not fine and not np.isfinite(asnumpy(array)).all():
            return name
    return None


def _stop(
    dynamics: Dynamics,
    values: Values,
    grid: Grid,
    steps: range,
    name: str,
    origin: Origin,
) -> None:
    """Find the first step that broke, by halving, and say so."""
    good, count = 0, len(steps)
    while count - good > 1:
        half = (good + count) // 2
        after = advanced(dynamics, values, grid, steps[good:half], origin)
        if found := _broken(after, grid):
            count, name = half, found
        else:
            values, good = after, half
    step = steps.start + count
    raise FloatingPointError(
        f"`{name}` is no longer finite after step {step} (time "
        f"{origin.at(step, dynamics.dt):g}). "
        f"The step dt={dynamics.dt:g} is too long for these rates, or the model itself "
        "runs away; all frames before are complete."
    )


def _bar(steps: int, done: int, progress: bool | None) -> Any:
    from tqdm.auto import tqdm

    hidden = None if progress is None else not progress
    return tqdm(
        total=steps,
        initial=done,
        disable=hidden,
        unit="step",
        unit_scale=True,
        leave=False,
    )
