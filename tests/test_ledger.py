"""The claims: what is kept, what is done again, and how verdicts follow."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
import xarray as xr

from rdkit_nn import neural
from rdkit_nn.__main__ import main
from rdkit_nn.ledger import Row, Settings, claims, job
from rdkit_nn.ledger.claims_training import rows as training_rows
from rdkit_nn.ledger.page import effect, page, record, reread, summary
from rdkit_nn.ledger.rows import FAILS, HOLDS, OPEN, Found, extent, interval, settled
from rdkit_nn.ledger.training import School, measured

SMALL = Settings(
    seeds=2,
    samples=30,
    hidden=16,
    critic=8,
    time=6.0,
    rates=(0.1, 0.05),
    holds=(1.0, 2.0),
    frames=8,
    widths=(8, 32),
    scalar_samples=8,
    scalar_hidden=512,
    scalar_time=5.0,
)
TOLD = {**SMALL.network, "dt": 0.05}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("claims")
    return out, claims(out, settings=SMALL, workers=2, progress=False)


@pytest.fixture
def here(monkeypatch):
    """Experiments in this process, where which of them are done is all that counts."""

    @contextmanager
    def pool(workers):
        with job.one_thread_each(), ThreadPoolExecutor(1) as one:
            yield one

    monkeypatch.setattr(job, "_pool", pool)


def kept(out):
    return {p.name: p.stat().st_mtime_ns for p in (out / "cells").iterdir()}


def texts(out):
    return [(out / name).read_bytes() for name in ("claims.md", "claims.json")]


def test_every_claim_has_an_effect_a_null_a_rule_and_a_verdict(made):
    out, subjects = made
    rows = [row for some in subjects.values() for row in some]
    assert len(rows) > 30 and len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert np.isfinite([row.effect, row.low, row.high]).all(), row.name
        assert row.low <= row.effect <= row.high and row.seeds == 2
        assert row.null and row.rule and row.measure and row.source
        assert row.verdict in (HOLDS, FAILS, OPEN)
    assert {p.name for p in out.iterdir()} == {
        "claims.md",
        "claims.json",
        "claims.png",
        "cells",
    }


def test_starting_again_does_nothing_and_says_the_same(made, monkeypatch):
    out, _ = made
    before, said = kept(out), texts(out)
    monkeypatch.setattr(job, "EXPERIMENTS", {})
    claims(out, settings=SMALL, workers=1, progress=False)
    assert kept(out) == before and texts(out) == said


@pytest.mark.parametrize(
    "where", ["here", pytest.param("elsewhere", marks=pytest.mark.slow)]
)
def test_another_number_of_workers_says_the_same(made, where, request, tmp_path):
    if where == "here":
        request.getfixturevalue("here")
    claims(tmp_path, settings=SMALL, workers=1, progress=False)
    assert texts(tmp_path) == texts(made[0])


def test_more_seeds_and_other_settings_do_only_what_is_missing(made, here, capsys):
    out, _ = made
    before = kept(out)
    claims(out, settings=replace(SMALL, seeds=3), workers=2)
    after = kept(out)
    fresh = set(after) - set(before)
    assert {name: after[name] for name in before} == before
    assert fresh and all("seed02" in name for name in fresh)
    assert "experiments were there" in capsys.readouterr().err
    claims(out, settings=replace(SMALL, rates=(0.1, 0.05, 0.2)), workers=2)
    other = set(kept(out)) - set(after)
    assert {name.split("-seed")[0] for name in other} == {
        "supervised",
        "adversarial",
        "balance",  # it takes the three largest rates
    }


def test_a_damaged_number_is_named(made, tmp_path):
    cells = tmp_path / "cells"
    cells.mkdir()
    name = next(name for name in kept(made[0]) if name.startswith("frozen-seed00"))
    (cells / name).write_text("{")
    with pytest.raises(ValueError, match=f"{name} is damaged"):
        claims(tmp_path, settings=SMALL, progress=False)


def test_an_experiment_that_fails_is_named(tmp_path):
    with pytest.raises(RuntimeError, match="`adversarial .*must not be negative"):
        claims(tmp_path, settings=replace(SMALL, penalty=-1.0), progress=False)
    assert all(not name.endswith(".part") for name in os.listdir(tmp_path))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_run_that_stops_being_finite_is_told_and_no_failure(here, tmp_path):
    wild = replace(SMALL, rates=(0.05, 10.0), time=40.0, frames=2, hidden=4, critic=4)
    subjects = claims(tmp_path, settings=wild, progress=False)
    text = (tmp_path / "claims.md").read_text()
    assert "stopped being finite" in text and "adversarial 10 (2 seeds)" in text
    rows = {row.name: row for some in subjects.values() for row in some}
    assert rows["game: growth without the step"].verdict == OPEN
    assert rows["game: growth without the step"].seeds == 0
    assert reread((tmp_path / "claims.json").read_text())[2]["stopped"]


def test_the_page_follows_from_the_record(made):
    out, _ = made
    claims(out, settings=SMALL, progress=False)
    subjects, settings, about = reread((out / "claims.json").read_text())
    assert page(subjects, settings, about) == (out / "claims.md").read_text()
    assert record(subjects, settings, about) == (out / "claims.json").read_text()
    assert settings == SMALL
    assert "minutes" not in (out / "claims.md").read_text()  # no time in it


def numbers(game, alone):
    """As experiments give them: five seeds, made up."""
    names = "displacement late_growth exponent drift misfit_share dead force_end"
    scalar = "displacement least within rate floor_share drawn_within game_within"
    scalar += " game_displacement game_least breakdown_game"
    told = {}
    for seed in range(5):
        shake = 1 + 1e-3 * seed
        told[seed] = {"scalar": {k: 0.6 * shake for k in scalar.split()}}
        told[seed]["balance"] = {"order": 1.01 * shake}
        told[seed]["frozen"] = {k: alone * shake for k in names.split()}
        for dt in (0.1, 0.05):
            told[seed][f"adversarial {dt:g}"] = {
                k: game * shake * (2 * dt if k == "drift" else 1) for k in names.split()
            }
            told[seed][f"supervised {dt:g}"] = {
                k: alone * shake * (20 * dt if k == "drift" else 1)
                for k in names.split()
            }
    return told


def test_a_verdict_follows_the_numbers():
    def verdicts(game, alone):
        found = Found(numbers(game, alone))
        return {row.name: row.verdict for row in training_rows(found, SMALL)}

    far, same = verdicts(0.06, 0.04), verdicts(0.04, 0.04)
    assert far["game: farther"] == HOLDS and same["game: farther"] == FAILS
    assert far["supervised: rest"] == HOLDS
    assert verdicts(1.0, 0.9)["supervised: rest"] == FAILS
    assert far["game: linear in time"] == FAILS
    assert verdicts(0.999, 0.1)["game: linear in time"] == HOLDS
    assert far["frozen critic"] == FAILS and verdicts(1, 0.5)["frozen critic"] == HOLDS
    assert far["supervised: balance"] == HOLDS
    assert far["game: balance"] == HOLDS  # made up: of first order
    assert far["game: growth without the step"] == HOLDS  # made up: equal at both


def test_a_bound_whose_hypothesis_fails_is_not_tested():
    told = numbers(0.06, 0.04)
    for each in told.values():
        each["scalar"]["least"] = 0.4
    rows = {row.name: row for row in training_rows(Found(told), SMALL)}
    assert rows["supervised: bound on each neuron"].verdict == OPEN
    for each in told.values():
        each["scalar"] |= {"least": 0.9, "within": 1.2}
    rows = {row.name: row for row in training_rows(Found(told), SMALL)}
    assert rows["supervised: linear rate"].verdict == FAILS


def test_intervals_are_students_and_skip_seeds_without_a_number():
    drawn = np.random.default_rng(0).standard_normal(7)
    told = interval(xr.DataArray([*drawn, np.nan], dims="seed"))
    low, high = scipy.stats.t.interval(
        0.95, 6, loc=drawn.mean(), scale=scipy.stats.sem(drawn)
    )
    assert told["seeds"] == 7
    assert [told["low"], told["high"]] == pytest.approx([low, high], rel=1e-5)
    assert extent(xr.DataArray(drawn, dims="seed"))["effect"] == pytest.approx(
        drawn.max(), rel=1e-5
    )
    empty = interval(xr.DataArray([np.nan, np.nan], dims="seed"))
    row = Row("n", "c", "s", "m", null="0", rule="r", verdict=FAILS, **empty)
    assert settled(row).verdict == OPEN and "no number" in summary({"x": [row]})


@pytest.fixture(scope="module")
def school():
    some = neural.data.digits().take(30, seed=0)
    return School(some, 0, TOLD)


def test_no_force_is_no_push(school):
    alone, pushed = school.alone(), school.pushed(0.0, 1.0)
    np.testing.assert_array_equal(pushed.U[-1], alone.U[-1])
    assert pushed.time.values.tolist() == pytest.approx(np.arange(7.0).tolist())
    far = measured(school.pushed(1.0, 2.0), school.task)["displacement"]
    assert far != measured(alone, school.task)["displacement"]


def test_shuffled_pixels_shuffle_the_run(school):
    some = neural.data.digits().take(30, seed=0)
    mixed = School(some, 0, TOLD, shuffled=True)
    one, other = (
        s.alone().U.isel(time=-1).values.reshape(16, -1) for s in (school, mixed)
    )
    # Identity 4 of the paper's list; sums in another order in single precision.
    np.testing.assert_allclose(other, one[:, mixed.order], rtol=0, atol=1e-5)


def test_measures_of_a_run_that_did_not_move(school):
    start = school.weights()
    run = xr.concat([start.assign_coords(time=float(t)) for t in range(9)], "time")
    told = measured(run.isel(time=[0, 8]), school.task)
    assert told["displacement"] == 0 and told["drift"] == 0
    assert told["misfit_share"] == 1 and told["moran"] == told["moran_start"]


def test_settings_are_checked():
    with pytest.raises(ValueError, match="at least 2 seeds"):
        Settings(seeds=1)
    with pytest.raises(ValueError, match="`rates` must hold `rate`"):
        Settings(rates=(0.1, 0.2))
    with pytest.raises(ValueError, match="must not be more than `samples`"):
        Settings(samples=20)
    assert min(Settings.quick().rates) >= 0.025 and Settings.quick().seeds == 5
    assert Settings().seeds >= 20


def test_the_command_line(made, tmp_path, capsys, monkeypatch):
    from rdkit_nn import ledger

    out, _ = made
    with pytest.raises(SystemExit) as stop:
        main(["claims", "--help"])
    assert stop.value.code == 0 and "examples:" in capsys.readouterr().out

    class Small:
        def __new__(cls, **told):
            return replace(SMALL, **told)

        quick = staticmethod(lambda **told: replace(SMALL, **told))

    monkeypatch.setattr(ledger, "Settings", Small)
    assert main(["claims", "--out", str(out), "--quick", "--quiet"]) == 0
    told = capsys.readouterr()
    assert "game: farther" in told.out and told.err == ""
    assert "rdkit-nn claims --quick`" in (out / "claims.md").read_text()
    assert main(["claims", "--out", str(tmp_path), "--workers", "0"]) == 1
    assert main(["claims", "--out", str(tmp_path), "--data", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
    assert json.loads((out / "claims.json").read_text())["settings"]["hidden"] == 16
    assert os.listdir(tmp_path) == []


DOCS = Path(__file__).parents[1] / "docs"


def test_the_full_ledger_is_the_page_of_its_record():
    subjects, settings, about = reread((DOCS / "claims.json").read_text())
    assert settings == Settings() and settings.seeds >= 20 and not about["stopped"]
    assert page(subjects, settings, about) == (DOCS / "claims.md").read_text()


def test_the_numbers_of_the_readme_are_those_of_the_ledger():
    subjects, _, _ = reread((DOCS / "claims.json").read_text())
    rows = [row for some in subjects.values() for row in some]
    readme = (DOCS.parent / "README.md").read_text()
    part = readme.split("## What of the paper holds")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    known = {f"| {r.claim} | {r.measure} | {effect(r)} | {r.verdict} |" for r in rows}
    assert len(lines) >= 8 and set(lines) <= known
