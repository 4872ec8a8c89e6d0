"""Published models: an equation, its parameters, and where it stands in print."""

from ._brusselator import brusselator, brusselator_kinetics
from ._gray_scott import gray_scott, gray_scott_kinetics
from ._schnakenberg import schnakenberg, schnakenberg_kinetics

__all__ = [
    "brusselator",
    "brusselator_kinetics",
    "gray_scott",
    "gray_scott_kinetics",
    "schnakenberg",
    "schnakenberg_kinetics",
]
