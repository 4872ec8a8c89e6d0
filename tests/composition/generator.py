"""Combinations: frozen descriptions of sums. `combination(seed, index)` draws one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from . import parts as _parts  # noqa: F401  it registers what sums are made of
from .registry import CONDITIONS, DOMAINS, KINDS, METHODS, NESTINGS, PARTS, SHAPES, Slot
from .surroundings import MODAL, SMOOTH, TERM_ONLY
from .views import SPACE


@dataclass(frozen=True)
class Drawn:
    """One part of a sum: its name, its variables, the kinds of its slots, its nesting."""

    part: str
    variables: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...] = ()
    nesting: str = "plain"
    seed: int = 0


@dataclass(frozen=True)
class Combination:
    """A sum on a grid under a method; see `combination`."""

    seed: int
    index: int
    shape: tuple[int, ...] = (7,)
    spacing: tuple[float, ...] = (1.0,)
    conditions: tuple[tuple[str, str], ...] = ()
    stated: str = "grid"
    domain: str = "none"
    stencil: str = "5-point"
    method: str = "Euler"
    dt: float = 0.02
    steps: int = 3
    members: int = 2
    parts: tuple[Drawn, ...] = ()

    @property
    def dims(self) -> tuple[str, ...]:
        """Axes."""
        return SPACE[3 - len(self.shape) :]

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables that some part names."""
        return tuple(sorted({v for p in self.parts for v in p.variables}))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Conditions of each axis, periodic where none are told."""
        return self.conditions or (("periodic", "periodic"),) * len(self.shape)

    @property
    def traits(self) -> set[str]:
        """Traits of any part or nesting."""
        held = [t for p in self.parts for t in PARTS[p.part].traits]
        return set(held) | {t for p in self.parts for t in NESTINGS[p.nesting].traits}

    @property
    def kinds(self) -> set[str]:
        """Kinds of parameter that any part uses."""
        return {kind for p in self.parts for _, kind in p.kinds} | {"number"}

    @property
    def has_members(self) -> bool:
        """Whether a parameter has members."""
        return any(kind.startswith("members") for kind in self.kinds)

    def slots(self, drawn: Drawn) -> dict[str, Slot]:
        """All slots of a part and of its nesting."""
        return PARTS[drawn.part].slots(self.dims) | NESTINGS[drawn.nesting].slots(())


def combination(seed: int, index: int) -> Combination:
    """Combination number `index` of a seed; the same on every machine."""
    rng = np.random.default_rng([seed, index])

    def pick(choices, p=None):
        return choices[int(rng.choice(len(choices), p=p))]

    shape = pick(SHAPES)
    dims = len(shape)
    spacing = tuple(float(x) for x in rng.uniform(0.8, 1.3, dims).round(3))
    names = list(CONDITIONS)
    stated = pick(("grid", "term"))
    allowed = [n for n in names if n != "periodic"]
    if stated == "grid":
        allowed = [n for n in allowed if n not in TERM_ONLY]
    conditions = tuple(
        ("periodic", "periodic")
        if rng.random() < 0.45
        else (pick(allowed), pick(allowed))
        for _ in range(dims)
    )
    # What a method or a domain cannot take is drawn less often, so that few are refused.
    which = pick(tuple(METHODS))
    modal, smooth = which in MODAL, which in SMOOTH
    if modal:
        plain = ("no-flux", "dirichlet", "neumann", "dirichlet text", "neumann zero")
        conditions = tuple(
            p if p[0] == "periodic" else (pick(plain),) * 2 for p in conditions
        )
    domain = "none" if modal or rng.random() < 0.6 else pick(tuple(DOMAINS))
    stencil = "5-point"
    if domain == "none" and rng.random() < 0.3:
        stencil = pick(("9-point", "4th-order", "spectral"))
    if stencil == "9-point":
        spacing = (spacing[0],) * dims
    if stencil == "4th-order" and min(shape) < 2:
        stencil = "5-point"
    if stencil == "spectral":
        plain = ("periodic", "no-flux")
        conditions = tuple(
            p if p[0] == "periodic" else ("no-flux", "no-flux") for p in conditions
        )
    chosen = []
    possible = [
        p for p in PARTS.values()
        if p.least <= dims
        and not (smooth and "noise" in p.traits)
        and not (domain != "none" and "graph-diffusion" in p.traits)
    ]  # fmt: skip
    for number in range(int(rng.integers(1, 5))):
        part = pick(possible)
        variables = tuple(rng.permutation(["u", "v", "w"])[: part.roles].tolist())
        nests = [
            n for n in NESTINGS
            if not ("noise" in part.traits and n in ("driving", "conserved"))
            and not (part.name.startswith("multiplicative") and n != "plain")
            and not (n == "conserved" and stencil == "spectral" and part.roles > 1)
        ]  # fmt: skip
        nest = pick(nests) if rng.random() < 0.5 else "plain"
        if nest == "driving" and len(variables) > 1 and not _moves_one(part):
            nest = "plain"
        drawn = Drawn(part.name, variables, (), nest, number)
        slots = [k for k, s in _slots(drawn, dims).items() if not s.plain]
        kinds = {}
        if slots and rng.random() < 0.6:
            kinds[pick(slots)] = pick(KINDS)
            if rng.random() < 0.3:
                kinds[pick(slots)] = pick(KINDS)
        if stencil != "5-point" and "stencil" in part.traits | NESTINGS[nest].traits:
            kinds = {
                k: v
                for k, v in kinds.items()
                if v in ("number", "members", "function", "text")
            }
        chosen.append(replace(drawn, kinds=tuple(sorted(kinds.items()))))
    members = pick((2, 3, shape[0], shape[-1]))
    return Combination(
        seed, index, shape, spacing, conditions, stated, domain, stencil, which,
        0.02 if which != "Adaptive" else 0.05, 3, max(members, 1), tuple(chosen),
    )  # fmt: skip


def _slots(drawn: Drawn, dims: int) -> dict[str, Slot]:
    return Combination(0, 0, (1,) * dims).slots(drawn)


def _moves_one(part) -> bool:
    return part.name not in ("law", "reaction with branches", "diffusion of two")
