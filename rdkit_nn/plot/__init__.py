"""Pictures of fields and of their measures, on matplotlib through xarray.

Every function takes DataArrays, draws into a new figure and returns it. What is compared
shares one scale; fields of both signs are centred on zero; axes carry units.
"""

from .fields import atlas, pair
from .measures import portrait, spectrum

__all__ = ["atlas", "pair", "portrait", "spectrum"]
