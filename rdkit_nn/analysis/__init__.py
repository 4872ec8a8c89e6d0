"""Measures of patterns: plain functions, DataArray in, DataArray out.

They reduce over space (those of z, y, x that a field has) or over `dim=` when told, keep
all other dims and coordinates, and stay lazy where dask is. A frame, a run, a sweep and a
bank of receptive fields are measured by the same call.
"""

from .correlation import (
    autocorrelation,
    correlation_length,
    radial_autocorrelation,
)
from .directions import angular_spectrum, anisotropy, orientation
from .folds import symmetry
from .homogeneity import contrast, displacement, entropy, moran, variation
from .nulls import paired_effect, permuted
from .rank import effective_rank
from .scales import spectral_entropy, spectral_width, wavelength
from .shape import activity, euler_number
from .spacetime import dispersion_spectrum, frequency_spectrum, growth_spectrum
from .spectra import power_spectrum, structure_factor

__all__ = [
    "activity",
    "angular_spectrum",
    "anisotropy",
    "autocorrelation",
    "contrast",
    "correlation_length",
    "dispersion_spectrum",
    "displacement",
    "effective_rank",
    "entropy",
    "euler_number",
    "frequency_spectrum",
    "growth_spectrum",
    "moran",
    "orientation",
    "paired_effect",
    "permuted",
    "power_spectrum",
    "radial_autocorrelation",
    "spectral_entropy",
    "spectral_width",
    "structure_factor",
    "symmetry",
    "variation",
    "wavelength",
]
