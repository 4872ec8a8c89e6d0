"""One domain in blocks, on as many workers as there are: halos, exchanged now and then.

A block with a halo of T · r cells can take T steps alone, where r is how far one step
reaches: what its cut edges spoil moves inwards by r cells a step, and is cut off. So blocks
meet once every T steps. Every cell is computed from the same numbers in the same order as
in one piece, and has the same bits.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .arrays import Values
from .dynamics import START, Dynamics, Origin
from .flow import Flow
from .grid import Grid
from .grid.boundary import NoFlux, Periodic, Sides
from .grid.symbols import REACH
from .kernels.fused import hindrance
from .machine import one_thread_each
from .methods import RK4
from .terms import Diffusion, Reaction, parts


@dataclass(frozen=True)
class Chunked(Dynamics):
    """A flow on a domain that is cut into blocks, as dask arrays.

    With a `dask.distributed.Client` in force its workers hold and compute the blocks;
    without one they are computed here, one after another.

    Args:
        flow: Laws and diffusions, moved by `Euler` or `RK4`, on the CPU; walls told by the
            grid.
        chunks: Cells of a block, by axis: `{"y": 2048}`. An axis left out is not cut.
        together: Steps T that a block takes between two exchanges.

    Raises:
        ValueError: If the flow reaches beyond its neighbours.

    Example:
        >>> import rdkit_nn as rd
        >>> flow = rd.Flow(rd.Diffusion(u=1.0), rd.Euler(dt=0.1))
        >>> grid = rd.Grid((64, 64))
        >>> state = rd.initial.noise(grid, u=1.0, seed=0)
        >>> run = rd.simulate(rd.Chunked(flow, {"y": 32}), state, steps=20)
        >>> whole = rd.simulate(flow, state, steps=20)
        >>> bool((run.u == whole.u).all())
        True
    """

    flow: Flow
    chunks: Mapping[str, int]
    together: int = 16
    lazy = True

    def __post_init__(self):
        vars(self)["chunks"] = dict(self.chunks)
        if self.together < 1:
            raise ValueError(f"`together` is a count of steps, but is {self.together}.")
        if not self.chunks or min(self.chunks.values()) < 1:
            raise ValueError('`chunks` are cells of a block by axis: {"y": 2048}.')
        cause = hindrance(self.flow.term, self.flow.method)
        if not cause and self.flow.device != "cpu":
            cause = f"the device {self.flow.device}"
        if not cause and self.flow.term.boundary:
            cause = "a boundary told by a term (tell it to the grid)"
        if cause or self.flow.term.stochastic:
            raise ValueError(
                "A domain in blocks takes sums of laws and diffusions by Euler or RK4, "
                f"but here is {cause or 'noise'}."
            )

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"Chunked({self.flow!r}, {self.chunks!r}, together={self.together})"

    @property
    def dt(self) -> float:  # type: ignore[override]
        """Time that one step spans."""
        return self.flow.dt

    @property
    def reach(self) -> int:
        """Cells that one step looks away along an axis."""
        far = [
            REACH[t.stencil] for t in parts(self.flow.term) if isinstance(t, Diffusion)
        ]
        return max(far, default=0) * (4 if isinstance(self.flow.method, RK4) else 1)

    def advance(
        self, values: Values, grid: Grid, steps: range, origin: Origin = START
    ) -> Values:
        """Take `steps`, so many at once as the halo allows."""
        import dask

        names = list(dict.fromkeys((*self.flow.term.inputs, *self.flow.term.variables)))
        blocks = {n: self._cut(values[n], grid) for n in names}
        at = steps.start
        while at < steps.stop:
            count = min(self.together, steps.stop - at)
            after = self._round(blocks, grid, range(at, at + count))
            blocks = dict(zip(names, dask.persist(*after, **_here())))
            at += count
        return {**values, **blocks}

    def check(
        self,
        values: Values,
        grid: Grid,
        steps: range = range(1),
        origin: Origin = START,
    ) -> None:
        """Refuse blocks that do not fit the grid, and what the flow refuses.

        Raises:
            ValueError: With what is wrong.
        """
        if unknown := set(self.chunks) - set(grid.dims):
            raise ValueError(
                f"`chunks` names axis {', '.join(sorted(unknown))}, but the grid has "
                f"{', '.join(grid.dims)}."
            )
        if cause := hindrance(self.flow.term, self.flow.method, grid):
            raise ValueError(
                "A domain in blocks takes sums of laws and diffusions by Euler or RK4 on "
                f"a whole box, but here is {cause}."
            )
        if grid.domain is not None:
            raise ValueError("A domain in blocks takes a whole box, without `domain=`.")
        depth = self.reach * self.together
        for dim, n in zip(grid.dims, grid.shape):
            sizes = self._sizes(dim, n)
            if len(sizes) > 1 and min(sizes) < depth:
                raise ValueError(
                    f"A block of {min(sizes)} cells along {dim} is smaller than the halo "
                    f"of {depth}. Take larger chunks, or fewer steps `together`."
                )
        self.flow.check(*self._sample(values, grid))

    def describe(self, values: Values, grid: Grid) -> dict[str, str | float | int]:
        """Provenance of a run: that of the flow, in blocks."""
        told = self.flow.describe(*self._sample(values, grid))
        return {**told, **self.flow.boundary_in_force(grid), "dynamics": repr(self)}

    def _sample(self, values: Values, grid: Grid) -> tuple[Values, Grid]:
        """A block of nothing, with the grid's own walls: what the flow can look at."""
        shape = tuple(min(self._sizes(d, n)) for d, n in zip(grid.dims, grid.shape))
        names = dict.fromkeys((*self.flow.term.inputs, *self.flow.term.variables))
        for name in [n for n in names if n in values]:
            if tuple(values[name].shape) != grid.shape:
                raise ValueError(
                    f"`{name}` has shape {tuple(values[name].shape)}, not the grid's "
                    f"{grid.shape}: a domain in blocks has no members."
                )
        some = {n: np.zeros(shape, values[n].dtype) for n in names if n in values}
        return some, Grid(shape, grid.spacing, dict(zip(grid.dims, grid.boundary)))

    def _sizes(self, dim: str, n: int) -> list[int]:
        size = min(self.chunks.get(dim, n), n)
        whole, rest = divmod(n, size)
        if rest and whole and rest < self.reach * self.together:
            return [size] * (whole - 1) + [size + rest]  # no sliver at the end
        return [size] * whole + [rest] * bool(rest)

    def _cut(self, array: Any, grid: Grid) -> Any:
        import dask.array as da

        sizes = tuple(tuple(self._sizes(d, n)) for d, n in zip(grid.dims, grid.shape))
        return da.asarray(array).rechunk(sizes)

    def _round(self, blocks: dict[str, Any], grid: Grid, steps: range) -> list[Any]:
        """All blocks, some steps on."""
        import dask.array as da
        from dask.array.overlap import overlap

        first = next(iter(blocks.values()))
        cuts = [len(c) > 1 for c in first.chunks]
        depth = self.reach * len(steps)
        wraps = [isinstance(low, Periodic) for low, _ in grid.boundary]
        halo = {axis: depth if cuts[axis] else 0 for axis in range(len(cuts))}
        how = {a: "periodic" if cuts[a] and wraps[a] else "none" for a in halo}
        padded = [overlap(block, halo, how) for block in blocks.values()]
        moved = da.map_blocks(
            _moved,
            *padded,
            dtype=first.dtype,
            new_axis=0,
            chunks=((len(blocks),), *first.chunks),
            meta=np.empty((0,) * (first.ndim + 1), first.dtype),
            flow=self.flow,
            names=tuple(blocks),
            spacing=grid.spacing,
            boundary=grid.boundary,
            cuts=cuts,
            depth=depth,
            steps=steps,
        )
        return [moved[s] for s in range(len(blocks))]


def _moved(
    *padded: np.ndarray,
    flow: Flow,
    names: tuple[str, ...],
    spacing: tuple[float, ...],
    boundary: tuple[Sides, ...],
    cuts: list[bool],
    depth: int,
    steps: range,
    block_info: Any = None,
) -> np.ndarray:
    """One block with its halo, some steps on, without it; species in front."""
    where, count = block_info[0]["chunk-location"], block_info[0]["num-chunks"]
    edges, inner = [], []
    for axis, (low, high) in enumerate(boundary):
        if not cuts[axis]:
            edges.append((low, high))
            inner.append(slice(None))
            continue
        wraps = isinstance(low, Periodic)
        before = wraps or where[axis] > 0
        after = wraps or where[axis] < count[axis] - 1
        edges.append((NoFlux() if before else low, NoFlux() if after else high))
        inner.append(slice(depth * before, padded[0].shape[axis] - depth * after))
    dims = ("z", "y", "x")[-len(edges) :]
    grid = Grid(padded[0].shape, spacing, dict(zip(dims, edges)))
    values = {name: np.ascontiguousarray(p) for name, p in zip(names, padded)}
    flow = _at_home(flow, grid.shape)
    if _worker():  # a worker has one thread a task; alone, a block may have all
        with one_thread_each():
            after_steps = flow.advance(values, grid, steps)
    else:
        after_steps = flow.advance(values, grid, steps)
    return np.stack([after_steps[name][tuple(inner)] for name in names])


_flows: dict[tuple, Flow] = {}  # by what they are: with the arrays they work in


def _at_home(flow: Flow, shape: tuple[int, ...]) -> Flow:
    """The flow that has worked on such a block before: its memory is there already.

    A flow comes to a worker anew with every task. What decides its loops is its
    description and the texts of its laws; all else comes with the call.
    """
    texts = [
        text
        for term in parts(flow.term)
        if isinstance(term, Reaction)
        for text in term.law.text.items()
    ]
    key = (repr(flow), *texts, shape, threading.get_ident())
    if key not in _flows:
        if len(_flows) >= MOST:
            _flows.pop(next(iter(_flows)))
        _flows[key] = replace(flow)
    return _flows[key]


MOST = 12  # flows that a worker remembers: a block at each corner and side, and inside


def _worker() -> bool:
    """Whether this is a worker of a cluster."""
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return False
    try:
        distributed.get_worker()
    except ValueError:
        return False
    return True


def _here() -> dict[str, Any]:
    """Without a cluster, block after block, each with all threads."""
    distributed = sys.modules.get("distributed")
    try:
        if distributed is not None:
            distributed.default_client()
            return {}
    except ValueError:
        pass
    return {"scheduler": "synchronous"}
