"""Relations of domains: what is open, what is closed, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .generator import Combination
from .refusals import refused
from .registry import DOMAINS, PARTS
from .relations import NOISE, free, keeping, last, quiet, relation, run, same, tolerance
from .surroundings import CLOSED, MODAL
from .views import View


def no_domain(of: Combination) -> str | None:
    """Why a combination takes no domain."""
    if of.method == "Adaptive" and "reaction with branches" in {
        p.part for p in of.parts
    }:
        return "steps are chosen by all cells, and its rates jump"
    if of.method in MODAL:
        return "the method takes no domain"
    if of.stencil != "5-point" and "stencil" in of.traits:
        return "the stencil takes no domain"
    if "graph-diffusion" in of.traits:
        return "a graph takes no domain"
    if any(
        refused(replace(of, domain=d)) is not None
        for d in ("none", "rectangle", "disc")
    ):
        return "a central scheme is stable in one of them alone"


@relation
def a_full_domain_is_none(of):
    if reason := no_domain(of):
        return reason
    same(last(run(replace(of, domain="full"))), last(run(replace(of, domain="none"))))


@relation
def a_rectangle_is_the_smaller_grid(of):
    if reason := no_domain(of):
        return reason
    if not (of := quiet(of)):
        return NOISE
    mask = DOMAINS["rectangle"](of.shape)
    box = [
        np.flatnonzero(mask.any(tuple(k for k in range(mask.ndim) if k != a)))
        for a in range(mask.ndim)
    ]
    crop = tuple((d, int(b[0]), int(b[-1]) + 1) for d, b in zip(of.dims, box))
    if "convolution" in {p.part for p in of.parts}:
        for (_, low, high), pair, n in zip(crop, of.pairs, of.shape):
            if pair[0] == "periodic" and (low, high) != (0, n):
                return "a kernel reaches around the ring"
    whole = last(run(replace(of, domain="rectangle")))
    view = View(crop=crop)
    small = last(run(replace(of, domain="none"), view))
    held = {n: view.array(f, of.dims) for n, f in whole.items() if n != "s"}
    small.pop("s", None)  # read by conditions that the smaller grid does not have
    same(held, small, 1e-5 if of.method == "Adaptive" else tolerance(of))


@relation
def domains_apart_are_runs_of_their_own(of):
    if reason := no_domain(of):
        return reason
    if "everywhere" in of.traits or of.shape[-1] < 4:
        return "what reads distant cells joins them, or there is no room"
    both = last(run(replace(of, domain="two apart")))
    left, right = (last(run(replace(of, domain=d))) for d in ("left", "right"))
    want = {n: np.where(np.isnan(left[n]), right[n], left[n]) for n in both}
    same(both, want, 1e-5 if of.method == "Adaptive" else tolerance(of))


@relation
def closed_cells_may_hold_anything(of):
    if reason := no_domain(of):
        return reason
    of = of if of.domain not in ("none", "full") else replace(of, domain="disc")
    if of.shape == (1,) or min(of.shape) < 2 and of.domain == "disc":
        return "no closed cell"

    def fill(term, state):
        if "domain" not in state.coords:
            return term, state
        shut = state.where(state["domain"], 1e300)
        return term, shut.assign_attrs(state.attrs)

    same(last(run(of, change=fill)), last(run(of)))


@relation
def what_flows_is_kept(of):
    def flows(p):
        if p.nesting == "conserved":
            return True
        factor = any(
            k.startswith("by") and ("field" in v or "place" in v) for k, v in p.kinds
        )
        return "flux" in PARTS[p.part].traits and p.nesting != "driving" and not factor

    if not (of := keeping(free(of), flows)):
        return "nothing is flux"
    if any(n not in CLOSED for pair in of.pairs for n in pair):
        of = replace(
            of,
            conditions=tuple(
                p if p[0] == "periodic" else ("no-flux", "no-flux") for p in of.pairs
            ),
        )
    frames = run(of)
    for name in of.variables:
        if name not in frames:
            continue
        total = frames[name].sum(of.dims).values
        gap = np.abs(total - total[0]).max() / np.abs(total).max()
        assert gap < 1e-12, f"the total of `{name}` changes by {gap:.2e} of itself"
