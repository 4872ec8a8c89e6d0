"""Relations to eigenvalues, derivatives and limits: waves, steps, methods, gradients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import rdkit_nn as rd
from rdkit_nn import stability

from .generator import built, flow, method
from .refusals import refused
from .registry import NESTINGS, PARTS
from .relations import free, keeping, last, quiet, relation, run
from .surroundings import CLOSED, MODAL, MOVING, ORDER
from .views import View

ROUGH = {"reaction with branches", "law of functions", "chemotaxis"}  # kinks in their rates


def jacobian(term, fields: dict, grid, names, clock=rd.Clock(0, 1.0)) -> np.ndarray:
    """Dense derivative of the rates, by central differences."""
    sizes = [fields[n].size for n in names]
    base = np.concatenate([fields[n].ravel() for n in names])

    def rate(x):
        parts = np.split(x, np.cumsum(sizes)[:-1])
        here = fields | {n: p.reshape(fields[n].shape) for n, p in zip(names, parts)}
        found = term.rate(here, grid, clock)
        rows = [np.broadcast_to(found.get(n, 0.0), fields[n].shape).ravel() for n in names]
        return np.concatenate(rows)

    step = 1e-6
    unit = np.eye(len(base)) * step
    return np.stack([(rate(base + e) - rate(base - e)) / (2 * step) for e in unit], 1)


@relation
def small_waves_grow_as_dispersion_says(of):
    def smooth(p):
        traits = PARTS[p.part].traits
        return not traits & {"noise", "graph"} and p.part not in ROUGH and PARTS[p.part].least < 2

    if not (of := keeping(of, smooth)):
        return "no waves, or kinks in the rates"
    of = replace(of, parts=tuple(replace(p, kinds=()) for p in of.parts))
    n, h = 8, of.spacing[-1]
    line = replace(of, shape=(n,), spacing=(h,), conditions=(), domain="none", stated="grid")
    term, state = built(line)
    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    values = {name: 1.1 + 0.1 * k for k, name in enumerate(names)}
    fields = {name: np.full(n, x) for name, x in values.items()}
    grid = rd.Grid((n,), h)
    found = np.linalg.eigvals(jacobian(term, fields, grid, names))
    k = 2 * np.pi * np.arange(n // 2 + 1) / (n * h)
    told = stability.dispersion(term, values, k, dims=1, grid=grid).values
    waves = [*told[0], *told[-1]]
    for row in told[1:-1]:  # a wave each way
        waves += [*row, *row.conj()]
    nearest(found, np.array(waves), 2e-5)


def nearest(found: np.ndarray, want: np.ndarray, tol: float) -> None:
    """Assert that two sets of numbers are the same, each once."""
    from scipy.optimize import linear_sum_assignment

    assert len(found) == len(want), f"{len(found)} numbers, not {len(want)}"
    gaps = np.abs(found[:, None] - want[None])
    rows, columns = linear_sum_assignment(gaps)
    most = gaps[rows, columns].max()
    size = max(1.0, np.abs(want).max())
    assert most <= tol * size, f"the growth of a wave differs by {most:.2e} of {size:.3g}"


@relation
def the_limit_of_a_step_is_where_waves_grow(of):
    moved = {"function", "text", "function of place", "text of place"}

    def bare(p):
        still = not moved & {kind for _, kind in p.kinds}
        distant = p.part == "flux of a distant term"
        transport = "transport" in PARTS[p.part].traits and p.nesting in ("plain", "scaled")
        return transport and still and not distant

    if not (of := keeping(of, bare)) or of.has_members or of.domain not in ("none", "full"):
        return "no bare transport"
    if any("field" in kind for kind in of.kinds) or len(of.shape) == 3:
        of = replace(of, parts=tuple(replace(p, kinds=()) for p in of.parts))
    # The closed form is that of many cells: on 20 it is within 1 % of the modes of the box.
    of = replace(of, shape={1: (20,), 2: (8, 9), 3: (4, 4, 4)}[len(of.shape)])
    if len(of.shape) == 3:
        of = replace(of, conditions=())
    if of.stencil == "spectral" and len(of.shape) > 1:
        return "its fastest mode needs many cells"
    if any("flow" in PARTS[p.part].traits for p in of.parts):
        of = replace(of, conditions=())  # elsewhere eigenvalues do not tell it all
    if of.method not in ("Euler", "RK4", "Milstein"):
        of = replace(of, method=("Euler", "RK4")[of.index % 2])
    told = tuple(tuple("no-flux" if n in MOVING else n for n in pair) for pair in of.pairs)
    of = replace(of, conditions=told)
    term, state = built(of)
    grid = rd.Grid.of(state)
    names = tuple(term.variables)
    fields = {n: np.nan_to_num(f.values) for n, f in state.items()}
    J = jacobian(term, fields, grid, names)
    if grid.domain is not None:
        keep = np.concatenate([grid.domain.open.ravel()] * len(names))
        J = J[np.ix_(keep, keep)]
    values = np.linalg.eigvals(J)
    size = np.abs(values).max(initial=0)
    damped = values[(values.real <= 1e-6 * size) & (np.abs(values) > 1e-6 * size)]
    if not len(damped):
        return "nothing decays"
    own = method(of, term)

    def stable(dt):
        return (np.abs(own.amplification(dt * damped)) <= 1 + 1e-7).all()

    low, high = 0.0, 10 / np.abs(damped).max()
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    if low < 1e-3 / np.abs(damped).max():
        return "no step is stable"

    def too_long(term, dt):
        try:
            flow(of, term, dt=dt).check(fields, grid, range(1))
        except ValueError as error:
            return str(error)

    for form in (term, term.scaled(lambda t: 1.0)):
        why = too_long(form, 0.9 * low)
        assert not why, f"0.9 of the limit {low:.4g} of {form!r} is refused: {why}"
        assert too_long(form, 1.1 * low), f"1.1 of the limit {low:.4g} of {form!r} is accepted"


@relation
def methods_agree_as_steps_shrink(of):
    if of.method not in ORDER or of.method == "RK4" or not (of := quiet(of)):
        return "no order is promised, or it is the reference"
    if not (of := keeping(of, lambda p: p.part != "reaction with branches")):
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
    if of.method == "Strang" and any(n not in CLOSED for pair in of.pairs for n in pair):
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
    of = replace(of, parts=tuple(replace(p, kinds=tuple((k, still.get(v, v)) for k, v in p.kinds)) for p in of.parts))  # fmt: skip
    of = free(of)
    if of.method == "Adaptive" or of.method in MODAL:
        of = replace(of, method="RK4")
    import torch

    for number, p in enumerate(of.parts):
        told = dict(p.kinds)
        slots = [k for k, s in of.slots(p).items() if not s.plain and told.get(k, "number") == "number"]  # fmt: skip
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
    weight = {n: np.random.default_rng(3).uniform(0.5, 1, f.shape) for n, f in state.items()}

    def measured(fields):
        inside = [torch.nan_to_num(fields[n] * torch.as_tensor(w)).sum() for n, w in weight.items()]
        return sum(inside)

    after = flow(of, term, View(), "torch:cpu").advance(fields, grid, range(of.steps))
    gradients = torch.autograd.grad(measured(after), found, allow_unused=True)
    own = sum(float(g) * float(f) for g, f in zip(gradients, found) if g is not None)
    d = 1e-5
    ends = [
        sum(np.nansum(f * weight[n]) for n, f in last(run(of, View(factor=(number, key, 1 + s)))).items())
        for s in (d, -d)
    ]
    want = (ends[0] - ends[1]) / (2 * d)
    assert abs(own - want) <= 1e-6 * max(abs(want), 1e-3), f"{own!r} is not {want!r} ({p.part}.{key})"


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
