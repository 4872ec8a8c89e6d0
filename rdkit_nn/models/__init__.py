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
from ._kuramoto_sivashinsky import burgers_flux, kuramoto_sivashinsky
from ._lengyel_epstein import lengyel_epstein, lengyel_epstein_kinetics
from ._neural_fields import Gaussians, amari, firing, leak
from ._oregonator import oregonator, oregonator_kinetics
from ._oscillators import (
    cosine,
    kuramoto,
    kuramoto_pull,
    natural_frequency,
    sine,
)
from ._purwins import purwins, purwins_kinetics
from ._rate_networks import (
    gaussian_weights,
    hebbian_weights,
    hopfield,
    rate_fired,
    rate_leak,
    rate_network,
)
from ._schnakenberg import schnakenberg, schnakenberg_kinetics
from ._swift_hohenberg import swift_hohenberg, swift_hohenberg_kinetics
from ._thomas import thomas, thomas_kinetics
from ._turing import turing, turing_kinetics
from ._wilson_cowan import (
    from_excitatory,
    from_inhibitory,
    wilson_cowan,
    wilson_cowan_drive,
    wilson_cowan_kinetics,
)

__all__ = [
    "Gaussians",
    "allen_cahn",
    "allen_cahn_kinetics",
    "amari",
    "barkley",
    "barkley_kinetics",
    "brusselator",
    "brusselator_kinetics",
    "burgers_flux",
    "cahn_hilliard",
    "cosine",
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
    "from_excitatory",
    "from_inhibitory",
    "gaussian_weights",
    "gierer_meinhardt",
    "gierer_meinhardt_kinetics",
    "ginzburg_landau",
    "ginzburg_landau_kinetics",
    "gray_scott",
    "gray_scott_kinetics",
    "hebbian_weights",
    "hopfield",
    "keller_segel",
    "keller_segel_kinetics",
    "keller_segel_response",
    "klausmeier",
    "klausmeier_kinetics",
    "kuramoto",
    "kuramoto_pull",
    "kuramoto_sivashinsky",
    "lambda_omega",
    "lambda_omega_kinetics",
    "leak",
    "lengyel_epstein",
    "lengyel_epstein_kinetics",
    "lotka_volterra",
    "lotka_volterra_kinetics",
    "nagumo",
    "nagumo_kinetics",
    "natural_frequency",
    "oregonator",
    "oregonator_kinetics",
    "purwins",
    "purwins_kinetics",
    "rate_fired",
    "rate_leak",
    "rate_network",
    "rosenzweig_macarthur",
    "rosenzweig_macarthur_kinetics",
    "schnakenberg",
    "schnakenberg_kinetics",
    "sine",
    "swift_hohenberg",
    "swift_hohenberg_kinetics",
    "thomas",
    "thomas_kinetics",
    "turing",
    "turing_kinetics",
    "wilson_cowan",
    "wilson_cowan_drive",
    "wilson_cowan_kinetics",
]
