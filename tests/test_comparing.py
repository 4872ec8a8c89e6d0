"""The main job, small."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis, neural
from rdkit_nn.__main__ import main
from rdkit_nn.comparing import Settings, compare, job, series

SMALL = Settings(samples=40, hidden=16, critic=8, steps=80, chemistry=80, frames=8)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("compare") / "out"
    return out, compare(out, seeds=2, settings=SMALL, progress=False)


def reopened(out):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return xr.open_datatree(out / "compare.zarr", engine="zarr", consolidated=False)


def test_three_files_are_written_and_nothing_else(made):
    out, _ = made
    assert {p.name for p in out.iterdir()} == {
        "compare.zarr",
        "compare.png",
        "compare.txt",
    }


def test_the_tree_opens_with_xarray_alone(made):
    out, tree = made
    code = (
        "import sys, xarray as xr\n"
        f"tree = xr.open_datatree({str(out / 'compare.zarr')!r}, engine='zarr',"
        " consolidated=False)\n"
        "print(float(tree['seed0/adversarial'].U.sum()), 'rdkit_nn' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    total, ours = done.stdout.split()
    assert float(total) == pytest.approx(float(tree["seed0/adversarial"].U.sum()))
    assert ours == "False"


def test_the_report_says_what_each_run_is_like(made):
    out, tree = made
    told = (out / "compare.txt").read_text().split("Likeness")[1]
    for name in tree["seed0"].children:
        assert f"  {name}: " in told
    bank = tree["seed0/adversarial"].to_dataset().U.isel(time=-1)
    chemical = tree["seed0/gray_scott_k055"].to_dataset().v.isel(time=-1)
    far = analysis.distance(
        analysis.portrait(chemical.drop_vars(["time", "step"])),
        analysis.portrait(bank.drop_vars(["time", "step"])).median("hidden"),
    )
    assert f"gray_scott_k055 - adversarial: {float(far):.3g}" in told


def test_every_run_carries_its_provenance(made):
    out, _ = made
    tree = reopened(out)
    names = (
        "gray_scott_k055",
        "gray_scott_k060",
        "supervised",
        "adversarial",
        "matched",
    )
    for seed in (0, 1):
        for name in names:
            run = tree[f"seed{seed}/{name}"].to_dataset()
            assert run.sizes["time"] == 9
            assert run.attrs["seed"] == seed and run.attrs["dt"] > 0
            for told in (
                "dynamics",
                "kernel",
                "device",
                "rdkit_nn",
                "versions",
                "created",
            ):
                assert run.attrs[told]
    assert tree["seed0/gray_scott_k055"].attrs["kernel"] == "fused"
    assert tree["seed0/adversarial"].attrs["kernel"] == "dense"
    assert "F=0.025, k=0.055" in tree["seed0/gray_scott_k055"].attrs["dynamics"]
    assert "handwritten" in tree.attrs["table"]


def test_the_twins_begin_alike(made):
    _, tree = made
    start = tree["seed0/supervised"].U[0]
    for name in ("adversarial", "matched"):
        np.testing.assert_array_equal(tree[f"seed0/{name}"].U[0], start)
    assert (tree["seed1/supervised"].U[0] != start).any()


def test_the_measures_are_those_of_analysis(made):
    out, tree = made
    saved = reopened(out)
    for name in ("gray_scott_k055", "adversarial"):
        run = tree[f"seed1/{name}"].to_dataset()
        field = run.U if "U" in run else run.v
        found = saved[f"measures/{name}"].isel(seed=1)
        moran = analysis.moran(field)
        if "hidden" in moran.dims:
            moran = moran.mean("hidden")
        np.testing.assert_array_equal(found["moran"], moran)
        spectrum = analysis.power_spectrum(field.isel(time=-1))
        if "hidden" in spectrum.dims:
            spectrum = spectrum.mean("hidden")
        np.testing.assert_allclose(found["spectrum"][-1], spectrum, rtol=1e-12)


def test_the_matched_twin_goes_as_far_as_the_adversarial(made):
    _, tree = made
    for seed in (0, 1):
        dims = ("hidden", "y", "x")
        goal, found = (
            float(analysis.displacement(tree[f"seed{seed}/{name}"].U, dims)[-1])
            for name in ("adversarial", "matched")
        )
        assert found == pytest.approx(goal, rel=0.01)


def test_the_table_says_effects_beside_their_nulls(made):
    out, tree = made
    told = (out / "compare.txt").read_text()
    assert told.strip() == tree.attrs["table"]
    for words in (
        "shuffled pixels",
        "supervised twin",
        "matched",
        "balance drift",
        "95 % over 2 pairs",
        "(1, 0) is the only uniform state",
        "Not a Turing instability",
    ):
        assert words in told
    one, other = (
        tree[f"measures/{n}"].displacement_end for n in ("adversarial", "supervised")
    )
    assert f"{float((one - other).mean()):+.4g}" in told


def test_the_figure_is_a_picture(made):
    from matplotlib.image import imread

    pixels = imread(made[0] / "compare.png")[..., :3]
    assert pixels.shape[0] > 1200 and pixels.shape[1] > 1200
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 500
    assert (pixels.min(axis=-1) < 0.95).mean() > 0.2


def test_the_same_seed_gives_the_same_bits(made, tmp_path):
    _, tree = made
    again = compare(tmp_path / "again", settings=SMALL, progress=False)
    for node in again.subtree:
        if node.path.startswith("/seed0/"):
            for name, field in node.data_vars.items():
                np.testing.assert_array_equal(field, tree[node.path][name])


def test_what_exists_is_refused_unless_told(made, monkeypatch):
    out, _ = made
    before = (out / "compare.txt").stat().st_mtime_ns
    with pytest.raises(FileExistsError, match="--overwrite"):
        compare(out, settings=SMALL, progress=False)
    monkeypatch.setattr(job, "learning", lambda *told: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        compare(out, settings=SMALL, overwrite=True, progress=False)
    assert (out / "compare.txt").stat().st_mtime_ns == before  # nothing was lost


def test_files_of_others_are_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years")
    with pytest.raises(FileExistsError):
        compare(tmp_path, settings=SMALL, progress=False)
    compare(tmp_path, settings=SMALL, overwrite=True, progress=False)
    assert (tmp_path / "thesis.txt").read_text() == "years"
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError, match="no folder"):
        compare(tmp_path / "file", settings=SMALL, overwrite=True, progress=False)


def test_too_few_samples_are_told(tmp_path):
    many = Settings(samples=5000)
    with pytest.raises(ValueError, match="5000 samples were asked for.*has 1797"):
        compare(tmp_path / "out", settings=many, progress=False)
    assert not (tmp_path / "out").exists()


def test_measures_of_a_bank_are_the_mean_over_neurons(weights, task):
    run = rd.simulate(
        rd.Flow(neural.Supervised(task), rd.Euler(0.05)), weights, steps=2
    )
    told = series(run.U)
    assert told.contrast.dims == ("time",)
    np.testing.assert_allclose(
        told.contrast, analysis.contrast(run.U).mean("hidden"), rtol=1e-12
    )
    assert np.isnan(told.variation).all()  # weights have both signs


def test_the_command_line_teaches_and_refuses(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["compare", "--help"])
    assert stop.value.code == 0 and "examples:" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        main(["compare"])
    assert stop.value.code == 2
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").write_text("")
    assert main(["compare", "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr()
    assert told.out == "" and "exists already" in told.err
    assert main(["compare", "--out", str(tmp_path / "new"), "--seeds", "0"]) == 1
    assert main(["compare", "--out", str(tmp_path / "new"), "--data", "nowhere"]) == 1
    assert "has no file" in capsys.readouterr().err


def test_the_command_line_reads_idx_files(tmp_path, capsys, monkeypatch):
    import struct

    from rdkit_nn import comparing

    monkeypatch.setattr(comparing, "Settings", lambda: SMALL)
    told = neural.data.digits().take(60, seed=3)
    images = np.rint(told.images * 255).astype(np.uint8)
    head = struct.pack(">4I", 2051, *images.shape)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(head + images.tobytes())
    head = struct.pack(">2I", 2049, 60)
    raw = told.labels.astype(np.uint8).tobytes()
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(head + raw)
    out = tmp_path / "out"
    assert main(["compare", "--out", str(out), "--data", str(tmp_path), "--quiet"]) == 0
    told = capsys.readouterr()
    assert f"Input: {tmp_path}" in told.out and "Moran" in told.out
    assert told.err.startswith("wrote ")


@pytest.mark.parametrize(
    "device", ["torch:cpu", pytest.param("cuda", marks=pytest.mark.cuda)]
)
def test_the_comparison_runs_on_a_torch_device(made, tmp_path, device):
    tree = compare(tmp_path / "out", settings=SMALL, device=device, progress=False)
    for name in ("gray_scott_k055", "adversarial"):
        run, twin = tree[f"seed0/{name}"], made[1][f"seed0/{name}"]
        assert run.attrs["kernel"].startswith("tensor")
        field = "v" if "v" in run else "U"
        # float32, 80 steps, another order of summation
        np.testing.assert_allclose(run[field], twin[field], rtol=0, atol=1e-3)
