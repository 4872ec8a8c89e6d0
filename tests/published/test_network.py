"""Identities of the pseudo-reaction-diffusion model, each true to rounding."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import neural, presets
from rdkit_nn.dynamics import Clock
from rdkit_nn.labels import strip

rng = np.random.default_rng(3)


def unit(n, d):
    x = rng.standard_normal((n, d))
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def parts_of(task, weights):
    X, Y = task.arrays(np.zeros(1))
    w = strip(weights)
    U = w["U"].reshape(len(w["U"]), -1)
    return X, Y, U, w


def advance(flow, weights, steps):
    return flow.advance(strip(weights), rd.Grid.of(weights), range(steps))


def test_the_network_is_equation_one(task, weights):
    X, _, U, w = parts_of(task, weights)
    o, m = w["V"].shape
    Z = np.array([w["V"] @ np.maximum(U @ x, 0) / np.sqrt(o * m) for x in X])
    np.testing.assert_allclose(neural.predict(weights, task), Z, rtol=0, atol=1e-14)
    g = [w["a"] @ np.maximum(w["W"] @ z, 0) / np.sqrt(len(w["a"])) for z in Z]
    np.testing.assert_allclose(neural.score(weights, task), g, rtol=0, atol=1e-14)


def test_supervised_descent_is_the_formula_of_the_paper(task, weights):
    # R_j^u = 1/√(d_out m) Σ_p Σ_i (y_p - z_p)_i v_ij 1{u_j·x_p > 0} x_p, sum by sum
    X, Y, U, w = parts_of(task, weights)
    Z = neural.predict(weights, task).values
    o, m = w["V"].shape
    R = np.zeros_like(U)
    for j in range(m):
        for p in range(len(X)):
            if U[j] @ X[p] > 0:
                R[j] += (Y[p] - Z[p]) @ w["V"][:, j] * X[p] / np.sqrt(o * m)
    found = rd.rates(neural.Supervised(task), weights).U.values[0]
    np.testing.assert_allclose(found.reshape(R.shape), R, rtol=0, atol=1e-14)


def test_the_adversary_pushes_with_the_gradient_of_the_critic(task, weights):
    # D_j^u = 1/√(d_out m m_c) Σ_p aᵀ diag(1{W z_p > 0}) W v_j 1{u_j·x_p > 0} x_p, any m_c
    X, _, U, w = parts_of(task, weights)
    Z = neural.predict(weights, task).values
    o, m = w["V"].shape
    D = np.zeros_like(U)
    for j in range(m):
        for p in range(len(X)):
            if U[j] @ X[p] > 0:
                K = w["W"] @ Z[p] > 0
                push = (w["a"] * K) @ w["W"] @ w["V"][:, j]
                D[j] += push * X[p] / np.sqrt(o * m * len(w["a"]))
    found = rd.rates(neural.Adversarial(task), weights).U.values[0]
    np.testing.assert_allclose(found.reshape(D.shape), D, rtol=0, atol=1e-14)


def test_predictions_move_by_the_gram_matrix():
    # dz/dt = H (y - z), first layer trained, d_out = 1; by central differences of z along
    # the flow's direction, whose error is second order in the step.
    task = neural.Task(unit(7, 5), rng.standard_normal(7), centre=False)
    weights = neural.weights(task, hidden=64, seed=0)
    X, Y, U, w = parts_of(task, weights)
    M = (X @ U.T > 0).astype(float)
    H = (X @ X.T) * (M @ M.T) / 64
    z = neural.predict(weights, task).values[:, 0]
    rate = rd.rates(neural.Supervised(task, descends=("U",)), weights).U.values[0]
    h = 1e-6
    ahead, behind = (
        neural.predict(weights.assign(U=weights.U + s * h * rate), task).values[:, 0]
        for s in (1, -1)
    )
    found = (ahead - behind) / (2 * h)
    np.testing.assert_allclose(found, H @ (Y[:, 0] - z), rtol=0, atol=1e-8)


def test_the_gram_matrix_at_random_weights_approaches_its_closed_form():
    # H∞ = x·x' (π - θ) / (2π); 60 degrees: eigenvalues 1/3 and 2/3. Monte Carlo error of a
    # share p is √(p(1-p)/m); four of them.
    m = 200_000
    X = np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]])
    task = neural.Task(X, np.array([0.0, 1.0]), centre=False)
    U = neural.weights(task, hidden=m, seed=0).U.values
    M = (X @ U.T > 0).astype(float)
    H = (X @ X.T) * (M @ M.T) / m
    np.testing.assert_allclose(
        np.linalg.eigvalsh(H), [1 / 3, 2 / 3], rtol=0, atol=4 * 0.5 / np.sqrt(m)
    )


def test_the_exact_solution_before_the_first_switch():
    # z(t) = y + exp(-H t)(z(0) - y) while no unit switches.
    import scipy.linalg

    task = neural.Task(unit(4, 6), rng.standard_normal(4), centre=False)
    weights = neural.weights(task, hidden=64, seed=1)
    X, Y, U, _ = parts_of(task, weights)
    M = (X @ U.T > 0).astype(float)
    H = (X @ X.T) * (M @ M.T) / 64
    flow = rd.Flow(neural.Supervised(task, descends=("U",)), rd.RK4(0.0005))
    run = rd.simulate(flow, weights, steps=40)
    switched = (X @ run.U.values[-1].T > 0) != (M > 0)
    assert not switched.any()
    z = neural.predict(run, task).values[:, :, 0]
    exact = Y[:, 0] + scipy.linalg.expm(-H * 0.02) @ (z[0] - Y[:, 0])
    np.testing.assert_allclose(z[-1], exact, rtol=0, atol=1e-12)


def test_each_neuron_is_in_balance(task, weights):
    # ⟨u_j, R_j^u⟩ = ⟨v_j, R_j^v⟩, and the same for D: so ‖u_j‖² - ‖v_j‖² is conserved.
    for loss in (neural.Supervised(task), neural.Adversarial(task)):
        rates = rd.rates(loss, weights).isel(term=0)
        left = (weights.U * rates.U).sum(("y", "x"))
        right = (weights.V * rates.V).sum("output")
        np.testing.assert_allclose(left, right, rtol=0, atol=1e-13)


def test_one_step_breaks_the_balance_by_dt_squared(task, weights):
    game, dt = neural.Supervised(task) + neural.Adversarial(task), 0.05
    rates = rd.rates(game, weights).sum("term")
    run = rd.simulate(rd.Flow(game, rd.Euler(dt)), weights, steps=1)
    change = neural.balance(run).diff("time").isel(time=0)
    exact = (rates.U**2).sum(("y", "x")) - (rates.V**2).sum("output")
    np.testing.assert_allclose(change, dt**2 * exact, rtol=0, atol=1e-12)


def test_homogeneity_of_the_adversary(task, weights):
    # Σ_j ⟨u_j, D_j^u⟩ = L_adv and g(0) = 0.
    D = rd.rates(neural.Adversarial(task), weights).U[0]
    total = float((weights.U * D).sum())
    assert total == pytest.approx(float(neural.score(weights, task).sum()), rel=1e-12)
    still = weights.assign(V=0 * weights.V)
    assert not neural.score(still, task).any()


def test_receptive_fields_move_in_the_span_of_the_inputs():
    task = neural.Task(np.hstack([unit(6, 5), np.zeros((6, 2))]), np.arange(6) % 2)
    weights = neural.weights(task, hidden=9, critic=4, seed=0)
    flow = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)
    gone = advance(flow, weights, 30)["U"] - weights.U.values
    X, _ = task.arrays(gone)
    outside = gone - gone @ np.linalg.pinv(X) @ X
    assert np.abs(gone).max() > 0.01
    np.testing.assert_allclose(outside, 0, atol=1e-12)
    assert not gone[:, 5:].any()  # a pixel that is zero in every sample never moves


def test_training_does_not_know_which_pixels_are_neighbours(task, weights):
    # Permuting the pixels of the data permutes the columns of U: structure in a receptive
    # field comes from the data.
    order = rng.permutation(20)
    X, Y = task.arrays(np.zeros(1))
    mixed = neural.Task(X[:, order], Y, centre=False, unit=False)
    flat = neural.Task(X, Y, centre=False, unit=False)
    U = weights.U.values.reshape(16, 20)
    rest = {n: weights[n].values for n in ("V", "W", "a")}
    one = neural.state(U=U, **rest)
    other = neural.state(U=U[:, order], **rest)
    a = advance(presets.pseudo_reaction_diffusion(flat, dt=0.05, seed=0), one, 25)
    b = advance(presets.pseudo_reaction_diffusion(mixed, dt=0.05, seed=0), other, 25)
    np.testing.assert_allclose(a["U"][:, order], b["U"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(a["V"], b["V"], rtol=0, atol=1e-12)


def test_hidden_neurons_have_no_order(task, weights):
    order = rng.permutation(16)
    mixed = weights.assign(
        U=weights.U.isel(hidden=order), V=weights.V.isel(hidden=order)
    )
    flow = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)
    one, other = advance(flow, weights, 25), advance(flow, mixed, 25)
    np.testing.assert_allclose(one["U"][order], other["U"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("silent", ["weight", "a", "W"])
def test_without_an_adversary_the_game_is_supervision_bit_for_bit(
    silent, dtype, task, weights
):
    weights = weights.astype(dtype)
    weight = 0.0 if silent == "weight" else 1.0
    game = presets.pseudo_reaction_diffusion(
        task,
        dt=0.05,
        seed=0,
        weight=weight,
        critic_steps=2 if silent == "weight" else 0,
    )
    if silent != "weight":
        weights = weights.assign({silent: 0 * weights[silent]})
    alone = rd.Flow(neural.Supervised(task), rd.Euler(0.05))
    one, other = advance(game, weights, 60), advance(alone, weights, 60)
    for name in ("U", "V"):
        np.testing.assert_array_equal(one[name], other[name])


def test_a_frozen_scalar_critic_only_shifts_the_labels():
    # y_p -> y_p + S_{sign z_p}/√m_c with S± sums of a_r w_r over one sign of w.
    task = neural.Task(unit(8, 5), rng.standard_normal(8), centre=False)
    weights = neural.weights(task, hidden=32, critic=10, seed=0)
    X, Y, U, w = parts_of(task, weights)
    z = neural.predict(weights, task).values[:, 0]
    W, a = w["W"][:, 0], w["a"]
    S = {s: float((a * W)[s * W > 0].sum()) / np.sqrt(10) for s in (1, -1)}
    shifted = task.relabelled(Y + np.array([S[int(s)] for s in np.sign(z)])[:, None])
    game = rd.rates(neural.Supervised(task) + neural.Adversarial(task), weights)
    alone = rd.rates(neural.Supervised(shifted), weights)
    np.testing.assert_allclose(
        game.U.sum("term"), alone.U.isel(term=0), rtol=0, atol=1e-13
    )


def test_the_supervised_loss_never_rises_for_small_steps(task, weights):
    flow = rd.Flow(neural.Supervised(task), rd.Euler(0.02))
    run = rd.simulate(flow, weights, steps=200, every=1)
    z = neural.predict(run, task).values
    loss = 0.5 * ((z - task.targets.values) ** 2).sum((1, 2))
    assert (np.diff(loss) <= 1e-14).all() and loss[-1] < 0.5 * loss[0]


def test_the_critic_gradient_is_in_balance(task, weights):
    # ⟨w_r, ∂L/∂w_r⟩ = a_r ∂L/∂a_r for the Wasserstein loss, penalty included.
    rates = rd.rates(neural.Critic(task, seed=5), weights).isel(term=0)
    left = (weights.W * rates.W).sum("output")
    np.testing.assert_allclose(left, weights.a * rates.a, rtol=0, atol=1e-13)


def test_a_dead_critic_is_no_accident(task, weights):
    from rdkit_nn.kernels import dense, tensor

    dead = weights.assign(W=0 * weights.W)
    flow = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=0)
    for room in (dense, tensor):
        kernel = room.kernel(flow.term, flow.method, rd.Grid(()), strip(dead), "cpu")
        after = kernel.run(strip(dead), range(3))
        assert all(np.isfinite(np.asarray(array)).all() for array in after.values())


def by_hand(task, weights, steps, dt, penalty, shares):
    """The game of the paper, sum by sum over samples, written a second time."""
    X, Y, U, w = parts_of(task, weights)
    U, V, W, a = (x.astype(float).copy() for x in (U, w["V"], w["W"], w["a"]))
    (n, _), (o, m), c = X.shape, V.shape, len(a)

    def answer(x):
        return V @ np.maximum(U @ x, 0) / np.sqrt(o * m)

    def gradient(z):
        return W.T @ (a * (W @ z > 0)) / np.sqrt(c)

    for step in range(steps):
        gW, ga = np.zeros_like(W), np.zeros_like(a)
        for p in range(n):
            z, y, e = answer(X[p]), Y[p], shares(step)[p, 0]
            for sign, q in ((1, z), (-1, y)):
                on = W @ q > 0
                gW += sign / n * np.outer(a * on, q) / np.sqrt(c)
                ga += sign / n * np.maximum(W @ q, 0) / np.sqrt(c)
            q = e * y + (1 - e) * z
            G, on = gradient(q), W @ q > 0
            length = np.linalg.norm(G)
            if length == 0:
                continue  # a dead critic has no penalty there
            pull = 2 * penalty / n * (1 - 1 / length) * G
            gW += np.outer(a * on, pull) / np.sqrt(c)
            ga += on * (W @ pull) / np.sqrt(c)
        W, a = W - dt * gW, a - dt * ga
        dU, dV = np.zeros_like(U), np.zeros_like(V)
        for p in range(n):
            z = answer(X[p])
            force = Y[p] - z + gradient(z)
            on = U @ X[p] > 0
            dU += np.outer((V.T @ force) * on, X[p]) / np.sqrt(o * m)
            dV += np.outer(force, np.maximum(U @ X[p], 0)) / np.sqrt(o * m)
        U, V = U + dt * dU, V + dt * dV
    return {"U": U, "V": V, "W": W, "a": a}


def test_four_hundred_steps_of_the_game_are_those_of_a_second_program(task, weights):
    dt, penalty = 0.02, 2.0
    game = presets.pseudo_reaction_diffusion(
        task, dt=dt, seed=3, critic_steps=1, penalty=penalty
    )
    critic = next(t for t in game.term.terms if isinstance(t, neural.Critic))

    def shares(step):
        return critic.shares(Clock(step, dt, 0))

    told = by_hand(task, weights, 400, dt, penalty, shares)
    found = advance(game, weights, 400)
    for name, exact in told.items():
        array = np.asarray(found[name]).reshape(exact.shape)
        np.testing.assert_allclose(array, exact, rtol=0, atol=1e-11)
