"""A term and a method make a flow."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import xarray as xr

from .arrays import Values, dtype_name, is_tensor
from .core.random import VERSION
from .dynamics import START, Dynamics, Origin
from .grid import Grid
from .grid import boundary as _boundary
from .kernels import Kernel, compile
from .kernels.base import select
from .kernels.fused import hindrance_of
from .labels import spread
from .methods import Method
from .state_checks import check_array, check_circles, check_shapes
from .step_limit import check_step, depends_on_state
from .terms import Reaction, Term, parts
from .terms.agreement import check_agreement, check_draws
from .terms.stored import arrays_of


@dataclass(frozen=True)
class Flow(Dynamics):
    """A term moved by a method, on a device.

    Args:
        term: What changes the values: one rate, or a sum.
        method: How time is cut.
        device: `cpu`, or a torch device: `cuda`, `cuda:1`, `torch:cpu`.
        check_step: Whether an unstable `dt` is refused; see `rdkit_nn.step_limit`.

    Example:
        >>> import rdkit_nn as rd
        >>> rd.Flow(rd.Diffusion(u=1.0), rd.Euler(dt=0.1))
        Flow(Diffusion(u=1.0), Euler(dt=0.1))
    """

    term: Term
    method: Method
    device: str = "cpu"
    check_step: bool = True

    def __post_init__(self):
        if not isinstance(self.term, Term):
            raise TypeError(
                f"A flow needs a term such as kinetics(a=0.1) + Diffusion(u=1.0), but got "
                f"{self.term!r}. Did you forget to give a law its parameters?"
            )
        if not isinstance(self.method, Method):
            raise TypeError(
                f"A flow needs a method such as Euler(dt=…): {self.method!r}."
            )

        self.term.members  # noqa: B018  parameters that do not share them are refused

    def __repr__(self) -> str:
        where = "" if self.device == "cpu" else f", device={self.device!r}"
        unchecked = "" if self.check_step else ", check_step=False"
        return f"Flow({self.term!r}, {self.method!r}{where}{unchecked})"

    def spread(self, initial: xr.Dataset) -> xr.Dataset:
        """Initial state with the members of the parameters, and what the method counts."""
        spread_out = spread(self.term.members, self.names, initial)
        fresh = {
            n: ((), np.int64(0)) for n in self.method.counters if n not in spread_out
        }
        return spread_out.assign(fresh)

    @property
    def names(self) -> tuple[str, ...]:
        """Variables that the term reads or moves."""
        return tuple(dict.fromkeys((*self.term.inputs, *self.term.variables)))

    @property
    def dt(self) -> float:  # type: ignore[override]
        """Time that one step spans."""
        return self.method.dt

    def advance(
        self, values: Values, grid: Grid, steps: range, origin: Origin = START
    ) -> Values:
        """Take `steps` on the fastest kernel that knows the case."""
        if len(steps) == 0:
            return values
        inside = select(values, grid, 0.0)
        result = self._kernel(inside, grid).run(inside, steps, origin)
        return select(result, grid, np.nan)

    def _kernel(self, values: Values, grid: Grid) -> Kernel:
        """Kernel of the case, one of the last few: it may hold arrays to work in."""
        shapes = tuple(
            (name, tuple(array.shape), dtype_name(array), is_tensor(array))
            for name, array in values.items()
        )
        kernels: dict = self.__dict__.setdefault("_kernels", {})
        made = kernels.get((grid, shapes))
        if made is None:
            made = compile(self.term, self.method, grid, values, self.device)
            kernels[grid, shapes] = made
            for old in list(kernels)[:-KERNELS]:
                kernels.pop(old, None)
        return made

    def __getstate__(self) -> dict:
        return {k: v for k, v in self.__dict__.items() if k != "_kernels"}

    def steps(self, time: float) -> int:
        """Count of steps that span `time`.

        Raises:
            ValueError: If the time is not a whole number of steps.

        Example:
            >>> import rdkit_nn as rd
            >>> rd.Flow(rd.Diffusion(u=1.0), rd.Euler(dt=0.1)).steps(80.0)
            800
        """
        count = round(time / self.dt)
        if count < 0 or not np.isclose(count * self.dt, time, rtol=1e-9, atol=0):
            raise ValueError(
                f"A time of {time:g} is not a whole number of steps of {self.dt:g}; "
                f"{count} steps span {count * self.dt:g}."
            )
        return count

    def check(
        self,
        values: Values,
        grid: Grid,
        steps: range = range(1),
        origin: Origin = START,
    ) -> None:
        """Refuse, before the first step, what cannot work.

        Raises:
            KeyError: If a variable is missing.
            TypeError: If a variable is not floating point, or the method refuses a term.
            ValueError: If a value is not finite, a shape does not fit, or a step is
                unstable.
        """
        names = self.names
        if missing := [n for n in names if n not in values]:
            raise KeyError(
                f"The flow needs {', '.join(names)}, but the state has only "
                f"{', '.join(values) or 'nothing'}: {', '.join(missing)} is missing."
            )
        for name in names:
            check_array(name, values[name], grid)
        kinds = {dtype_name(values[name]) for name in names}
        if len(kinds) > 1:
            raise TypeError(
                f"All variables of a flow must share one dtype, but {', '.join(names)} "
                f"have {', '.join(sorted(kinds))}. Convert them: state.astype('float32')."
            )
        check_shapes(self.term, values, grid)
        if self.term.tracked and self.device == "cpu":
            raise TypeError(
                "A parameter is a tensor that requires gradients, which only a torch "
                "device keeps: rd.Flow(term, method, device='torch:cpu'), and advance "
                "instead of simulate."
            )
        self.method.check(self.term)
        self.method.check_grid(grid)
        inside = select({n: values[n] for n in names}, grid, 0.0)
        check_agreement(self.term, grid)
        self.term.check(inside, grid)
        check_draws(self.term)
        check_circles(self.term, inside, grid)
        if self.check_step:
            check_step(self.term, self.method, inside, grid, steps, origin)

    def check_again(
        self, values: Values, grid: Grid, steps: range, origin: Origin
    ) -> None:
        """Check the step about a later state, where transport depends on it.

        Raises:
            ValueError: With a step that is stable there.
        """
        if self.check_step and depends_on_state(self.term):
            inside = select({n: values[n] for n in self.names}, grid, 0.0)
            check_step(self.term, self.method, inside, grid, steps, origin)

    def _warn_of_the_slow_path(self, made: Kernel, grid: Grid) -> None:
        if made.name == "stepped" and np.prod(grid.shape, dtype=float) >= LARGE:
            # What a method takes by its modes is not slow.
            slow = [
                part
                for part in parts(self.term)
                if not (self.method.by_modes and part.symbol(np.zeros(1)) is not None)
            ]
            causes = [told for part in slow if (told := hindrance_of(part, grid))]
            if not slow:
                return
            cause = causes[0] if causes else "species of different shapes"
            _warn_once(
                f"This flow takes the slow path (kernel `stepped`) because of {cause}; "
                "expect some twenty times the time."
            )

    def arrays(self) -> dict[str, dict]:
        """Fields in space and weights of the term, by digest."""
        return arrays_of(self.term)

    @property
    def equations(self) -> str:
        """What happens inside a cell, as formulas of the laws that are arithmetic."""
        return "; ".join(
            f"{who}: {rate}"
            for part in self.term.nested()
            if isinstance(part, Reaction) and part.law.readable
            for who, rate in part.law.text.items()
        )

    def describe(self, values: Values, grid: Grid) -> dict[str, str | float | int]:
        """Provenance of a run: dynamics, dt, kernel, device, equations and walls."""
        made = self._kernel(select(values, grid, 0.0), grid)
        self._warn_of_the_slow_path(made, grid)
        told = super().describe(values, grid)
        told |= {"kernel": made.name, "device": self.device}
        if self.term.stochastic:
            told["draws"] = VERSION
        if self.equations:
            told["equations"] = self.equations
        return told | self.boundary_in_force(grid)

    def boundary_in_force(self, grid: Grid) -> dict[str, str]:
        """Boundary of each species in words, as `boundary_<species>`."""
        told = {}
        for name in self.term.variables if grid.shape else ():
            sides = grid.conditions(name, self.term.boundary)
            told[f"boundary_{name}"] = "; ".join(
                f"{d}: {_boundary.name(s)}" for d, s in zip(grid.dims, sides)
            )
        return told


KERNELS = 4  # of the last grids and shapes, kept with a flow
LARGE = 2**16  # cells above which the slow path is worth a word


@cache
def _warn_once(words: str) -> None:
    warnings.warn(words, RuntimeWarning, stacklevel=5)
