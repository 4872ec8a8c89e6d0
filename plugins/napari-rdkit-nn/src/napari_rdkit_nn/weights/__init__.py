"""The dock of one hidden neuron: its field, spectrum, way in time, and what pulls at it."""

from .dock import Weights

__all__ = ["Weights"]
