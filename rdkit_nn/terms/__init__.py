"""What changes the values: terms, and their sums."""

from .base import Term
from .by_term import rates
from .composite import Scaled, Sum, parts
from .conserved import Conserved, CrossDiffusion
from .convolution import Convolution
from .diffusion import Diffusion
from .driven import Driven
from .fields import by_axis, by_variable, choice, parameter, seed, wrapped
from .gradients import Flux, SquaredGradient
from .graph import GraphDiffusion, Network
from .linear import Linear
from .local import Reaction, law, reaction
from .noise import ConservedNoise, MultiplicativeNoise, Noise
from .transport import Advection, Chemotaxis

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
    "by_axis",
    "by_variable",
    "choice",
    "law",
    "parameter",
    "parts",
    "rates",
    "reaction",
    "seed",
    "wrapped",
]
