"""How time is cut: a method takes one step of a term. It remembers nothing."""

from .adaptive import Adaptive
from .base import Method
from .explicit import RK4, Euler
from .exponential import ETD1, ETDRK4, IMEX, Strang
from .games import Alternating
from .milstein import Milstein
from .projected import Clip, Hold, NormBound, Projected

__all__ = [
    "ETD1",
    "ETDRK4",
    "IMEX",
    "RK4",
    "Adaptive",
    "Alternating",
    "Clip",
    "Euler",
    "Hold",
    "Method",
    "Milstein",
    "NormBound",
    "Projected",
    "Strang",
]
