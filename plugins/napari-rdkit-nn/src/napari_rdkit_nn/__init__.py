"""Browse rdkit_nn runs, chemical and neural, in napari."""

from .layers import layers_of
from .neurons import offer
from .reader import open_any
from .viewer import show

__all__ = ["layers_of", "offer", "open_any", "show"]
