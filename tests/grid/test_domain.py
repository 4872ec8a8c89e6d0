"""A domain is geometry: nothing crosses its edge, and closed cells hold nothing."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis, initial, maps, models

X, Y = np.meshgrid(np.arange(24) + 0.5, np.arange(20) + 0.5)
DISC = (X - 12) ** 2 + (Y - 10) ** 2 < 81
GRID = rd.Grid((20, 24), domain=DISC)
GS = models.gray_scott(F=0.03, k=0.06, Du=0.1, Dv=0.05)


def state(grid=GRID, **around):
    around = around or {"u": 1.0, "v": 0.3}
    return initial.noise(grid, amplitude=0.05, seed=0, **around)


FLUXES = {
    "diffusion": rd.Diffusion(u=0.2),
    "medium": rd.Diffusion(u=xr.DataArray(1 + X / 24, dims=("y", "x"))),
    "tensor": rd.Diffusion(u={"x": 0.2, "y": 0.1, "xy": 0.1}),
    "law": rd.Diffusion(u=rd.law(u="u**2")()),
    "advection": rd.Advection(u={"x": 0.4, "y": -0.2}),
    "central": rd.Advection(u={"x": 0.4}, scheme="central") + rd.Diffusion(u=0.2),
    "cross": rd.CrossDiffusion(u={"v": 0.2}),
    "conserved": rd.Conserved(rd.law(u="u**3")()),
    "chemotaxis": rd.Chemotaxis(rd.law(u="u")(), up={"u": "v"}),
    "flux": rd.Flux(rd.law(u="u**2/2")(), along={"u": "x"}),
    "noise": rd.ConservedNoise(u=0.1, seed=0),
}


@pytest.mark.parametrize("name", FLUXES)
def test_a_flux_keeps_what_a_domain_holds(name):
    values = {n: GRID.domain.select(v.values, 1e300) for n, v in state().items()}
    with np.errstate(all="ignore"):  # in closed cells anything may happen
        rate = FLUXES[name].rate(values, GRID, rd.Clock(0, 0.1))["u"]
    size = np.abs(rate[DISC]).sum()
    assert size > 0 and abs(rate[DISC].sum()) < 1e-12 * size


@pytest.mark.parametrize("device", ["cpu", "torch:cpu"])
@pytest.mark.parametrize("method", [rd.Euler(0.5), rd.RK4(0.5), rd.Adaptive(0.5)])
def test_closed_cells_are_nan_in_every_frame_and_nothing_else(method, device):
    run = rd.simulate(rd.Flow(GS, method, device), state(), 8, 4, progress=False)
    for name in "uv":
        np.testing.assert_array_equal(
            np.isnan(run[name].values), np.broadcast_to(~DISC, run[name].shape)
        )
    assert run.coords["domain"].dtype == bool


def test_a_rectangle_is_a_smaller_grid_with_no_flux():
    mask = np.zeros((20, 24), bool)
    mask[3:12, 5:17] = True
    whole = state(rd.Grid((20, 24), domain=mask))
    part = rd.Grid((9, 12), boundary="no-flux")
    small = part.state(**{n: v.values[3:12, 5:17] for n, v in whole.items()})
    ends = [
        rd.simulate(rd.Flow(GS, rd.RK4(0.5)), s, 20, progress=False).v[-1].values
        for s in (whole, small)
    ]
    np.testing.assert_allclose(ends[0][3:12, 5:17], ends[1], rtol=0, atol=1e-14)


def test_a_full_mask_is_no_mask():
    assert rd.Grid((4, 5), domain=np.ones((4, 5), bool)) == rd.Grid((4, 5))


def test_it_is_read_back_from_a_state_stored_and_continued(tmp_path):
    flow = rd.Flow(GS + rd.Noise(u=0.001, seed=1), rd.Euler(1.0))
    run = rd.simulate(flow, state(), 20, 5, progress=False)
    stored = rd.simulate(
        flow, state(), 20, 5, store=tmp_path / "a.zarr", progress=False
    )
    np.testing.assert_array_equal(run.u, stored.u)
    assert rd.Grid.of(stored) == GRID and rd.verify(tmp_path / "a.zarr") == []
    for frame in (run.isel(time=2), stored.isel(time=2)):
        again = rd.simulate(flow, frame, 10, progress=False)
        np.testing.assert_array_equal(again.u[-1], run.u[-1])


def test_measures_look_at_open_cells():
    u = state().u
    assert float(analysis.variance(u)) == pytest.approx(float(np.nanvar(u.values)))
    assert np.isnan(float(analysis.wavelength(u)))  # the modes of a box are not its own


def test_masks_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"shape \(4,\), but the grid is \(5,\)"):
        rd.Grid((5,), domain=np.ones(4, bool))
    with pytest.raises(TypeError, match="holds 0.5"):
        rd.Grid((2,), domain=np.array([0.5, 1.0]))
    with pytest.raises(ValueError, match="no open cell"):
        rd.Grid((2,), domain=np.zeros(2, bool))
    with pytest.raises(ValueError, match="without time or members"):
        rd.Grid((2,), domain=xr.DataArray(np.ones((3, 2), bool), dims=("time", "x")))
    with pytest.raises(ValueError, match="lies at x = 5.5"):
        rd.Grid((2,), domain=xr.DataArray([True, False], {"x": [5.5, 6.5]}, "x"))
    turned = xr.DataArray(DISC.T, dims=("x", "y"))
    assert rd.Grid((20, 24), domain=turned) == GRID


def test_what_has_no_domain_says_so():
    def run(term, method, begin=None):
        rd.simulate(rd.Flow(term, method), begin or state(u=1.0), 1, progress=False)

    for stencil in ("9-point", "4th-order", "spectral"):
        with pytest.raises(ValueError, match="reaches across the edge of a domain"):
            run(rd.Diffusion(u=0.1, stencil=stencil), rd.Euler(0.1))
    for method in (rd.ETD1, rd.ETDRK4, rd.Strang, rd.IMEX):
        with pytest.raises(ValueError, match="takes the modes of a box"):
            run(rd.Diffusion(u=0.1), method(0.1))
    with pytest.raises(ValueError, match="reach across the edge of a domain"):
        run(rd.SquaredGradient(u=0.1, scheme="spectral"), rd.Euler(0.1))
    with pytest.raises(ValueError, match="A map has no rule for closed cells"):
        rd.simulate(maps.coupled_logistic(), state(u=0.5), 1, progress=False)
    line = rd.Grid((3,), domain=[True, True, False])
    with pytest.raises(ValueError, match="A graph has no domain"):
        run(rd.Diffusion.on(np.ones((3, 3)), u=0.1), rd.Euler(0.1), state(line, u=1.0))
