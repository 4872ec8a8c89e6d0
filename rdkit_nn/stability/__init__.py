"""Why does a uniform state break? Linear stability, from steady states to a verdict."""

from .dispersing import dispersion, fastest_mode, unstable_band
from .jacobians import jacobian
from .linearising import linearised, matrix
from .mapping import turing_space
from .steady import steady_states
from .thresholds import threshold
from .uniforms import uniform
from .verdicts import Verdict, verdict
from .waves import Waves

__all__ = [
    "Verdict",
    "Waves",
    "dispersion",
    "fastest_mode",
    "jacobian",
    "linearised",
    "matrix",
    "steady_states",
    "threshold",
    "turing_space",
    "uniform",
    "unstable_band",
    "verdict",
]
