"""Measures of patterns: plain functions, DataArray in, DataArray out.

They reduce over space (those of z, y, x that a field has) or over `dim=` when told, keep
all other dims and coordinates, and stay lazy where dask is. A frame, a run, a sweep and a
bank of receptive fields are measured by the same call.
"""

from .homogeneity import contrast, displacement, entropy, moran, variation
from .nulls import paired_effect, permuted
from .rank import effective_rank
from .shape import activity, euler_number
from .spectra import power_spectrum, wavelength

__all__ = [
    "activity",
    "contrast",
    "displacement",
    "effective_rank",
    "entropy",
    "euler_number",
    "moran",
    "paired_effect",
    "permuted",
    "power_spectrum",
    "variation",
    "wavelength",
]
