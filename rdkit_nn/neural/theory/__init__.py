"""What the paper proves, computable: every bound with the hypotheses that it needs.

Rout, *Why Adversarial Interaction Creates Non-Homogeneous Patterns: A
Pseudo-Reaction-Diffusion Model for Turing Instability*, AAAI (2021), arXiv:2010.00521.
"""

from .bernoulli import bernoulli
from .bound import Bound
from .gram import extremes, gram, gram_infinite, tangent_kernel
from .rates import hoeffding, switched, theorem3
from .scalar import Scalar

__all__ = [
    "Bound",
    "Scalar",
    "bernoulli",
    "extremes",
    "gram",
    "gram_infinite",
    "hoeffding",
    "switched",
    "tangent_kernel",
    "theorem3",
]
