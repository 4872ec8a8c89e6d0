"""How patterns move, in exact cases."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis


def test_activity_is_the_mean_speed():
    time = np.array([0.0, 1.0, 4.0])
    field = xr.DataArray(
        np.array([0.0, 2.0, 1.0])[:, None] * np.ones(5),
        dims=("time", "x"),
        coords={"time": time},
    )
    told = analysis.activity(field)
    np.testing.assert_allclose(told, [2.0, 1 / 3])
    np.testing.assert_array_equal(told.time, [1.0, 4.0])
    with pytest.raises(ValueError, match="two frames"):
        analysis.activity(field[:1])


def test_activity_settles_where_a_pattern_does():
    from rdkit_nn import initial, models

    grid = rd.Grid((48, 48), spacing=0.6)
    state = initial.noise(grid, u=1.0, v=0.9, seed=0)
    flow = rd.Flow(models.schnakenberg(), rd.Euler(0.002))
    told = analysis.activity(rd.simulate(flow, state, 40_000, 2_000).u)
    assert float(told[-1]) < 0.05 * float(told.max())


def made(u, step=0.5, periodic=True):
    """A run (time, y, x) on a torus, or between walls."""
    u = np.asarray(u, float)
    cells = u.shape[1:]
    coords = {"time": step * np.arange(len(u))}
    coords |= {d: (np.arange(n) + 0.5) * 0.25 for d, n in zip("yx", cells)}
    run = xr.DataArray(u, dims=("time", "y", "x"), coords=coords)
    if periodic:
        run.attrs["boundary"] = "y: periodic; x: periodic"
    return run


rng = np.random.default_rng(0)
Y, X = np.mgrid[:24, :32] * 2 * np.pi / np.array([24, 32])[:, None, None]
T = np.arange(60.0)[:, None, None]


def shape(y, x):
    """A smooth pattern that looks like no shifted or turned self."""
    return np.exp(np.sin(x) + 0.7 * np.cos(2 * x + y + 1) + 0.5 * np.sin(3 * y - x + 2))


KINDS = {
    "steady": [
        shape(Y, X) + 0 * T,
        shape(Y, X) + np.exp(-T / 4) * np.cos(X),
        np.ones((60, 24, 32)) / 3,
        np.exp(-T / 4) + 0 * X,
    ],
    "drifting": [
        shape(Y - 0.021 * T, X + 0.034 * T),
        np.sin(3 * X - 0.4 * T) + 0 * Y,
        np.roll([(rng.random((24, 32)) > 0.5) * 1.0] * 60, 0, 1),
    ],
    "periodic": [
        np.sin(3 * X) * np.cos(0.7 * T) + 0 * Y,
        np.cos(2 * X) * np.cos(0.3 * T) + np.cos(Y) * np.sin(0.3 * T),
        np.cos(0.5 * T) + 0 * X,
        shape(Y, X) * (-1) ** T,
        shape(Y, X) + 0.1 * np.cos(0.7 * T) * np.sin(X),
    ],
    "transient": [
        shape(Y, X) + np.exp(-T / 30) * np.cos(X),
        shape(Y, X) * np.exp(T / 20),
    ],
    "chaotic": [
        rng.standard_normal((60, 24, 32)),
        shape(Y, X) + 0.2 * rng.standard_normal((60, 24, 32)),
    ],
    "unknown": [shape(Y, X) + 0.1 * T],
}
# A rough picture that moves by whole cells.
KINDS["drifting"][2] = np.stack(
    [np.roll(u, (t, -2 * t), (0, 1)) for t, u in enumerate(KINDS["drifting"][2])]
)


@pytest.mark.parametrize("kind", KINDS)
def test_exact_runs_are_called_by_their_name(kind):
    for u in KINDS[kind]:
        told = analysis.stationarity(made(u))
        assert told.item() == kind, analysis.movement(made(u))
        rolled = made(np.roll(u, (5, -7), (1, 2)))
        assert analysis.stationarity(rolled).item() == kind
        xr.testing.assert_allclose(
            analysis.movement(rolled), analysis.movement(made(u)), rtol=1e-6, atol=1e-9
        )


def test_a_drifting_run_has_its_speed_and_matches_itself():
    u = KINDS["drifting"][0]
    told = analysis.movement(made(u))
    y, x = 0.021 * 24 * 0.25 / (2 * np.pi), 0.034 * 32 * 0.25 / (2 * np.pi)
    assert float(told.shift_speed) == pytest.approx(np.hypot(y, x) / 0.5, rel=1e-6)
    # The shape has waves beyond the grid's, of some 1e-4.
    assert float(told.mismatch) == pytest.approx(0, abs=1e-6)
    along = np.sin(3 * X - 0.4 * T) + 0 * Y  # stripes: along them nothing is known
    speed = float(analysis.movement(made(along)).shift_speed)
    assert speed == pytest.approx(0.4 / 3 * 32 * 0.25 / (2 * np.pi) / 0.5, rel=1e-6)
    walled = analysis.movement(made(u, periodic=False))
    assert np.isnan(walled.mismatch) and np.isnan(walled.shift_speed)
    assert analysis.stationarity(made(u, periodic=False)).item() != "drifting"
    tube = analysis.movement(
        made(along, periodic=False).assign_attrs(boundary="x: periodic")
    )
    assert float(tube.shift_speed) == pytest.approx(speed, rel=1e-6)
    assert float(tube.mismatch) == pytest.approx(0, abs=1e-9)


def test_a_periodic_run_has_its_period():
    for u in KINDS["periodic"][:2]:
        told = analysis.movement(made(u))
        rate = 0.7 if u is KINDS["periodic"][0] else 0.3
        # A parabola through a cosine at ten frames a period errs by less than 1 %.
        assert float(told.period) == pytest.approx(2 * np.pi / rate * 0.5, rel=0.01)


def test_white_noise_is_as_unlike_itself_at_all_times():
    from rdkit_nn.analysis.motion import _unlike

    u = rng.standard_normal((40, 2000))
    u = u - u.mean(0)
    found = _unlike(u, u.var())
    plain = [((u[k:] - u[: 40 - k]) ** 2).mean() / (2 * u.var()) for k in range(21)]
    np.testing.assert_allclose(found, plain, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found[1:], 40 / 39, rtol=0.02)  # 4 / √(2000 · 20)


def test_a_bank_of_runs_is_told_at_once_and_lazily():
    bank = xr.concat([made(KINDS[kind][0]) for kind in KINDS], "member")
    told = analysis.stationarity(bank)
    assert told.dims == ("member",) and list(told.values) == list(KINDS)
    hurt = made(KINDS["steady"][0]).where(lambda u: u < 1)
    assert analysis.stationarity(hurt).item() == "unknown"
    assert np.isnan(analysis.movement(hurt).rest)
    pytest.importorskip("dask")
    lazy = analysis.stationarity(bank.chunk(member=1, time=10))
    assert lazy.chunks is not None
    np.testing.assert_array_equal(lazy, told)


def test_a_short_or_uneven_run_is_refused():
    run = made(KINDS["periodic"][0])
    with pytest.raises(ValueError, match="at least 8 frames"):
        analysis.stationarity(run[:7])
    with pytest.raises(ValueError, match="evenly spaced frames"):
        analysis.stationarity(run.isel(time=[0, 1, 2, 3, 5, 6, 7, 8, 9]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        analysis.stationarity(run, tolerance=0)
