"""Constraints: a step, then the nearest value that is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from ..arrays import Values, aslike, namespace
from ..core.parameters import SPACE, ArrayParameter
from ..dynamics import Clock
from ..grid import Grid
from ..terms import Term
from .base import Accelerate, Method, Stepper, plain


@dataclass(frozen=True)
class Clip:
    """Nearest value between `low` and `high`, cell by cell. NaN stays NaN."""

    low: float | None = None
    high: float | None = None

    def __post_init__(self):
        if self.low is None and self.high is None:
            raise ValueError(
                "Clip needs `low` or `high`: Clip(low=0.0) keeps positive."
            )
        if None not in (self.low, self.high) and not self.low < self.high:
            raise ValueError(f"Clip needs low < high, got {self.low} and {self.high}.")

    def __call__(self, array: Any) -> Any:
        """Clip one array."""
        return namespace(array).clip(array, self.low, self.high)


@dataclass(frozen=True)
class NormBound:
    """Nearest array whose 2-norm over all entries is at most `radius`."""

    radius: float

    def __post_init__(self):
        if not self.radius > 0:
            raise ValueError(f"`radius` must be positive, but is {self.radius}.")

    def __call__(self, array: Any) -> Any:
        """Shrink one array, where it is longer than the radius."""
        norm = (array * array).sum() ** 0.5
        return array * (self.radius / norm) if norm > self.radius else array


class Hold:
    """Given values in some cells, whatever the rates are there: an inner boundary.

    Args:
        where: DataArray along z, y, x: true where values are held.
        value: Held there: a number, or a DataArray along z, y, x.
    """

    def __init__(self, where: xr.DataArray, value: float | xr.DataArray = 0.0):
        self.where = ArrayParameter("where", where.astype(bool))
        told = value if isinstance(value, xr.DataArray) else 0.0 * where + value
        self.value = ArrayParameter("value", told)

    def __repr__(self) -> str:
        low, high = self.value.values.min(), self.value.values.max()
        held = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        return (
            f"Hold({held} in {int(self.where.values.sum())} cells, {self.where.digest})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hold) and (self.where, self.value) == (
            other.where,
            other.value,
        )

    def __hash__(self) -> int:
        return hash((self.where, self.value))

    def __call__(self, array: Any) -> Any:
        """Hold the cells of one array."""
        held = _shaped(self.where, array)
        return array * (1 - held) + _shaped(self.value, array) * held


def _shaped(parameter: ArrayParameter, array: Any) -> Any:
    """Values that broadcast against the last axes of an array."""
    sizes = dict(zip(parameter.space, parameter.values.shape))
    axes = SPACE[SPACE.index(parameter.space[0]) :]
    return aslike(parameter.values.reshape([sizes.get(d, 1) for d in axes]), array)


@dataclass(frozen=True, init=False)
class Projected(Method):
    """A method whose every step ends inside constraints.

    Args:
        method: How the step is taken.
        onto: For each constrained variable, a function from array to array such as
            `Clip(low=0.0)` for concentrations, `Hold(where, value)` for cells that are
            held, or `NormBound(1.0)` for a critic.

    Example:
        >>> from rdkit_nn.methods import Euler
        >>> Projected(Euler(dt=0.1), onto={"u": Clip(low=0.0)}).dt
        0.1
    """

    method: Method
    onto: tuple[tuple[str, Callable], ...]

    def __init__(self, method: Method, onto: Mapping[str, Callable]):
        if not isinstance(method, Method):
            raise TypeError(f"Projected wraps a method such as Euler, not {method!r}.")
        if not onto:
            raise ValueError('Name what is constrained: onto={"u": Clip(low=0.0)}.')
        for name, project in onto.items():
            if not callable(project):
                raise TypeError(
                    f"`onto` of `{name}` must be a function, got {project!r}."
                )
        vars(self).update(method=method, onto=tuple(onto.items()))

    def __repr__(self) -> str:
        return f"Projected({self.method!r}, onto={dict(self.onto)!r})"

    @property
    def dt(self) -> float:  # type: ignore[override]
        """Time that one step spans."""
        return self.method.dt

    @property
    def first_order(self) -> bool:  # type: ignore[override]
        """Whether the method inside takes noise."""
        return self.method.first_order

    @property
    def stability_limit(self) -> float:  # type: ignore[override]
        """Stability of the method inside."""
        return self.method.stability_limit

    def check(self, term: Term) -> None:
        """Refuse constraints on what does not move.

        Raises:
            ValueError: If `onto` names a variable that the term does not move.
        """
        self.method.check(term)
        if idle := [name for name, _ in self.onto if name not in term.variables]:
            raise ValueError(
                f"`onto` names {', '.join(idle)}, which the term does not move; it moves "
                f"{', '.join(term.variables)}."
            )

    def check_grid(self, grid: Grid) -> None:
        """Refuse what the method inside refuses."""
        self.method.check_grid(grid)

    def speed(self, name: str) -> float:
        """Speed in the method inside."""
        return self.method.speed(name)

    def amplification(self, z: np.ndarray) -> np.ndarray:
        """R(z) of the method inside."""
        return self.method.amplification(z)

    @property
    def by_modes(self) -> bool:  # type: ignore[override]
        """Whether the method inside takes the linear part by modes."""
        return self.method.by_modes

    @property
    def counters(self) -> tuple[str, ...]:  # type: ignore[override]
        """What the method inside counts."""
        return self.method.counters

    def make_step(
        self,
        term: Term,
        grid: Grid,
        values: Values,
        accelerate: Accelerate = plain,
    ) -> Stepper:
        """Step of the method inside, then the projection."""
        for _, project in self.onto:
            if isinstance(project, Hold):
                project.where.check(grid)
                project.value.check(grid)
        inner = self.method.make_step(term, grid, values, accelerate)

        def step(values: Values, clock: Clock) -> Values:
            free = inner(values, clock)
            held = {name: project(free[name]) for name, project in self.onto}
            return {**free, **held}

        return step

    def step(self, term: Term, values: Values, grid: Grid, clock: Clock) -> Values:
        """Take the step, then project."""
        return self.make_step(term, grid, values)(values, clock)
