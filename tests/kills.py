"""Kill a stored run at random moments, go on, and compare it with the run in one go.

Run as a script in a fresh process: `kills.py chemistry|learning FOLDER TRIALS SEED`. The
run is forked from here before any thread has begun.
"""

import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

import numpy as np

import rdkit_nn as rd
from rdkit_nn import models, neural, presets
from rdkit_nn.store import status


def chemistry():
    """A noisy Gray-Scott run, of which one variable is saved."""
    grid = rd.Grid((48, 48))
    state = presets.pearson_start(0, grid=grid)
    term = models.gray_scott(Du=0.1, Dv=0.05) + rd.Noise(u=1e-3, v=1e-3, seed=5)
    flow = rd.Flow(term, rd.Euler(0.5))
    return flow, state, dict(steps=1200, every=5, save=["v"]), {}


def learning():
    """Adversarial training, with the loss watched."""
    x = np.random.default_rng(0).random((40, 36))
    task = neural.Task(x, np.arange(40) % 3)
    state = neural.weights(task, hidden=16, critic=8, seed=1)
    game = presets.pseudo_reaction_diffusion(task, dt=0.05, seed=2)
    watch = {"balance": lambda s: neural.balance(s)}
    return game, state, dict(steps=600, every=3), {"dynamics": game, "watch": watch}


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


def main(kind, folder, trials, seed):
    chance = random.Random(seed)
    dynamics, state, how, again = {"chemistry": chemistry, "learning": learning}[kind]()
    watch = {k: v for k, v in again.items() if k == "watch"}
    once = Path(folder) / "once.zarr"

    def simulate(path):
        rd.simulate(
            dynamics, state, **how, **watch, store=path, checkpoint=0.1, progress=False
        )

    begun = time.perf_counter()
    ended_well(lambda: simulate(once))
    long = time.perf_counter() - begun
    kills = early = 0
    for trial in range(trials):
        path = Path(folder) / f"{trial}.zarr"

        def go(path=path):
            if (path / "finished" / "zarr.json").exists():
                rd.resume(path, **again, checkpoint=0.1, progress=False)
            else:
                rd.simulate(
                    dynamics,
                    state,
                    **how,
                    **watch,
                    store=path,
                    overwrite=path.exists(),
                    checkpoint=0.1,
                    progress=False,
                )

        for attempt in range(3):
            pid = forked(go)
            if attempt < 2:
                time.sleep(chance.uniform(0.3, 1.0) * long)
                os.kill(pid, signal.SIGKILL)
            ended = os.waitpid(pid, 0)[1]
            if attempt < 2 and ended:
                begun = (path / "finished" / "zarr.json").exists()
                kills, early = kills + 1, early + (not begun)
                if begun:  # readable, whatever happened
                    ended_well(lambda path=path: rd.open_run(path).load())
                    assert status(path)["status"] in ("interrupted", "complete")
        assert ended == 0, f"trial {trial} did not end"
        ended_well(lambda path=path: alike(once, path))
    print(f"{kind}: {trials} of {trials} identical, {kills} kills, {early} too early")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
