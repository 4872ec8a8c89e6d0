"""The same simulation at many points: in one kernel, on processes, or on a cluster."""

from .job import sweep
from .points import latin_hypercube, sobol

__all__ = ["latin_hypercube", "sobol", "sweep"]
