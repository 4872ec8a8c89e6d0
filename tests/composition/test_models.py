"""Every number of every model, as each kind of parameter.

A number as members is so many single runs, to the bit; as a field in space, a function of
time and a text it is the number itself; as a tensor its gradient is a central difference.
"""

import inspect

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import models

torch = pytest.importorskip("torch")
GRID = rd.Grid((6, 8), spacing=1.0)
EXTRA = {
    "rate_network": {"weights": models.gaussian_weights(48, seed=0)},
    "hopfield": {
        "patterns": np.sign(np.random.default_rng(0).standard_normal((2, 48)))
    },
}
NAMES = sorted(
    name
    for name, maker in vars(models).items()
    if inspect.isfunction(maker)
    and not hasattr(maker, "law")
    and name not in ("gaussian_weights", "hebbian_weights")
)
VARIANTS = [
    *((name, {}) for name in NAMES),
    ("wilson_cowan", {"widths": (1.0, 1.5)}),
    ("kuramoto_sivashinsky", {"conservative": True}),
    ("kuramoto", {"weights": models.gaussian_weights(48, seed=1)}),
]


def numbers(name):
    """Parameters whose default is a float."""
    signature = inspect.signature(getattr(models, name)).parameters.items()
    return [p for p, told in signature if isinstance(told.default, float)]


CASES = [(name, more, p) for name, more in VARIANTS for p in numbers(name)]
IDS = [f"{n}-{'-'.join(m) or 'plain'}-{p}" for n, m, p in CASES]


def term(name, more, **changed):
    return getattr(models, name)(**EXTRA.get(name, {}), **more, **changed)


def state_of(flow):
    rng = np.random.default_rng(1)
    return GRID.state(**{n: 0.5 + 0.1 * rng.random(GRID.shape) for n in flow.names})


def run(name, more, steps=3, device="cpu", **changed):
    flow = rd.Flow(
        term(name, more, **changed), rd.Euler(1e-3), device, check_step=False
    )
    return rd.simulate(flow, state_of(flow), steps, progress=False).isel(time=-1)


def values_near(default):
    """Three different values, each one that the model takes."""
    return [default, default * 0.9 + 0.01, default * 1.1 + 0.02]


def default_of(name, p):
    return inspect.signature(getattr(models, name)).parameters[p].default


def test_there_are_as_many_as_ever():
    assert len(CASES) >= 127


@pytest.mark.parametrize("name, more, p", CASES, ids=IDS)
def test_members_are_single_runs(name, more, p):
    values = values_near(default_of(name, p))
    family = run(name, more, **{p: xr.DataArray(values, dims="member")})
    assert family.sizes["member"] == 3
    for m, value in enumerate(values):
        single = run(name, more, **{p: value})
        for variable in single.data_vars:
            found = family[variable].isel(member=m)
            if name in ("rate_network", "hopfield") or "weights" in more:
                # Dense weights: a product of matrices sums in another order.
                np.testing.assert_allclose(found, single[variable], rtol=1e-13)
            else:
                np.testing.assert_array_equal(found, single[variable])


@pytest.mark.parametrize("name, more, p", CASES, ids=IDS)
def test_a_field_a_function_and_a_text_are_the_number(name, more, p):
    value = default_of(name, p) + 0.01
    number = run(name, more, **{p: value})
    field = xr.DataArray(np.full(GRID.shape, value), dims=GRID.dims)
    for kind in (
        field,
        lambda t: value,
        lambda t, x: value + 0 * x,
        f"{value!r} + 0*t",
    ):
        found = run(name, more, **{p: kind})
        for variable in number.data_vars:
            np.testing.assert_allclose(
                found[variable], number[variable], rtol=1e-12, atol=1e-14
            )


@pytest.mark.parametrize("name, more, p", CASES, ids=IDS)
def test_the_gradient_of_a_tensor_is_a_difference(name, more, p):
    value = default_of(name, p) + 0.01

    def loss(x):
        flow = rd.Flow(term(name, more, **{p: x}), rd.Euler(1e-4), "torch:cpu")
        state = {n: v.values for n, v in state_of(flow).items()}
        after = flow.advance(state, GRID, range(2))
        return sum((after[n] ** 2).sum() for n in flow.names)

    x = torch.tensor(value, dtype=torch.float64, requires_grad=True)
    loss(x).backward()
    h = 1e-5 * abs(value)
    gap = (float(loss(value + h)) - float(loss(value - h))) / (2 * h)
    assert float(x.grad) == pytest.approx(
        gap, rel=1e-5, abs=1e-7
    )  # central differences: h², and 1e-16 / h
