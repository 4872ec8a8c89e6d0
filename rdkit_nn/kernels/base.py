"""What a specialist hands out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..arrays import Values


@dataclass(frozen=True)
class Kernel:
    """The function that runs many steps for one term, method and grid.

    Args:
        name: As it is written into a run's attributes.
        run: Takes values and a range of steps, leaves what it is given alone, and
            returns new values.
    """

    name: str
    run: Callable[[Values, range], Values]
