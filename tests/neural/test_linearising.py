"""Growth rates about a state of weights."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import models, neural, presets, stability
from rdkit_nn.neural import linearising

torch = pytest.importorskip("torch")


@pytest.fixture
def small():
    rng = np.random.default_rng(0)
    task = neural.Task(rng.random((5, 3, 4)), np.arange(5) % 2)
    return task, neural.weights(task, hidden=6, critic=4, seed=1)


def test_where_the_network_is_linear_the_rates_are_those_of_the_gram_matrix(small):
    task, state = small
    told = neural.growth_rates(
        neural.Supervised(task, descends=("V",)), state, count=8, which="decaying"
    )
    X, _ = task.arrays(state.U.values)
    S = np.maximum(X @ state.U.values.reshape(6, -1).T, 0)
    m = state.sizes["hidden"] * state.sizes["output"]
    values = np.sort(np.linalg.eigvalsh(S @ S.T / m))[::-1]
    expected = -np.repeat(values, state.sizes["output"])[:8]
    np.testing.assert_allclose(told.real, expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(told.imag, 0, atol=1e-12)


def test_supervised_rates_are_those_of_the_hessian(small):
    task, state = small
    loss = neural.Supervised(task)
    told = neural.growth_rates(loss, state, count=4, which="decaying")
    sizes = [state[n].size for n in ("U", "V")]

    def scalar(flat):
        U = flat[: sizes[0]].reshape(state.U.shape)
        V = flat[sizes[0] :].reshape(state.V.shape)
        return loss.loss({"U": U, "V": V}, None)

    flat = torch.as_tensor(np.concatenate([state[n].values.ravel() for n in "UV"]))
    hessian = torch.autograd.functional.hessian(scalar, flat).numpy()
    exact = np.sort(np.linalg.eigvalsh(-hessian))[:4]
    np.testing.assert_allclose(np.sort(told.real), exact, rtol=1e-9)


@pytest.mark.parametrize("which", ["growing", "decaying"])
def test_krylov_finds_what_the_full_matrix_has(small, which, monkeypatch):
    task, state = small
    for term in (
        neural.Supervised(task),
        presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0).term,
    ):
        full = neural.growth_rates(term, state, 3, which=which)
        monkeypatch.setattr(linearising, "DENSE", 1)
        some = neural.growth_rates(term, state, 3, which=which)
        monkeypatch.undo()
        # (largest first; a pair that turns may come in either order)
        gap = np.abs(np.sort(some.real.values) - np.sort(full.real.values)).max()
        assert gap < 1e-8 * np.abs(full).max() + 1e-9


def test_a_medium_that_is_discretised_has_its_own_dispersion_relation():
    """The rates about a uniform state are λ(k) of the grid's modes."""
    n, h = 48, 0.7
    term, grid = models.schnakenberg(Dv=40.0), rd.Grid((n,), spacing=h)
    state = grid.state(u=np.ones(n), v=np.full(n, 0.9))
    told = neural.growth_rates(term, state, count=6)
    k = 2 * np.pi * np.arange(n // 2 + 1) / (n * h)
    exact = stability.dispersion(term, {"u": 1.0, "v": 0.9}, k, grid=grid).values
    both = np.concatenate([exact, exact[1 : n // 2]]).ravel()  # sines and cosines
    top = np.sort(both.real)[::-1][:6]
    np.testing.assert_allclose(np.sort(told.real)[::-1], top, rtol=1e-9)


def test_modes_of_pixels_follow_the_data(small):
    task, state = small
    told = neural.rates_of_modes(neural.Supervised(task, descends=("U",)), state)
    assert told.dims == ("mode_y", "mode_x") and told.shape == (3, 4)
    assert np.isfinite(told).all()
    # the sum over modes is the trace of the Jacobian over the number of neurons
    push, size = linearising._pusher(neural.Supervised(task, descends=("U",)), state)
    hessian = np.stack([push(row) for row in np.eye(size)])
    draws = neural.rates_of_modes(
        neural.Supervised(task, descends=("U",)), state, draws=400
    )
    trace = np.trace(hessian) / state.sizes["hidden"]
    assert float(draws.sum()) == pytest.approx(trace, rel=0.1)


def test_what_makes_no_sense_is_told(small):
    task, state = small
    loss = neural.Supervised(task)
    with pytest.raises(ValueError, match="growing or decaying"):
        neural.growth_rates(loss, state, which="odd")
    with pytest.raises(ValueError, match="weights, so no"):
        neural.growth_rates(loss, state, count=10_000)
    with pytest.raises(ValueError, match="no pictures|ask for"):
        neural.rates_of_modes(loss, state, "V")
