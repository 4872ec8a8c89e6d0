"""What a combination is built into: term, state, grid and method, as a view shows them."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import xarray as xr

import rdkit_nn as rd
from rdkit_nn.grid.stated import referenced

from .registry import CONDITIONS, METHODS, NESTINGS, PARTS
from .surroundings import EQUIVALENT, mask_of
from .views import View

if TYPE_CHECKING:
    from .generator import Combination

W = 2.0  # angular frequency of everything that moves
AS_IT_IS = View()


class Case:
    """What a part is built from: its parameters, in the names and units of a view."""

    def __init__(self, of: Combination, view: View):
        self.of, self.view = of, view
        self.base_dims = of.dims
        self.length, self.unit, self.time = view.length, view.unit, view.time
        self.held = "s" if view.name("s") == "s" else view.name("s")
        self.number = 0
        self.drawn = None  # the part that is being built
        member = view.member or 0
        self.stream = member
        self.arrays: list[
            np.ndarray
        ] = []  # handed to parameters, so that they can change

    @property
    def seed(self) -> int:
        """Seed of the part's noise."""
        return 10 + self.number

    @property
    def stencil(self) -> str:
        """Stencil of all Laplacians."""
        return self.of.stencil

    def axis(self, old: str) -> str:
        """Name of an axis in the view."""
        return self.view.axis(old)

    def by_axis(self, prefix: str, whole: bool = True) -> dict:
        """Slots by axis; where each axis must be named, those of the view as well."""
        told = {self.axis(d): self[prefix + d] for d in self.base_dims}
        more = self.view.dims(self.base_dims) if whole else ()
        return {
            d: 0.2 * self.length**2 / self.time for d in more if d not in told
        } | told

    def __getitem__(self, key: str):
        slot = self.of.slots(self.drawn)[key]
        size = slot.value * self._jitter(key)
        power = slot.length + slot.dims * len(self.base_dims)
        size *= self.length**power * self.time**slot.time * self.unit**slot.unit
        if slot.odd and self.view.mirror and self.view.mirror in slot.odd:
            size = -size
        if self.view.factor and self.view.factor[:2] == (self.number, key):
            size *= self.view.factor[2]
        if slot.plain:
            return float(size)
        kind = dict(self.drawn.kinds).get(key, "number")
        return self.parameter(size, kind, key)

    def _jitter(self, key: str) -> float:
        return (
            0.8
            + 0.4
            * (
                crc32(f"{self.of.seed} {self.of.index} {self.number} {key}".encode())
                % 997
            )
            / 997
        )

    def parameter(self, size: float, kind: str, key: str = ""):
        """A parameter of one kind."""
        if kind == "number":
            if self.view.tensor == (self.number, key):
                import torch

                return torch.tensor(size, dtype=torch.float64, requires_grad=True)
            return self._constant(size) if self.view.constants else float(size)
        if kind in ("text", "text of place"):
            return self.text(size, kind)
        if kind in ("function", "function of place"):
            return self.function(size, kind)
        return self._array(size, kind, key)

    def _constant(self, size: float):
        how = self.view.constants
        if how == "function":
            return lambda t: size
        if how == "text":
            return f"{size!r} + 0*t"
        shape = self.view.shape(self.of.shape, self.base_dims)
        return xr.DataArray(np.full(shape, size), dims=self.view.dims(self.base_dims))

    def _clock(self) -> tuple[float, float]:
        """w and p of sin(w t + p) in the view's time."""
        return W / self.time, W * self.view.later + 0.3

    def _wave(self, axis: str) -> tuple[str, float, float]:
        """New axis, k and q of cos(k x + q): one period on an axis of the combination."""
        d = self.base_dims.index(axis)
        n, h = self.of.shape[d], self.of.spacing[d]
        s, b = self.view.place(axis, n, h)
        k = 2 * pi / (n * h)
        return self.axis(axis), k * s, k * b + 0.4

    def text(self, size: float, kind: str, axis: str = "x") -> str:
        """A formula of time, and of place."""
        w, p = self._clock()
        told = f"{float(size)!r}*(1 + 0.2*sin({w!r}*t + {p!r})"
        if kind == "text of place":
            d, k, q = self._wave(axis)
            told += f" + 0.2*cos({k!r}*{d} + {q!r})"
        return told + ")"

    def function(self, size: float, kind: str, axis: str = "x"):
        """A function of time, and of place."""
        w, p = self._clock()
        if kind == "function":
            return lambda t: size * (1 + 0.2 * np.sin(w * t + p))
        d, k, q = self._wave(axis)

        def wave(t, x):
            return size * (1 + 0.2 * np.sin(w * t + p) + 0.2 * np.cos(k * x + q))

        by = {"x": wave, "y": lambda t, y: wave(t, y), "z": lambda t, z: wave(t, z)}
        return by[d]

    def _array(self, size: float, kind: str, key: str):
        rng = np.random.default_rng(
            [self.of.seed, self.of.index + 1, self.number, crc32(key.encode())]
        )
        shape, dims = self.of.shape, self.base_dims
        new = self.view.dims(dims)
        field = 1 + 0.3 * rng.uniform(-1, 1, shape)
        if kind == "field along x":
            line = 1 + 0.3 * rng.uniform(-1, 1, shape[-1])
            field = np.broadcast_to(line, shape)
        field = self.view.array(field, dims)
        if kind == "field along x":  # told along its own axis alone
            keep = new.index(self.axis("x"))
            field = np.moveaxis(field, keep, -1).reshape(-1, field.shape[keep])[0]
            return self._labelled(size * field, (self.axis("x"),))
        if kind == "field":
            return self._labelled(size * field, new)
        m = 1 + 0.25 * np.arange(self.of.members) / self.of.members
        if self.view.member is not None:
            m = m[self.view.member]
            return (
                float(size * m)
                if kind == "members"
                else self._labelled(size * (m * field), new)
            )
        if kind == "members":
            return self._labelled(size * m, ("m",))
        return self._labelled(size * np.multiply.outer(m, field), ("m", *new))

    def _labelled(self, values: np.ndarray, dims: tuple[str, ...]) -> xr.DataArray:
        values = np.ascontiguousarray(values)
        self.arrays.append(values)
        return xr.DataArray(values, dims=dims)

    def weights(self, symmetric: bool) -> np.ndarray:
        """A matrix over the cells, in the order of the view."""
        cells = int(np.prod(self.of.shape))
        rng = np.random.default_rng([self.of.seed, 7, self.number])
        matrix = rng.uniform(0, 1, (cells, cells)) / cells
        if symmetric:
            matrix = matrix + matrix.T
        order = self.view.array(np.arange(cells).reshape(self.of.shape), self.base_dims)
        return matrix[np.ix_(order.ravel(), order.ravel())]

    def pair(self, axis: str, first: bool = True) -> tuple:
        """Conditions on both sides of an old axis, of the first variable or another."""
        at = self.base_dims.index(axis)
        pair = self.of.pairs[at]
        pair = self.view.condition(axis, pair, self.of.shape[at])
        if not first:  # others stay closed where the first holds the value of another
            pair = tuple("no-flux" if "another" in n else n for n in pair)
        made = []
        for name in pair:
            told, _, how = name.partition("; ")
            builder = EQUIVALENT[told][how] if how else CONDITIONS[name]
            made.append(builder(self, axis))
        return tuple(made)

    def place(self, term):
        """The term with its conditions, where terms state them."""
        if self.of.stated == "grid":
            return term
        if isinstance(term, rd.terms.Sum):
            return rd.terms.Sum(tuple(map(self.place, term.terms)))
        table = {n: self.stated(n) for n in term.needs_boundary}
        if not table:
            return term
        placed = term.replace("boundary", table)
        held = {n: self.stated(n) for n in referenced(placed.boundary)}
        return placed.replace("boundary", table | held) if held else placed

    def stated(self, name: str) -> dict:
        """Conditions of a variable by axis of the view."""
        told = {self.axis(d): self.pair(d, name != self.held) for d in self.base_dims}
        more = {
            d: rd.Periodic() for d in self.view.dims(self.base_dims) if d not in told
        }
        return more | told

    def grid(self) -> rd.Grid:
        """Grid of the view."""
        dims, view = self.base_dims, self.view
        if self.of.stated == "grid":
            boundary = {self.axis(d): self.pair(d) for d in dims}
            boundary |= {d: rd.Periodic() for d in view.dims(dims) if d not in boundary}
        else:
            boundary = "no-flux"
        mask = mask_of(self.of.domain, self.of.shape)
        if mask is not None:
            mask = view.array(mask, dims)
        return rd.Grid(
            view.shape(self.of.shape, dims), view.spacing(self.of.spacing, dims), boundary,
            domain=mask,
        )  # fmt: skip

    def term(self):
        """Sum of all parts."""
        made = []
        for number, drawn in enumerate(self.of.parts):
            self.number, self.drawn = number, drawn
            names = tuple(map(self.view.name, drawn.variables))
            term = PARTS[drawn.part].build(self, *names)
            made.append(NESTINGS[drawn.nesting].build(self, term, names[0]))
        total = made[0]
        for one in made[1:]:
            total = total + one
        return total

    def fields(self) -> dict[str, np.ndarray]:
        """State of the view; `s` is held and the same everywhere."""
        rng = np.random.default_rng([self.of.seed, self.of.index + 1, 99])
        found = {}
        for name in self.of.variables:
            field = 1 + 0.3 * rng.uniform(-1, 1, self.of.shape)
            found[self.view.name(name)] = self.unit * self.view.array(
                field, self.base_dims
            )
        if any("another" in name for pair in self.of.pairs for name in pair):
            like = next(iter(found.values()))
            found[self.held] = np.full(like.shape, 0.9 * self.unit)
        return found


def built(of: Combination, view: View = AS_IT_IS):
    """Term and state of a combination."""
    case = Case(of, view)
    return case.term(), case.grid().state(**case.fields())


def method(of: Combination, term, view: View = AS_IT_IS, dt: float | None = None):
    """Method of a combination, for what the term moves."""
    dt = (of.dt if dt is None else dt) * view.time
    moved = [view.name(n) for n in of.variables if view.name(n) in term.variables]
    return METHODS[of.method](dt, moved, Case(of, view))


def flow(of: Combination, term, view: View = AS_IT_IS, device: str = "cpu", dt=None):
    """Flow of a combination."""
    return rd.Flow(term, method(of, term, view, dt), device=device)
