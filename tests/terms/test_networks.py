"""Cells as nodes, against sums written out."""

import numpy as np
import pytest

import rdkit_nn as rd

CLOCK = rd.Clock(0, 1.0)


@pytest.mark.parametrize("share", [0.05, 1.0])
def test_a_network_is_its_matrix(share):
    """Few weights are kept sparse, many dense."""
    rng = np.random.default_rng(0)
    w = rng.standard_normal((30, 30)) * (rng.random((30, 30)) < share)
    u = rng.standard_normal((3, 5, 6))
    term = rd.Network(rd.law(u="tanh(u)")(), w)
    assert term.weights.sparse == (share < 0.1)
    told = term.rate({"u": u}, rd.Grid((5, 6)), CLOCK)["u"]
    exact = (np.tanh(u).reshape(3, 30) @ w.T).reshape(u.shape)
    np.testing.assert_allclose(told, exact, rtol=1e-12, atol=1e-13)
    torch = pytest.importorskip("torch")
    tensor = term.rate({"u": torch.as_tensor(u)}, rd.Grid((5, 6)), CLOCK)["u"]
    np.testing.assert_allclose(tensor.numpy(), exact, rtol=1e-12, atol=1e-13)
    single = term.rate({"u": u.astype("float32")}, rd.Grid((5, 6)), CLOCK)["u"]
    assert single.dtype == "float32"


def test_without_weights_all_hear_the_mean():
    u = np.random.default_rng(0).random((2, 4, 5))
    term = rd.Network(rd.law(u="u**2")())
    told = term.rate({"u": u}, rd.Grid((4, 5)), CLOCK)["u"]
    exact = np.broadcast_to((u**2).mean((1, 2), keepdims=True), u.shape)
    np.testing.assert_allclose(told, exact, rtol=1e-14)


def test_networks_compare_and_print_by_their_weights():
    one, other = np.eye(4), 2 * np.eye(4)
    law = rd.law(u="u")()
    assert rd.Network(law, one) == rd.Network(law, one.copy())
    assert rd.Network(law, one) != rd.Network(law, other)
    assert "weights(4, " in repr(rd.Network(law, one))


def test_bad_networks_meet_a_sentence():
    law = rd.law(u="u")()
    with pytest.raises(ValueError, match="square matrix"):
        rd.Network(law, np.ones((2, 3)))
    with pytest.raises(ValueError, match="finite"):
        rd.Network(law, [[np.nan]])
    with pytest.raises(ValueError, match="4 nodes, but the grid 5 cells"):
        rd.Flow(rd.Network(law, np.eye(4)), rd.Euler(0.1)).check(
            {"u": np.ones(5)}, rd.Grid((5,))
        )
    with pytest.raises(TypeError, match="what is heard"):
        rd.Network("tanh")


def test_a_driven_law_reads_what_others_make():
    @rd.reaction
    def follow(u, v, near, *, a):
        return {"u": a * near - u * v}

    term = rd.Driven(follow(a=2.0), near=rd.Diffusion(v=0.5))
    assert term.variables == ("u",) and term.inputs == ("u", "v")
    assert term.needs_boundary == ("v",)
    grid = rd.Grid((6,))
    u, v = np.random.default_rng(0).random((2, 6))
    bent = rd.Diffusion(v=0.5).rate({"v": v}, grid, CLOCK)["v"]
    told = term.rate({"u": u, "v": v}, grid, CLOCK)["u"]
    np.testing.assert_allclose(told, 2 * bent - u * v, rtol=1e-14)


def test_bad_drives_meet_a_sentence():
    law = rd.law(u="u")()
    with pytest.raises(TypeError, match="needs at least one variable, such as Driven"):
        rd.Driven(law)
    with pytest.raises(TypeError, match="moves one variable"):
        rd.Driven(law, d=rd.Diffusion(u=1.0, v=1.0))
    with pytest.raises(ValueError, match="drives \\(d\\) must be among"):
        rd.Driven(law, d=rd.Diffusion(u=1.0))


def test_several_matrices_have_no_common_modes():
    from rdkit_nn import stability

    law = rd.law(u="u")()
    term = rd.Network(law, np.eye(3)) + rd.Network(law, 2 * np.eye(3))
    with pytest.raises(ValueError, match="no modes in common"):
        stability.dispersion(term, {"u": 0.0})
    uneven = rd.law(u="-u")() + rd.Network(
        rd.law(u="1 + u")(), np.diag([1.0, 2.0, 3.0])
    )
    with pytest.raises(ValueError, match="no uniform state but a silent one"):
        stability.steady_states(uneven)
