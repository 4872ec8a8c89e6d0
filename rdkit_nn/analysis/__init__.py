"""Measures of patterns: plain functions, DataArray in, DataArray out.

They reduce over space (those of z, y, x that a field has) or over `dim=` when told, keep
all other dims and coordinates, and stay lazy where dask is. A frame, a run, a sweep and a
bank of receptive fields are measured by the same call.
"""

from .alike import distance, nearest
from .arrangement import hexatic, spacing
from .classes import classify
from .clocks import clock
from .components import components, holes, pieces
from .correlation import autocorrelation, correlation_length, radial_autocorrelation
from .curves import euler_curve
from .directions import angular_spectrum, anisotropy, orientation
from .distributions import displacement, ks_distance, wasserstein
from .families import adjusted
from .folds import symmetry
from .histograms import entropy, histogram
from .homogeneity import contrast, patchiness, variation
from .hotspots import hot_spots, local_moran
from .lags import variogram
from .moments import kurtosis, skewness, variance
from .motion import activity, movement, stationarity
from .neighbours import geary, getis_ord, moran
from .nulls import permuted
from .orientations import director, disclinations, dislocations
from .paired import paired_effect, sign_flip
from .persistence import persistence, total_persistence
from .phases import hilbert_phase, phase, singularities, tips, winding
from .portraits import portrait
from .rank import effective_rank
from .scales import spectral_entropy, spectral_width, wavelength
from .shape import area, euler_number, perimeter
from .skeletons import branch_points, end_points, skeleton, skeleton_length
from .spacetime import dispersion_spectrum, frequency_spectrum, growth_spectrum
from .spectra import power_spectrum, structure_factor
from .spots import spots
from .surrogates import iaaft, phase_randomised
from .testing import significance
from .thresholds import above
from .tracks import lifetimes, tracks

__all__ = [
    "above",
    "activity",
    "adjusted",
    "angular_spectrum",
    "anisotropy",
    "area",
    "autocorrelation",
    "branch_points",
    "classify",
    "clock",
    "components",
    "contrast",
    "correlation_length",
    "director",
    "disclinations",
    "dislocations",
    "dispersion_spectrum",
    "displacement",
    "distance",
    "effective_rank",
    "end_points",
    "entropy",
    "euler_curve",
    "euler_number",
    "frequency_spectrum",
    "geary",
    "getis_ord",
    "growth_spectrum",
    "hexatic",
    "hilbert_phase",
    "histogram",
    "holes",
    "hot_spots",
    "iaaft",
    "ks_distance",
    "kurtosis",
    "lifetimes",
    "local_moran",
    "moran",
    "movement",
    "nearest",
    "orientation",
    "paired_effect",
    "patchiness",
    "perimeter",
    "permuted",
    "persistence",
    "phase",
    "phase_randomised",
    "pieces",
    "portrait",
    "power_spectrum",
    "radial_autocorrelation",
    "sign_flip",
    "significance",
    "singularities",
    "skeleton",
    "skeleton_length",
    "skewness",
    "spacing",
    "spectral_entropy",
    "spectral_width",
    "spots",
    "stationarity",
    "structure_factor",
    "symmetry",
    "tips",
    "total_persistence",
    "tracks",
    "variance",
    "variation",
    "variogram",
    "wasserstein",
    "wavelength",
    "winding",
]
