"""The theory of the paper against mathematics: closed forms, identities, true bounds."""

import numpy as np
import pytest
import xarray as xr
from scipy.integrate import solve_ivp

import rdkit_nn as rd
from rdkit_nn import neural
from rdkit_nn.neural import theory


def circle(degrees):
    t = np.deg2rad(np.asarray(degrees, float))
    return np.stack([np.cos(t), np.sin(t)], 1)


def scalar_case(n=6, m=400, d=12, seed=0, critic=0, length=None):
    """A task of one output, and a state as the theorems ask for it."""
    rng = np.random.default_rng(seed)
    task = neural.Task(
        rng.standard_normal((n, d)), rng.standard_normal(n), centre=False
    )
    fields = {
        "U": (("hidden", "input"), rng.standard_normal((m, d))),
        "V": (("output", "hidden"), rng.choice([-1.0, 1.0], (1, m))),
    }
    if critic:
        w = rng.standard_normal((critic, 1))
        w *= 1 if length is None else length / np.linalg.norm(w)
        fields["W"] = ("critic", "output"), w
        fields["a"] = ("critic",), rng.choice([-1.0, 1.0], critic)
    return xr.Dataset(fields), task


def test_the_infinite_gram_matrix_of_known_angles():
    np.testing.assert_allclose(
        theory.gram_infinite(np.eye(4)), np.eye(4) / 2, atol=1e-16
    )
    low, high = theory.extremes(theory.gram_infinite(circle([0, 60])))
    assert (low, high) == (
        pytest.approx(1 / 3, abs=1e-15),
        pytest.approx(2 / 3, abs=1e-15),
    )
    found = theory.gram_infinite(3 * circle([0, 90, 180]))
    np.testing.assert_allclose(np.diag(found), 4.5, rtol=0, atol=1e-14)
    np.testing.assert_allclose(found[0, 2], 0, atol=1e-15)


def test_the_infinite_gram_matrix_is_right_to_twelve_digits_near_parallel():
    # x·x' (π - θ) / 2π with θ known: arccos would give θ to eight digits only.
    for angle in (1e-5, 1e-7, 1e-9):
        found = theory.gram_infinite(circle([0, np.rad2deg(angle)]))
        exact = np.cos(angle) * (np.pi - angle) / (2 * np.pi)
        assert float(found[0, 1]) == pytest.approx(exact, rel=1e-15)
        # Its smallest eigenvalue is the difference, about angle / 2π.
        gap = float(found[0, 0] - found[0, 1])
        series = angle / (2 * np.pi) + angle**2 / 4 - angle**3 / (4 * np.pi)
        assert gap == pytest.approx(series, abs=1e-13 * angle + 2e-16)


def test_no_eigenvalue_where_the_inputs_depend_on_one_another():
    octagon = theory.gram_infinite(circle(np.arange(8) * 45))
    assert abs(theory.extremes(octagon)[0]) < 1e-15
    twice = theory.gram_infinite(circle([0, 0, 90]))
    assert abs(theory.extremes(twice)[0]) < 1e-15
    np.testing.assert_allclose(
        theory.gram_infinite(circle([0, 180])), np.eye(2) / 2, atol=1e-16
    )


def test_patterns_are_counted_exactly():
    rng = np.random.default_rng(0)
    for n, m in ((1, 1), (2, 3), (5, 63), (7, 64), (9, 65), (41, 1000), (60, 70_000)):
        X, U = rng.standard_normal((n, 6)), rng.standard_normal((m, 6))
        active = (X @ U.T > 0).astype(float)
        exact = (X @ X.T) * (active @ active.T) / m
        np.testing.assert_allclose(theory.gram(U, X), exact, rtol=1e-15, atol=1e-15)


def test_many_neurons_come_near_the_infinite_matrix():
    X = neural.Task(
        np.random.default_rng(1).standard_normal((8, 5)), np.zeros(8)
    ).inputs
    limit, rng = theory.gram_infinite(X), np.random.default_rng(2)
    gaps = [
        float(abs(theory.gram(rng.standard_normal((m, 5)), X) - limit).max())
        for m in (100, 10_000, 1_000_000)
    ]
    # The spread of a share of m neurons is at most 1/(2 √m); five of them, 36 pairs.
    assert all(g < 2.5 / np.sqrt(m) for g, m in zip(gaps, (100, 10_000, 1_000_000)))


def test_the_tangent_kernel_is_the_gram_matrix_in_the_scalar_set_up():
    state, task = scalar_case()
    first = theory.tangent_kernel(state, task, ("U",))[:, 0, :, 0]
    np.testing.assert_allclose(first, theory.gram(state, task), atol=1e-15)


@pytest.mark.parametrize("layers", [("U",), ("V",), ("U", "V")])
def test_predictions_move_as_the_tangent_kernel_says(task, weights, layers):
    # dz/dt = Θ (y - z + ∇g), by central differences of a step in either direction.
    term = neural.Supervised(task, layers) + neural.Adversarial(task, 0.7, layers)
    rates = rd.rates(term, weights).sum("term")
    moved, step = {}, 1e-6
    for sign in (1, -1):
        new = weights.copy()
        for name in layers:
            new[name] = weights[name] + sign * step * rates[name]
        moved[sign] = neural.predict(new, task).values
    found = (moved[1] - moved[-1]) / (2 * step)
    Z, Y = neural.predict(weights, task).values, task.targets.values
    W, a = weights.W.values, weights.a.values
    force = Y - Z + 0.7 * neural.generator.slope(W, a, Z)
    kernel = theory.tangent_kernel(weights, task, layers).values
    exact = np.einsum("piqk,qk->pi", kernel, force)
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-9 * np.abs(exact).max())


@pytest.mark.parametrize(
    "P, Q, power", [(0.7, 0.2, 0.5), (1.3, -0.1, 2.0), (0.0, 0.4, 0.5)]
)
def test_bernoulli_solves_its_equation(P, Q, power):
    t = np.linspace(0, 3, 7)
    found = theory.bernoulli(t, 2.0, P, Q, power)
    told = solve_ivp(
        lambda s, x: -P * x + Q * x**power,
        (0, 3),
        [2.0],
        t_eval=t,
        rtol=1e-12,
        atol=1e-12,
    )
    np.testing.assert_allclose(found, told.y[0], rtol=1e-9)
    moving = theory.bernoulli(t, 2.0, lambda s: P, lambda s: Q, power)
    np.testing.assert_allclose(moving, found, rtol=1e-9)


def test_bernoulli_with_moving_coefficients():
    t = np.linspace(0, 2, 5)
    found = theory.bernoulli(t, 1.5, np.cos, lambda s: 1 + s, 0.5)
    told = solve_ivp(
        lambda s, x: -np.cos(s) * x + (1 + s) * np.sqrt(x),
        (0, 2), [1.5], t_eval=t, rtol=1e-12, atol=1e-12,
    )  # fmt: skip
    np.testing.assert_allclose(found, told.y[0], rtol=1e-9)
    with pytest.raises(ValueError, match="positive start"):
        theory.bernoulli(t, 0.0, 1.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="linear"):
        theory.bernoulli(t, 1.0, 1.0, 1.0, 1)


def test_the_bound_on_the_misfit_is_bernoullis_solution_squared():
    state, task = scalar_case(critic=50, length=1e-4)
    case = theory.Scalar(state, task)
    told, t = case.spectrum, np.linspace(0, 20, 9)
    psi = theory.bernoulli(
        t, case.misfit**2, told["lambda_0"], told["lambda_1"] * case.mu, 0.5
    )
    np.testing.assert_allclose(case.within_game(t).value ** 2, psi, rtol=1e-12)


def test_supervised_flow_stays_within_the_theorems():
    state, task = scalar_case(m=4000)
    case = theory.Scalar(state, task)
    flow = rd.Flow(neural.Supervised(task, ("U",)), rd.RK4(0.02))
    run = rd.simulate(flow, state, steps=1000, every=100)
    t = run.time.values
    gap = np.linalg.norm(
        neural.predict(run, task).values[..., 0] - task.targets.values[:, 0], axis=1
    )
    bound = case.within(t)
    assert bound.holds and (gap <= bound.value * (1 + 1e-12)).all()
    # What stands on trust, λ_min(H(s)) ≥ λ₀/2, is true here at every frame.
    for i in range(run.sizes["time"]):
        low = theory.extremes(theory.gram(run.U.isel(time=i), task))[0]
        assert low >= case.spectrum["lambda_0"] / 2
    gone = np.linalg.norm(run.U.values - state.U.values, axis=2).max(axis=1)
    room = case.displacement(t)
    assert room.holds and (gone <= room.value + 1e-12).all()


def test_the_frozen_critic_stays_within_the_theorems():
    state, task = scalar_case(m=4000, critic=60, length=1e-3)
    case = theory.Scalar(state, task)
    rates = rd.rates(
        neural.Supervised(task, ("U",)) + neural.Adversarial(task, descends=("U",)),
        state,
    )
    reaction, diffusion = (
        np.linalg.norm(rates.U[k].values, axis=1).max() for k in (0, 1)
    )
    assert case.reaction(0.0).holds and reaction <= case.reaction(0.0).value
    assert case.diffusion().holds and diffusion <= case.diffusion().value
    assert np.linalg.norm(case.slopes) <= case.mu


def test_hoeffding_needs_both_signs():
    # The paper's log(2/δ) bounds |S₊ + S₋|; the slope is S₊ or S₋. Draw by draw, the sum
    # over the active units may exceed the sum over all.
    rng = np.random.default_rng(0)
    w, a = rng.standard_normal((4000, 40)), rng.choice([-1.0, 1.0], (4000, 40))
    part = np.abs((a * w * (w > 0)).sum(1))
    assert (part > np.abs((a * w).sum(1))).mean() > 0.2
    both = np.maximum(part, np.abs((a * w * (w < 0)).sum(1)))
    for delta in (0.05, 0.3):
        limit = np.linalg.norm(w, axis=1) * np.sqrt(2 * np.log(4 / delta))
        assert (both > limit).mean() < delta


def test_a_bound_whose_hypothesis_fails_says_so():
    state, task = scalar_case(critic=50)
    case = theory.Scalar(state, task)
    told = case.within_game(1.0)
    assert not told.holds and told.failing == ("κμ < ‖z(0) - y‖",)
    assert "says nothing here" in str(told)
    assert "a independent of w" in told.trusted
    trained = theory.Scalar(state, task, frozen=False).diffusion()
    assert trained.failing == ("a independent of w",)
    soft = state.assign(V=0.5 * state.V)
    assert "v_j = ±1" in theory.Scalar(soft, task).within(1.0).failing
    assert np.isnan(case.time_to(0.1).value) and not case.time_to(0.1).holds


def test_the_time_and_width_of_breakdown():
    state, task = scalar_case(critic=50, length=1e-4)
    case = theory.Scalar(state, task)
    epsilon = 0.5 * case.misfit
    time = case.time_to(epsilon)
    assert time.holds
    assert case.within_game(time.value).value == pytest.approx(epsilon, rel=1e-12)
    alone = theory.Scalar(state.drop_vars(["W", "a"]), task)
    n, low = 6, alone.spectrum["lambda_0"]
    assert alone.breakdown(epsilon).value == pytest.approx(n**7 / (low * 0.05) ** 4)
    assert case.breakdown(epsilon).value > alone.breakdown(epsilon).value
    assert alone.start().value == pytest.approx(np.sqrt(400 * 12) / 0.05)


def test_what_is_no_scalar_case_is_refused(task, weights):
    with pytest.raises(ValueError, match="one output, but the task has 3"):
        theory.Scalar(weights, task)
    state, one = scalar_case()
    with pytest.raises(ValueError, match="probability between 0 and 1"):
        theory.Scalar(state, one, delta=1.5)
    with pytest.raises(ValueError, match="do not fit samples of 3"):
        theory.gram(np.ones((4, 2)), np.eye(3))
    with pytest.raises(ValueError, match="names U, V or both"):
        theory.tangent_kernel(state, one, ("W",))


def test_reaction_and_diffusion_stay_within_theorem_3(task, weights):
    term = neural.Supervised(task) + neural.Adversarial(task)
    rates, bounds = rd.rates(term, weights), theory.theorem3(weights, task)
    pixels = [d for d in rates.U.dims if d not in ("term", "hidden")]
    for k, name in enumerate("RD"):
        assert float(abs(rates.U[k]).sum(pixels).max()) <= bounds[f"{name}_u"].value
        assert float(abs(rates.V[k]).sum("output").max()) <= bounds[f"{name}_v"].value
    assert set(theory.theorem3(weights[["U", "V"]], task)) == {"R_u", "R_v"}


def test_theorem_3_is_reached_where_all_products_agree():
    # One sample, one input, one output, one neuron and critic unit: the sums are single.
    state = neural.state(U=[[2.0]], V=[[3.0]], W=[[1.5]], a=[-1.0])
    task = neural.Task(np.ones((1, 1)), np.array([[0.5]]), centre=False)
    term = neural.Supervised(task) + neural.Adversarial(task)
    rates, bounds = rd.rates(term, state), theory.theorem3(state, task)
    for k, name in enumerate("RD"):
        assert abs(float(rates.U[k, 0, 0])) == pytest.approx(bounds[f"{name}_u"].value)
        assert abs(float(rates.V[k, 0, 0])) == pytest.approx(bounds[f"{name}_v"].value)


def test_the_gram_matrix_changes_no_more_than_neurons_can_switch():
    state, task = scalar_case(m=300)
    rng = np.random.default_rng(5)
    for far in (0.0, 0.01, 0.1, 1.0):
        moved = state.U.values + far * rng.standard_normal(state.U.shape)
        limit = theory.switched(moved, state.U, task)
        gap = abs(theory.gram(moved, task) - theory.gram(state.U, task))
        assert (gap <= limit + 1e-15).all()
    assert float(theory.switched(state.U, state.U, task).max()) == 0
    with pytest.raises(ValueError, match="There were"):
        theory.switched(state.U[:3], state.U, task)


def test_hoeffdings_share_of_failures():
    rng = np.random.default_rng(1)
    w = rng.standard_normal(30)
    sums = np.abs(rng.choice([-1.0, 1.0], (20_000, 30)) @ w)
    for delta in (0.01, 0.2):
        told = theory.hoeffding(w, delta)
        assert (sums > told.value).mean() <= delta and told.holds
        assert theory.hoeffding(w, delta, both=True).value > told.value


@pytest.mark.parametrize("norm, order", [("1", 1), ("2", 2), ("max", np.inf)])
def test_what_a_neuron_prefers_is_found_by_projected_ascent(norm, order, weights):
    U = weights.U.values.reshape(len(weights.U), -1)
    told = neural.preferred(weights, radius=0.7, norm=norm)
    delta = told.preferred.values.reshape(U.shape)
    assert (np.linalg.norm(delta, order, axis=1) <= 0.7 * (1 + 1e-12)).all()
    gain = (U * delta).sum(1)
    np.testing.assert_allclose(gain, told.gain, rtol=1e-12)
    # No point of the ball does better: its corners, and many directions.
    rng = np.random.default_rng(0)
    tried = np.concatenate(
        [rng.standard_normal((2000, U.shape[1])), np.eye(U.shape[1])]
    )
    tried = np.concatenate([tried, np.sign(tried), -tried])
    tried *= 0.7 / np.linalg.norm(tried, order, axis=1, keepdims=True)
    assert ((tried @ U.T).max(axis=0) <= gain * (1 + 1e-12)).all()
    # Ascent with projection, in the 2-norm, ends there.
    if norm == "2":
        x = np.zeros_like(U)
        for _ in range(200):
            x += 0.1 * U
            x *= np.minimum(1, 0.7 / np.linalg.norm(x, axis=1, keepdims=True))
        np.testing.assert_allclose(x, delta, atol=1e-12)


def test_a_neuron_without_weights_prefers_nothing(weights):
    still = weights.assign(U=0 * weights.U)
    for norm in ("1", "2", "max"):
        told = neural.preferred(still, norm=norm)
        assert float(abs(told.preferred).max()) == 0 == float(told.gain.max())
    with pytest.raises(ValueError, match="one of 1, 2, max"):
        neural.preferred(weights, norm="3")


def test_supervision_ends_in_an_equilibrium(task, weights):
    term = neural.Supervised(task)
    rest = neural.equilibrium(term, 1e-3)
    flow = rd.Flow(term, rd.Euler(0.2))
    run = rd.simulate(flow, weights, steps=40_000, every=200, until=rest)
    assert run.step[-1] < 40_000 and rest.largest(run.isel(time=-1)) < 1e-3
    assert rest.largest(run.isel(time=-2)) >= 1e-3
    with pytest.raises(ValueError, match="must be positive"):
        neural.equilibrium(term, 0)
    with pytest.raises(TypeError, match="one of a term"):
        neural.equilibrium(flow, 1e-3)


def test_the_ball_of_remark_1_keeps_the_gram_matrix():
    _, task = scalar_case(n=5, d=8)
    broken = 0
    for seed in range(40):
        state = neural.weights(task, hidden=300, seed=seed)
        case = theory.Scalar(state[["U", "V"]], task, delta=0.5)
        R = case.ball().value
        c = np.sqrt(2 * np.pi) / 16
        assert pytest.approx(c * 0.5 * case.spectrum["lambda_0"] / 25) == R
        # Whatever the neurons do inside the ball: the worst that `switched` allows.
        push = np.zeros_like(state.U.values)
        push[:, 0] = R
        worst = theory.switched(state.U.values + push, state.U.values, task)
        broken += np.linalg.norm(worst, 2) > case.spectrum["lambda_0"] / 4
    assert broken <= 0.5 * 40  # it may fail with probability delta
