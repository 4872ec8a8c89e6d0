"""What changes the values: terms, and their sums."""

from .base import Sum, Term, parts
from .linear import Diffusion, Linear
from .local import Reaction, law, reaction
from .noise import Noise
from .rates import rates

__all__ = [
    "Diffusion",
    "Linear",
    "Noise",
    "Reaction",
    "Sum",
    "Term",
    "law",
    "parts",
    "rates",
    "reaction",
]
