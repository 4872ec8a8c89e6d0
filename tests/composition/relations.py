"""Relations between runs that need no reference solution.

Each is a function of a combination. It raises AssertionError with what differs, or returns
None; where it does not apply it returns why. `RELATIONS` holds all of them by name, those
of the other modules of this package as well.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.kernels import stepped

from .building import AS_IT_IS, Case, built, flow
from .generator import Combination, Drawn
from .refusals import refused
from .registry import PARTS
from .surroundings import EQUIVALENT, MODAL, MOVING
from .views import View

RELATIONS: dict[str, Callable[[Combination], str | None]] = {}
ROUNDING = 2e-12


def relation(function: Callable) -> Callable:
    """Register a relation under the words of its name."""
    RELATIONS[function.__name__.replace("_", " ")] = function
    return function


@contextmanager
def reference() -> Iterator[None]:
    """All flows on the CPU are stepped by the reference kernel in here."""
    module = sys.modules[rd.Flow.__module__]
    own = module.compile

    def compile(term, method, grid, values, device="cpu"):
        if device == "cpu":
            return stepped.kernel(term, method, grid, values, device)
        return own(term, method, grid, values, device)

    module.compile = compile
    try:
        yield
    finally:
        module.compile = own


def run(
    of: Combination, view: View = AS_IT_IS, device: str = "cpu", change=None, **more
):
    """Run of a combination seen by a view: all its frames.

    Args:
        change: Function from (term, state) to (term, state), before the run.
        more: Handed to `simulate`; `dt` and `steps` to the method.
    """
    term, state = built(of, view)
    if change is not None:
        term, state = change(term, state)
    steps, dt = more.pop("steps", of.steps), more.pop("dt", None)
    made = flow(of, term, view, device, dt)
    every = more.pop("every", None)
    return rd.simulate(made, state, steps, every, progress=False, **more)


def last(frames: xr.Dataset) -> dict[str, np.ndarray]:
    """Fields of the last frame, without what methods count."""
    end = frames.isel(time=-1)
    return {n: f.values for n, f in end.items() if not n.startswith("steps_")}


def seen(fields: dict, of: Combination, view: View) -> dict[str, np.ndarray]:
    """Fields of a combination as a view shows them."""
    return {
        view.name(n): view.unit * view.array(field, of.dims)
        for n, field in fields.items()
    }


def same(got: dict, want: dict, tolerance: float | None = None) -> None:
    """Assert that fields are equal: to the bit, or to a tolerance of the largest value."""
    for name, field in want.items():
        there = got[name]
        assert there.shape == field.shape, (
            f"`{name}` has shape {there.shape}, not {field.shape}"
        )
        assert (np.isnan(there) == np.isnan(field)).all(), f"`{name}` is NaN elsewhere"
        gap = np.nan_to_num(np.abs(there - field))
        size = max(float(np.nanmax(np.abs(field), initial=0.0)), 1e-300)
        most = float(gap.max(initial=0.0)) / size
        if not most <= (tolerance or 0.0):
            where = np.unravel_index(int(gap.argmax()), gap.shape)
            cell = tuple(map(int, where))
            raise AssertionError(
                f"`{name}` differs by {most:.2e} of its largest value at {cell}: "
                f"{there[where]!r} where {field[where]!r} is right "
                f"(allowed {tolerance or 0:g})"
            )


def tolerance(of: Combination) -> float:
    """What rounding makes of a run; steps that follow an error estimate magnify it."""
    return 1e-7 if of.method == "Adaptive" else ROUNDING


def keeping(of: Combination, wanted: Callable[[Drawn], bool]) -> Combination | None:
    """The combination with those parts alone that a relation is for; None without any."""
    kept = tuple(p for p in of.parts if wanted(p))
    if kept in ((), of.parts):
        return of if kept else None
    alone = replace(of, parts=kept)
    if refused(alone) is None:
        return alone
    steady = replace(alone, method="RK4")  # central schemes need the others under Euler
    return steady if refused(steady) is None else None


CENTRAL = (
    "flux",
    "flux of a distant term",
    "advection, central",
    "chemotaxis, central",
)


def quiet(of: Combination) -> Combination | None:
    """The combination without noise, which is drawn by cell and by name.

    Central schemes are taken by RK4: whether Euler may take them hangs on how little they
    are damped, which an estimate tells otherwise for a mirror image.
    """
    alone = keeping(of, lambda p: "noise" not in PARTS[p.part].traits)
    if alone is None or not any(p.part in CENTRAL for p in alone.parts):
        return alone
    explicit = alone.method in ("Euler", "Milstein", "Alternating", "Projected")
    return replace(alone, method="RK4") if explicit else alone


def free(of: Combination) -> Combination:
    """The combination without its projection."""
    inner = {"Projected": "Euler", "Projected RK4": "RK4"}
    return replace(of, method=inner.get(of.method, of.method))


NOISE = "nothing but noise"


def viewed(of: Combination, view: View, tol: float | None = None) -> None:
    """Assert that the run of a view is the view of the run."""
    want = seen(last(run(of)), of, view)
    same(last(run(of, view)), want, tol or tolerance(of))


def with_members(of: Combination) -> Combination:
    """The combination, one of its numbers spread over members if none is."""
    if of.has_members:
        return of
    for k, p in enumerate(of.parts):
        for key, slot in of.slots(p).items():
            if slot.plain or key in dict(p.kinds):
                continue
            spread = replace(p, kinds=tuple(sorted((*p.kinds, (key, "members")))))
            return replace(of, parts=(*of.parts[:k], spread, *of.parts[k + 1 :]))
    return of


# members and constants


@relation
def members_are_runs_of_their_own(of):
    of = with_members(of)
    if not of.has_members:
        return "no number is left to have members"
    whole = run(of)
    tol = 0.0
    if "graph" in of.traits:  # a product of matrices sums in another order
        tol = 1e-7 if of.method == "Adaptive" else 1e-13
    for m in range(of.members):
        one = run(of, View(member=m))
        mine = {
            n: f.isel(m=m).values if "m" in f.dims else f.values
            for n, f in whole.isel(time=-1).items()
            if not n.startswith("steps_")
        }
        same(mine, last(one), tol)


@relation
def members_as_many_as_cells(of):
    for n in {*of.shape, 1} - {of.members}:
        if reason := members_are_runs_of_their_own(replace(of, members=n)):
            return reason


def constant(of: Combination, how: str) -> str | None:
    """Assert that constants told as fields, functions or text are numbers."""
    linear = "linear" in of.traits or any(
        "linear" in PARTS[p.part].traits for p in of.parts
    )
    if of.method in MODAL and linear:
        return "coefficients that are no numbers are explicit there"
    if how == "field" and of.stencil != "5-point" and "stencil" in of.traits:
        return "fields take the 5-point stencil"
    same(last(run(of, View(constants=how))), last(run(of)), tolerance(of))


@relation
def a_constant_field_is_a_number(of):
    return constant(of, "field")


@relation
def a_constant_function_is_a_number(of):
    return constant(of, "function")


@relation
def a_constant_text_is_a_number(of):
    return constant(of, "text")


@relation
def conditions_told_otherwise_are_the_same(of):
    held = {n for pair in of.pairs for n in pair} & set(EQUIVALENT)
    if not held:
        return "no condition that can be told otherwise"
    modal = of.method in MODAL and "linear" in of.traits
    if modal or of.stencil == "spectral":
        return "other conditions have no plain modes"
    of = replace(of, stated="term")
    want = last(run(of))
    for name in held:
        for how in EQUIVALENT[name]:
            told = tuple(
                tuple(f"{n}; {how}" if n == name else n for n in pair)
                for pair in of.pairs
            )
            same(last(run(replace(of, conditions=told))), want, tolerance(of))


@relation
def conditions_of_the_grid_are_those_of_the_term(of):
    names = {n for pair in of.pairs for n in pair}
    if names & {"dirichlet function", "dirichlet of another"}:
        return "the grid takes no such condition"
    one, other = (last(run(replace(of, stated=s))) for s in ("grid", "term"))
    same(one, other, tolerance(of))


# kernels and devices


def own_kernel(of: Combination, device: str) -> None:
    """Assert that the flow's own kernel gives what the reference gives."""
    with reference():
        want = last(run(of))
    same(last(run(of, device=device)), want, max(1e-11, tolerance(of)))


@relation
def its_own_kernel_is_the_reference(of):
    return own_kernel(of, "cpu")


@relation
def torch_is_the_reference(of):
    return own_kernel(of, "torch:cpu")


@relation
def moving_conditions_move(of):
    if not {n for pair in of.pairs for n in pair} & set(MOVING):
        return "no condition moves"
    case = Case(of, View())
    told = [c for d in of.dims for c in case.pair(d)]
    assert any(c.moving for c in told)
