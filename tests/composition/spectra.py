"""Relations to eigenvalues, derivatives and limits: waves, steps, methods, gradients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import rdkit_nn as rd
from rdkit_nn import stability

from .building import built, flow, method
from .registry import PARTS
from .relations import keeping, quiet, relation
from .surroundings import MOVING

ROUGH = {
    "reaction with branches",
    "law of functions",
    "chemotaxis",
}  # kinks in their rates


def jacobian(term, fields: dict, grid, names) -> np.ndarray:
    """Dense derivative of the rates, by central differences."""
    sizes = [fields[n].size for n in names]
    base = np.concatenate([fields[n].ravel() for n in names])

    def rate(x):
        parts = np.split(x, np.cumsum(sizes)[:-1])
        here = fields | {n: p.reshape(fields[n].shape) for n, p in zip(names, parts)}
        found = term.rate(here, grid, rd.Clock(0, 1.0))
        rows = [
            np.broadcast_to(found.get(n, 0.0), fields[n].shape).ravel() for n in names
        ]
        return np.concatenate(rows)

    step = 1e-6
    unit = np.eye(len(base)) * step
    return np.stack([(rate(base + e) - rate(base - e)) / (2 * step) for e in unit], 1)


@relation
def small_waves_grow_as_dispersion_says(of):
    def smooth(p):
        traits = PARTS[p.part].traits
        return (
            not traits & {"noise", "graph"}
            and p.part not in ROUGH
            and PARTS[p.part].least < 2
        )

    if not (of := keeping(of, smooth)):
        return "no waves, or kinks in the rates"
    of = replace(of, parts=tuple(replace(p, kinds=()) for p in of.parts))
    n, h = 8, of.spacing[-1]
    line = replace(
        of, shape=(n,), spacing=(h,), conditions=(), domain="none", stated="grid"
    )
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
    assert most <= tol * size, (
        f"the growth of a wave differs by {most:.2e} of {size:.3g}"
    )


@relation
def the_limit_of_a_step_is_where_waves_grow(of):
    moved = {"function", "text", "function of place", "text of place"}

    def bare(p):
        still = not moved & {kind for _, kind in p.kinds}
        distant = p.part == "flux of a distant term"
        transport = "transport" in PARTS[p.part].traits and p.nesting in (
            "plain",
            "scaled",
        )
        return transport and still and not distant

    if (
        not (of := keeping(of, bare))
        or of.has_members
        or of.domain not in ("none", "full")
    ):
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
    told = tuple(
        tuple("no-flux" if n in MOVING else n for n in pair) for pair in of.pairs
    )
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
    if low < 0.1 / np.abs(damped).max():
        return "slow waves that nothing damps set the limit, and no estimate sees them"

    def too_long(term, dt):
        try:
            flow(of, term, dt=dt).check(fields, grid, range(1))
        except ValueError as error:
            return str(error)

    for form in (term, term.scaled(lambda t: 1.0)):
        why = too_long(form, 0.9 * low)
        assert not why, f"0.9 of the limit {low:.4g} of {form!r} is refused: {why}"
        assert too_long(form, 1.1 * low), (
            f"1.1 of the limit {low:.4g} of {form!r} is accepted"
        )


@relation
def a_wrapping_leaves_the_limit_of_a_step(of):
    of = replace(quiet(of) or of, steps=1)
    of = keeping(of, lambda p: not p.part.startswith("multiplicative"))
    if not of:
        return "a factor is refused"
    term, state = built(of)
    grid = rd.Grid.of(state)
    one = rd.terms.Sum
    forms = (
        term.scaled(1.0),
        one((one(rd.terms.parts(term)),)),
        term.scaled(-1.0).scaled(-1.0),
    )

    def stable(form, dt):
        made = flow(of, form, dt=dt)
        fields = {n: f.values for n, f in made.spread(state).items()}
        try:
            made.check(fields, grid, range(1))
        except ValueError as error:
            assert "unstable" in str(error), error
            return False
        return True

    for dt in (0.02, 0.2, 2.0, 20.0):
        for form in forms:  # an estimate may lie 5 % beside the closed form
            told = f"dt={dt:g} for {form!r}"
            if stable(term, 1.5 * dt):
                assert stable(form, dt), f"{told} is refused, and taken unwrapped"
            if not stable(term, dt):
                assert not stable(form, 1.5 * dt), f"{told} is taken, refused unwrapped"
