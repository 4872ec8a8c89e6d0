"""A run that goes on while somebody watches, turns its numbers and paints into it.

One thread computes; whoever watches asks for the newest frame. Nothing is queued: what is
asked for twice before it is done is asked for once. No Qt and no napari.
"""

from .brush import brush_values, discs
from .computing import Engine
from .view import View

__all__ = ["Engine", "View", "brush_values", "discs"]
