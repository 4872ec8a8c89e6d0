"""The written loop and its place on disk."""

import os
import platform
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
from rdkit_nn.grid import symbols
from rdkit_nn.kernels import fused
from rdkit_nn.kernels.fused import cache, elementary, plan, room
from rdkit_nn.kernels.fused.source import host, write
from rdkit_nn.terms import parts

TERM = rd.law(
    u="exp(-u) / (1 + u**2) + sqrt(v) - tanh(0.1 * u) + where(u > 0.5, 1, v)",
    v="maximum(u, 2) - k * v**3 + v**0.5",
)(k=0.3) + rd.Diffusion(u=0.1, v=0.2)


def source(term, dtype="float32", dim=2, stage="euler"):
    return write(parts(term), ("u", "v"), (1.0,) * dim, dtype, stage).text


def listing(term):
    return source(term).split('LISTING = """')[1].split('"""')[0].strip().splitlines()


def test_numbers_never_enter_the_text():
    one, other = models.gray_scott(F=0.02), models.gray_scott(F=0.03, Du=1e-3)
    assert source(one) == source(other)
    assert source(one) != source(one, "float64") != source(one, dim=1)


def test_no_float64_creeps_into_a_float32_row():
    text = cache.compile_here(source(TERM)).row.inspect_llvm()
    assert "fmul" in text
    assert not re.findall(r"fpext|fptrunc|x double|[a-z]+ double", text)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_row_is_computed_a_vector_at_a_time(dtype):
    text = cache.compile_here(source(models.gray_scott(), dtype)).row.inspect_llvm()
    cell = "float" if dtype == "float32" else "double"
    lanes = host()[0] // np.dtype(dtype).itemsize
    widths = re.findall(rf"= f(?:mul|add|sub) (?:<(\d+) x )?{cell}", text)
    assert widths and set(widths) == {str(lanes)}


def test_the_listing_of_gray_scott():
    # u + ((dt F) (1 - u) - (dt u) v v + (dt Du / h²) bend), each product of a sum fused.
    lines = listing(models.gray_scott())
    kinds = [line.split()[2] for line in lines if not line.startswith("out")]
    assert kinds.count("cell") == 10
    assert sum(kind in ("mul", "fma", "fms", "fnma") for kind in kinds) <= 9
    assert len(kinds) == len(set(lines)) - 2  # no operation is written twice


def test_powers_are_products():
    text = source(rd.law(u="u**4 - 0.5 * u", v="v**-2")())
    assert "= pow" not in text and text.count("= div") == 1
    assert "= pow" in source(rd.law(u="u**2.5", v="-v")())


def test_what_is_fixed_leaves_the_loop():
    term = rd.law(u="-exp(a) * sqrt(b + 1) / c * u", v="-v")(a=0.1, b=2.0, c=3.0)
    kinds = {line.split()[2] for line in listing(term) if not line.startswith("out")}
    assert not kinds & {"exp", "sqrt", "div"}
    u = np.array([2.0])
    after = rd.Flow(term, rd.Euler(0.5)).advance({"u": u, "v": u}, rd.Grid(1), range(1))
    exact = 2 - 0.5 * np.exp(0.1) * np.sqrt(3.0) / 3 * 2
    assert after["u"][0] == pytest.approx(exact, rel=1e-15)


def by_law(formula, numbers):
    """What a law makes of numbers, through the public door."""
    flow = rd.Flow(rd.law(u=formula, v="0 * v")(), rd.Euler(1.0))
    values = {"u": np.zeros_like(numbers), "v": numbers}
    return flow.advance(values, rd.Grid(len(numbers)), range(1))["u"]


def numbers(dtype):
    """Numbers of all sizes and signs, more of them where e^x neither vanishes nor ends."""
    rng = np.random.default_rng(0)
    far = 104 if dtype == "float32" else 746
    bits = "uint32" if dtype == "float32" else "uint64"
    every = rng.integers(0, np.iinfo(bits).max, 200_000, bits).view(dtype)
    near = rng.uniform(-far, far, 1_000_000).astype(dtype)
    small = rng.uniform(-1, 1, 200_000).astype(dtype)
    return np.concatenate([every[np.isfinite(every)], near, small])


@pytest.mark.parametrize("name", ["exp", "tanh"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_functions_are_as_exact_as_they_promise(name, dtype):
    x = numbers(dtype)
    precise = np.float64 if dtype == "float32" else np.longdouble
    if dtype == "float64" and np.finfo(np.longdouble).eps == np.finfo(float).eps:
        pytest.skip("no more precise numbers on this system")
    with np.errstate(all="ignore"):
        exact = getattr(np, name)(x.astype(precise))
        rounded = exact.astype(dtype)
        unit = np.spacing(np.abs(rounded)).astype(precise)
        found = by_law(f"{name}(v)", x)
        error = np.abs(found.astype(precise) - exact) / unit
    # Where a result is less than the smallest full number it may count as zero.
    full = (np.abs(rounded) >= np.finfo(dtype).tiny) & np.isfinite(rounded)
    assert error[full].max() < elementary.ULP[name]
    np.testing.assert_array_equal(found[np.isinf(rounded)], rounded[np.isinf(rounded)])
    assert np.abs(found[~full & ~np.isinf(rounded)]).max() <= np.finfo(dtype).tiny


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_limits_are_reached_and_nan_is_kept(dtype):
    x = np.array([np.inf, -np.inf, np.nan, 1e30, -1e30, 0.0, 5.0], dtype)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(by_law("exp(v)", x)[:6], np.exp(x)[:6])
        np.testing.assert_array_equal(by_law("tanh(v)", x)[:6], np.tanh(x)[:6])
        for formula, exact in {
            "sqrt(v)": np.sqrt(x),
            "1 / v": 1 / x,
            "minimum(v, 2)": np.minimum(x, 2),
            "maximum(2, v)": np.maximum(x, 2),
            "where(v > 1, v, 7)": np.where(x > 1, x, 7),
            "where(v <= 1, 7, v)": np.where(x <= 1, 7, x),
            "abs(v)": np.abs(x),
        }.items():
            np.testing.assert_array_equal(by_law(formula, x), exact, formula)


@pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"),
    reason="only there can it be asked for",
)
def test_a_dying_field_has_no_numbers_that_cost_more():
    flow = rd.Flow(rd.law(u="-u")() + rd.Diffusion(u=0.1), rd.Euler(0.1))
    u = np.full(100, 1e-36, "float32")
    after = flow.advance({"u": u}, rd.Grid(100), range(200))["u"]
    assert (after == 0).all()  # not the tiny numbers between 1e-45 and 1e-38
    assert np.float32(1e-38) * np.float32(0.1) > 0  # and elsewhere they are as ever


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
    "import sys; own = [m for n, m in sys.modules.items() if 'rdkit_nn_loop' in n]\n"
    "print(next(m.row.cache_hits for m in own if hasattr(m, 'row')),"
    " next(sum(m.march.stats.cache_hits.values()) for m in own if hasattr(m, 'march')))"
)


def test_a_loop_is_compiled_once_and_kept(tmp_path):
    first = run(STEP + HITS, NUMBA_CACHE_DIR=str(tmp_path)).stdout.split()
    second = run(STEP + HITS, NUMBA_CACHE_DIR=str(tmp_path)).stdout.split()
    assert first[0] == second[0]
    assert (first[1:], second[1:]) == (["0", "0"], ["1", "1"])
    # The law's row, the walk over tiles, and the ghosts of its kind of number.
    assert len(list((tmp_path / "rdkit_nn").glob("*.py"))) == 3


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
    cache.module.cache_clear()
    cache.warn_once.cache_clear()
    grid, values = rd.Grid((4, 4)), {"u": np.ones((4, 4))}
    with pytest.warns(RuntimeWarning, match="compiles anew") as caught:
        for law in ("-u", "-2 * u"):
            flow = rd.Flow(rd.law(u=law)(), rd.Euler(0.1))
            assert flow.advance(values, grid, range(1))["u"][0, 0] < 1
    assert len([w for w in caught if "compiles anew" in str(w.message)]) == 1
    cache.module.cache_clear()


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
    for F in np.linspace(0.01, 0.05, 7):
        flow = rd.Flow(models.gray_scott(F=F, Du=F, Dv=F / 2), rd.Euler(F))
        flow.advance(values, grid, range(1))
        if F == 0.01:
            before = cache.module.cache_info().misses
    assert cache.module.cache_info().misses == before and not made


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


BOUNDARIES = {
    1: [
        "periodic",
        "no-flux",
        {"x": (rd.Robin(1.0, 0.5, 0.2), rd.Neumann(0.1))},
    ],
    2: [
        "periodic",
        "no-flux",
        {"y": (rd.NoFlux(), rd.Dirichlet(0.3)), "x": "periodic"},
        {"y": "periodic", "x": (rd.Robin(1.0, 0.5, 0.2), rd.Neumann(0.1))},
    ],
    3: [
        "periodic",
        {"z": "no-flux", "y": "periodic", "x": rd.Dirichlet(0.3)},
        {"z": "periodic", "y": (rd.NoFlux(), rd.Dirichlet(0.3)), "x": "periodic"},
    ],
}


@settings(max_examples=40, deadline=None)
@given(
    shape=st.one_of(
        st.tuples(st.integers(1, 400)),
        st.tuples(st.integers(1, 40), st.integers(1, 200)),
        st.tuples(st.integers(1, 12), st.integers(1, 30), st.integers(1, 90)),
    ),
    data=st.data(),
    stencil=st.sampled_from(tuple(symbols.REACH)),
    method=st.sampled_from([rd.Euler(0.1), rd.RK4(0.1)]),
    threads=st.integers(1, 3),
    steps=st.integers(1, 20),
    dtype=st.sampled_from(["float32", "float64"]),
)
def test_the_same_bits_whatever_the_tiles(
    shape, data, stencil, method, threads, steps, dtype
):
    shape = tuple(max(2, n) for n in shape)  # which 4th order needs between walls
    boundary = data.draw(st.sampled_from(BOUNDARIES[len(shape)]))
    chosen = data.draw(st.integers(0, 10**6))
    grid = rd.Grid(shape, boundary=boundary)
    u, v = (0.3 + 0.5 * np.random.default_rng(0).random((2, *shape))).astype(dtype)
    kin = models.gray_scott_kinetics(F=0.02, k=0.05)
    # Species may disagree on whether an axis is periodic.
    own = data.draw(st.sampled_from([{}, {"u": {grid.dims[0]: "no-flux"}}]))
    term = kin + rd.Diffusion(u=0.1, v=0.05, stencil=stencil, boundary=own)
    told = term, method, grid, {"u": u, "v": v}

    def any_plan(*case):
        several = list(plan.plans(*case))
        return several[chosen % len(several)]

    plain = fused.kernel(*told, "cpu").run({"u": u, "v": v}, range(steps))
    with (
        mock.patch.object(plan, "plan", any_plan),
        mock.patch.object(room, "bands", lambda made: min(threads, made.planes)),
        mock.patch.object(room, "threads", lambda: 4),  # however many there are here
    ):
        kernel = fused.kernel(*told, "cpu")
    other = kernel.run({"u": u, "v": v}, range(steps))
    for name in ("u", "v"):
        np.testing.assert_array_equal(plain[name], other[name])


@settings(max_examples=20, deadline=None)
@given(
    shape=st.one_of(
        st.tuples(st.integers(2, 90)),
        st.tuples(st.integers(2, 30), st.integers(2, 90)),
        st.tuples(st.integers(2, 7), st.integers(2, 9), st.integers(2, 40)),
    ),
    stencil=st.sampled_from(tuple(symbols.REACH)),
    dtype=st.sampled_from(["float32", "float64"]),
    data=st.data(),
)
def test_a_shifted_start_ends_shifted_to_the_bit(shape, stencil, dtype, data):
    axes = range(len(shape))
    by = tuple(data.draw(st.integers(0, n)) for n in shape)
    u, v = (0.3 + 0.5 * np.random.default_rng(0).random((2, *shape))).astype(dtype)
    kin = models.gray_scott_kinetics(F=0.02, k=0.05)
    flow = rd.Flow(kin + rd.Diffusion(u=0.1, v=0.05, stencil=stencil), rd.Euler(0.5))
    grid = rd.Grid(shape)
    after = flow.advance({"u": u, "v": v}, grid, range(11))
    start = {"u": np.roll(u, by, axes), "v": np.roll(v, by, axes)}
    moved = flow.advance(start, grid, range(11))
    for name in after:
        np.testing.assert_array_equal(moved[name], np.roll(after[name], by, axes))


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


def test_a_wall_is_asked_only_for_the_ghosts_that_there_are():
    # At three half spacings this wall would determine nothing; five points ask for one.
    wall = rd.Robin(2.0, -3.0, 1.0)
    with pytest.raises(ValueError, match="does not determine"):
        wall.ghost(3.0)
    flow = rd.Flow(rd.Diffusion(u=0.1, boundary={"u": wall}), rd.Euler(0.1))
    after = flow.advance({"u": np.ones((4, 4))}, rd.Grid((4, 4)), range(1))["u"]
    assert np.isfinite(after).all()


def test_arrays_may_lie_anyhow():
    grid, flow = rd.Grid((6, 7)), rd.Flow(models.gray_scott(Du=0.1), rd.Euler(0.5))
    u, v = 0.3 + 0.5 * np.random.default_rng(0).random((2, 6, 7))
    plain = flow.advance({"u": u, "v": v}, grid, range(3))["u"]

    def odd(x):
        return np.frombuffer(b"x" + x.tobytes(), np.uint8)[1:].view(float).reshape(6, 7)

    def other_order(x):
        return x.astype(">f8")

    def backwards(x):
        return np.flip(np.flip(x).copy())

    for lay in (np.asfortranarray, other_order, odd, backwards):
        told = rd.Flow(flow.term, flow.method)
        found = told.advance({"u": lay(u), "v": lay(v)}, grid, range(3))["u"]
        np.testing.assert_array_equal(found, plain)
