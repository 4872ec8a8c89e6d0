"""What changes the values: terms, and their sums."""

from .base import Sum, Term, parts
from .dissecting import rates
from .distant import Convolution
from .drift import Chemotaxis
from .driven import Driven
from .gradients import Flux, SquaredGradient
from .linear import Diffusion, Linear
from .local import Reaction, law, reaction
from .networks import GraphDiffusion, Network
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
    "Driven",
    "Flux",
    "GraphDiffusion",
    "Linear",
    "MultiplicativeNoise",
    "Network",
    "Noise",
    "Reaction",
    "Scaled",
    "SquaredGradient",
    "Sum",
    "Term",
    "law",
    "parts",
    "rates",
    "reaction",
]
