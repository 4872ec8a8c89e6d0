"""Update rules, once a step: discrete dynamics."""

from ._coupled_logistic import coupled_logistic
from ._life import life
from .base import Map

__all__ = ["Map", "coupled_logistic", "life"]
