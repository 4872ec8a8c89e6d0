"""Derivatives of what a run ends in, with respect to parameters and starts."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import models, presets
from rdkit_nn.labels import strip

torch = pytest.importorskip("torch")
GRID = rd.Grid((24, 24), spacing=2.5 / 256)
BEGIN = strip(presets.pearson_start(0, grid=GRID))
GOAL = 0.1


def loss(F, k=0.06, Du=2e-5, method=None, steps=200):
    term = models.gray_scott(F=F, k=k, Du=Du)
    flow = rd.Flow(term, method or rd.Euler(1.0), "torch:cpu")
    flow.check(BEGIN, GRID)
    end = flow.advance(BEGIN, GRID, range(steps))["v"]
    return ((end - GOAL) ** 2).sum()


@pytest.mark.parametrize("method", [rd.Euler(1.0), rd.RK4(1.0), rd.ETDRK4(1.0)])
def test_gradients_pass_through_two_hundred_steps(method):
    F = torch.tensor(0.037, dtype=torch.float64, requires_grad=True)
    k = torch.tensor(0.06, dtype=torch.float64, requires_grad=True)
    loss(F, k, method=method).backward()
    for tensor, place in ((F, "F"), (k, "k")):
        h = 1e-6
        told = {"F": 0.037, "k": 0.06}
        up, down = ({**told, place: told[place] + s * h} for s in (1, -1))
        with torch.no_grad():
            gap = float(loss(**up, method=method) - loss(**down, method=method))
        assert float(tensor.grad) == pytest.approx(gap / (2 * h), rel=1e-6)


def test_gradients_reach_diffusivities_and_starts():
    D = torch.tensor(2e-5, dtype=torch.float64, requires_grad=True)
    loss(0.037, Du=D, steps=50).backward()
    h = 1e-10
    gap = float(loss(0.037, Du=2e-5 + h, steps=50) - loss(0.037, Du=2e-5 - h, steps=50))
    assert float(D.grad) == pytest.approx(gap / (2 * h), rel=1e-5)
    start = {n: torch.tensor(x, requires_grad=True) for n, x in BEGIN.items()}
    flow = rd.Flow(models.gray_scott(), rd.Euler(1.0), "torch:cpu")
    flow.advance(start, GRID, range(10))["v"].sum().backward()
    assert start["u"].grad.abs().sum() > 0 and start["v"].grad.abs().sum() > 0


def test_gradients_are_never_lost_without_a_word():
    F = torch.tensor(0.037, requires_grad=True)
    term = models.gray_scott(F=F)
    with pytest.raises(TypeError, match="only a torch device keeps"):
        rd.Flow(term, rd.Euler(1.0)).check(BEGIN, GRID)
    with pytest.raises(TypeError, match="needs tensors all the way"):
        rd.Flow(term, rd.Euler(1.0)).advance(BEGIN, GRID, range(1))
    D = torch.tensor(2e-5, requires_grad=True)
    with pytest.raises(TypeError, match="do not pass through an exponential"):
        loss(0.037, Du=D, method=rd.ETDRK4(1.0), steps=1)
    assert "tensor(0.037, requires_grad=True)" in repr(term)
    plain = torch.tensor(0.037)  # no gradient wanted: a number like any other
    twin = rd.Flow(models.gray_scott(F=plain), rd.Euler(1.0))
    number = rd.Flow(models.gray_scott(F=float(plain)), rd.Euler(1.0))
    ends = [f.advance(BEGIN, GRID, range(3))["v"] for f in (twin, number)]
    np.testing.assert_array_equal(*ends)
