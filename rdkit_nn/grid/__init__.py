"""Where fields live: boxes of cells, their boundaries, domains, stencils and modes."""

from .boundary import Dirichlet, Neumann, NoFlux, Periodic, Robin
from .domain import Domain
from .grid import Grid

__all__ = ["Dirichlet", "Domain", "Grid", "Neumann", "NoFlux", "Periodic", "Robin"]
