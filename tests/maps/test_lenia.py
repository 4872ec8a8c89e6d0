"""Lenia's creature lives, and glides."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import maps
from rdkit_nn.maps._lenia import neighbourhood


def middle(plane):
    """Centre of mass on the torus, cells."""
    turn = np.exp(2j * np.pi * np.arange(len(plane)) / len(plane))
    places = [np.angle(plane.sum(axis) @ turn) for axis in (1, 0)]
    return np.array(places) * len(plane) / (2 * np.pi)


def test_orbium_keeps_its_mass_and_glides_straight():
    grid = rd.Grid((64, 64))
    run = rd.simulate(maps.lenia(), maps.orbium(grid), 1000, every=50)
    mass = run.u.sum(("y", "x")).values[4:]
    assert mass.std() / mass.mean() < 0.01
    places = np.array([middle(frame) for frame in run.u.values[4:]])
    steps = (np.diff(places, axis=0) + 32) % 64 - 32
    speed = np.hypot(*steps.T) / 5  # cells a unit of time
    assert speed.mean() > 1 and speed.std() < 0.05 * speed.mean()
    angles = np.unwrap(np.arctan2(*steps.T))
    assert angles.std() < 0.05


def test_emptiness_stays_empty_and_a_full_plane_dies():
    grid = rd.Grid((40, 40))
    for level in (0.0, 1.0):
        end = maps.lenia().advance({"u": np.full(grid.shape, level)}, grid, range(20))
        assert (end["u"] == 0).all()


def test_the_kernel_is_a_ring_of_sum_one():
    kernel = neighbourhood((41, 43), 13)
    assert kernel.sum() == pytest.approx(1.0, rel=1e-14) and kernel[0, 0] == 0
    assert np.unravel_index(kernel[0].argmax(), (43,)) in [(6,), (7,), (36,), (37,)]
    assert (kernel[0, 13:31] == 0).all()
    rings = neighbourhood((41, 41), 12, (1.0, 0.5))
    assert rings[0, 3] == pytest.approx(2 * rings[0, 9])


def test_one_step_is_the_sum_written_out():
    grid = rd.Grid((9, 9))
    u = np.random.default_rng(0).random(grid.shape)
    rule = maps.lenia(radius=3, centre=0.4, width=0.1, steps=5)
    kernel = neighbourhood(grid.shape, 3)
    felt = np.array(
        [
            [(np.roll(u, (-i, -j), (0, 1)) * kernel).sum() for j in range(9)]
            for i in range(9)
        ]
    )
    growth = 2 * np.exp(-(((felt - 0.4) / 0.1) ** 2) / 2) - 1
    told = rule.advance({"u": u}, grid, range(1))["u"]
    np.testing.assert_allclose(told, np.clip(u + growth / 5, 0, 1), rtol=0, atol=1e-13)


def test_bad_planes_meet_a_sentence():
    with pytest.raises(ValueError, match="27 cells wide"):
        maps.lenia().check({"u": np.zeros((20, 20))}, rd.Grid((20, 20)))
    with pytest.raises(ValueError, match="periodic plane"):
        maps.lenia().check(
            {"u": np.zeros((40, 40))}, rd.Grid((40, 40), boundary="no-flux")
        )
    with pytest.raises(ValueError, match="between 0 and 1"):
        maps.lenia().check({"u": np.full((40, 40), 2.0)}, rd.Grid((40, 40)))
    with pytest.raises(ValueError, match="positive width"):
        maps.lenia(width=0.0)
    with pytest.raises(ValueError, match="33 x 33"):
        maps.orbium(rd.Grid((32, 32)))


def test_it_is_read_back_from_its_description():
    from rdkit_nn.rebuilding import rebuilt

    assert rebuilt(repr(maps.lenia(radius=9))) == maps.lenia(radius=9)
