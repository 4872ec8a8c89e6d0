"""From a picture back to the parameters that grow it."""

from functools import partial

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis, models, presets

GRID = rd.Grid((80, 80), spacing=2.5 / 256)
STEPS = 8_000


def build(F, k):
    return rd.Flow(models.gray_scott(F=F, k=k), rd.Euler(dt=1.0))


def initial(seed):
    return presets.scattered_start(seed, grid=GRID, dtype="float32", count=10)


OVER = {"F": np.linspace(0.026, 0.050, 5), "k": np.linspace(0.058, 0.063, 3)}
told = partial(rd.explain, build=build, initial=initial, over=OVER, steps=STEPS)


@pytest.fixture(scope="module")
def known():
    return rd.atlas(build, initial, OVER, STEPS, progress=False)


def grown(F, k, seed=50):
    run = rd.simulate(build(F, k), initial(seed), STEPS, STEPS)
    return run.v[-1].drop_vars(["time", "step"])


def test_an_atlas_is_portraits_over_parameters_and_seeds(known):
    assert known.dims == ("seed", "F", "k", "measure")
    alone = analysis.portrait(grown(0.026, 0.058, seed=0))
    np.testing.assert_allclose(known[0, 0, 0], alone, rtol=1e-5)


@pytest.mark.parametrize("F, k", [(0.038, 0.0605), (0.030, 0.0592), (0.046, 0.0620)])
def test_parameters_are_found_within_one_cell(known, F, k):
    found = told(grown(F, k), known=known, scaled=True, seeds=2, progress=False)
    assert bool(found.fits), found.attrs["answer"]
    assert abs(float(found.F) - F) <= 0.006 + 1e-9
    assert abs(float(found.k) - k) <= 0.0025 + 1e-9
    assert found.attrs["answer"].startswith("F = ")


def test_shuffled_pixels_and_photographs_are_explained_by_none(known):
    datasets = pytest.importorskip("sklearn.datasets")
    pytest.importorskip("PIL")
    photos = [
        photo.mean(axis=2)[::5, ::5] for photo in datasets.load_sample_images().images
    ]
    pictures = [xr.DataArray(p[:80, :80], dims=("y", "x")) for p in photos]
    pictures.append(analysis.permuted(grown(0.038, 0.0605), seed=0))
    for picture in pictures:
        found = told(picture, known=known, refine=False)
        assert not bool(found.fits) and np.isnan(found.F)
        assert found.attrs["answer"].startswith("none fits (the closest, F = ")


def test_bad_pictures_meet_a_sentence(known):
    both = xr.concat([grown(0.038, 0.0605)] * 2, "member")
    with pytest.raises(ValueError, match="One picture is explained at a time"):
        told(both, known=known)


@pytest.mark.slow
def test_most_held_out_snapshots_are_recovered():
    """Anywhere between the cells of a map of 12 x 10, from seeds of their own.

    26 of 32 when it was written. Those that are missed lie where patterns have not yet
    filled the square at the time of the snapshot: there seeds differ more than parameters.
    """
    grid = rd.Grid((144, 144), spacing=2.5 / 256)

    def start(seed):
        return presets.scattered_start(seed, grid=grid, dtype="float32", count=24)

    over = {"F": np.linspace(0.010, 0.065, 12), "k": np.linspace(0.045, 0.0675, 10)}
    known = rd.atlas(build, start, over, 10_000, progress=False)
    right = []
    for seed, count in ((11, 12), (12, 20)):
        rng = np.random.default_rng(seed)
        while count:
            F, k = rng.uniform(0.010, 0.065), rng.uniform(0.045, 0.0675)
            run = rd.simulate(build(F, k), start(77), 10_000, 10_000)
            frame = run.v[-1].drop_vars(["time", "step"])
            if float(frame.std()) < 1e-3:
                continue  # everything died, or there is no pattern
            how = dict(known=known, scaled=True, seeds=2, progress=False)
            found = rd.explain(frame, build, start, over, 10_000, **how)
            near = abs(found.F - F) <= 0.005 and abs(found.k - k) <= 0.0025
            right.append(bool(near and found.fits))
            count -= 1
    assert np.mean(right) >= 0.75
