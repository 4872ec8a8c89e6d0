"""Relations between a run and itself: turned, renamed, in other units, reordered."""

from __future__ import annotations

from dataclasses import replace

import rdkit_nn as rd

from .generator import Combination
from .registry import PARTS
from .relations import (
    NOISE,
    keeping,
    last,
    quiet,
    relation,
    run,
    same,
    tolerance,
    viewed,
)
from .views import View


def periodic(of: Combination) -> list[str]:
    """Axes that are rings."""
    return [d for d, pair in zip(of.dims, of.pairs) if pair[0] == "periodic"]


def near(of: Combination) -> Combination | None:
    """The combination without noise, and without terms that tell copies of a cell apart."""
    distant = ("convolution", "network with weights", "graph diffusion")
    quieter = quiet(of)
    return quieter and keeping(quieter, lambda p: p.part not in distant)


@relation
def a_ring_may_be_turned(of):
    rings = [d for d in periodic(of) if of.shape[of.dims.index(d)] > 1]
    if not rings or not (of := quiet(of)):
        return "no ring, or nothing but noise"
    for d in rings:
        viewed(of, View(roll=(d, 1 + of.shape[of.dims.index(d)] // 3)))


@relation
def a_mirror_image_runs_the_same(of):
    if not (of := quiet(of)):
        return NOISE
    for d in of.dims:
        viewed(of, View(mirror=d))


@relation
def axes_may_change_places(of):
    if len(of.shape) < 2 or not (of := quiet(of)):
        return "one axis, or nothing but noise"
    viewed(of, View(swap=True))


@relation
def variables_may_be_renamed(of):
    if not (of := quiet(of)):
        return NOISE  # the name is a part of the key of the draws
    viewed(of, View(names=(("u", "q"), ("v", "p"), ("w", "o"), ("s", "a_name"))))


@relation
def units_do_not_matter(of):
    tol = max(tolerance(of), 1e-11)
    viewed(of, View(length=2.5, time=1.0, unit=1.0), tol)
    viewed(of, View(length=1.0, time=3.0, unit=1.0), tol)
    viewed(of, View(length=1.0, time=1.0, unit=0.2), tol)


@relation
def periods_side_by_side_are_one(of):
    rings = periodic(of)
    if not rings or not (of := near(of)):
        return "no ring, or nothing but noise and distant terms"
    for d in rings:
        try:
            viewed(of, View(tile=(d, 2)))
        except ValueError as error:  # a longer ring has more waves
            assert "unstable" in str(error), error


@relation
def what_is_extruded_stays_so(of):
    if len(of.shape) == 3 or not (of := near(of)):
        return "no axis is left, or nothing but noise and distant terms"
    viewed(of, View(extrude=3))


# sums and nestings


def termed(of: Combination, change, tol: float | None = None) -> None:
    """Assert that another form of the term makes the same run."""
    want = last(run(of))
    got = last(run(of, change=lambda term, state: (change(term), state)))
    same(got, want, tol or tolerance(of))


@relation
def terms_add_up_in_any_order(of):
    if len(of.parts) < 2:
        return "one part"

    def turned(term):
        total, *others = term.terms[::-1]
        for one in others:
            total = total + one
        return total

    termed(of, turned)


@relation
def a_term_is_three_tenths_and_seven_tenths_of_it(of):
    if not (of := quiet(of)):
        return "the variances of noise add"

    def split(term):
        total = None
        for one in rd.terms.parts(term):
            both = one.scaled(0.3) + one.scaled(0.7)
            total = both if total is None else total + both
        return total

    termed(of, split)


def wrap(of: Combination, how) -> str | None:
    """Assert that a wrapping that means nothing changes nothing."""
    of = keeping(of, lambda p: not p.part.startswith("multiplicative"))
    if not of:
        return "its correction and drift belong to the law"
    termed(of, lambda term: how(term))


@relation
def a_sum_in_a_sum_is_the_sum(of):
    return wrap(of, lambda term: rd.terms.Sum((rd.terms.Sum(rd.terms.parts(term)),)))


@relation
def one_times_a_sum_is_the_sum(of):
    return wrap(of, lambda term: term.scaled(1.0))


@relation
def one_times_each_term_is_the_term(of):
    def each(term):
        total, *others = [one.scaled(1.0) for one in rd.terms.parts(term)]
        for one in others:
            total = total + one
        return total

    return wrap(of, each)


@relation
def minus_twice_is_plus(of):
    return wrap(of, lambda term: term.scaled(-1.0).scaled(-1.0))


@relation
def a_negative_factor_is_a_negative_coefficient(of):
    signed = {
        "advection": "c_",
        "chemotaxis": "c",
        "flux": "ce",
        "squared gradient": "c",
    }
    drawn = [p for p in of.parts if p.part in signed]
    if not drawn:
        return "no term whose coefficient has a sign"
    for p in drawn:
        alone = replace(
            of,
            parts=(
                replace(
                    p,
                    nesting="plain",
                    kinds=tuple(
                        (k, v) for k, v in p.kinds if k in PARTS[p.part].slots(of.dims)
                    ),
                ),
            ),
            method="Euler",
        )
        try:
            by_factor = run(alone, change=lambda t, s: (t.scaled(-1.0), s))
        except ValueError as error:
            assert "unstable" in str(error)
            return "unstable without the others"

        def negative(term, state, p=p):
            def turn(path, value):
                mine = (
                    p.part in ("advection", "squared gradient")
                    or path.split(".")[-1] in signed[p.part]
                )
                return -rd.as_parameter("c", value) if mine else value

            return term.map_parameters(turn), state

        same(last(run(alone, change=negative)), last(by_factor), tolerance(of))


# time


@relation
def a_later_start_is_a_later_function(of):
    def later(term, state):
        return term, state.assign_coords(time=1.7, step=0)

    want = last(run(of, View(later=1.7)))
    same(last(run(of, change=later)), want, max(tolerance(of), 1e-11))


@relation
def steps_add_up(of):
    whole = run(of, steps=5)
    middle = run(of, steps=2).isel(time=-1)
    rest = run(of, steps=3, change=lambda term, state: (term, middle))
    assert float(rest.time[-1]) == float(whole.time[-1]), "time does not go on"
    same(last(rest), last(whole))


@relation
def looking_changes_nothing(of):
    same(last(run(of, steps=4, every=1)), last(run(of, steps=4)))
