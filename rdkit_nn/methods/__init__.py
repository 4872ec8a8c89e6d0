"""How time is cut: a method takes one step of a term. It remembers nothing."""

from .base import Method
from .explicit import RK4, Euler
from .games import Alternating
from .projected import Clip, NormBound, Projected

__all__ = ["RK4", "Alternating", "Clip", "Euler", "Method", "NormBound", "Projected"]
