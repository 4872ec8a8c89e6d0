"""Hopfield's memory: neurons of two values that recall what they are near to."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from ..arrays import Values
from ..grid import Grid
from .base import Map


class Hopfield:
    """Each neuron in turn takes the sign of what it hears.

    Args:
        weights: (n, n), symmetric, nothing on the diagonal.
        name: Variable of the neurons.
    """

    def __init__(self, weights: Any, name: str = "s"):
        self.weights, self.name = np.asarray(weights, dtype=float), name
        w = self.weights
        if w.ndim != 2 or w.shape[0] != w.shape[1] or not np.isfinite(w).all():
            raise ValueError(
                f"`weights` must be a square matrix of finite numbers, not of shape "
                f"{w.shape}."
            )
        if (
            abs(w - w.T).max(initial=0) > 1e-12 * abs(w).max(initial=0)
            or w.diagonal().any()
        ):
            raise ValueError(
                "`weights` must be symmetric with nothing on the diagonal: else the energy "
                "may rise, and states may go round for ever."
            )

    def __repr__(self) -> str:
        told = hashlib.sha256(self.weights.tobytes()).hexdigest()[:12]
        return f"Hopfield({len(self.weights)} neurons, {told}, name={self.name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hopfield) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse a state that is not of -1 and 1, one for each node."""
        if self.name not in values:
            raise KeyError(
                f"The map moves `{self.name}`, but the state has only "
                f"{', '.join(values)}."
            )
        state = np.asarray(values[self.name])
        if int(np.prod(grid.shape)) != len(self.weights):
            raise ValueError(
                f"The network has {len(self.weights)} neurons, but the grid "
                f"{int(np.prod(grid.shape))} cells."
            )
        if not np.isin(state, (-1, 1)).all():
            raise ValueError(f"`{self.name}` must hold -1 and 1 only.")

    def __call__(self, values: Values, grid: Grid) -> Values:
        """Every neuron once, in order; who hears nothing stays as it is."""
        state = np.array(values[self.name])
        flat = state.reshape(-1, len(self.weights))
        for i, row in enumerate(self.weights):
            heard = flat @ row
            flat[:, i] = np.where(heard == 0, flat[:, i], np.sign(heard))
        return {self.name: flat.reshape(state.shape)}

    def energy(self, state: Any) -> Any:
        """-½ sᵀ w s, which no step raises.

        Args:
            state: (…, n) of -1 and 1.
        """
        s = np.asarray(state, dtype=float)
        return -0.5 * ((s @ self.weights) * s).sum(axis=-1)


def hopfield(weights: Any, name: str = "s") -> Map:
    """Hopfield's network of neurons of two values, one after the other.

        s_i ← sgn(Σ_j w_ij s_j)

    No step raises the energy -½ Σ w_ij s_i s_j, so that every state comes to rest. With
    `models.hebbian_weights` of p random patterns over n neurons, states near a pattern go
    back to it up to about p = 0.138 n.

    Args:
        weights: (n, n), symmetric, nothing on the diagonal.
        name: Variable of the neurons, -1 or 1.

    Returns:
        A map; one step asks every neuron once. Its `update.energy` tells the energy.

    Raises:
        ValueError: If the weights are not symmetric.

    Source:
        Hopfield, Proc. Natl. Acad. Sci. 79 (1982) 2554, doi:10.1073/pnas.79.8.2554.
    """
    return Map(Hopfield(weights, name))
