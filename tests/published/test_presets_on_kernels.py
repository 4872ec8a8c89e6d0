"""Every preset on the fused kernel, on tensors and by modes: a small wave's exact future.

Upon a uniform state a wave with amplitudes p of the species becomes (1 + dt M)^n p by n
steps of Euler, and e^{MT} p in time, with M the matrix of linear theory for the stencil.
"""

import copy

import numpy as np
import pytest
from scipy.linalg import expm

import rdkit_nn as rd
from rdkit_nn import presets, stability
from rdkit_nn.terms import parts

GRID_SHAPE, TURNS = (8, 48), 3
STEPS = 40


def state_of(told):
    """The state that is meant, exactly at rest; the first there is where none is told."""
    term = told.flow.term
    if told.about is None:
        least = min(float(field.min()) for field in told.initial(0).values())
        found = stability.steady_states(term, positive=least >= 0, starts=40)
        at = found.sizes["state"] - 1
    else:
        names = dict.fromkeys((*term.inputs, *term.variables))
        try:
            box = {n: (told.about[n] - 0.1, told.about[n] + 0.1) for n in names}
            found = stability.steady_states(term, box, near=[told.about], starts=40)
        except ValueError:  # everything uniform is at rest
            return dict(told.about)
        gaps = sum(abs(found[n] - told.about[n]) for n in names)
        at = int(np.argmin(gaps.values))
    return {str(n): float(found[n][at]) for n in found}


def by_modes(term):
    """The same sum with spectral Laplacians."""
    total = None
    for part in parts(term):
        if hasattr(part, "stencil"):
            part = copy.copy(part)
            object.__setattr__(part, "stencil", "spectral")
        total = part if total is None else total + part
    return total


def future(flow, state, grid, names):
    """Amplitudes of a wave before and after, and its matrix."""
    k = 2 * np.pi * TURNS / (grid.shape[1] * grid.spacing[1])
    waves = stability.Waves.along([k], grid=grid)
    M = stability.matrix(flow.term, state, waves, names)[0]
    phase = np.exp(1j * k * grid.coords["x"][1])
    scale = 1e-7 * max(map(abs, state.values()), default=1.0) or 1e-7
    p = scale * np.array([1.0, -0.6, 0.3, 0.8][: len(names)])
    rows = np.ones((grid.shape[0], 1))
    begin = {n: state[n] + rows * (p[i] * phase).real for i, n in enumerate(names)}
    end = flow.advance(begin, grid, range(STEPS))
    share = 2 / grid.shape[1] * np.exp(-1j * k * grid.coords["x"][1])
    after = [np.asarray(end[n]).mean(0) @ share for n in names]
    return p, np.array(after), M


def fastest(term, state, grid, names):
    """Largest rate of any wave of the grid, for a step that is stable."""
    k = np.linspace(0, np.pi / grid.spacing[1], 25)
    waves = stability.Waves(np.stack([k, k], axis=1), grid)
    whole = stability.matrix(term, state, waves, names)
    return float(np.abs(np.linalg.eigvals(whole)).max())


@pytest.mark.parametrize("way", ["fused", "tensors", "modes"])
@pytest.mark.parametrize("name", presets.names())
def test_a_small_wave_has_its_future(name, way):
    told = presets.get(name)
    state, h = state_of(told), told.grid.spacing[0]
    far = any(
        isinstance(part, (rd.Convolution, rd.Driven)) for part in parts(told.flow.term)
    )
    grid = rd.Grid((64, 64) if far else GRID_SHAPE, spacing=h)  # as wide as the kernels
    term = told.flow.term if way != "modes" else by_modes(told.flow.term)
    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    dt = 0.3 / fastest(term, state, grid, names)
    if way == "modes":
        p, after, M = future(rd.Flow(term, rd.ETDRK4(dt)), state, grid, names)
        exact = expm(M * STEPS * dt) @ p
        tolerance = 1e-4  # forty steps of fourth order, dt M < 0.3
    else:
        device = "torch:cpu" if way == "tensors" else "cpu"
        p, after, M = future(rd.Flow(term, rd.Euler(dt), device), state, grid, names)
        exact = np.linalg.matrix_power(np.eye(len(names)) + dt * M, STEPS) @ p
        tolerance = 2e-6  # what is not linear, 1e-7, and rounding next to 1e-7
    size = max(abs(p).max(), abs(exact).max())
    assert abs(after - exact).max() < tolerance * size


def test_a_factor_of_two_in_a_diffusivity_would_be_seen():
    told = presets.get("schnakenberg-spots")
    state, grid = state_of(told), rd.Grid(GRID_SHAPE, spacing=told.grid.spacing[0])
    flow = rd.Flow(told.flow.term, rd.Euler(1e-3))
    p, after, _ = future(flow, state, grid, ("u", "v"))
    from rdkit_nn import models

    wrong = rd.Flow(models.schnakenberg(Dv=80.0), rd.Euler(1e-3))
    _, other, _ = future(wrong, state, grid, ("u", "v"))
    assert abs(after - other).max() > 1e-2 * abs(p).max()
