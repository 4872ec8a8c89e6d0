"""From runs to layers: no Qt, no viewer.

napari reads axis labels, scale, translate and units from a DataArray's coordinates. It
reads *one* spacing an axis, so a coordinate that is not even is left out here, and the
slider then counts frames instead of lying about time; `caption` says what is true.

Every layer carries in its metadata, beside the provenance of the run,

    run        the Dataset that it is of
    variable   the name of the field in it
    field      that field with all its coordinates, in the order of the layer
    caption    a function of the layer's place on the sliders: what is seen, in words
"""

from .captions import caption
from .lazily import Pictures
from .marks import defects, mask, spots, tips
from .runs import Layer, layers_of, pictures_of

__all__ = [
    "Layer",
    "Pictures",
    "caption",
    "defects",
    "layers_of",
    "mask",
    "pictures_of",
    "spots",
    "tips",
]
