"""Draws that are addressed: the published words, and the moments of normals."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import initial
from rdkit_nn.core import random
from rdkit_nn.core._compiled_random import fill


@pytest.mark.parametrize(
    "counter, key, words",
    [  # known answers of Random123 (kat_vectors), philox4x32-10
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((2**32 - 1,) * 4, (2**32 - 1,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_the_words_are_those_of_the_paper(counter, key, words):
    c0, c1, c2, c3 = counter
    pair, stream = (np.array([c], np.uint64) for c in (c0, c1))
    found = random.philox(pair, stream, c2, c3, key)
    assert " ".join(f"{int(w[0]):08x}" for w in found) == words


def test_compiled_draws_are_the_plain_ones():
    key = random.key_of(5, "u", "additive")
    plain = random.normals(key, 1000, 3, step=7, stage=2, first=4)
    compiled = np.empty((3, 1000))
    fill(compiled, *key, 4, 2, 7)
    np.testing.assert_array_max_ulp(plain, compiled, 4)


def test_normals_are_normal_and_independent():
    n = 200_000
    draws = [
        random.normals(random.key_of(*key), n, step=step)[0]
        for key, step in (((0, "u", "a"), 0), ((0, "u", "a"), 1), ((0, "v", "a"), 0),
                          ((1, "u", "a"), 0), ((0, "u", "b"), 0))
    ]  # fmt: skip
    for x in draws:  # five standard errors
        assert abs(x.mean()) < 5 / np.sqrt(n) and abs(x.var() - 1) < 5 * np.sqrt(2 / n)
        assert abs((x**4).mean() - 3) < 5 * np.sqrt(96 / n)
    correlation = np.corrcoef(draws) - np.eye(len(draws))
    assert np.abs(correlation).max() < 5 / np.sqrt(n)


def test_a_member_draws_its_own_stream():
    import xarray as xr

    grid = rd.Grid((6, 7))
    sigma = xr.DataArray([0.1, 0.1, 0.2], dims="s")
    state = initial.uniform(grid, u=0.0)

    def end(noise):
        flow = rd.Flow(noise, rd.Euler(0.1))
        return rd.simulate(flow, state, 4, progress=False).u[-1]

    family = end(rd.Noise(u=sigma, seed=3))
    for m in range(3):
        single = end(rd.Noise(u=float(sigma[m]), seed=3, stream=m))
        np.testing.assert_array_equal(family[m], single)
    assert float(abs(family[0] - family[1]).max()) > 0.01


def test_two_noises_of_one_seed_are_refused():
    noise = rd.Noise(u=0.1, seed=0)
    state = initial.uniform(rd.Grid((4,)), u=0.0)
    for term in (noise + noise, noise + rd.Noise(u=0.2, seed=0).scaled(2.0)):
        with pytest.raises(ValueError, match="have one seed"):
            rd.simulate(rd.Flow(term, rd.Euler(0.1)), state, 1)
    rd.simulate(rd.Flow(noise + rd.Noise(u=0.1, seed=1), rd.Euler(0.1)), state, 1)
