"""A map: an update rule, once a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..arrays import Values
from ..dynamics import START, Dynamics, Origin
from ..grid import Grid
from ..grid import boundary as _boundary


@dataclass(frozen=True)
class Map(Dynamics):
    """An update rule applied once a step.

    Args:
        update: Takes values and grid, returns new values under the same names; leaves
            what it is given alone. An update may have a method `check(values, grid)`.
        dt: Time that one step spans.

    Example:
        >>> import numpy as np
        >>> halve = Map(lambda values, grid: {"u": values["u"] / 2})
        >>> grid = Grid((2,))
        >>> halve.advance({"u": np.ones(2)}, grid, range(3))["u"]
        array([0.125, 0.125])
    """

    update: Callable[[Values, Grid], Values]
    dt: float = 1.0

    def advance(
        self, values: Values, grid: Grid, steps: range, origin: Origin = START
    ) -> Values:
        """Apply the rule once for each of `steps`."""
        for _ in steps:
            values = {**values, **self.update(values, grid)}
        return values

    def check(
        self,
        values: Values,
        grid: Grid,
        steps: range = range(1),
        origin: Origin = START,
    ) -> None:
        """Refuse a domain, and what the rule refuses.

        Raises:
            ValueError: If the grid has a domain.
        """
        if grid.domain is not None:
            raise ValueError(
                "A map has no rule for closed cells: it takes a grid without a domain."
            )
        check = getattr(self.update, "check", None)
        if check is not None:
            check(values, grid)

    def describe(self, values: Values, grid: Grid) -> dict[str, str | float | int]:
        """Provenance of a run: the rule, and the grid's walls."""
        told = super().describe(values, grid) | {"kernel": "map", "device": "cpu"}
        sides = "; ".join(
            f"{d}: {_boundary.name(s)}" for d, s in zip(grid.dims, grid.boundary)
        )
        return told | {f"boundary_{name}": sides for name in values}
