"""The written loop and its place on disk."""

import os
import re
import subprocess
import sys
import warnings
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rdkit_nn as rd
from rdkit_nn import models
from rdkit_nn.kernels import fused
from rdkit_nn.kernels.fused import bands, cache
from rdkit_nn.kernels.fused.source import write
from rdkit_nn.terms import parts

TERM = rd.law(
    u="exp(-u) / (1 + u**2) + sqrt(v) - tanh(0.1 * u) + where(u > 0.5, 1, v)",
    v="maximum(u, 2) - k * v**3 + v**0.5",
)(k=0.3) + rd.Diffusion(u=0.1, v=0.2)


def source(term, dtype="float32", dim=2):
    return write(parts(term), ("u", "v"), dim, dtype)


def test_numbers_never_enter_the_text():
    one, other = models.gray_scott(F=0.02), models.gray_scott(F=0.03, Du=1e-3)
    assert source(one) == source(other)
    assert source(one) != source(one, "float64") != source(one, dim=1)


def test_no_float64_creeps_into_a_float32_row():
    text = cache.compile_here(source(TERM)).inspect_llvm()
    assert "fmul" in text
    assert not re.findall(r"fpext|fptrunc|[a-z]+ double", text)


@pytest.mark.parametrize("dtype, lanes", [("float32", 4), ("float64", 2)])
def test_a_row_is_computed_many_cells_at_a_time(dtype, lanes):
    # LLVM vectorises only where it believes the alias scopes; without, one cell a time.
    text = cache.compile_here(source(models.gray_scott(), dtype)).inspect_llvm()
    cell = "float" if dtype == "float32" else "double"
    widths = {int(n) for n in re.findall(rf"fmul [a-z ]*<(\d+) x {cell}>", text)}
    assert widths and max(widths) >= lanes


def test_powers_are_products_and_constants_typed():
    text = source(rd.law(u="u**4 - 0.5 * u", v="v**-2")())
    assert "**" not in text and "np.float32(0.5)" in text
    assert not re.search(r"[^\w.(](\d+\.\d+)", text.split("def row")[1])


def test_equal_parts_are_written_once():
    text = source(models.gray_scott())
    body = text.split("def row")[1]
    assert len(re.findall(r"= f0 \* f1\n", body)) == 1


def run(code, **env):
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **env},
    )
    assert done.returncode == 0, done.stderr
    return done


STEP = (
    "import numpy as np, rdkit_nn as rd; from rdkit_nn import models\n"
    "g = rd.Grid((8, 8)); v = dict(u=np.full((8, 8), .5), v=np.full((8, 8), .2))\n"
    "f = rd.Flow(models.gray_scott(Du=.1, Dv=.1), rd.Euler(.5))\n"
    "print(f.advance(v, g, range(3))['u'][0, 0])\n"
)
HITS = (
    "import sys; m = next(m for n, m in sys.modules.items() if 'rdkit_nn_loop' in n)\n"
    "print(m.row.cache_hits)"
)


def test_a_loop_is_compiled_once_and_kept(tmp_path):
    first = run(STEP + HITS, NUMBA_CACHE_DIR=str(tmp_path)).stdout.split()
    second = run(STEP + HITS, NUMBA_CACHE_DIR=str(tmp_path)).stdout.split()
    assert first[0] == second[0]
    assert (first[1], second[1]) == ("0", "1")
    assert len(list((tmp_path / "rdkit_nn").glob("*.py"))) == 1


def test_a_damaged_loop_is_written_again(tmp_path):
    good = run(STEP, NUMBA_CACHE_DIR=str(tmp_path)).stdout
    file = next((tmp_path / "rdkit_nn").glob("*.py"))
    file.write_text(file.read_text()[:200])
    assert run(STEP, NUMBA_CACHE_DIR=str(tmp_path)).stdout == good


def test_processes_may_start_at_once(tmp_path):
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    several = [
        subprocess.Popen(
            [sys.executable, "-c", STEP], stdout=subprocess.PIPE, env=env, text=True
        )
        for _ in range(3)
    ]
    told = [process.communicate()[0] for process in several]
    assert len(set(told)) == 1 and told[0]


def test_a_folder_that_cannot_be_written_costs_one_warning(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    cache.loop.cache_clear()
    cache.warn_once.cache_clear()
    grid, values = rd.Grid((4, 4)), {"u": np.ones((4, 4))}
    with pytest.warns(RuntimeWarning, match="compiles anew") as caught:
        for law in ("-u", "-2 * u"):
            flow = rd.Flow(rd.law(u=law)(), rd.Euler(0.1))
            assert flow.advance(values, grid, range(1))["u"][0, 0] < 1
    assert len([w for w in caught if "compiles anew" in str(w.message)]) == 1
    cache.loop.cache_clear()


def test_a_machine_that_keeps_nothing_still_computes(tmp_path):
    nowhere = (
        "import numba.core.caching as c\n"
        "for kind in (c.CompileResultCacheImpl, c.CodeLibraryCacheImpl):\n"
        "    kind._locator_classes = []\n"
    )
    done = run(nowhere + STEP, NUMBA_CACHE_DIR=str(tmp_path))
    assert done.stdout == run(STEP, NUMBA_CACHE_DIR=str(tmp_path)).stdout
    assert done.stderr.count("compiles anew") == 1


def test_a_sweep_over_parameters_compiles_once(monkeypatch):
    grid, values = rd.Grid((4, 4)), {"u": np.ones((4, 4)), "v": np.ones((4, 4))}
    made = []
    monkeypatch.setattr(cache, "compile_here", lambda s: made.append(s))
    before = cache.loop.cache_info().misses
    for F in np.linspace(0.01, 0.05, 7):
        flow = rd.Flow(models.gray_scott(F=F, Du=F, Dv=F / 2), rd.Euler(F))
        flow.advance(values, grid, range(1))
    assert cache.loop.cache_info().misses - before <= 1 and not made


def test_the_interpreter_stays_free_while_a_loop_runs():
    import threading
    import time

    grid = rd.Grid((512, 512))
    values = {"u": np.ones(grid.shape), "v": np.ones(grid.shape)}
    flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.1), rd.Euler(0.1))
    flow.advance(values, grid, range(1))
    worker = threading.Thread(target=flow.advance, args=(values, grid, range(400)))
    worker.start()
    ticks = 0
    while worker.is_alive():
        time.sleep(0.001)
        ticks += 1
    assert ticks > 5  # a loop that held the lock would let none through


def test_nothing_is_said_when_all_is_well(recwarn):
    warnings.simplefilter("always")
    grid, values = rd.Grid((4, 4)), {"u": np.ones((4, 4)), "v": np.ones((4, 4))}
    rd.Flow(models.gray_scott(Du=0.1), rd.Euler(0.1)).advance(values, grid, range(2))
    assert not [w for w in recwarn if "rdkit_nn" in str(w.filename)]


@settings(max_examples=30, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 70)),
    wall=st.sampled_from(["periodic", "no-flux", "mixed", "robin"]),
    levels=st.integers(2, 9),
    threads=st.integers(1, 4),
    steps=st.integers(1, 20),
    dtype=st.sampled_from(["float32", "float64"]),
)
def test_the_same_bits_whatever_the_tiles(shape, wall, levels, threads, steps, dtype):
    boundary = {
        "mixed": {"y": (rd.NoFlux(), rd.Dirichlet(0.3)), "x": "periodic"},
        "robin": {"y": "periodic", "x": (rd.Robin(1.0, 0.5, 0.2), rd.Neumann(0.1))},
    }.get(wall, wall)
    grid = rd.Grid(shape, boundary=boundary)
    u, v = (0.3 + 0.5 * np.random.default_rng(0).random((2, *shape))).astype(dtype)
    told = models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5), grid, {"u": u, "v": v}
    ends = []
    for tiles in ((1, 1), (levels, min(threads, shape[0]))):
        with (
            mock.patch.object(fused, "tallest", lambda *_, tiles=tiles: tiles[0]),
            mock.patch.object(bands, "bands", lambda *_, tiles=tiles: tiles[1]),
        ):
            kernel = fused.kernel(*told, "cpu")
            ends.append(kernel.run({"u": u, "v": v}, range(steps)))
    for name in ("u", "v"):
        np.testing.assert_array_equal(ends[0][name], ends[1][name])


def test_a_cell_has_the_same_bits_wherever_it_lies():
    # One column of numbers, put at every place of rows of every length: vectors and
    # their remainders must round alike.
    numbers = 0.3 + 0.5 * np.random.default_rng(0).random((2, 3, 1)).astype("float32")
    term, method = models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5)
    seen = set()
    for cells in (1, 2, 3, 15, 16, 17, 63, 64, 65, 130):
        u, v = np.repeat(numbers, cells, axis=2)
        grid, values = rd.Grid((3, cells)), {"u": u, "v": v}
        kernel = fused.kernel(term, method, grid, values, "cpu")
        after = kernel.run(values, range(5))
        for column in after["u"].T:
            seen.add(column.tobytes())
    assert len(seen) == 1
