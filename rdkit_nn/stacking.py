"""Runs of a sweep that differ in numbers alone, stacked into one: members of one flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray as xr

from .dynamics import Dynamics
from .flow import Flow
from .grid import Grid
from .kernels.fused import hindrance
from .simulation import frames_of, simulate
from .terms import Linear, Reaction, Sum, Term, parts
from .terms.members import Along, Parameter
from .terms.varying import varied

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
    if type(one) is not type(other) or one.members or other.members:
        return False
    if isinstance(one, Reaction) and isinstance(other, Reaction):
        if varied([p for t in (one, other) for _, p in t.parameters]):
            return False
        mine, its = one.law, other.law
        names = (mine.species, mine.parameters) == (its.species, its.parameters)
        return names and mine.readable and its.readable and mine.text == its.text
    if isinstance(one, Linear) and isinstance(other, Linear):
        form = [[(n, len(c)) for n, c in t.coefficients] for t in (one, other)]
        return form[0] == form[1] and (one.boundary, one.stencil) == (
            other.boundary,
            other.stencil,
        )
    return False


def _merged(told: Sequence[Any]) -> Term:
    """One term with the numbers of all."""
    first = told[0]
    if isinstance(first, Reaction):
        columns = zip(*([v for _, v in t.parameters] for t in told))
        names = [name for name, _ in first.parameters]
        return Reaction(first.law, tuple(zip(names, map(_values, columns))))
    merged = object.__new__(type(first))
    coefficients = tuple(
        (
            name,
            tuple(
                _values([t.coefficients[s][1][k] for t in told])
                for k in range(len(powers))
            ),
        )
        for s, (name, powers) in enumerate(first.coefficients)
    )
    for field, value in (
        ("coefficients", coefficients),
        ("boundary", first.boundary),
        ("stencil", first.stencil),
    ):
        object.__setattr__(merged, field, value)
    return merged


def _values(column: Sequence[float]) -> Parameter:
    several = tuple(column)
    return several[0] if len(set(several)) == 1 else Along(DIM, several)


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
