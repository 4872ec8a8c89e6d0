"""Modes of a box behind every pair of walls, and what they diagonalise."""

import itertools

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn.grid import stencils, symbols
from rdkit_nn.grid.transforms import Transform

BOUNDARIES = {
    "periodic": (rd.Periodic(), rd.Periodic()),
    "no-flux": (rd.NoFlux(), rd.NoFlux()),
    "dirichlet": (rd.Dirichlet(0.0), rd.Dirichlet(0.0)),
    "no-flux|dirichlet": (rd.NoFlux(), rd.Dirichlet(0.0)),
    "dirichlet|no-flux": (rd.Dirichlet(0.0), rd.NoFlux()),
}
SHAPE, SPACING = (5, 6, 4), (0.5, 0.7, 0.9)
CASES = [
    boundary
    for dim in (1, 2, 3)
    for boundary in itertools.product(BOUNDARIES, repeat=dim)
]


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_modes_diagonalise_every_laplacian(library):
    torch = pytest.importorskip("torch") if library == "torch" else None
    field = np.random.default_rng(0).standard_normal((2, *SHAPE))
    for names in CASES:
        dim = len(names)
        boundary, spacing = tuple(BOUNDARIES[n] for n in names), SPACING[:dim]
        x = field[(slice(None), *(slice(None),) * dim, *(0,) * (3 - dim))]
        x = np.ascontiguousarray(x)
        given = torch.tensor(x) if torch else x
        modes = Transform(SHAPE[:dim], boundary, bool(torch))
        there = modes.forward(given)
        assert np.abs(np.asarray(modes.back(there)) - x).max() < 1e-14
        for stencil in ("5-point", "4th-order"):
            s = symbols.modal(SHAPE[:dim], spacing, boundary, stencil, bool(torch))
            bent = modes.back(there * (torch.tensor(s) if torch else s))
            exact = stencils.laplacian(x, spacing, boundary, stencil)
            # Sums of up to thirteen numbers of order 1/h² = 4.
            assert np.abs(np.asarray(bent) - exact).max() < 1e-12, (names, stencil)


def test_the_spectral_laplacian_is_exact_on_what_the_grid_resolves():
    h, n = 0.25, 24
    x = (np.arange(n) + 0.5) * h
    q = 2 * np.pi * 3 / (n * h)
    for wall, field, wave in (
        ("periodic", np.sin(q * x), q),
        ("no-flux", np.cos(np.pi * 5 * x / (n * h)), np.pi * 5 / (n * h)),
        ("dirichlet", np.sin(np.pi * 5 * x / (n * h)), np.pi * 5 / (n * h)),
    ):
        grid = rd.Grid((n,), spacing=h, boundary=wall)
        bent = grid.laplacian(field, stencil="spectral")
        np.testing.assert_allclose(bent, -(wave**2) * field, rtol=0, atol=1e-11)
        assert grid.symbol(stencil="spectral").min() >= -grid.stiffness(
            stencil="spectral"
        ) * (1 + 1e-14)


def test_walls_without_modes_are_told():
    robin = {"u": {"x": rd.Robin(1.0, 0.5, 0.2)}}
    state = rd.Grid((8, 8), boundary="no-flux").state(u=np.ones((8, 8)))
    flow = rd.Flow(rd.Diffusion(u=0.1, boundary=robin), rd.ETDRK4(0.1))
    with pytest.raises(ValueError, match="have no plain modes"):
        rd.simulate(flow, state, 1)
    held = {"u": {"x": rd.Dirichlet(1.0)}}
    spectral = rd.Diffusion(u=0.1, boundary=held, stencil="spectral")
    with pytest.raises(ValueError, match="no modes for Dirichlet"):
        rd.simulate(rd.Flow(spectral, rd.Euler(0.01)), state, 1)
