"""The flow and its steps: which order a closer look at a ReLU network has."""

import numpy as np

import rdkit_nn as rd
from rdkit_nn import neural


def ends(task, state, method, T, counts):
    """State at time T by ever smaller steps."""
    flow = neural.Supervised(task)
    return [
        rd.simulate(rd.Flow(flow, method(T / n)), state, n, progress=False).isel(
            time=-1
        )
        for n in counts
    ]


def orders(found, exact):
    gaps = [float(abs(end.U - exact.U).max()) for end in found]
    return np.log2(np.array(gaps[:-1]) / gaps[1:])


def active(state, task):
    return task.arrays(state.U.values)[0] @ state.U.values.T > 0


def test_between_switches_each_method_has_its_own_order():
    rng = np.random.default_rng(0)
    task = neural.Task(rng.random((20, 6)), rng.standard_normal((20, 1)), centre=False)
    signs = rng.choice([-1.0, 1.0], 30)
    state = neural.state(
        U=signs[:, None] * (0.5 + rng.random((30, 6))), V=rng.choice([-1.0, 1], (1, 30))
    )
    T = 0.25
    (exact,) = ends(task, state, rd.RK4, T, [256])
    assert (active(exact, task) == active(state, task)).all()
    fourth = orders(ends(task, state, rd.RK4, T, (4, 8, 16)), exact)
    first = orders(ends(task, state, rd.Euler, T, (64, 128, 256)), exact)
    # Terms of fifth order still count at these steps: at least four.
    assert fourth.min() > 3.7 and abs(first[-1] - 1) < 0.05


def test_across_switches_a_higher_order_gains_nothing():
    """Neurons cross u·x = 0, where the velocity jumps: order one, whatever the method."""
    slopes = {rd.RK4: [], rd.Euler: []}
    for seed in range(3):
        rng = np.random.default_rng(seed)
        task = neural.Task(
            rng.standard_normal((20, 6)), rng.standard_normal((20, 1)), centre=False
        )
        state = neural.weights(task, hidden=30, seed=seed)
        (exact,) = ends(task, state, rd.Euler, 4.0, [65_536])
        assert (active(exact, task) != active(state, task)).sum() > 20
        for method, told in slopes.items():
            first, last = ends(task, state, method, 4.0, (16, 512))
            told.append(orders([first, last], exact)[0] / 5)  # 2^5 times as many steps
    for told in slopes.values():
        # Single runs scatter with where in a step the switch happens to fall.
        assert 0.6 < np.mean(told) < 1.7
