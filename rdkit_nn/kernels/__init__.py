"""Fast ways to run a flow: the front door asks each specialist in turn.

A specialist is one file with one function, `kernel(term, method, grid, values, device)`,
that answers with a `Kernel` or with `None`. Whatever it compiles it keeps by structure
(the text of a loop), never by numbers: parameters, diffusivities and arrays go in with
each call. Deleting a fast kernel changes speed, never results.
"""

from __future__ import annotations

from ..arrays import Values
from ..grid import Grid
from ..methods import Method
from ..terms import Term
from . import dense, fused, rated, stepped, tensor
from .base import Kernel

__all__ = ["Kernel", "compile"]


def compile(
    term: Term, method: Method, grid: Grid, values: Values, device: str = "cpu"
) -> Kernel:
    """Kernel of the first specialist that knows the case.

    Args:
        term: What changes the values.
        method: How time is cut.
        grid: Where the values live.
        values: The arrays, for their names, shapes and dtypes.
        device: `cpu`, or a torch device: `cuda`, `cuda:1`, `torch:cpu`.

    Raises:
        ImportError: If the case needs torch and it is not installed.
    """
    rooms = (dense, fused, rated, tensor, stepped) if device == "cpu" else (tensor,)
    for room in rooms:
        made = room.kernel(term, method, grid, values, device)
        if made is not None:
            return made
    raise ValueError(f"No kernel runs {term!r} on device {device!r}.")
