"""Published models: an equation, its parameters, and where it stands in print."""

from ._barkley import barkley, barkley_kinetics
from ._brusselator import brusselator, brusselator_kinetics
from ._cahn_hilliard import cahn_hilliard, double_well
from ._ecology import (
    cyclic_competition,
    cyclic_competition_kinetics,
    klausmeier,
    klausmeier_kinetics,
    lotka_volterra,
    lotka_volterra_kinetics,
    rosenzweig_macarthur,
    rosenzweig_macarthur_kinetics,
)
from ._fitzhugh_nagumo import (
    excitable,
    excitable_kinetics,
    fitzhugh,
    fitzhugh_kinetics,
    fitzhugh_nagumo,
    fitzhugh_nagumo_kinetics,
)
from ._fronts import (
    allen_cahn,
    allen_cahn_kinetics,
    fisher_kpp,
    fisher_kpp_kinetics,
    nagumo,
    nagumo_kinetics,
)
from ._gierer_meinhardt import gierer_meinhardt, gierer_meinhardt_kinetics
from ._ginzburg_landau import (
    ginzburg_landau,
    ginzburg_landau_kinetics,
    lambda_omega,
    lambda_omega_kinetics,
)
from ._gray_scott import gray_scott, gray_scott_kinetics
from ._keller_segel import keller_segel, keller_segel_kinetics, keller_segel_response
from ._lengyel_epstein import lengyel_epstein, lengyel_epstein_kinetics
from ._neural_fields import Gaussians, amari, firing, leak
from ._oregonator import oregonator, oregonator_kinetics
from ._purwins import purwins, purwins_kinetics
from ._schnakenberg import schnakenberg, schnakenberg_kinetics
from ._swift_hohenberg import swift_hohenberg, swift_hohenberg_kinetics
from ._thomas import thomas, thomas_kinetics
from ._turing import turing, turing_kinetics

__all__ = [
    "Gaussians",
    "allen_cahn",
    "allen_cahn_kinetics",
    "amari",
    "barkley",
    "barkley_kinetics",
    "brusselator",
    "brusselator_kinetics",
    "cahn_hilliard",
    "cyclic_competition",
    "cyclic_competition_kinetics",
    "double_well",
    "excitable",
    "excitable_kinetics",
    "firing",
    "fisher_kpp",
    "fisher_kpp_kinetics",
    "fitzhugh",
    "fitzhugh_kinetics",
    "fitzhugh_nagumo",
    "fitzhugh_nagumo_kinetics",
    "gierer_meinhardt",
    "gierer_meinhardt_kinetics",
    "ginzburg_landau",
    "ginzburg_landau_kinetics",
    "gray_scott",
    "gray_scott_kinetics",
    "keller_segel",
    "keller_segel_kinetics",
    "keller_segel_response",
    "klausmeier",
    "klausmeier_kinetics",
    "lambda_omega",
    "lambda_omega_kinetics",
    "leak",
    "lengyel_epstein",
    "lengyel_epstein_kinetics",
    "lotka_volterra",
    "lotka_volterra_kinetics",
    "nagumo",
    "nagumo_kinetics",
    "oregonator",
    "oregonator_kinetics",
    "purwins",
    "purwins_kinetics",
    "rosenzweig_macarthur",
    "rosenzweig_macarthur_kinetics",
    "schnakenberg",
    "schnakenberg_kinetics",
    "swift_hohenberg",
    "swift_hohenberg_kinetics",
    "thomas",
    "thomas_kinetics",
    "turing",
    "turing_kinetics",
]
