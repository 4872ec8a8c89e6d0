"""Points that are followed, and those that are not."""

import numpy as np
import pytest
import xarray as xr

from rdkit_nn import analysis


def points(rows, box=None):
    """Rows of time, frame, y, x, charge."""
    time, frame, y, x, charge = np.array(rows, float).T
    told = {} if box is None else {"box": box}
    return xr.Dataset(
        {
            "charge": ("point", charge),
            "y": ("point", y, told),
            "x": ("point", x, told),
        },
        {"time": ("point", time), "frame": ("point", frame.astype(int))},
    )


def test_points_that_move_keep_their_track():
    there = points([[0.5 * t, t, 5 + t, 7, 1] for t in range(6)])
    linked = analysis.tracks(there, reach=1.5)
    np.testing.assert_array_equal(linked.track, 0)
    assert analysis.tracks(there, reach=0.5).track.max() == 5
    life = analysis.lifetimes(linked)
    assert life.sizes == {"track": 1} and float(life[0]) == 2.5
    assert bool(life.cut[0]) and float(life.died[0]) == 2.5


def test_points_cross_a_side_that_touches_the_other():
    walk = [[t, t, 5, (14 + t) % 16 + 0.5, 1] for t in range(5)]
    for there, how in (
        (points(walk, box=16.0), {}),
        (points(walk), {"box": {"y": 16.0, "x": 16.0}}),
    ):
        assert int(analysis.tracks(there, reach=2, **how).track.max()) == 0
    assert int(analysis.tracks(points(walk), reach=2).track.max()) == 1


def test_points_of_other_charge_are_others():
    # Two that pass through each other.
    rows = [[t, t, 5, 3 + t, 1] for t in range(5)]
    rows += [[t, t, 5, 7 - t, -1] for t in range(5)]
    linked = analysis.tracks(points(rows), reach=3)
    np.testing.assert_array_equal(linked.track, [0] * 5 + [1] * 5)
    np.testing.assert_array_equal(analysis.lifetimes(linked).charge, [1, -1])


def test_points_are_born_and_die():
    rows = [[t, t, 2, 2, 1] for t in range(2)] + [[t, t, 9, 9, 1] for t in range(1, 4)]
    rows += [[t, t, 5, 20, 1] for t in range(6)] + [[5, 5, 2, 2, 1]]
    linked = analysis.tracks(points(rows), reach=1)
    np.testing.assert_array_equal(linked.track, [0, 0] + [2] * 3 + [1] * 6 + [3])
    life = analysis.lifetimes(linked)
    np.testing.assert_array_equal(life, [1, 5, 2, 0])
    np.testing.assert_array_equal(life.born, [0, 0, 1, 5])
    np.testing.assert_array_equal(life.cut, [True, True, False, True])


def test_a_frame_without_points_ends_all_tracks():
    rows = [[t, t, 2, 2, 1] for t in (0, 1, 3, 4)]
    np.testing.assert_array_equal(
        analysis.tracks(points(rows), reach=1).track, [0, 0, 1, 1]
    )


def test_all_are_linked_in_the_best_way_together():
    # The nearest of the second is the place that the first has more right to.
    rows = [[0, 0, 0, 0.0, 1], [0, 0, 0, 2.0, 1], [1, 1, 0, 1.1, 1], [1, 1, 0, 3.1, 1]]
    linked = analysis.tracks(points(rows), reach=2)
    np.testing.assert_array_equal(linked.track, [0, 1, 0, 1])


def test_members_are_followed_apart():
    rows = [[t, t, 2, 2 + m / 10, 1] for m in range(2) for t in range(3)]
    there = points(rows).assign_coords(member=("point", np.repeat([0, 1], 3)))
    linked = analysis.tracks(there, reach=5)
    np.testing.assert_array_equal(linked.track, [0, 0, 0, 1, 1, 1])


def test_tips_of_a_run_and_spots_of_a_run_are_followed():
    n, speed = 48, 0.7
    x = (np.arange(n) + 0.5) * 2 * np.pi / n
    t = np.arange(20.0)
    moved = x - 2 * np.pi / n * speed * t[:, None]
    one = np.sin(moved)[:, None, :] + np.zeros((1, n, 1))
    other = np.sin(x)[None, :, None] + np.zeros((20, 1, n))
    u, v = (
        xr.DataArray(
            a,
            dims=("time", "y", "x"),
            coords={"time": 2 * t, "y": np.arange(n) + 0.5, "x": np.arange(n) + 0.5},
            attrs={"boundary": "y: periodic; x: periodic"},
        )
        for a in (one, other)
    )
    linked = analysis.tracks(analysis.tips(u, v, centre=(0, 0)), reach=2)
    assert set(linked.track.values) == {0, 1, 2, 3}
    for which in range(4):
        mine = linked.where(linked.track == which, drop=True)
        assert mine.sizes["point"] == 20 and len(np.unique(mine.charge)) == 1
    np.testing.assert_array_equal(analysis.lifetimes(linked), 38.0)
    found = analysis.spots(u * v, 0.5)
    spots = analysis.tracks(found, reach=2)
    assert spots.track.dims == ("time", "spot")
    assert set(spots.track.values.ravel()) == {0, 1}
    np.testing.assert_array_equal(analysis.lifetimes(spots), 38.0)
    bank = xr.concat([found, found], "member")
    assert set(analysis.tracks(bank, reach=2).track.values.ravel()) == {0, 1, 2, 3}


def test_neither_the_place_of_the_origin_nor_the_order_of_points_matters():
    rng = np.random.default_rng(0)
    steps = rng.normal(0, 0.6, (8, 20, 2))
    walks = (rng.uniform(0, 16, (20, 2)) + np.cumsum(steps, axis=0)) % 16
    rows = [[t, t, *walks[t, i], (-1) ** i] for t in range(8) for i in range(20)]
    first = np.sort(analysis.lifetimes(analysis.tracks(points(rows, 16.0), reach=2)))
    assert len(first) > 21  # some go too far
    for shift in (0.0, 3.3, 9.1):
        moved = np.array(rows)[rng.permutation(160)]
        moved[:, 2:4] = (moved[:, 2:4] + shift) % 16
        again = analysis.lifetimes(analysis.tracks(points(moved, 16.0), reach=2))
        np.testing.assert_array_equal(np.sort(again), first)


def test_what_cannot_be_followed_is_refused():
    there = points([[0, 0, 1, 1, 1]])
    with pytest.raises(ValueError, match="above zero"):
        analysis.tracks(there, reach=0)
    with pytest.raises(ValueError, match="coordinate `time`"):
        analysis.tracks(there.drop_vars("time"), reach=1)
    with pytest.raises(ValueError, match="link the points first"):
        analysis.lifetimes(there)
    none = analysis.tracks(there.isel(point=[]), reach=1)
    assert none.sizes["point"] == 0 and analysis.lifetimes(none).sizes["track"] == 0
