"""Sweeps that outgrow memory, machines and mishaps."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import initial, models
from rdkit_nn.interrupts import Interrupted
from rdkit_nn.store import Damaged, status

GRID = rd.Grid((8, 8))
BEGIN = initial.noise(GRID, u=0.6, v=0.3, seed=0)
OVER = {"F": [0.02, 0.03, 0.04], "k": np.array([0.05, 0.06])}


def build(F, k):
    return rd.Flow(models.gray_scott(F=F, k=k, Du=0.1, Dv=0.05), rd.Euler(0.5))


def fragile(F):
    """Runs away where F is large."""
    return rd.Flow(rd.law(u="F * u**3", v="0*v")(F=F), rd.Euler(0.5))


def noisy(seed):
    term = models.gray_scott(Du=0.1, Dv=0.05) + rd.Noise(u=0.01, v=0.01, seed=seed)
    return rd.Flow(term, rd.Euler(0.5))


def deadly(seed):
    """Kills its own process, once for each seed in the list beside the work."""
    home = Path(os.environ["RDKIT_NN_TEST_HOME"])
    mark = home / f"died-{seed}"
    doomed = json.loads((home / "doomed.json").read_text())
    if threading.current_thread() and str(seed) in doomed:
        count = len(mark.read_text()) if mark.exists() else 0
        if os.getpid() != doomed["parent"] and count < doomed[str(seed)]:
            mark.write_text("x" * (count + 1))
            os.kill(os.getpid(), signal.SIGKILL)
    return noisy(seed)


def the_same(one, other):
    assert set(one.variables) == set(other.variables)
    for name in one.variables:
        np.testing.assert_array_equal(one[name].values, other[name].values)


@pytest.mark.parametrize("how", [{}, {"workers": 2}], ids=["here", "processes"])
def test_a_stored_sweep_is_the_sweep(tmp_path, how):
    path = tmp_path / "sweep.zarr"
    plain = rd.sweep(build, BEGIN, OVER, 20, 10)
    stored = rd.sweep(build, BEGIN, OVER, 20, 10, store=path, **how)
    assert stored.u.chunks is not None and stored.u.dims == plain.u.dims
    the_same(plain, stored)
    the_same(plain, rd.open_run(path))
    assert stored.u.attrs["actual_range"] == plain.u.attrs["actual_range"]
    assert stored.attrs["kernel"] == "fused" and rd.verify(path) == []
    assert status(path)["status"] == "complete" and status(path)["done"] == 6
    assert not (path / "finished" / "runs").exists()
    with pytest.raises(ValueError, match="is a sweep: call sweep again"):
        rd.resume(path)


def test_watched_numbers_and_starts_go_to_their_places(tmp_path):
    told = dict(steps=6, every=3, watch={"mean": lambda s: s.u.mean()}, save=["v"])
    plain = rd.sweep(build, BEGIN, OVER, **told)
    the_same(plain, rd.sweep(build, BEGIN, OVER, **told, store=tmp_path / "a.zarr"))
    assert plain["mean"].dims == ("F", "k", "time")


def test_starting_again_does_only_what_is_missing(tmp_path, monkeypatch):
    path, calls = tmp_path / "sweep.zarr", []

    def counted(seed):
        calls.append(seed)
        if stop and len(calls) > 4 + 3 + 1:  # the descriptions, the shell, three runs
            raise KeyboardInterrupt
        return noisy(seed)

    stop = True
    with pytest.raises(Interrupted, match="same call again"):
        rd.sweep(counted, BEGIN, {"seed": range(4)}, 8, store=path, watch={})
    begun = rd.open_run(path)
    done = status(path)["done"]
    assert 0 < done < 4 and begun.finished.values.sum() == done
    for seed in range(4):
        if begun.finished.sel(seed=seed):
            assert np.isfinite(begun.u.sel(seed=seed)).all()
        else:
            with pytest.raises(ValueError, match="not finished yet"):
                begun.u.sel(seed=seed).load()
    stop = False
    calls.clear()
    whole = rd.sweep(counted, BEGIN, {"seed": range(4)}, 8, store=path, watch={})
    assert len(calls) == 4 + (4 - done)  # descriptions, and the missing runs
    the_same(whole, rd.sweep(noisy, BEGIN, {"seed": range(4)}, 8))
    calls.clear()
    rd.sweep(counted, BEGIN, {"seed": range(4)}, 8, store=path, watch={})
    assert len(calls) == 4


def test_another_sweep_is_not_mixed_in(tmp_path):
    path = tmp_path / "sweep.zarr"
    rd.sweep(build, BEGIN, OVER, 4, store=path)
    with pytest.raises(FileExistsError, match="another sweep: steps differ"):
        rd.sweep(build, BEGIN, OVER, 8, store=path)
    with pytest.raises(FileExistsError, match="points, dynamics differ"):
        rd.sweep(build, BEGIN, {**OVER, "F": [0.1, 0.2, 0.3]}, 4, store=path)
    with pytest.raises(FileExistsError, match="initial differ"):
        rd.sweep(build, BEGIN + 0.1, OVER, 4, store=path)
    again = rd.sweep(build, BEGIN, OVER, 8, store=path, overwrite=True)
    assert again.step[-1] == 8
    rd.simulate(build(0.02, 0.05), BEGIN, 2, store=tmp_path / "run.zarr")
    with pytest.raises(FileExistsError, match="is no sweep"):
        rd.sweep(build, BEGIN, OVER, 8, store=tmp_path / "run.zarr")


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_is_kept_and_does_not_stop_the_rest(tmp_path, stored, workers):
    how = {"store": tmp_path / "sweep.zarr"} if stored else {}
    state = initial.uniform(GRID, u=1.0, v=0.0)
    over = {"F": [0.001, 9.0, 0.002]}
    with pytest.warns(RuntimeWarning, match="1 of 3 runs failed; the run at F=9.0"):
        swept = rd.sweep(fragile, state, over, 40, workers=workers, **how)
    assert "no longer finite" in str(swept.failure.sel(F=9.0).values)
    assert str(swept.failure.sel(F=0.001).values) == ""
    assert np.isnan(swept.u.sel(F=9.0)).all()
    assert np.isfinite(swept.u.sel(F=[0.001, 0.002])).all()
    if stored:
        assert status(how["store"])["failed"] == 1
        with pytest.warns(RuntimeWarning, match="1 of 3 runs failed"):
            rd.sweep(fragile, state, over, 40, **how, retry=True)


def test_points_of_a_list_stand_along_one_dim(tmp_path):
    told = rd.latin_hypercube({"F": (0.02, 0.06), "k": (0.05, 0.065)}, n=6, seed=1)
    swept = rd.sweep(build, BEGIN, told, 4, store=tmp_path / "a.zarr")
    assert swept.u.dims == ("run", "time", "y", "x")
    assert swept.F.dims == swept.k.dims == ("run",)
    one = rd.simulate(build(**told[3]), BEGIN, 4)
    np.testing.assert_array_equal(swept.u.isel(run=3), one.u)
    the_same(swept, rd.sweep(build, BEGIN, told, 4))
    with pytest.raises(ValueError, match="same parameters"):
        rd.sweep(build, BEGIN, [{"F": 1.0}, {"k": 1.0}], 4)
    with pytest.raises(ValueError, match="Nothing is swept"):
        rd.sweep(build, BEGIN, [], 4)


@pytest.mark.parametrize("sample", [rd.latin_hypercube, rd.sobol])
def test_samples_fill_their_box(sample):
    ranges = {"F": (0.02, 0.06), "k": (-1.0, 1.0)}
    told = sample(ranges, n=16, seed=3)
    assert told == sample(ranges, n=16, seed=3) != sample(ranges, n=16, seed=4)
    for name, (low, high) in ranges.items():
        slices = sorted(int(16 * (p[name] - low) / (high - low)) for p in told)
        assert slices == list(range(16))  # one in each slice, of either
    with pytest.raises(ValueError, match="must rise"):
        sample({"F": (1.0, 1.0)}, n=4, seed=0)


@pytest.mark.parametrize("kind", ["record", "chunk", "ledger"])
def test_damage_in_a_sweep_is_found(tmp_path, kind):
    path = tmp_path / "sweep.zarr"
    state = initial.uniform(GRID, u=1.0, v=0.0)
    with pytest.warns(RuntimeWarning):  # a failure keeps the records apart
        rd.sweep(fragile, state, {"F": [0.001, 9.0]}, 40, store=path)
    file = {
        "record": path / "finished" / "runs" / "000000.json",
        "chunk": next(p for p in (path / "u" / "c" / "0").rglob("*") if p.is_file()),
        "ledger": path / "finished" / "zarr.json",
    }[kind]
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(Damaged):
        rd.open_run(path).load()
    assert rd.verify(path)


def killed_sweep(tmp_path, monkeypatch, doomed, runs=64, **how):
    monkeypatch.setenv("RDKIT_NN_TEST_HOME", str(tmp_path))
    told = {"parent": os.getpid(), **doomed}
    (tmp_path / "doomed.json").write_text(json.dumps(told))
    path = tmp_path / "sweep.zarr"
    return rd.sweep(deadly, BEGIN, {"seed": range(runs)}, 8, store=path, **how)


def test_a_killed_worker_costs_its_current_run(tmp_path, monkeypatch):
    swept = killed_sweep(tmp_path, monkeypatch, {"20": 1}, workers=2)
    assert len((tmp_path / "died-20").read_text()) == 1
    the_same(swept, rd.sweep(noisy, BEGIN, {"seed": range(64)}, 8))


def test_a_run_that_kills_every_worker_is_given_up(tmp_path, monkeypatch):
    with pytest.warns(RuntimeWarning, match="its worker died 3 times"):
        swept = killed_sweep(tmp_path, monkeypatch, {"2": 99}, runs=4, workers=2)
    assert [bool(str(f)) for f in swept.failure.values] == [False, False, True, False]
    assert np.isfinite(swept.u.sel(seed=[0, 1, 3])).all()


CLUSTER = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
import numpy as np
import rdkit_nn as rd
from test_stored_sweeps import BEGIN, noisy, the_same

if __name__ == "__main__":
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as home:
        with Client(home) as client:
            pids = client.run(os.getpid)
            over, killed = {"seed": range(64)}, []

            class Bar:  # kills one worker when a few runs are done
                pass

            import rdkit_nn.sweeping.workers as workers
            plain = workers.on_cluster

            def watched(*told):
                for n, outcome in enumerate(plain(*told)):
                    if n == 8:
                        os.kill(next(iter(pids.values())), signal.SIGKILL)
                        killed.append(n)
                    yield outcome

            workers.on_cluster = watched
            swept = rd.sweep(noisy, BEGIN, over, 400, client=client, store=sys.argv[1])
            assert killed
            assert "failure" not in swept.coords
            the_same(swept, rd.sweep(noisy, BEGIN, over, 400))
            memory = rd.sweep(noisy, BEGIN, {"seed": range(4)}, 8, client=client)
            the_same(memory, rd.sweep(noisy, BEGIN, {"seed": range(4)}, 8))
            print(f"{swept.sizes['seed']} of 64, identical")
"""


def test_a_cluster_loses_a_worker_and_no_run(tmp_path):
    pytest.importorskip("distributed")
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    home = str(Path(__file__).parent)
    command = [sys.executable, str(script), str(tmp_path / "sweep.zarr"), home]
    where = {**os.environ, "PYTHONPATH": home}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env=where
    )
    assert done.returncode == 0, done.stderr
    assert "64 of 64, identical" in done.stdout


def test_two_sweeps_do_not_write_one_store(tmp_path):
    path = tmp_path / "sweep.zarr"
    refused = []

    def second(seed):
        if len(refused) == 0 and path.exists() and (path / "finished/lock").exists():
            try:
                rd.sweep(noisy, BEGIN, {"seed": [0, 1]}, 4, store=path, watch={})
            except (BlockingIOError, FileExistsError) as error:
                refused.append(error)
        return noisy(seed)

    rd.sweep(second, BEGIN, {"seed": [0, 1]}, 4, store=path, watch={})
    assert isinstance(refused[0], BlockingIOError)


def test_a_sweep_larger_than_memory_is_sent_to_the_disk(monkeypatch):
    from rdkit_nn.sweeping import job

    monkeypatch.setattr(job, "memory", lambda: 10_000)
    with pytest.raises(ValueError, match=r"6 runs of .* need .*disk \(`store`\)"):
        rd.sweep(build, BEGIN, OVER, 20, 2)
