"""Relations between what comes in and what is kept: kinds of arrays, copies, stores."""

from __future__ import annotations

import copy
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.rebuilding import rebuilt

from .building import Case, built, flow
from .relations import last, relation, run, same
from .views import View


def fed(of, change, tolerance: float | None = None) -> None:
    """Assert that a state told otherwise makes the same run."""
    got = last(run(of, change=lambda term, state: (term, change(state))))
    same(got, last(run(of)), tolerance)


@relation
def single_precision_is_near(of):
    if of.method == "Adaptive":
        return "its tolerance is below single precision"
    single = run(of, change=lambda term, state: (term, state.astype("float32")))
    for name, field in last(single).items():
        assert field.dtype == np.float32, f"`{name}` became {field.dtype}"
    wide = {n: f.astype(float) for n, f in last(single).items()}
    same(wide, last(run(of)), 2e-5)


@relation
def strided_and_read_only_arrays_are_arrays(of):
    def strided(state):
        for name, field in state.items():
            wide = np.full((2, *field.shape), 7.0)
            wide[0] = field.values
            view = np.moveaxis(np.moveaxis(wide, 0, -1).copy(), -1, 0)[0]
            view.flags.writeable = False
            state = state.assign({name: (field.dims, view)})
        return state

    fed(of, strided)


@relation
def big_endian_numbers_are_numbers(of):
    fed(of, lambda state: state.map(lambda f: f.astype(">f8")))


@relation
def arrays_in_pieces_are_arrays(of):
    fed(of, lambda state: state.chunk())


@relation
def axes_are_read_by_name(of):
    if len(of.shape) < 2:
        return "one axis"
    first = of.variables[0]
    fed(of, lambda state: state.assign({first: state[first].transpose()}))


@relation
def cells_are_read_by_coordinate(of):
    d = of.dims[-1]
    if of.shape[-1] == 1:
        return "one cell"

    def turned(state):
        placed = {n: f.isel({d: slice(None, None, -1)}) for n, f in state.items()}
        return rd.Grid.of(state).state(**placed).assign_attrs(state.attrs)

    fed(of, turned)
    fed(of, lambda state: state.isel({d: slice(None, None, -1)}))


@relation
def fields_are_placed_by_coordinate(of):
    if not of.kinds & {"field", "members and field", "field along x"}:
        return "no field"

    def placed(term, state):
        def turn(path, value):
            if not getattr(value, "in_space", False) or not hasattr(value, "array"):
                return value
            array = value.array
            own = [d for d in array.dims if d in state.dims]
            array = array.assign_coords({d: state[d].values for d in own})
            turned = array.isel({d: slice(None, None, -1) for d in own}).transpose()
            return rd.as_parameter(path, turned)

        return term.map_parameters(turn), state

    same(last(run(of, change=placed)), last(run(of)))


@relation
def arrays_changed_later_change_nothing(of):
    case = Case(of, View())
    term, fields = case.term(), case.fields()
    state = case.grid().state(**fields)
    made = flow(of, term)
    for array in (*case.arrays, *fields.values()):
        array *= 3.0
    frames = rd.simulate(made, state, of.steps, progress=False)
    same(last(frames), last(run(of)))


@relation
def a_frame_cannot_be_changed(of):
    def careless(frame):
        for field in frame.values():
            try:
                field.values *= 2.0
            except ValueError:
                continue
        return 0.0

    watched = run(of, steps=4, every=2, watch={"seen": careless})
    same(
        {n: f for n, f in last(watched).items() if n != "seen"}, last(run(of, steps=4))
    )


@relation
def the_state_is_left_alone(of):
    term, state = built(of)
    before = state.copy(deep=True)
    rd.simulate(flow(of, term), state, of.steps, progress=False)
    xr.testing.assert_identical(state, before)


# identity


@relation
def copies_are_equal_and_run_the_same(of):
    term, state = built(of)
    made = flow(of, term)
    copies = {"deepcopy": copy.deepcopy(made)}
    functions = {"function", "function of place"} & of.kinds
    functions = functions or any("function" in n for pair in of.pairs for n in pair)
    if not functions:
        copies["pickle"] = pickle.loads(pickle.dumps(made))
    want = last(rd.simulate(made, state, of.steps, progress=False))
    for how, other in copies.items():
        assert other == made and repr(other) == repr(made), f"{how} is not equal"
        same(last(rd.simulate(other, state, of.steps, progress=False)), want)


@relation
def two_threads_on_one_flow_run_the_same(of):
    term, state = built(of)
    made = flow(of, term)
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(
            lambda _: rd.simulate(made, state, of.steps, progress=False), range(2)
        )
    want = last(run(of))
    for frames in runs:
        same(last(frames), want)


@relation
def built_twice_is_equal(of):
    (one, _), (other, _) = built(of), built(of)
    assert one == other and hash(one) == hash(other), "two builds differ"
    assert repr(one) == repr(other)


@relation
def a_parameter_put_back_changes_nothing(of):
    term, _ = built(of)
    told = list(term.parameters())
    assert len({path for path, _ in told}) == len(told), "two parameters share a path"
    for path, value in told:
        assert term.replace(path, value) == term, f"{path} put back is another term"
        if isinstance(value, float):
            other = term.replace(path, value * 0.9)
            assert other != term, f"{path} does not reach the term"
            assert dict(other.parameters())[path] == value * 0.9
            assert other.replace(path, value) == term


@relation
def rebuilt_from_its_description_it_is_the_same(of):
    plain = of.kinds <= {"number", "text", "text of place", "members"}
    own = {"reaction with branches", "driven by a mean", "driven by diffusion"}
    if not plain or own & {p.part for p in of.parts} or "graph" in of.traits:
        return "it holds what no text tells"
    if any(p.nesting == "driving" or "in a sum" in p.nesting for p in of.parts):
        return "a law of one's own, or a sum of one"
    if (
        any("function" in n for pair in of.pairs for n in pair)
        or "Projected" in of.method
    ):
        return "it holds what no text tells"
    term, state = built(of)
    made = flow(of, term)
    other = rebuilt(repr(made))
    assert other == made, f"{other!r} is not {made!r}"
    same(last(rd.simulate(other, state, of.steps, progress=False)), last(run(of)))


@relation
def stored_and_resumed_it_is_the_run_in_memory(of):
    term, state = built(of)
    made = flow(of, term)
    want = rd.simulate(made, state, 4, 2, progress=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.zarr"
        kept = rd.simulate(made, state, 4, 2, store=path, progress=False).load()
        same(last(kept), last(want))
        assert list(kept.data_vars) == list(want.data_vars)
        path = Path(folder) / "resumed.zarr"

        def stop(frame):
            if int(frame.step) == 2 and not gone:
                gone.append(1)
                raise KeyboardInterrupt
            return 0.0

        gone: list[int] = []
        try:
            rd.simulate(
                made, state, 4, 2, store=path, watch={"seen": stop}, progress=False
            )
        except KeyboardInterrupt:
            rest = rd.resume(path, made, watch={"seen": stop}, progress=False).load()
            same({n: f for n, f in last(rest).items() if n != "seen"}, last(want))
