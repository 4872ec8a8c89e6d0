"""A domain in blocks has the bits of the domain in one piece."""

import os
import subprocess
import sys

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import models

RNG = np.random.default_rng(0)
BOUNDARIES = {"y": "periodic", "x": (rd.NoFlux(), rd.Dirichlet(0.4))}


def initial(grid, dtype="float64"):
    told = {n: (0.3 + 0.4 * RNG.random(grid.shape)).astype(dtype) for n in "uv"}
    return grid.state(**told)


@pytest.mark.parametrize("boundary", ["periodic", "no-flux", BOUNDARIES], ids=str)
@pytest.mark.parametrize("method", [rd.Euler(0.2), rd.RK4(0.2)], ids=repr)
@pytest.mark.parametrize("stencil", ["5-point", "4th-order"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_blocks_have_the_bits_of_the_whole(boundary, method, stencil, dtype):
    grid = rd.Grid((70, 83), 0.9, boundary)
    term = models.gray_scott_kinetics(F=0.03, k=0.06)
    term = term + rd.Diffusion(u=0.2, v=0.1, stencil=stencil)
    flow, state = rd.Flow(term, method), initial(grid, dtype)
    whole = rd.simulate(flow, state, 11, [3, 11])
    for chunks, together in (({"y": 35}, 4), ({"y": 24, "x": 40}, 2)):
        run = rd.simulate(rd.Chunked(flow, chunks, together), state, 11, [3, 11])
        for name in "uv":
            np.testing.assert_array_equal(run[name], whole[name])
            assert run[name].dtype == dtype
            assert run[name].attrs == whole[name].attrs


@pytest.mark.parametrize("shape", [(120,), (24, 20, 18)])
def test_in_one_and_three_dimensions(shape):
    grid = rd.Grid(shape, boundary="no-flux")
    flow, state = (
        rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5)),
        initial(grid),
    )
    whole = rd.simulate(flow, state, 9)
    cut = rd.Chunked(flow, {grid.dims[0]: shape[0] // 3, "x": shape[-1] // 2}, 3)
    np.testing.assert_array_equal(rd.simulate(cut, state, 9).v, whole.v)


def test_a_state_in_pieces_stays_in_pieces():
    grid = rd.Grid((64, 64))
    flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))
    state = initial(grid).chunk({"y": 16})
    cut = rd.Chunked(flow, {"y": 32})
    after = cut.advance({n: state[n].data for n in "uv"}, grid, range(20))
    assert after["u"].chunks == ((32, 32), (64,))
    whole = rd.simulate(flow, state.load(), 20)
    np.testing.assert_array_equal(after["u"].compute(), whole.u[-1])


def test_a_run_in_blocks_is_stored_and_measured_like_any(tmp_path):
    grid = rd.Grid((64, 64))
    flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))
    cut, state = rd.Chunked(flow, {"y": 32}), initial(grid)
    run = rd.simulate(cut, state, 8, 2, store=tmp_path / "run.zarr")
    np.testing.assert_array_equal(run.u, rd.simulate(flow, state, 8, 2).u)
    assert run.attrs["dynamics"] == repr(cut) and run.attrs["kernel"] == "fused"
    assert run.u.attrs["boundary"] == "y: periodic; x: periodic"


def test_what_reaches_too_far_is_refused():
    flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))
    grid = rd.Grid((64, 64))
    with pytest.raises(ValueError, match="block of 8 cells along y is smaller than"):
        rd.simulate(rd.Chunked(flow, {"y": 8}), initial(grid), 2)
    with pytest.raises(ValueError, match="names axis z"):
        rd.simulate(rd.Chunked(flow, {"z": 8}), initial(grid), 2)
    with pytest.raises(ValueError, match="dt=9 is unstable"):
        fast = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(9.0))
        rd.simulate(rd.Chunked(fast, {"y": 32}), initial(grid), 2)
    for bad, words in (
        (rd.Flow(rd.Diffusion(u=1.0), rd.ETDRK4(0.1)), "ETDRK4"),
        (rd.Flow(rd.Diffusion(u=1.0) + rd.Noise(u=1.0, seed=0), rd.Euler(0.1)), "oise"),
        (rd.Flow(rd.Diffusion(u=1.0), rd.Euler(0.1), "torch:cpu"), "torch:cpu"),
        (
            rd.Flow(
                rd.Diffusion(u=1.0, boundary={"u": {"x": rd.NoFlux()}}), rd.Euler(0.1)
            ),
            "boundary",
        ),
    ):
        with pytest.raises(ValueError, match=f"in blocks takes.*{words}"):
            rd.Chunked(bad, {"y": 32})
    with pytest.raises(FloatingPointError, match="no longer finite after step"):
        wild = rd.Flow(rd.law(u="u**3")(), rd.Euler(0.5))
        state = grid.state(u=np.full(grid.shape, 2.0))
        rd.simulate(rd.Chunked(wild, {"y": 32}), state, 100)


CLUSTER = """
import numpy as np
import rdkit_nn as rd
from rdkit_nn import models

if __name__ == "__main__":
    from distributed import Client, LocalCluster

    grid = rd.Grid((128, 96))
    rng = np.random.default_rng(0)
    state = grid.state(u=rng.random(grid.shape), v=rng.random(grid.shape))
    flow = rd.Flow(models.gray_scott(Du=0.1, Dv=0.05), rd.Euler(0.5))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as home:
        with Client(home):
            run = rd.simulate(rd.Chunked(flow, {"y": 64}), state, 40, 20, progress=False)
    whole = rd.simulate(flow, state, 40, 20)
    for name in "uv":
        np.testing.assert_array_equal(run[name], whole[name])
    print("identical")
"""


def test_two_workers_share_a_domain(tmp_path):
    pytest.importorskip("distributed")
    script = tmp_path / "blocks.py"
    script.write_text(CLUSTER)
    told = dict(capture_output=True, text=True, timeout=200, env=dict(os.environ))
    done = subprocess.run([sys.executable, str(script)], **told)
    assert done.returncode == 0, done.stderr
    assert "identical" in done.stdout
