"""Kill a stored run at random moments, go on, and compare it with the run in one go.

Run as a script in a fresh process: `kills.py chemistry|learning FOLDER TRIALS SEED STEPS`.
The run is forked from here before any thread has begun, and after all that takes long to
load is there.
"""

import math
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

import dask.array  # noqa: F401
import numpy as np
import zarr  # noqa: F401

import rdkit_nn as rd
from rdkit_nn import models, neural, presets
from rdkit_nn.labels import strip
from rdkit_nn.store import status


def chemistry():
    """A noisy Gray-Scott run, of which one variable is saved."""
    grid = rd.Grid((48, 48))
    state = presets.pearson_start(0, grid=grid)
    term = models.gray_scott(Du=0.1, Dv=0.05) + rd.Noise(u=1e-3, v=1e-3, seed=5)
    flow = rd.Flow(term, rd.Euler(0.5))
    return flow, state, dict(every=5, save=["v"]), {}


def learning():
    """Adversarial training, with the loss watched."""
    x = np.random.default_rng(0).random((40, 36))
    task = neural.Task(x, np.arange(40) % 3)
    state = neural.weights(task, hidden=16, critic=8, seed=1)
    game = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=2)
    watch = {"balance": lambda s: neural.balance(s)}
    return game, state, dict(every=3), {"dynamics": game, "watch": watch}


def forked(work):
    """Start work in a process of its own."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def killed(pid, seconds):
    """Kill a process after so many seconds, unless it ends before: how it ended."""
    late = time.perf_counter() + seconds
    while time.perf_counter() < late:
        if (told := os.waitpid(pid, os.WNOHANG))[0]:
            return told[1]
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def ended_well(work):
    """Do work in a process of its own: this one must stay without threads."""
    assert os.waitpid(forked(work), 0)[1] == 0


def alike(once, path):
    """Compare two stored runs to the bit."""
    assert rd.verify(path) == [], rd.verify(path)
    one, other = rd.open_run(once).load(), rd.open_run(path).load()
    for name in one.variables:
        np.testing.assert_array_equal(one[name].values, other[name].values, name)
        assert one[name].attrs == other[name].attrs, name


def main(kind, folder, trials, seed, steps):
    chance = random.Random(seed)
    dynamics, state, how, again = {"chemistry": chemistry, "learning": learning}[kind]()
    how["steps"] = steps
    watch = {k: v for k, v in again.items() if k == "watch"}
    once = Path(folder) / "once.zarr"
    dynamics.advance(strip(state), rd.Grid.of(state), range(1))  # compiled

    def simulate(path, **told):
        told |= dict(store=path, checkpoint=0.1, progress=False)
        rd.simulate(dynamics, state, **how, **watch, **told)

    begun = time.perf_counter()
    ended_well(lambda: simulate(once))
    long = time.perf_counter() - begun
    kills = early = trial = 0
    while trial < trials or kills - early < trials:
        assert trial < 5 * trials, f"only {kills - early} kills in {trial} trials"
        path = Path(folder) / f"{trial}.zarr"

        def go(path=path):
            if (path / "finished" / "zarr.json").exists():
                rd.resume(path, **again, checkpoint=0.1, progress=False)
            else:
                simulate(path, overwrite=path.exists())

        for share in (chance.uniform(0.3, 1.0), chance.uniform(0.3, 1.0), math.inf):
            ended = killed(forked(go), share * long)
            if not ended:
                break
            assert os.WIFSIGNALED(ended), f"trial {trial} failed by itself"
            begun = (path / "finished" / "zarr.json").exists()
            kills, early = kills + 1, early + (not begun)
            if begun:  # readable, whatever happened
                ended_well(lambda path=path: rd.open_run(path).load())
                assert status(path)["status"] in ("interrupted", "complete")
        assert ended == 0, f"trial {trial} did not end"
        ended_well(lambda path=path: alike(once, path))
        trial += 1
    print(f"{kind}: {trial} of {trial} identical, {kills} kills, {early} too early")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
