"""What changes the values: terms, and their sums."""

from .base import Sum, Term, parts
from .dissecting import rates
from .linear import Diffusion, Linear
from .local import Reaction, law, reaction
from .noise import Noise

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
