"""More faults that `faults.py` puts back: methods, states, limits, sums."""

from __future__ import annotations

import numpy as np

import rdkit_nn as rd

from .fault_list import LATER, MIRROR, UNITS
from .faults import fault, room


@fault(
    "laws in a flux are evaluated without ghosts",
    "diffusion is diffusion however it is told",
    "a flux of a law is what the law says",
)
def _():
    faces = room("grid.fluxes").Faces

    def evaluate(self, term, like):
        rates = term.rate(self.values, self.grid, self.clock)
        return {
            n: self._split(self._continued(n, r + 0 * like)) for n, r in rates.items()
        }

    yield faces, "evaluate", evaluate


@fault(
    "Strang leaves what the boundary holds to the midpoint rule",
    "a uniform state that nothing moves stays",
)
def _():
    yield room("methods.split").Split, "take_held", lambda self: {}


@fault(
    "what the boundary holds is forgotten by modes",
    "a uniform state that nothing moves stays",
    "methods agree as steps shrink",
)
def _():
    yield room("methods.split").Split, "_offset", lambda self, values, clock: {}


@fault("a falling coordinate of a state is ignored", "cells are read by coordinate")
def _():
    def ordered(state):
        return state.transpose(..., *(d for d in ("z", "y", "x") if d in state.dims))

    yield room("simulation"), "ordered", ordered


@fault(
    "a falling coordinate of a parameter is ignored", "fields are placed by coordinate"
)
def _():
    yield room("core.parameters.arrays"), "_order", lambda *args: None


@fault("a transposed state is read by position", "axes are read by name")
def _():
    yield room("simulation"), "ordered", lambda state: state


@fault(
    "the limit of a step ignores f(t) of a factor",
    "the limit of a step is where waves grow",
)
def _():
    limit = room("step_limit")

    def extremes(term, grid, dt, steps, origin):
        def still(path, p):
            return 0.0 if getattr(p, "in_time", False) else p

        yield term.map_parameters(still)

    yield limit, "_extremes", extremes


@fault("the limit of a step is half", "the limit of a step is where waves grow")
def _():
    limit = room("step_limit")
    own = limit._limit
    yield limit, "_limit", lambda *args: own(*args) / 2


@fault("frames can be written to", "a frame cannot be changed")
def _():
    yield room("following"), "_read_only", lambda array: array


@fault("a flow keeps one kernel", "grids in turn cost no new kernel")
def _():
    yield room("flow"), "KERNELS", 1


@fault(
    "a parameter shares the array it was given", "arrays changed later change nothing"
)
def _():
    arrays = room("core.parameters.arrays").ArrayParameter
    own = arrays.__init__

    def init(self, name, array):
        own(self, name, array)
        given = np.asarray(array.values)
        if given.dtype == float and given.shape == self.values.shape:
            self.values = given
            self._fitted = (None, given)

    yield arrays, "__init__", init


@fault("Robin divides by the wrong side", "conditions told otherwise are the same")
def _():
    def ghost(self, spacing):
        value, slope = self.a / 2, self.b / spacing
        g = self.g if np.ndim(self.g) or isinstance(self.g, float) else 0.0
        return (slope - value) / (slope + value), g / (slope - value)

    yield rd.Robin, "ghost", ghost


@fault("a kernel of distance forgets the volume of a cell", UNITS)
def _():
    convolution = room("terms.convolution")
    own = convolution.transformed

    def transformed(kernel, shape, spacing, wraps):
        return own(kernel, shape, spacing, wraps) / float(np.prod(spacing))

    yield convolution, "transformed", transformed


@fault("a sum keeps the last rate of a variable", "terms add up in any order")
def _():
    def rate(self, values, grid, clock):
        total = {}
        for term in self.terms:
            total |= term.rate(values, grid, clock)
        return total

    yield rd.terms.Sum, "rate", rate


@fault(
    "the symbol of a factor leaves the factor out",
    "a term is three tenths and seven tenths of it",
)
def _():
    yield rd.terms.Scaled, "symbol", lambda self, laplacian: self.term.symbol(laplacian)


@fault(
    "a function of time is read at time zero", LATER, "methods agree as steps shrink"
)
def _():
    times = room("core.parameters.functions").FunctionParameter
    own = times.sample
    yield times, "sample", lambda self, grid, clock: own(self, grid, None)


@fault(
    "the second axis takes the spacing of the first", "axes may change places", MIRROR
)
def _():
    fluxes = room("grid.fluxes")
    own = fluxes.Faces.__init__

    def init(self, term, values, grid, clock, dim):
        own(self, term, values, grid, clock, dim)
        self.spacing = grid.spacing[0]

    yield fluxes.Faces, "__init__", init


@fault("torch takes single precision", "torch is the reference")
def _():
    tensor = room("kernels.tensor")
    own = tensor.loop

    def loop(step, grid, dt):
        run = own(step, grid, dt)
        return lambda values, *a: {
            n: v.double()
            for n, v in run({n: v.float() for n, v in values.items()}, *a).items()
        }

    yield tensor, "loop", loop
