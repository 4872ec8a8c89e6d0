"""A term and a method make a flow."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import xarray as xr

from . import boundary as _boundary
from .arrays import Values, dtype_name, is_tensor
from .dynamics import Dynamics
from .grid import Grid
from .kernels import Kernel, compile
from .kernels.fused import hindrance_of
from .methods import Method
from .terms import Reaction, Term, parts
from .terms.members import spread


@dataclass(frozen=True)
class Flow(Dynamics):
    """A term moved by a method, on a device.

    Args:
        term: What changes the values: one rate, or a sum.
        method: How time is cut.
        device: `cpu`, or a torch device: `cuda`, `cuda:1`, `torch:cpu`.

    Example:
        >>> import rdkit_nn as rd
        >>> rd.Flow(rd.Diffusion(u=1.0), rd.Euler(dt=0.1))
        Flow(Diffusion(u=1.0), Euler(dt=0.1))
    """

    term: Term
    method: Method
    device: str = "cpu"

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
        return f"Flow({self.term!r}, {self.method!r}{where})"

    def spread(self, initial: xr.Dataset) -> xr.Dataset:
        """Start with the members that the parameters have, and what the method counts."""
        names = (*self.term.inputs, *self.term.variables)
        told = spread(self.term.members, names, initial)
        fresh = {n: ((), np.int64(0)) for n in self.method.counters if n not in told}
        return told.assign(fresh)

    @property
    def dt(self) -> float:  # type: ignore[override]
        """Time that one step spans."""
        return self.method.dt

    def advance(self, values: Values, grid: Grid, steps: range) -> Values:
        """Take `steps` on the fastest kernel that knows the case."""
        if len(steps) == 0:
            return values
        return self._kernel(values, grid).run(values, steps)

    def _kernel(self, values: Values, grid: Grid) -> Kernel:
        """Kernel of the case, kept with the flow: it may hold arrays to work in."""
        shapes = tuple(
            (name, tuple(array.shape), dtype_name(array), is_tensor(array))
            for name, array in values.items()
        )
        kept = self.__dict__.get("_kept")
        if kept is None or kept[0] != (grid, shapes):
            made = compile(self.term, self.method, grid, values, self.device)
            kept = (grid, shapes), made
            self.__dict__["_kept"] = kept
        return kept[1]

    def __getstate__(self) -> dict:
        return {key: value for key, value in self.__dict__.items() if key != "_kept"}

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

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse, before the first step, what cannot work.

        Raises:
            KeyError: If a variable is missing.
            TypeError: If a variable is not floating point, or the method refuses a term.
            ValueError: If a value is not finite, a shape does not fit, or a step is
                unstable.
        """
        names = tuple(dict.fromkeys((*self.term.inputs, *self.term.variables)))
        if missing := [n for n in names if n not in values]:
            raise KeyError(
                f"The flow needs {', '.join(names)}, but the state has only "
                f"{', '.join(values) or 'nothing'}: {', '.join(missing)} is missing."
            )
        for name in names:
            _check_array(name, values[name])
        kinds = {dtype_name(values[name]) for name in names}
        if len(kinds) > 1:
            raise TypeError(
                f"All variables of a flow must share one dtype, but {', '.join(names)} "
                f"have {', '.join(sorted(kinds))}. Convert them: state.astype('float32')."
            )
        self._check_fields(values, grid)
        if self.term.tracked and self.device == "cpu":
            raise TypeError(
                "A parameter is a tensor that requires gradients, which only a torch "
                "device keeps: rd.Flow(term, method, device='torch:cpu'), and advance "
                "instead of simulate."
            )
        self.method.check(self.term)
        self.term.check(values, grid)
        self._check_stability(grid)

    def _check_fields(self, values: Values, grid: Grid) -> None:
        cells = grid.shape
        if members := self.term.members:
            for name in self.term.variables:
                shape = tuple(values[name].shape)
                if shape[:1] != (len(members.values),) or len(shape) <= len(cells):
                    raise ValueError(
                        f"The first dimension of `{name}` must be the {members.dim!r} of "
                        f"the parameters, {len(members.values)} long, but its shape is "
                        f"{shape}."
                    )
        local = [t for t in parts(self.term) if isinstance(t, Reaction)]
        linear = [t for t in parts(self.term) if t.symbol(np.zeros(1)) is not None]
        fields = dict.fromkeys(
            n for t in (*local, *linear) for n in (*t.inputs, *t.variables)
        )
        shapes = {name: tuple(values[name].shape) for name in fields}
        for name, shape in shapes.items():
            if shape[len(shape) - len(cells) :] != cells:
                raise ValueError(
                    f"`{name}` has shape {shape}, which does not end in the grid's {cells}."
                )
        for term in local:
            own = {name: shapes[name] for name in (*term.inputs, *term.variables)}
            if len(set(own.values())) > 1:
                raise ValueError(
                    f"`{term.label}` needs species of one shape, but they have "
                    + ", ".join(f"{n} {s}" for n, s in own.items())
                    + "."
                )

    def _check_stability(self, grid: Grid) -> None:
        if not self.method.stability_limit:
            return
        fastest: dict[str, float] = {}
        for name in self.term.variables:
            boundary = grid.conditions(name, self.term.boundary)
            bent = [t for t in parts(self.term) if name in t.needs_boundary]
            kinds = [k for t in bent if (k := getattr(t, "stencil", ""))] or ["5-point"]
            s = np.linspace(-grid.stiffness(boundary, kinds[0]), 0, 1025)
            growth = np.zeros_like(s)
            if self.method.by_modes and any(t.symbol(s) is not None for t in bent):
                continue  # its modes damp what is explicit, by how much is not known
            for term in parts(self.term):
                growth = growth + (term.symbol(s) or {}).get(name, 0.0)
                growth = growth - term.decay_bound(grid).get(name, 0.0)
            fastest[name] = -float(growth.min()) * self.method.speed(name)
        if not fastest or max(fastest.values()) <= 0:
            return
        name = max(fastest, key=lambda n: fastest[n])
        limit = self.method.stability_limit / fastest[name]
        if self.dt > limit * (1 + 1e-12):
            raise ValueError(
                f"dt={self.dt:g} is unstable: the fastest mode of `{name}` decays at "
                f"rate {fastest[name]:.4g}, for which this method needs dt ≤ {limit:.6g}. "
                f"Use dt={_round_down(0.9 * limit):g}."
            )

    def _warn_of_the_slow_path(self, made: Kernel, grid: Grid) -> None:
        if made.name == "stepped" and np.prod(grid.shape, dtype=float) >= LARGE:
            # What a method takes by its modes is not slow.
            slow = [
                part
                for part in parts(self.term)
                if not (self.method.by_modes and part.symbol(np.zeros(1)) is not None)
            ]
            causes = [told for part in slow if (told := hindrance_of(part))]
            if not slow:
                return
            cause = causes[0] if causes else "species of different shapes"
            _warn_once(
                f"This flow takes the slow path (kernel `stepped`) because of {cause}; "
                "expect some twenty times the time."
            )

    @property
    def equations(self) -> str:
        """What happens inside a cell, as formulas of the laws that are arithmetic."""
        return "; ".join(
            f"{who}: {rate}"
            for part in parts(self.term)
            if isinstance(part, Reaction) and part.law.readable
            for who, rate in part.law.text.items()
        )

    def describe(self, values: Values, grid: Grid) -> dict[str, str | float | int]:
        """Provenance of a run: dynamics, dt, kernel, device, equations and walls."""
        made = self._kernel(values, grid)
        self._warn_of_the_slow_path(made, grid)
        told = super().describe(values, grid)
        told |= {"kernel": made.name, "device": self.device}
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


LARGE = 2**16  # cells above which the slow path is worth a word


@cache
def _warn_once(words: str) -> None:
    warnings.warn(words, RuntimeWarning, stacklevel=5)


def _check_array(name: str, array: object) -> None:
    kind = dtype_name(array)
    if kind not in ("float32", "float64"):
        raise TypeError(
            f"`{name}` is {kind}, but a flow moves float32 or float64. "
            "Convert it: state.astype('float64')."
        )
    if isinstance(array, np.ndarray) and not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"`{name}` holds {array[where]} at {where}: an initial state must be finite."
        )


def _round_down(number: float) -> float:
    digits = 10.0 ** (np.floor(np.log10(number)) - 1)
    return float(np.floor(number / digits) * digits)
