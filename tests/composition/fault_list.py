"""The faults that `faults.py` puts back, each as replacements of names of the package."""

from __future__ import annotations

import numpy as np

import rdkit_nn as rd
from rdkit_nn.arrays import cut, namespace

from .faults import FAULTS, fault, room

__all__ = ["FAULTS"]

MEMBERS = "members are runs of their own"
RING = "a ring may be turned"
MIRROR = "a mirror image runs the same"
UNITS = "units do not matter"
KEPT = "what flows is kept"
RECTANGLE = "a rectangle is the smaller grid"
LATER = "a later start is a later function"


@fault("members lie along the first space axis", "members as many as cells", MEMBERS)
def _():
    base = room("core.parameters.base").Parameter
    own = base.resolve

    def resolve(self, like, grid, clock):
        value = own(self, like, grid, clock)
        n = self.members.size if self.members else 0
        if grid is not None and n and not self.in_space and n == grid.shape[0]:
            return value.reshape(n, *(1,) * (len(grid.shape) - 1))
        return value

    yield base, "resolve", resolve


@fault(
    "a factor does not pass its sign to upwind differences",
    "a negative factor is a negative coefficient",
)
def _():
    def rate(self, values, grid, clock):
        here = self.at(values, grid, clock)
        return {n: here.by * r for n, r in self.term.rate(values, grid, clock).items()}

    yield rd.terms.Scaled, "rate", rate


@fault("NoFlux does not close what is carried", KEPT, RECTANGLE)
def _():
    faces = room("grid.fluxes").Faces
    yield faces, "_closed", lambda self, name, flux: flux + 0 * self.pair(name)[0]


@fault("faces at the edge of a domain are open", RECTANGLE, KEPT)
def _():
    yield room("grid.fluxes").Faces, "_within", lambda self, name, flux: flux


@fault("the Laplacian ignores the domain", RECTANGLE)
def _():
    stencils = room("grid.stencils")
    yield (
        stencils,
        "_inside",
        lambda array, spacing, boundary, domain: stencils.laplacian(
            array, spacing, boundary
        ),
    )


@fault("closed cells are multiplied, not selected", "closed cells may hold anything")
def _():
    domain = room("grid.domain").Domain

    def select(self, array, outside):
        mask = self.cells(array)
        return (
            array * mask
            if outside == 0
            else namespace(array).where(mask, array, outside + 0 * array)
        )

    yield domain, "select", select


@fault("the clock ignores its origin", LATER)
def _():
    yield rd.Clock, "time", property(lambda self: (self.step + self.fraction) * self.dt)


@fault("stages look at the beginning of the step", "methods agree as steps shrink")
def _():
    own = rd.Clock.at
    yield rd.Clock, "at", lambda self, stage, fraction=0.0: own(self, stage, 0.0)


@fault(
    "a condition ignores the variable whose value it holds",
    "conditions told otherwise are the same",
)
def _():
    conditions = room("grid.conditions")
    own = conditions._value
    yield conditions, "_value", lambda *args: 0 * own(*args)


@fault("noise ignores its stream", MEMBERS)
def _():
    noise = room("terms.noise")
    own = noise.normals
    yield noise, "normals", lambda *a, **k: own(*a, **{**k, "first": 0})


@fault("all members draw one stream", MEMBERS)
def _():
    noise = room("terms.noise")
    own = noise.normals

    def normals(key, cells, streams=1, **more):
        return np.repeat(own(key, cells, 1, **more), streams, axis=0)

    yield noise, "normals", normals


@fault(
    "noise inside another term is not noise", "smooth methods refuse noise at any depth"
)
def _():
    yield rd.Term, "stochastic", property(lambda self: hasattr(self, "draws"))


@fault("two noises of one seed pass", "two noises with one seed are refused")
def _():
    yield room("flow"), "check_draws", lambda term: None
    yield room("terms.composite"), "check_draws", lambda term: None


@fault("noise forgets the volume of a cell", UNITS)
def _():
    own = rd.Noise.rate

    def rate(self, values, grid, clock):
        return {
            n: r * grid.cell_volume for n, r in own(self, values, grid, clock).items()
        }

    yield rd.Noise, "rate", rate


@fault(
    "a medium takes the arithmetic mean at faces",
    "a medium that conducts nothing is a wall",
)
def _():
    faces = room("grid.fluxes").Faces
    yield faces, "harmonic", lambda self, below, above: 0.5 * (below + above)


@fault("faces take the value of the cell below", MIRROR)
def _():
    yield room("grid.fluxes").Faces, "mean", lambda self, below, above: below


@fault("upwind looks at the cell below, whatever the flow", MIRROR)
def _():
    yield (
        room("grid.fluxes").Faces,
        "donor",
        lambda self, name, below, above, velocity: below,
    )


@fault(
    "parameters behind an edge are zero",
    "a constant field is a number",
    RING,
    "conditions told otherwise are the same",
)
def _():
    def extend(self, values):
        if not self.ghosts:
            return values
        core, dims, width = self.ghosts
        for axis, (dim, n) in enumerate(zip(core.dims, core.shape), start=1):
            if dim in dims and values.shape[axis] == n:
                pads = [(0, 0)] * values.ndim
                pads[axis] = (width, width)
                values = np.pad(values, pads)
        return values

    yield rd.Grid, "extend", extend


@fault(
    "parameters at faces do not close the ring", RING, "periods side by side are one"
)
def _():
    faces = room("grid.fluxes").Faces

    def continued(self, name, array):
        n, axis = array.shape[self.axis], self.axis
        ends = cut(array, axis, 0, 1), cut(array, axis, n - 1, n)
        return namespace(array).concatenate((ends[0], array, ends[1]), axis)

    yield faces, "_continued", continued
