"""Runs of a sweep that differ in numbers alone, stacked into one: members of one flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray as xr

from .core.parameters import ArrayParameter
from .dynamics import Dynamics
from .flow import Flow
from .grid import Grid
from .kernels.fused import hindrance
from .simulation import frames_of, simulate
from .terms import Reaction, Sum, Term, parts

DIM = "run"
BYTES = 2**26  # of the states that are stacked at once
KEPT = 2**30  # bytes of the frames of a stack


def together(
    flows: Sequence[Dynamics],
    states: Sequence[xr.Dataset],
    steps: int,
    every: Any,
    **options: Any,
) -> Iterator[xr.Dataset] | None:
    """Runs in order, stacked as far as memory allows; None where they do not stack.

    They stack where all are flows of one shape that the fused kernel knows, and begin on
    one grid. Each has the bits that it would have alone.
    """
    first = flows[0]
    if not isinstance(first, Flow) or hindrance(first.term, first.method):
        return None
    if first.device != "cpu" or any(not _alike(flow, first) for flow in flows):
        return None
    others = [initial for initial in states if initial is not states[0]]
    if not _same_box(states[0], states[0]) or any(
        not _same_box(initial, states[0]) for initial in others
    ):
        return None
    size, frames = max(1, states[0].nbytes), len(frames_of(steps, every))
    count = max(1, min(BYTES // size, KEPT // (size * frames)))

    def runs() -> Iterator[xr.Dataset]:
        for low in range(0, len(flows), count):
            part = slice(low, low + count)
            yield from _stack(flows[part], states[part], steps, every, options)

    return runs()


def _stack(
    flows: Sequence[Any],
    states: Sequence[xr.Dataset],
    steps: int,
    every: Any,
    options: dict,
) -> Iterator[xr.Dataset]:
    first = flows[0]
    term = Sum(tuple(_merged(told) for told in zip(*(parts(f.term) for f in flows))))
    shared = {
        key: value
        for key, value in states[0].attrs.items()
        if all(initial.attrs.get(key) == value for initial in states)
    }
    fields = {
        name: (
            (DIM, *field.dims),
            np.stack([initial[name].values for initial in states]),
        )
        for name, field in states[0].items()
    }
    state = xr.Dataset(fields, states[0].coords, shared)
    for name, field in states[0].items():
        state[name].attrs = field.attrs
    whole = simulate(Flow(term, first.method), state, steps, every, **options)
    for k, (flow, initial) in enumerate(zip(flows, states)):
        own = {**initial.attrs, **whole.attrs, "dynamics": repr(flow)}
        yield whole.isel({DIM: k}).assign_attrs(own)


def _alike(flow: Dynamics, first: Flow) -> bool:
    """Whether two flows differ in numbers alone."""
    if not isinstance(flow, Flow) or (flow.method, flow.device) != (
        first.method,
        first.device,
    ):
        return False
    if hindrance(flow.term, flow.method):
        return False
    one, other = parts(flow.term), parts(first.term)
    return len(one) == len(other) and all(map(_same_form, one, other))


def _same_form(one: Term, other: Term) -> bool:
    if type(one) is not type(other):
        return False
    if not all(isinstance(p, float) for t in (one, other) for _, p in t.parameters()):
        return False
    if isinstance(one, Reaction) and isinstance(other, Reaction):
        mine, its = one.law, other.law
        names = (mine.species, mine.parameters) == (its.species, its.parameters)
        return names and mine.readable and its.readable and mine.text == its.text
    return one.map_parameters(_blank) == other.map_parameters(_blank)


def _blank(path: str, value: Any) -> float:
    return 1.0


def _merged(terms: Sequence[Term]) -> Term:
    """One term with the numbers of all."""
    columns = zip(*(t.parameters() for t in terms))
    values = {column[0][0]: [x for _, x in column] for column in columns}
    return terms[0].map_parameters(lambda path, x: _values(path, values[path]))


def _values(path: str, column: Sequence[float]) -> Any:
    if len(set(column)) == 1:
        return column[0]
    return ArrayParameter(path, xr.DataArray(list(column), dims=DIM))


def _same_box(initial: xr.Dataset, first: xr.Dataset) -> bool:
    """Whether two states have the same variables on the same grid, and nothing else."""
    box = Grid.of(first)
    return (
        bool(box.shape)
        and set(initial) == set(first)
        and Grid.of(initial) == box
        and set(initial.coords) == set(first.coords)
        and not {"step", "time"} & set(initial.coords)
        and all(
            initial[n].dims == box.dims and initial[n].dtype == first[n].dtype
            for n in first
        )
    )
