"""What it costs to keep what was computed, and to open it again."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
from measure import header

import rdkit_nn as rd
from rdkit_nn import models, presets

N, EVERY, FRAMES = 512, 100, 160


def timed(work) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def writing(home: Path) -> None:
    """A frame each hundred steps of 512 x 512 cells, two fields: share of the compute."""
    for dtype in ("float32", "float64"):
        grid = rd.Grid((N, N), spacing=2.5 / 256)
        state = presets.pearson_start(0, grid=grid, dtype=dtype)
        flow = rd.Flow(models.gray_scott(F=0.037, k=0.06), rd.Euler(1.0))
        grown = rd.simulate(flow, state, 20_000).isel(time=-1)  # a pattern, not a blank
        steps = EVERY * FRAMES
        bare, memory, stored = [], [], []
        for _ in range(3):
            path = home / f"{dtype}.zarr"
            shutil.rmtree(path, ignore_errors=True)
            told = partial(rd.simulate, flow, grown, steps)
            bare.append(timed(told))
            memory.append(timed(partial(told, EVERY)))
            stored.append(timed(partial(told, EVERY, store=path)))
        b, m, s = min(bare), min(memory), min(stored)
        size = sum(f.stat().st_size for f in path.rglob("*") if f.is_file())
        raw = 2 * (FRAMES + 1) * N * N * np.dtype(dtype).itemsize
        print(
            f"{dtype}: compute {b:.2f} s; frames kept in memory + {(m - b) / b:.2f} of "
            f"it, in a store + {(s - b) / b:.2f}; {raw / size:.1f} x smaller than raw"
        )


def opening(home: Path) -> None:
    """A run of 10,000 frames."""
    path = home / "long.zarr"
    flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))
    state = presets.pearson_start(0, grid=rd.Grid((64, 64)))
    spent = timed(lambda: rd.simulate(flow, state, 9_999, 1, store=path))
    once = timed(lambda: rd.open_run(path))
    again = timed(lambda: rd.open_run(path))
    run = rd.open_run(path)
    frame = timed(lambda: run.u.isel(time=5000).load())
    whole = timed(lambda: rd.verify(path))
    print(
        f"10,000 frames of 64²: written in {spent:.1f} s, opened in {once:.2f} s (again "
        f"{again:.2f}), one frame read in {1e3 * frame:.0f} ms, verified in {whole:.1f} s"
    )


if __name__ == "__main__":
    header()
    with tempfile.TemporaryDirectory() as folder:
        writing(Path(folder))
        opening(Path(folder))
