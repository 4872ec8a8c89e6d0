"""What each part of a sum does, here and now."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ..arrays import asnumpy
from ..dynamics import Clock
from ..grid import Grid
from ..labels import ordered, origin_of, spread, step_of, strip
from .base import Term
from .composite import parts


def rates(term: Term, state: xr.Dataset, *, dt: float = 1.0) -> xr.Dataset:
    """Rate of change of each variable, term by term.

    Reaction beside diffusion, supervised beside adversarial gradient: at rest the parts
    cancel, and their sum over `term` is d(values)/dt.

    Args:
        term: A term or a sum of terms.
        state: One frame.
        dt: Step that noise is scaled by; nothing else depends on it.

    Returns:
        The variables that `term` moves, with a leading dim `term` named after the parts.
        A part that does not move a variable contributes zero. Unit: that of the variable
        over time.

    Example:
        >>> import numpy as np
        >>> from rdkit_nn import models
        >>> state = Grid((4, 4)).state(u=np.ones((4, 4)), v=np.zeros((4, 4)))
        >>> rates(models.schnakenberg(), state).term.values.tolist()
        ['schnakenberg_kinetics', 'Diffusion']
    """
    state = spread(term.members, (*term.inputs, *term.variables), ordered(state))
    values, grid = strip(state), Grid.of(state)
    if missing := [n for n in (*term.inputs, *term.variables) if n not in values]:
        raise KeyError(
            f"The term needs {', '.join(dict.fromkeys(missing))}, but the state has only "
            f"{', '.join(values)}."
        )
    clock = Clock(step_of(state), dt, origin=origin_of(state, dt))
    told = parts(term)
    labels = _distinct([part.label for part in told])
    found = [part.rate(values, grid, clock) for part in told]
    fields = {}
    for name in term.variables:
        whole = values[name]
        stack = [
            np.broadcast_to(asnumpy(rate.get(name, 0.0)), whole.shape) for rate in found
        ]
        attrs = {"long_name": f"rate of {name}"}
        array = np.stack(stack).astype(whole.dtype, copy=False)
        fields[name] = (("term", *state[name].dims), array, attrs)
    coords = {"term": labels, **state.coords}
    return xr.Dataset(fields, coords=coords, attrs=state.attrs)


def _distinct(labels: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    told = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        told.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    return told
