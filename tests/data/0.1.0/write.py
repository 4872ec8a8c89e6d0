"""Write the stores beside this file with version 0.1.0, and what each run held in memory.

    PYTHONPATH=CLONE_OF_0.1.0 python tests/data/0.1.0/write.py [FOLDER]

Each NAME.zip unpacks to NAME.zarr; NAME.npz has the coordinates and the fields of the run.
Two runs are stored twice: unfinished-NAME was stopped; NAME.npz is all of it.
"""

import os
import signal
import socket
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

import rdkit_nn as rd
from rdkit_nn import models, start

SPACING = 2.5 / 256
TORUS = rd.Grid((16, 16), spacing=SPACING)
ROOM = rd.Grid((16, 16), spacing=SPACING, boundary="no-flux")
PLAIN = models.gray_scott()
NOISY = models.gray_scott() + rd.Noise(u=1e-3, seed=1)
WALLED = models.gray_scott(walls={"u": {"x": (rd.Dirichlet(0.5), rd.NoFlux())}})
OVER = {"F": [0.025, 0.03], "k": [0.055, 0.06]}
LONG = dict(steps=64, every=8)
STOP = 40
EPOCH = (1980, 1, 1, 0, 0, 0)  # for all files of the archives


def begin(grid):
    """A square of v, and a little noise."""
    around, inside = dict(u=1.0, v=0.0), dict(u=0.5, v=0.25)
    return start.patch(grid, around=around, inside=inside, size=6, seed=0)


def point(F, k):
    """One run of the sweep."""
    return rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(1.0))


def simulated(term, grid=TORUS):
    """How to have a run, in memory or in a store."""
    flow = rd.Flow(term, rd.Euler(1.0))
    return lambda **to: rd.simulate(flow, begin(grid), **LONG, progress=False, **to)


def swept(**to):
    """The same for the sweep."""
    return rd.sweep(point, begin(TORUS), OVER, 16, 8, progress=False, **to)


RUNS = {
    "plain": simulated(PLAIN),
    "sweep": swept,
    "noisy": simulated(NOISY),
    "walls": simulated(WALLED, ROOM),
}
UNFINISHED = "plain", "noisy"


@contextmanager
def stopped():
    """Ask for an end, as Ctrl-C does, while the step `STOP` is on its way.

    Not by a watched number: such a run could only be resumed with that function.
    """
    advance = rd.Flow.advance

    def asking(flow, values, grid, steps):
        if steps.start >= STOP:
            os.kill(os.getpid(), signal.SIGINT)
        return advance(flow, values, grid, steps)

    rd.Flow.advance = asking
    try:
        yield
    except KeyboardInterrupt as error:
        print(error)
    else:
        raise RuntimeError("It was not stopped.")
    finally:
        rd.Flow.advance = advance


def packed(store, archive):
    """Put a store into an archive, as it is."""
    with zipfile.ZipFile(archive, "w") as into:
        for file in sorted(store.rglob("*")):
            if file.is_file():
                name = file.relative_to(store.parent).as_posix()
                told = zipfile.ZipInfo(name, EPOCH)
                told.external_attr = 0o644 << 16
                into.writestr(told, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def main(folder):
    """Write all."""
    assert rd.__version__ == "0.1.0", rd.__version__
    socket.gethostname = lambda: "elsewhere"  # the ledger names the host
    for name, run in RUNS.items():
        held = {str(n): v.values for n, v in run().variables.items()}
        np.savez_compressed(folder / f"{name}.npz", **held)
        with tempfile.TemporaryDirectory() as home:
            store = Path(home) / f"{name}.zarr"
            run(store=store)
            packed(store, folder / f"{name}.zip")
            if name in UNFINISHED:
                store = store.with_stem(f"unfinished-{name}")
                with stopped():
                    run(store=store)
                packed(store, folder / f"{store.stem}.zip")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
