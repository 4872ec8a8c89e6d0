"""A memory of two-valued neurons."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import maps, models


def overlap(n, p, seed, noise=0.1):
    rng = np.random.default_rng(seed)
    patterns = rng.choice([-1.0, 1.0], (p, n))
    memory = maps.hopfield(models.hebbian_weights(patterns))
    state = patterns[0] * np.where(rng.random(n) < noise, -1, 1)
    end = memory.advance({"s": state}, rd.Grid((n,)), range(30))["s"]
    return float((end * patterns[0]).mean()), memory, state


def test_memories_are_kept_below_the_capacity_and_lost_above():
    """About 0.138 n of them (Amit, Gutfreund & Sompolinsky 1985)."""
    few = [overlap(500, 40, seed)[0] for seed in range(3)]  # 0.08 n
    many = [overlap(500, 125, seed)[0] for seed in range(3)]  # 0.25 n
    assert min(few) > 0.97 and max(many) < 0.7


def test_the_energy_never_rises_and_states_come_to_rest():
    _, memory, state = overlap(120, 30, 7, noise=0.5)
    grid, seen = rd.Grid((120,)), []
    for k in range(30):
        seen.append(float(memory.update.energy(state)))
        new = memory.advance({"s": state}, grid, range(k, k + 1))["s"]
        done, state = np.array_equal(new, state), new
    assert (np.diff(seen) <= 1e-12).all() and done


def test_bad_memories_meet_a_sentence():
    with pytest.raises(ValueError, match="symmetric with nothing on the diagonal"):
        maps.hopfield(np.eye(3))
    with pytest.raises(ValueError, match="square matrix"):
        maps.hopfield(np.ones((2, 3)))
    memory = maps.hopfield(np.ones((3, 3)) - np.eye(3))
    with pytest.raises(ValueError, match="-1 and 1 only"):
        memory.check({"s": np.zeros(3)}, rd.Grid((3,)))
    with pytest.raises(ValueError, match="3 neurons, but the grid 4"):
        memory.check({"s": np.ones(4)}, rd.Grid((4,)))


def test_a_memory_is_told_by_its_weights():
    one = np.ones((3, 3)) - np.eye(3)
    assert maps.hopfield(one) == maps.hopfield(one.copy())
    assert maps.hopfield(one) != maps.hopfield(2 * one)
    assert " at 0x" not in repr(maps.hopfield(one))
