"""Cells as the nodes of a graph: diffusion along its edges, and input through weights."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from ..arrays import Values, aslike, is_tensor, namespace
from ..dynamics import Clock
from ..grid import Grid
from . import fields
from .base import Term
from .diffusion import SHARPENS
from .transport import largest

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

        if isinstance(matrix, Weights):
            matrix = vars(matrix)["matrix"]
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
        self.matrix: Any = home if self.sparse else home.toarray()
        told = hashlib.sha256(
            home.indptr.astype("<i8").tobytes() + home.indices.astype("<i8").tobytes()
        )
        told.update(home.data.tobytes())
        self.digest = told.hexdigest()[:12]
        self._tensors: dict[tuple, Any] = {}

    def __repr__(self) -> str:
        return f"weights({self.nodes}, {self.digest!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Weights) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> Any:
        return Weights, (self.matrix,)

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


class _WeightsField(fields.Field):
    """A matrix of weights, or None."""

    bare = True

    def read(self, name: str, value: Any, term: Any) -> Weights | None:
        if value is None or isinstance(value, Weights):
            return value
        return Weights(value)

    def write(self, value: Any) -> list[str]:
        return [] if value is None else [repr(value)]


class _GraphField(_WeightsField):
    """Symmetric weights that are not negative, kept as minus the Laplacian of the graph."""

    def read(self, name: str, value: Any, term: Any) -> Weights:
        import scipy.sparse

        if isinstance(value, Weights):
            return value
        W = scipy.sparse.csr_array(value).astype(float)
        square = W.shape[0] == W.shape[1]
        if not square or abs(W - W.T).max() > 1e-12 * abs(W).max():
            raise ValueError(
                f"`weights` must be a symmetric square matrix, but its shape is {W.shape}"
                f"{' and it is not symmetric' if square else ''}."
            )
        if W.nnz and (W.data.min() < 0 or not np.isfinite(W.data).all()):
            raise ValueError("`weights` must be finite and not negative.")
        W = W - scipy.sparse.diags_array(W.diagonal())
        degree = np.asarray(W.sum(axis=1)).ravel()
        return Weights(W - scipy.sparse.diags_array(degree))


class GraphDiffusion(Term):
    """Diffusion along the edges of a graph, -D L u, or by any square sparse matrix.

        (L u)_i = Σ_j w_ij (u_i - u_j)

    The cells of the grid, in order, are the nodes: `rd.Grid((n,))` for n of them.

    Args:
        weights: Symmetric (n, n) array or scipy sparse matrix of edge weights, not
            negative; the diagonal does not count.
        diffusivity: D by variable, not negative; any parameter.

    Source:
        Nakao & Mikhailov, Nature Phys. 6 (2010) 544, doi:10.1038/nphys1651.
    """

    weights: Any = _GraphField()
    diffusivity = fields.by_variable(fields.ParameterField(least=0.0, why=SHARPENS))
    example = "GraphDiffusion(weights, u=1.0)"

    @property
    def degree(self) -> np.ndarray:
        """Sum of the weights at each node."""
        matrix = self.weights.matrix
        return -np.asarray(matrix.diagonal())

    def decay_bound(
        self, grid: Grid, values: Values | None = None, clock: Clock | None = None
    ) -> dict[str, float]:
        """2 D times the largest degree, which bounds the eigenvalues of L."""
        most = 2 * float(self.degree.max(initial=0.0))
        here = self.at(values or {}, grid, clock)
        return {name: largest(d) * most for name, d in here.diffusivity.items()}

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse a grid with another number of cells, or with a domain."""
        super().check(values, grid)
        self.weights.check(grid)
        if grid.domain is not None:
            raise ValueError(
                "A graph has no domain: leave the nodes that are closed out of its weights."
            )

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """One product a variable."""
        return {
            n: d * self.weights.times(values[n]) for n, d in self.diffusivity.items()
        }


class Network(Term):
    """Input through weights: every cell listens to every other.

        du_i/dt = Σ_j w_ij f(u_j)

    The cells of the grid, in order, are the nodes: `rd.Grid((n,))` for n of them. In a
    domain the closed cells neither speak nor count.

    Args:
        term: Term that gives f by variable, such as `rd.law(u="tanh(u)")()`.
        weights: (n, n) array or scipy sparse matrix, row i what node i hears; any sign, any
            symmetry. None: the mean over all nodes, w_ij = 1/n.

    Example:
        >>> import numpy as np, rdkit_nn as rd
        >>> ring = np.roll(np.eye(5), 1, axis=0)
        >>> turn = Network(rd.law(u="u")(), ring)
        >>> turn.rate({"u": np.arange(5.0)}, rd.Grid((5,)), rd.Clock(0, 1.0))["u"]
        array([4., 0., 1., 2., 3.])
    """

    term = fields.wrapped("a term that gives what is heard")
    weights: Any = _WeightsField(None)
    example = "Network(law, weights)"

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse a grid with another number of cells."""
        super().check(values, grid)
        if self.weights is not None:
            self.weights.check(grid)

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """One product a variable, or one mean."""
        spoken = self.term.rate(values, grid, clock)
        rates = {}
        for name in self.variables:
            heard = spoken[name] + 0 * values[name]
            if grid.domain is not None:
                heard = grid.domain.select(heard, 0.0)
            if self.weights is not None:
                rates[name] = self.weights.times(heard)
            else:
                mean: Any = heard
                for axis in grid.axes:
                    mean = namespace(heard).mean(mean, axis, keepdims=True)
                if grid.domain is not None:
                    mean = mean * (grid.domain.open.size / int(grid.domain.open.sum()))
                rates[name] = mean + 0 * values[name]
        return rates
