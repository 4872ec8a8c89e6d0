"""Finished patterns measure what other seeds said, and are as long as theory has it.

The quick ones are here; `pytest -m slow tests/published` runs every preset.
"""

import importlib.util
from math import pi
from pathlib import Path

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import analysis, initial, models, presets, stability

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("fingerprints", HERE / "fingerprints.py")
fingerprints = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fingerprints)

KEPT = fingerprints.kept()
SEED = 101  # not among the ten
QUICK = (
    "gray-scott-k0.055",
    "gray-scott-k0.060",
    "pearson-R-F0.050-k0.072",
    "schnakenberg-spots",
    "schnakenberg-stripes",
    "brusselator-holes",
    "turing-spots",
    "amari-stripes",
)


def check(name):
    told = fingerprints.measured(fingerprints.finished(name, SEED))
    runs = KEPT[name]
    if 0 < sum(run["alive"] for run in runs) < len(runs) and not told["alive"]:
        return  # it may die
    for measure, (low, high) in fingerprints.intervals(runs).items():
        assert low <= told[measure] <= high, (measure, told[measure], (low, high))


def test_every_preset_has_ten_seeds():
    assert set(KEPT) == set(presets.names())
    assert all(len(runs) == 10 for runs in KEPT.values())


@pytest.mark.parametrize("name", QUICK)
def test_a_new_seed_measures_what_ten_others_did(name):
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in presets.names() if n not in QUICK])
def test_a_new_seed_of_any_preset_measures_what_ten_others_did(name):
    check(name)


@pytest.mark.parametrize(
    "name", [n for n in presets.names() if presets.get(n).wavelength is not None]
)
def test_finished_wavelengths_are_within_a_quarter_of_the_predicted(name):
    lengths = [run["wavelength"] for run in KEPT[name]]
    assert np.mean(lengths) == pytest.approx(presets.get(name).wavelength, rel=0.25)


NEAR = {
    "schnakenberg": (models.schnakenberg(Dv=8.8), dict(u=1.0, v=0.9), 0.008, 1.2),
    "brusselator": (models.brusselator(Dv=7.6), dict(u=2.0, v=1.5), 0.006, 1.2),
    "swift-hohenberg": (models.swift_hohenberg(r=0.05), dict(u=0.0), rd.ETDRK4(0.5), 6),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NEAR)
def test_near_onset_finished_wavelengths_are_within_three_per_cent(name):
    term, state, dt, spans = NEAR[name]
    k, top = stability.fastest_mode(term, state)
    grid = rd.Grid((96, 96), spacing=20 * pi / k / 96)
    method = rd.Euler(dt) if isinstance(dt, float) else dt
    steps = int(spans * 12 / top.real / method.dt)
    begin = initial.noise(grid, **state, amplitude=0.01, seed=0)
    end = next(iter(rd.simulate(rd.Flow(term, method), begin, steps, steps).values()))[
        -1
    ]
    assert float(analysis.contrast(end)) > 0.03
    # The stencil's own fastest wave is shorter by h² k² / 24 or so: 2e-2 k h = 0.65.
    fast, _ = stability.fastest_mode(term, state, grid=grid)
    assert float(analysis.wavelength(end)) == pytest.approx(2 * pi / fast, rel=0.03)


def test_the_measures_know_a_pattern_of_another_diffusivity():
    """Twice the diffusivity of the inhibitor leaves the intervals of the fingerprint."""
    told = presets.get("schnakenberg-stripes")
    flow = rd.Flow(models.schnakenberg(a=0.01, b=2.0, Dv=60.0), rd.Euler(0.001))
    run = rd.simulate(flow, told.initial(0), 100_000, 100_000)
    low, high = fingerprints.intervals(KEPT[told.name])["variation"]
    assert not low <= float(analysis.variation(run.u[-1])) <= high
