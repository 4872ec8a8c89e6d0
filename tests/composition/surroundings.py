"""Conditions on the boundary, domains and methods that the registry holds."""

from __future__ import annotations

import numpy as np

import rdkit_nn as rd

from .registry import CONDITIONS, DOMAINS, METHODS, PARTS, entry

# conditions: build(case, axis) in the units and names of the case


@entry(CONDITIONS, "periodic", "conditions", rd.Periodic)
def _(c, axis):
    return rd.Periodic()


@entry(CONDITIONS, "no-flux", "conditions", rd.NoFlux)
def _(c, axis):
    return rd.NoFlux()


@entry(CONDITIONS, "dirichlet", "conditions", rd.Dirichlet)
def _(c, axis):
    return rd.Dirichlet(0.9 * c.unit)


@entry(CONDITIONS, "dirichlet text")
def _(c, axis):
    return rd.Dirichlet(c.text(0.9 * c.unit, "text"))


@entry(CONDITIONS, "dirichlet text of place")
def _(c, axis):
    others = [d for d in c.base_dims if d != axis]
    if not others:
        return rd.Dirichlet(c.text(0.9 * c.unit, "text"))
    return rd.Dirichlet(c.text(0.9 * c.unit, "text of place", others[-1]))


@entry(CONDITIONS, "dirichlet function")
def _(c, axis):
    return rd.Dirichlet(c.function(0.9 * c.unit, "function"))


@entry(CONDITIONS, "dirichlet of another")
def _(c, axis):
    return rd.Dirichlet(of=c.held)


@entry(CONDITIONS, "neumann zero", "conditions", rd.Neumann)
def _(c, axis):
    return rd.Neumann(0.0)


@entry(CONDITIONS, "neumann")
def _(c, axis):
    return rd.Neumann(0.1 * c.unit / c.length)


@entry(CONDITIONS, "neumann text")
def _(c, axis):
    return rd.Neumann(c.text(0.1 * c.unit / c.length, "text"))


@entry(CONDITIONS, "robin", "conditions", rd.Robin)
def _(c, axis):
    return rd.Robin(1.0, 0.5 * c.length, 0.9 * c.unit)


# the same conditions told otherwise; drawn by relations alone

EQUIVALENT: dict[str, dict] = {"dirichlet": {}, "neumann": {}, "neumann zero": {}}


@entry(EQUIVALENT["dirichlet"], "as Robin(1, 0, g)")
def _(c, axis):
    return rd.Robin(1.0, 0.0, 0.9 * c.unit)


@entry(EQUIVALENT["dirichlet"], "as text")
def _(c, axis):
    return rd.Dirichlet(f"{0.9 * c.unit!r} + 0*t")


@entry(EQUIVALENT["dirichlet"], "as a function")
def _(c, axis):
    return rd.Dirichlet(lambda t: 0.9 * c.unit)


@entry(EQUIVALENT["dirichlet"], "as the value of another")
def _(c, axis):
    return rd.Dirichlet(of=c.held)


@entry(EQUIVALENT["neumann"], "as Robin(0, 1, g)")
def _(c, axis):
    return rd.Robin(0.0, 1.0, 0.1 * c.unit / c.length)


@entry(EQUIVALENT["neumann zero"], "as Robin(0, 1, 0)")
def _(c, axis):
    return rd.Robin(0.0, 1.0, 0.0)


TERM_ONLY = ("dirichlet function", "dirichlet of another")
MOVING = (
    "dirichlet text", "dirichlet text of place", "dirichlet function",
    "dirichlet of another", "neumann text",
)  # fmt: skip
CLOSED = ("periodic", "no-flux")


# domains: build(shape) -> mask or None


@entry(DOMAINS, "none")
def _(shape):
    return None


@entry(DOMAINS, "full")
def _(shape):
    return np.ones(shape, bool)


@entry(DOMAINS, "rectangle")
def _(shape):
    mask = np.zeros(shape, bool)
    mask[tuple(slice(n // 4, max(n // 4 + 1, n - n // 3)) for n in shape)] = True
    return mask


@entry(DOMAINS, "disc")
def _(shape):
    square = sum(
        ((x - (n - 1) / 2) / max(n / 2 - 0.6, 0.6)) ** 2
        for x, n in zip(np.indices(shape), shape)
    )
    return square <= 1


@entry(DOMAINS, "two apart")
def _(shape):
    mask = np.ones(shape, bool)
    n = shape[-1]
    if n >= 3:
        mask[..., n // 2] = False
        if n > 3:
            mask[..., -1] = False  # apart around a ring too
    return mask


HIDDEN = {
    "left": lambda shape: _side(shape, 0),
    "right": lambda shape: _side(shape, 1),
}


def _side(shape, side):
    mask = DOMAINS["two apart"](shape)
    half = np.arange(shape[-1]) < shape[-1] // 2
    return mask & (half if side == 0 else ~half)


def mask_of(name: str, shape: tuple[int, ...]):
    """Mask of a domain by name, or None."""
    return (DOMAINS | HIDDEN)[name](shape)


# methods: build(dt, moved, case)


def _plain(cls: type) -> None:
    entry(METHODS, cls.__name__, "methods", cls)(lambda dt, moved, c: cls(dt=dt))


for _cls in (rd.Euler, rd.RK4, rd.ETD1, rd.ETDRK4, rd.Strang, rd.IMEX, rd.Milstein):
    _plain(_cls)


@entry(METHODS, "Adaptive", "methods", rd.Adaptive)
def _(dt, moved, c):
    return rd.Adaptive(dt=dt, atol=1e-9 * c.unit)


@entry(METHODS, "Alternating", "methods", rd.Alternating)
def _(dt, moved, c):
    return rd.Alternating(dt=dt, groups=[(name,) for name in moved])


@entry(METHODS, "Projected", "methods", rd.Projected)
def _(dt, moved, c):
    return rd.Projected(rd.Euler(dt=dt), onto={moved[0]: rd.Clip(low=0.8 * c.unit)})


@entry(METHODS, "Projected RK4")
def _(dt, moved, c):
    return rd.Projected(rd.RK4(dt=dt), onto={moved[-1]: rd.Clip(high=1.1 * c.unit)})


MODAL = ("ETD1", "ETDRK4", "Strang", "IMEX")
SMOOTH = (*MODAL, "RK4", "Adaptive", "Projected RK4")
ORDER = {
    "Euler": 1, "RK4": 4, "ETD1": 1, "ETDRK4": 4, "Strang": 2, "IMEX": 2, "Milstein": 1,
    "Alternating": 1,
}  # fmt: skip


def covered_terms() -> set[str]:
    """Names of term classes that some part or nesting holds, seen by building each."""
    from .building import built
    from .generator import Combination, Drawn

    found = set()
    for name, part in PARTS.items():
        dims = max(part.least, 1)
        shape = (4,) * dims
        drawn = Drawn(name, ("u", "v")[: part.roles], (), "plain", 0)
        sample = Combination(0, -1, shape, (1.0,) * dims, parts=(drawn,))
        term, _ = built(sample)
        found |= {type(t).__name__ for t in term.nested()}
    return found | {"Scaled"}  # a nesting
