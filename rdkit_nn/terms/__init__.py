"""What changes the values: terms, and their sums."""

from .base import Sum, Term, parts
from .dissecting import rates
from .distant import Convolution, GraphDiffusion
from .drift import Chemotaxis
from .linear import Diffusion, Linear
from .local import Reaction, law, reaction
from .noise import Noise
from .scaled import Scaled
from .shaken import ConservedNoise, MultiplicativeNoise
from .transport import Advection, Conserved, CrossDiffusion

__all__ = [
    "Advection",
    "Chemotaxis",
    "Conserved",
    "ConservedNoise",
    "Convolution",
    "CrossDiffusion",
    "Diffusion",
    "GraphDiffusion",
    "Linear",
    "MultiplicativeNoise",
    "Noise",
    "Reaction",
    "Scaled",
    "Sum",
    "Term",
    "law",
    "parts",
    "rates",
    "reaction",
]
