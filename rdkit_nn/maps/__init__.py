"""Update rules, once a step: discrete dynamics."""

from ._coupled_logistic import coupled_logistic
from ._hopfield import hopfield
from ._lenia import lenia
from ._life import life
from ._orbium import orbium
from .base import Map

__all__ = ["Map", "coupled_logistic", "hopfield", "lenia", "life", "orbium"]
