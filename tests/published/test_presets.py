"""What a preset says of itself is so."""

from math import pi

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import analysis, presets, stability

TURING = [n for n in presets.names() if presets.get(n).wavelength is not None]


def test_there_are_many_and_each_tells_its_source():
    rows = presets.table()
    assert len(rows) >= 60 and rows.index.is_unique
    for row in rows.itertuples():
        assert row.says.endswith(".") and row.kind, row.Index
        assert "doi:" in row.source or "arXiv:" in row.source, row.Index
    assert (
        rows.equations["schnakenberg-spots"] == "u: a - u + u * u * v; v: b - u * u * v"
    )
    assert (
        "Dv" not in rows.model["schnakenberg-far"]
    )  # written out: Diffusion(u=1, v=100)
    assert "v=100.0" in rows.model["schnakenberg-far"]
    with pytest.raises(KeyError, match="no preset 'nothing'; there are gray-scott"):
        presets.get("nothing")


@pytest.mark.parametrize("name", presets.names())
def test_its_kind_is_the_verdict(name):
    told = presets.get(name)
    term = told.flow.term
    if told.about is None:
        least = min(float(field.min()) for field in told.initial(0).values())
        assert stability.verdict(term, positive=least >= 0).kind == told.kind
        return
    rates = stability.uniform(term, told.about, stability.Waves.along([0.0]))
    # Rounded states: as far from rest as their last figure.
    assert max(abs(float(r)) for r in rates.values()) < 1e-2
    assert stability.verdict(term, told.about).kind == told.kind
    if told.wavelength is not None:
        k, _ = stability.fastest_mode(term, told.about)
        assert 2 * pi / k == pytest.approx(told.wavelength, abs=2e-3)


@pytest.mark.parametrize("name", presets.names())
def test_it_runs_as_it_stands(name):
    told = presets.get(name)
    state = told.initial(0)
    run = rd.simulate(told.flow, state, 8)
    assert rd.Grid.of(run) == told.grid
    assert all(np.isfinite(run[n]).all() for n in run)
    assert told.initial(1, dtype="float32").to_array().dtype == "float32"


@pytest.mark.parametrize("name", [n for n in TURING if presets.get(n).steps < 1e5])
def test_noise_grows_at_the_predicted_wavelength(name):
    """While it is small; far from onset the finished pattern is up to a fifth shorter."""
    told = presets.get(name)
    run = rd.simulate(told.flow, told.initial(0), told.steps // 4)
    first = next(iter(run))
    assert float(analysis.contrast(run[first][-1])) > 0.01
    length = float(analysis.wavelength(run[first][-1]))
    assert length == pytest.approx(told.wavelength, rel=0.12)


def test_scattered_squares_go_round_the_torus_and_stop_at_walls():
    from rdkit_nn import initial

    told = dict(around=dict(u=1.0, v=0.0), inside=dict(u=0.5, v=0.25), seed=0)
    one = initial.patches(rd.Grid((32, 32)), **told, size=8, count=1, amplitude=0.0)
    assert int((one.v > 0).sum()) == 64 and float(one.v.max()) == 0.25
    many = initial.patches(rd.Grid((32, 32)), **told, size=8, count=6)
    assert 64 < int((many.v > 0).sum()) <= 6 * 64
    walled = rd.Grid((32, 32), boundary="no-flux")
    assert int((initial.patches(walled, **told, size=8, count=1).v > 0).sum()) <= 64
    with pytest.raises(ValueError, match="does not fit"):
        initial.patches(rd.Grid((4, 4)), **told, size=8, count=1)
