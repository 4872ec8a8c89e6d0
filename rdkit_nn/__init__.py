"""A general toolkit for reaction-diffusion and neural dynamics.

A model is a sum, a method moves it, a run is a Dataset:

    import rdkit_nn as rd
    from rdkit_nn import initial, models

    grid = rd.Grid((128, 128), spacing=2.5 / 256)
    state = initial.patch(grid, around=dict(u=1.0, v=0.0), inside=dict(u=0.5, v=0.25),
                        size=20, seed=0)
    run = rd.simulate(rd.Flow(models.gray_scott(F=0.037, k=0.06), rd.Euler(dt=1.0)),
                      state, steps=10_000, every=500)

Nothing is imported until it is touched.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# Public name -> the room it lives in. A room never bears the name of what it hands out,
# or importing the room would put the module in the place of the name.
_HOMES = {
    "Dynamics": "dynamics",
    "Clock": "dynamics",
    "Origin": "dynamics",
    "Grid": "grid",
    "Periodic": "grid",
    "NoFlux": "grid",
    "Dirichlet": "grid",
    "Neumann": "grid",
    "Robin": "grid",
    "Term": "terms",
    "reaction": "terms",
    "law": "terms",
    "Diffusion": "terms",
    "Linear": "terms",
    "Noise": "terms",
    "MultiplicativeNoise": "terms",
    "ConservedNoise": "terms",
    "Advection": "terms",
    "Chemotaxis": "terms",
    "CrossDiffusion": "terms",
    "Conserved": "terms",
    "Convolution": "terms",
    "GraphDiffusion": "terms",
    "Network": "terms",
    "Driven": "terms",
    "Flux": "terms",
    "SquaredGradient": "terms",
    "rates": "terms",
    "parameter": "terms",
    "by_variable": "terms",
    "by_axis": "terms",
    "choice": "terms",
    "seed": "terms",
    "wrapped": "terms",
    "as_parameter": "core.parameters",
    "Method": "methods",
    "Euler": "methods",
    "RK4": "methods",
    "Adaptive": "methods",
    "ETD1": "methods",
    "ETDRK4": "methods",
    "IMEX": "methods",
    "Strang": "methods",
    "Milstein": "methods",
    "Alternating": "methods",
    "Projected": "methods",
    "Clip": "methods",
    "Hold": "methods",
    "NormBound": "methods",
    "Map": "maps",
    "Flow": "flow",
    "Chunked": "chunked",
    "simulate": "simulation",
    "at_rest": "endings",
    "extinct": "endings",
    "open_run": "store",
    "verify": "store",
    "resume": "resuming",
    "save_run": "saving",
    "sweep": "sweeping",
    "latin_hypercube": "sweeping",
    "sobol": "sweeping",
    "atlas": "explaining",
    "explain": "explaining",
    "exp": "core.functions",
    "log": "core.functions",
    "sqrt": "core.functions",
    "tanh": "core.functions",
    "sin": "core.functions",
    "cos": "core.functions",
    "where": "core.functions",
    "minimum": "core.functions",
    "maximum": "core.functions",
}
_ROOMS = (
    "analysis",
    "comparing",
    "initial",
    "interchange",
    "maps",
    "methods",
    "models",
    "neural",
    "plot",
    "presets",
    "stability",
)

__all__ = [*_HOMES, *_ROOMS, "__version__"]


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"`rdkit_nn` has no name `{name}`.")


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from . import (
        analysis,
        comparing,
        initial,
        interchange,
        maps,
        methods,
        models,
        neural,
        plot,
        presets,
        stability,
    )
    from .chunked import Chunked
    from .core.functions import cos, exp, log, maximum, minimum, sin, sqrt, tanh, where
    from .core.parameters import as_parameter
    from .dynamics import Clock, Dynamics, Origin
    from .endings import at_rest, extinct
    from .explaining import atlas, explain
    from .flow import Flow
    from .grid import Dirichlet, Grid, Neumann, NoFlux, Periodic, Robin
    from .maps import Map
    from .methods import (
        ETD1,
        ETDRK4,
        IMEX,
        RK4,
        Adaptive,
        Alternating,
        Clip,
        Euler,
        Hold,
        Method,
        Milstein,
        NormBound,
        Projected,
        Strang,
    )
    from .resuming import resume
    from .saving import save_run
    from .simulation import simulate
    from .store import open_run, verify
    from .sweeping import latin_hypercube, sobol, sweep
    from .terms import (
        Advection,
        Chemotaxis,
        Conserved,
        ConservedNoise,
        Convolution,
        CrossDiffusion,
        Diffusion,
        Driven,
        Flux,
        GraphDiffusion,
        Linear,
        MultiplicativeNoise,
        Network,
        Noise,
        SquaredGradient,
        Term,
        by_axis,
        by_variable,
        choice,
        law,
        parameter,
        rates,
        reaction,
        seed,
        wrapped,
    )
