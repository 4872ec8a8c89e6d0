"""Two sums that mean the same: each on the grid, under the conditions, of a combination."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import xarray as xr

import rdkit_nn as rd

from . import laws
from .building import Case, built, flow
from .generator import Combination
from .registry import PARTS
from .relations import last, quiet, relation, run, same, tolerance
from .surroundings import DOMAINS, MODAL
from .views import View

CONSTANT = "the linear part is explicit in one of them"


def alike(of: Combination, one, others: dict, tol: float | None = None) -> None:
    """Assert that several terms in the place of the sum make the same run."""
    case = Case(of, View())

    def put(term):
        return lambda _, state: (case.place(term), state)

    want = last(run(of, change=put(one)))
    for name, other in others.items():
        try:
            same(last(run(of, change=put(other))), want, tol or tolerance(of))
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


def of_two(of: Combination) -> Combination:
    """The combination with u and v, moved by any method that takes explicit fluxes."""
    parts = (
        replace(
            of.parts[0],
            part="diffusion of two",
            variables=("u", "v"),
            kinds=(),
            nesting="plain",
        ),
    )
    simple = {"Projected": "Euler", "Projected RK4": "RK4", "Alternating": "Euler"}
    method = "RK4" if of.method in MODAL else simple.get(of.method, of.method)
    return replace(of, parts=parts, method=method, stencil="5-point")


@relation
def diffusion_is_diffusion_however_it_is_told(of):
    of, D = of_two(of), 0.17
    axes = dict.fromkeys(of.dims, D)
    told = {
        "by axis": rd.Diffusion(u=axes, v=D),
        "by a law": rd.Diffusion(u=rd.law(u="D + 0*u")(D=D), v=D),
        "Linear": rd.Linear(u=(0.0, D), v=(0, D)),
        "CrossDiffusion": rd.CrossDiffusion(u={"u": D}, v={"v": D}),
        "Conserved": rd.Conserved(rd.law(u="D*u", v="D*v")(D=D)),
        "Conserved, mobility": rd.Conserved(rd.law(u="1*u", v="1*v")(), mobility=D),
        "text": rd.Diffusion(u=f"{D} + 0*t", v=D),
    }
    if len(of.dims) > 1:
        told["a tensor"] = rd.Diffusion(u={**axes, "xy": 0.0}, v=D)
    if len(of.dims) == 1 and of.domain == "none" and of.pairs[0][0] == "periodic":
        n, h = of.shape[0], of.spacing[0]
        if n > 2:
            ring = (np.roll(np.eye(n), 1, 0) + np.roll(np.eye(n), -1, 0)) / h**2
            told["a graph"] = rd.GraphDiffusion(ring, u=D, v=D)
    alike(of, rd.Diffusion(u=D, v=D), told)


@relation
def a_flux_of_a_law_is_what_the_law_says(of):
    of, c = replace(of_two(of), method="RK4"), 0.3
    flux = rd.Flux(rd.law(u="c*u")(c=c), along={"u": "x"})
    central = rd.Advection(u={"x": c}, scheme="central")
    keep = rd.Diffusion(v=0.1)
    alike(of, flux + keep, {"Advection": central + keep})
    chemotaxis = rd.Chemotaxis(
        rd.law(u="c + 0*u")(c=c), up={"u": "v"}, scheme="central"
    )
    alike(
        of, chemotaxis + keep, {"CrossDiffusion": rd.CrossDiffusion(u={"v": -c}) + keep}
    )


@relation
def a_drive_passed_on_is_the_term(of):
    if of.method in MODAL:
        return CONSTANT
    if not (of := quiet(of)):
        return "nothing but noise"

    def driven(term, state):
        total = None
        for one in rd.terms.parts(term):
            if len(one.variables) == 1:
                (u,) = one.variables
                law = laws.passed(u)()
                one = rd.Driven(law, drive=one)
            total = one if total is None else total + one
        return total, state

    same(last(run(of, change=driven)), last(run(of)), tolerance(of))


@relation
def a_medium_that_conducts_nothing_is_a_wall(of):
    of = of_two(of)
    if of.method == "Adaptive":
        return "steps are chosen by all cells"
    mask = DOMAINS["rectangle"](of.shape)
    rng = np.random.default_rng(of.index)
    medium = mask * rng.uniform(0.1, 0.3, of.shape)
    field = xr.DataArray(medium, dims=of.dims)
    case = Case(replace(of, domain="none"), View())
    term = case.place(rd.Diffusion(u=field, v=field))
    runs = [
        last(run(replace(of, domain=d), change=lambda _, state: (term, state)))
        for d in ("rectangle", "none")
    ]
    inside = {n: np.where(mask, f, np.nan) for n, f in runs[1].items()}
    same(
        {n: f for n, f in runs[0].items() if n != "s"},
        {n: f for n, f in inside.items() if n != "s"},
        tolerance(of),
    )


@relation
def two_noises_with_one_seed_are_refused(of):
    noises = [k for k, p in enumerate(of.parts) if "noise" in PARTS[p.part].traits]
    if not noises:
        return "no noise"
    term, state = built(of)
    twin = rd.terms.parts(term)[noises[0]]
    grid = rd.Grid.of(state)
    for both in (term + twin, rd.terms.Sum((term, rd.terms.Sum((twin,))))):
        made = rd.Flow(both, rd.Euler(dt=of.dt), check_step=False)
        fields = {n: f.values for n, f in made.spread(state).items()}
        try:
            made.check(fields, grid)
        except ValueError as error:
            assert "same numbers" in str(error), error
        else:
            raise AssertionError(f"two noises draw the same numbers: {both!r:.200}")


@relation
def grids_in_turn_cost_no_new_kernel(of):
    module, compiled = sys.modules[rd.Flow.__module__], []
    own = module.compile
    term, state = built(replace(of, domain="none"))
    made = flow(of, term)
    if any("field" in k or "members" in k for k in of.kinds) or "graph" in of.traits:
        return "it fits one grid"
    if any("another" in n for pair in of.pairs for n in pair):
        return "it reads one more"
    grid = rd.Grid.of(state)
    other = rd.Grid(
        of.shape,
        tuple(1.1 * h for h in grid.spacing),
        dict(zip(grid.dims, grid.boundary)),
    )
    values = {n: f.values for n, f in made.spread(state).items()}
    module.compile = lambda *a, **k: (compiled.append(1), own(*a, **k))[1]
    try:
        for _ in range(3):
            for one in (grid, other):
                if of.stencil != "9-point" or len(set(one.spacing)) == 1:
                    made.advance(values, one, range(1))
    finally:
        module.compile = own
    assert len(compiled) <= 2, f"{len(compiled)} kernels for two grids"
