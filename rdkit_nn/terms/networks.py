"""Cells as the nodes of a network: diffusion on a graph, and input through weights."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from ..arrays import Values, aslike, is_tensor, namespace
from ..dynamics import Clock
from ..grid import Grid
from .base import Term, number

SPARSE = 0.1  # share of weights that are not zero, up to which a product skips zeros


class Weights:
    """A square matrix that acts on the cells of a grid, in order.

    Args:
        matrix: (n, n) array or scipy sparse matrix.

    Raises:
        ValueError: If it is not square, or holds anything but finite numbers.
    """

    def __init__(self, matrix: Any):
        import scipy.sparse

        home = scipy.sparse.csr_array(matrix).astype(float)
        if home.shape[0] != home.shape[1]:
            raise ValueError(
                f"`weights` must be a square matrix, but its shape is {home.shape}."
            )
        if not np.isfinite(home.data).all():
            raise ValueError("`weights` must be finite numbers.")
        home.eliminate_zeros()
        home.sort_indices()
        self.nodes = int(home.shape[0])
        self.sparse = home.nnz <= SPARSE * self.nodes**2
        self.matrix = home if self.sparse else home.toarray()
        told = hashlib.sha256(home.indptr.tobytes() + home.indices.tobytes())
        told.update(home.data.tobytes())
        self.digest = told.hexdigest()[:12]
        self._tensors: dict[tuple, Any] = {}

    def dense(self) -> np.ndarray:
        """The matrix as an array."""
        return self.matrix.toarray() if self.sparse else self.matrix

    def check(self, grid: Grid) -> None:
        """Refuse a grid with another number of cells."""
        cells = int(np.prod(grid.shape))
        if cells != self.nodes:
            raise ValueError(
                f"The graph has {self.nodes} nodes, but the grid {cells} cells. Take "
                f"rd.Grid(({self.nodes},))."
            )

    def times(self, field: Any) -> Any:
        """Product with a field, cells last."""
        flat = field.reshape(-1, self.nodes)
        if is_tensor(field):
            matrix = self._tensor(field)
            moved = (matrix @ flat.T).T
        elif self.sparse:
            moved = aslike((self.matrix @ flat.T).T, field)
        else:
            moved = flat @ aslike(self.matrix, field).T
        return moved.reshape(field.shape)

    def _tensor(self, like: Any) -> Any:
        """The matrix on the device and in the dtype of a field, brought there once."""
        key = (like.dtype, like.device)
        if key not in self._tensors:
            if self.sparse:
                torch: Any = namespace(like)
                home = self.matrix.tocoo()
                self._tensors[key] = torch.sparse_coo_tensor(
                    np.stack([home.row, home.col]),
                    aslike(home.data, like),
                    home.shape,
                    device=like.device,
                    check_invariants=False,
                )
            else:
                self._tensors[key] = aslike(self.matrix, like)
        return self._tensors[key]


class GraphDiffusion(Term):
    """Diffusion along the edges of a graph, -D L u, or by any square sparse matrix.

        (L u)_i = Σ_j w_ij (u_i - u_j)

    The cells of the grid, in order, are the nodes: `rd.Grid((n,))` for n of them.

    Args:
        weights: Symmetric (n, n) array or scipy sparse matrix of edge weights, not
            negative; the diagonal does not count.
        diffusivity: D by species, not negative.

    Source:
        Nakao & Mikhailov, Nature Phys. 6 (2010) 544, doi:10.1038/nphys1651.
    """

    def __init__(self, weights: Any, **diffusivity: float):
        import scipy.sparse

        W = scipy.sparse.csr_array(weights).astype(float)
        if W.shape[0] != W.shape[1] or abs(W - W.T).max() > 1e-12 * abs(W).max():
            raise ValueError(
                f"`weights` must be a symmetric square matrix, but its shape is {W.shape}"
                f"{'' if W.shape[0] != W.shape[1] else ' and it is not symmetric'}."
            )
        if W.nnz and (W.data.min() < 0 or not np.isfinite(W.data).all()):
            raise ValueError("`weights` must be finite and not negative.")
        W = W - scipy.sparse.diags_array(W.diagonal())
        self.degree = np.asarray(W.sum(axis=1)).ravel()
        self.weights = Weights(W - scipy.sparse.diags_array(self.degree))
        told = [
            (name, number(f"diffusivity of {name}", d))
            for name, d in diffusivity.items()
        ]
        if not told or min(d for _, d in told) < 0:
            raise ValueError(
                "GraphDiffusion needs diffusivities that are not negative."
            )
        self.diffusivity = tuple(told)

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={d!r}" for name, d in self.diffusivity)
        return (
            f"GraphDiffusion({self.weights.nodes} nodes, {self.weights.digest}, {told})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GraphDiffusion) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that diffuse."""
        return tuple(name for name, _ in self.diffusivity)

    def decay_bound(self, grid: Grid) -> dict[str, float]:
        """2 D times the largest degree, which bounds the eigenvalues of L."""
        most = 2 * float(self.degree.max(initial=0.0))
        return {name: d * most for name, d in self.diffusivity}

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse a grid with another number of cells."""
        self.weights.check(grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """One product a species."""
        return {n: d * self.weights.times(values[n]) for n, d in self.diffusivity}


class Network(Term):
    """Input through weights: every cell listens to every other.

        du_i/dt = Σ_j w_ij f(u_j)

    The cells of the grid, in order, are the nodes: `rd.Grid((n,))` for n of them.

    Args:
        term: Term that gives f by species, such as `rd.law(u="tanh(u)")()`.
        weights: (n, n) array or scipy sparse matrix, row i what node i hears; any sign, any
            symmetry. None: the mean over all nodes, w_ij = 1/n.

    Example:
        >>> import numpy as np, rdkit_nn as rd
        >>> ring = np.roll(np.eye(5), 1, axis=0)
        >>> turn = Network(rd.law(u="u")(), ring)
        >>> turn.rate({"u": np.arange(5.0)}, rd.Grid((5,)), rd.Clock(0, 1.0))["u"]
        array([4., 0., 1., 2., 3.])
    """

    def __init__(self, term: Term, weights: Any = None):
        if not isinstance(term, Term):
            raise TypeError(
                f"`term` must be a term that gives what is heard: {term!r}."
            )
        self.term = term
        self.weights = None if weights is None else Weights(weights)

    def __repr__(self) -> str:
        if self.weights is None:
            return f"Network({self.term!r})"
        return (
            f"Network({self.term!r}, {self.weights.nodes} nodes, {self.weights.digest})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Species that listen."""
        return self.term.variables

    @property
    def inputs(self) -> tuple[str, ...]:
        """Species that are heard."""
        return self.term.inputs

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse a grid with another number of cells."""
        if self.weights is not None:
            self.weights.check(grid)
        self.term.check(values, grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """One product a species."""
        told = self.term.rate(values, grid, clock)
        rates = {}
        for name in self.variables:
            heard = told[name] + 0 * values[name]
            if self.weights is not None:
                rates[name] = self.weights.times(heard)
            else:
                mean: Any = heard
                for axis in grid.axes:
                    mean = namespace(heard).mean(mean, axis, keepdims=True)
                rates[name] = mean + 0 * heard
        return rates
