"""Relations of limits and derivatives: small steps, states at rest, gradients, noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import rdkit_nn as rd

from .building import built, flow
from .refusals import refused
from .registry import NESTINGS, PARTS
from .relations import free, keeping, last, quiet, relation, run
from .spectra import ROUGH
from .surroundings import CLOSED, MODAL, ORDER
from .views import View

JUMPS = ("reaction with branches", "law of functions")  # a threshold in their rates


@relation
def methods_agree_as_steps_shrink(of):
    if of.method not in ORDER or of.method == "RK4" or not (of := quiet(of)):
        return "no order is promised, or it is the reference"
    if not (of := keeping(of, lambda p: p.part not in JUMPS)):
        return "its rates jump"
    if of.method in MODAL and of.domain != "none":
        return "no domain"
    span, n = 0.16, 4
    fine = replace(of, method="RK4", dt=span / 64)
    want = last(run(fine, steps=64))
    errors = []
    for k in (n, 2 * n):
        coarse = replace(of, dt=span / k)
        if refused(coarse) is not None:
            return "the step is unstable"
        got = last(run(coarse, steps=k))
        errors.append(max(np.nanmax(np.abs(got[v] - want[v])) for v in want))
    rough = any(p.part in ROUGH for p in of.parts) or of.method == "Alternating"
    order = 0.7 if rough else ORDER[of.method] - 0.4
    if order > 2:
        order = 2.0  # stiff walls lower it
    if of.method == "Strang" and any(
        n not in CLOSED for pair in of.pairs for n in pair
    ):
        order = 0.7
    assert errors[1] < 1e-9 or errors[1] <= errors[0] * 2**-order, (
        f"halving the step leaves an error of {errors[1]:.2e} of {errors[0]:.2e}"
    )


@relation
def a_uniform_state_that_nothing_moves_stays(of):
    at_wall = any(n != "periodic" for pair in of.pairs for n in pair)

    def keeps(p):
        traits = PARTS[p.part].traits | NESTINGS[p.nesting].traits
        spatial = any("field" in kind or "place" in kind for _, kind in p.kinds)
        piles = "flow" in traits and (spatial or at_wall or of.domain != "none")
        varies = spatial and p.part in ("conserved", "diffusion by a law")
        return not (piles or varies or traits & {"source", "noise"})

    if not (of := keeping(free(of), keeps)):
        return "all move it"
    held = of.stencil != "spectral" and (of.method in MODAL or of.index % 2)
    wall = "dirichlet" if held else "no-flux"
    closed = tuple(p if p[0] == "periodic" else (wall, wall) for p in of.pairs)
    of = replace(of, conditions=closed)

    def level(term, state):
        flat = state.map(lambda f: f * 0 + 0.9).assign_attrs(state.attrs)
        return term, flat.assign_coords(state.coords)

    for name, field in last(run(of, change=level)).items():
        if name != "s":
            assert np.nanmax(np.abs(field - 0.9)) < 1e-12, f"`{name}` moves"


@relation
def gradients_are_differences(of):
    if not (of := keeping(of, lambda p: p.part not in ROUGH)):
        return "kinks"
    still = {"members": "number", "members and field": "field"}
    of = replace(
        of,
        parts=tuple(
            replace(p, kinds=tuple((k, still.get(v, v)) for k, v in p.kinds))
            for p in of.parts
        ),
    )
    of = free(of)
    if of.method == "Adaptive" or of.method in MODAL:
        of = replace(of, method="RK4")
    import torch

    for number, p in enumerate(of.parts):
        told = dict(p.kinds)
        slots = [
            k
            for k, s in of.slots(p).items()
            if not s.plain and told.get(k, "number") == "number"
        ]
        if slots:
            key = slots[(of.index + number) % len(slots)]
            break
    else:
        return "no number"
    term, state = built(of, View(tensor=(number, key)))
    found = [v.tensor for _, v in term.parameters() if getattr(v, "tracked", False)]
    if not found:
        return "the number is shared"
    grid = rd.Grid.of(state)
    fields = {n: torch.as_tensor(f.values) for n, f in state.items()}
    weight = {
        n: np.random.default_rng(3).uniform(0.5, 1, f.shape) for n, f in state.items()
    }

    def measured(fields):
        inside = [
            torch.nan_to_num(fields[n] * torch.as_tensor(w)).sum()
            for n, w in weight.items()
        ]
        return sum(inside)

    after = flow(of, term, View(), "torch:cpu").advance(fields, grid, range(of.steps))
    gradients = torch.autograd.grad(measured(after), found, allow_unused=True)
    own = sum(float(g) * float(f) for g, f in zip(gradients, found) if g is not None)
    d = 1e-5
    ends = [
        sum(
            np.nansum(f * weight[n])
            for n, f in last(run(of, View(factor=(number, key, 1 + s)))).items()
        )
        for s in (d, -d)
    ]
    want = (ends[0] - ends[1]) / (2 * d)
    assert abs(own - want) <= 1e-6 * max(abs(want), 1e-2), (
        f"{own!r} is not {want!r} ({p.part}.{key})"
    )


@relation
def smooth_methods_refuse_noise_at_any_depth(of):
    if "noise" not in of.traits:
        return "no noise"
    term, state = built(of)
    forms = [term, rd.terms.Sum((rd.terms.Sum((term,)),))]
    if not any(p.part.startswith("multiplicative") for p in of.parts):
        forms += [term.scaled(0.5), rd.Conserved(term.scaled(lambda t: 1.0))]
    grid = rd.Grid.of(state)
    fields = {n: f.values for n, f in state.items()}
    for form in forms:
        for other in (rd.RK4, rd.Adaptive, rd.ETD1, rd.ETDRK4, rd.IMEX, rd.Strang):
            try:
                rd.Flow(form, other(dt=of.dt)).check(fields, grid)
            except (TypeError, ValueError):
                continue
            raise AssertionError(f"{other.__name__} takes noise in {form!r:.200}")
