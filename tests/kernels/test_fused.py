"""The written loop and its place on disk."""

import os
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import models
from rdkit_nn.kernels.fused import cache
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


def test_no_float64_creeps_into_a_float32_loop():
    advance = cache.compile_here(source(TERM))
    f4 = np.float32
    a = [np.ones((5, 6), f4) for _ in range(4)]
    wraps, ghosts = np.ones((2, 2), bool), np.zeros((2, 2, 2, 2), f4)
    numbers = np.ones(1, f4), np.ones(4, f4), f4(0.1), wraps, ghosts
    advance(*a, *numbers, 2)
    assert all(array.dtype == f4 for array in a)
    text = advance.inspect_llvm(advance.signatures[0])
    # The door from Python (cpython…) unboxes `dt` from a double; all behind it is ours.
    own = [part for part in text.split("\ndefine ")[1:] if "cpython" not in part[:200]]
    assert any("fmul" in part for part in own)
    assert not re.findall(r"fpext|fptrunc|[a-z]+ double", "".join(own))


def test_powers_are_products_and_constants_typed():
    text = source(rd.law(u="u**4 - 0.5 * u", v="v**-2")())
    assert "**" not in text and "np.float32(0.5)" in text
    assert not re.search(r"[^\w.(](\d+\.\d+)", text.split("def pass_")[1])


def test_equal_parts_are_written_once():
    text = source(models.gray_scott())
    body = text.split("def pass_")[1].split("def advance")[0]
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
    "print(sum(m.advance.stats.cache_hits.values()))"
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
    cache._warn_once.cache_clear()
    grid, values = rd.Grid((4, 4)), {"u": np.ones((4, 4))}
    with pytest.warns(RuntimeWarning, match="compiles anew") as caught:
        for law in ("-u", "-2 * u"):
            flow = rd.Flow(rd.law(u=law)(), rd.Euler(0.1))
            assert flow.advance(values, grid, range(1))["u"][0, 0] < 1
    assert len([w for w in caught if "compiles anew" in str(w.message)]) == 1
    cache.loop.cache_clear()


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
