"""The command line, used as a stranger would."""

import os
import signal
import subprocess
import sys
import time
import types

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import initial, models
from rdkit_nn.__main__ import main
from rdkit_nn.cli.recipes import Unreadable, read
from rdkit_nn.store import status

FILE = """
[run]
steps = 40
every = 10

[model]
name = "gray_scott"
F = 0.03
k = 0.06
Du = 0.1
Dv = 0.05

[grid]
shape = [24, 20]
boundary = "no-flux"

[method]
name = "Euler"
dt = 0.5

[initial]
kind = "patch"
around = {u = 1.0, v = 0.0}
inside = {u = 0.5, v = 0.25}
size = 6
seed = 0
"""
SWEEP = """
[sweep]
F = [0.02, 0.03]
k = {from = 0.05, to = 0.06, count = 3}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text(FILE)
    return path


def by_hand(F=0.03, k=0.06, seed=0):
    grid = rd.Grid((24, 20), boundary="no-flux")
    inside = dict(u=0.5, v=0.25)
    state = initial.patch(
        grid, around=dict(u=1.0, v=0.0), inside=inside, size=6, seed=seed
    )
    return rd.Flow(models.gray_scott(F=F, k=k, Du=0.1, Dv=0.05), rd.Euler(0.5)), state


def test_run_makes_what_the_file_says(file, tmp_path, capsys):
    out = tmp_path / "run.zarr"
    assert main(["run", str(file), "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert told.out == f"{out}\n" and "wrote u, v" in told.err
    flow, state = by_hand()
    whole = rd.simulate(flow, state, 40, 10)
    np.testing.assert_array_equal(rd.open_run(out).v, whole.v)
    assert main(["run", str(file), "--out", str(out), "--quiet"]) == 1
    assert "overwrite=True" in capsys.readouterr().err
    assert main(["run", str(file), "--out", str(out), "--overwrite", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "old, new, words",
    [
        (
            "steps = 40",
            "stepps = 40",
            "`run` has no key `stepps`; it has preset, steps",
        ),
        ("k = 0.06", "kill = 0.06", "`model` has no key `kill`"),
        (
            '"gray_scott"',
            '"grey_scott"',
            "`name` of .model. is one of allen_cahn, amari",
        ),
        ("shape", "shap", "`grid` has no key `shap`"),
        ("dt = 0.5", "dt = 0.5\norder = 2", "`method` has no key `order`"),
        ('"Euler"', '"Eule"', "`name` of .method. is one of"),
        ("size = 6", "size = 6\nsede = 3", "`initial` has no key `sede`"),
        ('kind = "patch"', 'kind = "pach"', "`kind` of .initial. is one of uniform"),
        ("[grid]", "[gird]", "`file` has no key `gird`"),
        ("steps = 40", "steps = = 40", "is no TOML"),
        ("steps = 40", 'steps = 40\npreset = "x"', "no preset 'x'"),
        ("Du = 0.1", "Du = -0.1", "must not be negative"),
        ("[method]", "[noise]", "missing"),
    ],
)
def test_what_a_file_says_wrong_is_named(file, tmp_path, capsys, old, new, words):
    file.write_text(FILE.replace(old, new, 1))
    assert main(["run", str(file), "--out", str(tmp_path / "run.zarr")]) == 2
    said = capsys.readouterr().err
    assert str(file) in said
    with pytest.raises(Unreadable, match=words):
        read(file)
    assert not (tmp_path / "run.zarr").exists()


def test_a_species_that_nothing_moves_is_refused(file):
    text = (
        FILE[: FILE.index("[initial]")]
        + '[initial]\nkind = "noise"\nseed = 0\nu = 1.0\n'
    )
    file.write_text(text + "v = 0.1\nanplitude = 0.1\n")
    with pytest.raises(Unreadable, match="`initial` has no key `anplitude`"):
        read(file)
    file.write_text(text + "v = 0.1\namplitude = 0.1\n")
    assert set(read(file).initial()) == {"u", "v"}


def test_laws_diffusion_noise_and_presets_in_files(tmp_path):
    path = tmp_path / "law.toml"
    path.write_text(
        """
[run]
steps = 5
save = ["u"]
[law]
u = "a*u - u**3"
parameters = {a = 1.0}
[diffusion]
u = 0.5
[noise]
u = 0.1
seed = 3
[grid]
shape = [16]
[method]
name = "Euler"
dt = 0.1
[initial]
kind = "uniform"
u = 0.5
"""
    )
    out = tmp_path / "law.zarr"
    assert main(["run", str(path), "--out", str(out), "--quiet"]) == 0
    term = rd.law(u="a*u - u**3")(a=1.0) + rd.Diffusion(u=0.5) + rd.Noise(u=0.1, seed=3)
    flow = rd.Flow(term, rd.Euler(0.1))
    whole = rd.simulate(flow, initial.uniform(rd.Grid((16,)), u=0.5), 5)
    np.testing.assert_array_equal(rd.open_run(out).u, whole.u)
    path.write_text(
        '[run]\npreset = "gray-scott-k0.055"\nsteps = 2\n[initial]\nseed = 4\n'
    )
    recipe = read(path)
    assert recipe.initial().attrs["seed"] == 4 and recipe.build().dt == 1.0
    path.write_text('[run]\npreset = "gray-scott-k0.055"\n[grid]\nshape = [4, 4]\n')
    with pytest.raises(Unreadable, match="a preset knows its grid"):
        read(path)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sweep_makes_all_points(file, tmp_path, capsys, workers):
    file.write_text(FILE + SWEEP)
    out = tmp_path / "sweep.zarr"
    assert main(["sweep", str(file), "--out", str(out), "--workers", workers]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    swept = rd.open_run(out)
    assert dict(swept.sizes) == {"F": 2, "k": 3, "time": 5, "y": 24, "x": 20}
    flow, state = by_hand(F=0.02, k=0.055)
    whole = rd.simulate(flow, state, 40, 10)
    np.testing.assert_array_equal(swept.v.sel(F=0.02, k=0.055), whole.v)
    assert main(["sweep", str(file), "--out", str(out), "--quiet"]) == 0  # all is there
    file.write_text(FILE.replace("size = 6", "size = 8") + SWEEP)
    assert main(["sweep", str(file), "--out", str(out), "--quiet"]) == 1
    assert "initial differ" in capsys.readouterr().err


def test_samples_and_seeds_are_swept(file, tmp_path, capsys):
    sample = '[sweep]\nsample = "sobol"\nn = 4\nF = {from = 0.02, to = 0.06}\n'
    file.write_text(FILE + sample)
    out = tmp_path / "sobol.zarr"
    assert main(["sweep", str(file), "--out", str(out), "--quiet"]) == 0
    assert rd.open_run(out).sizes["run"] == 4
    file.write_text(FILE + "[sweep]\nseed = [0, 1]\n")
    out = tmp_path / "seeds.zarr"
    assert main(["sweep", str(file), "--out", str(out), "--quiet"]) == 0
    swept = rd.open_run(out)
    assert (swept.u.sel(seed=0) != swept.u.sel(seed=1)).any()
    for bad, words in (
        ("[sweep]\nFeed = [1.0]\n", "`sweep` has no key `Feed`; it has seed, F"),
        ("[sweep]\nF = 3.0\n", "a list of values"),
        ('[sweep]\nsample = "dice"\nF = {from = 0.0, to = 1.0}\n', "one of latin"),
        ("", "no table .sweep."),
    ):
        file.write_text(FILE + bad)
        out = str(tmp_path / "never.zarr")
        assert main(["sweep", str(file), "--out", out, "--quiet"]) == 2
        with pytest.raises(Unreadable, match=words):
            read(file).over  # noqa: B018
    capsys.readouterr()


def test_list_says_what_there_is(file, tmp_path, capsys):
    assert main(["list"]) == 0
    told = capsys.readouterr().out
    assert "gray-scott-k0.055" in told and "schnakenberg " in told and "patch" in told
    assert "kinetics" not in told and "finite-amplitude only" in told
    main(["run", str(file), "--out", str(tmp_path / "a.zarr"), "--quiet"])
    file.write_text(FILE + SWEEP)
    main(["sweep", str(file), "--out", str(tmp_path / "deep" / "b.zarr"), "--quiet"])
    (tmp_path / "c.zarr").mkdir()
    capsys.readouterr()
    assert main(["list", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "complete\t5/5 frames\tFlow(gray_scott_kinetics" in lines[0]
    assert "6/6 runs\tF 2 x k 3" in lines[2]
    assert main(["list", str(tmp_path / "nowhere")]) == 1


def test_verify_finds_damage(file, tmp_path, capsys):
    out = tmp_path / "run.zarr"
    main(["run", str(file), "--out", str(out), "--quiet"])
    capsys.readouterr()
    assert main(["verify", str(out)]) == 0
    assert capsys.readouterr().out == ""
    hurt = next(p for p in (out / "u" / "c").rglob("*") if p.is_file())
    hurt.write_bytes(hurt.read_bytes()[1:])
    assert main(["verify", str(out)]) == 1
    assert str(hurt) in capsys.readouterr().out


def test_show_opens_a_window_by_the_plugin(tmp_path, monkeypatch, capsys):
    opened = []
    fake = types.SimpleNamespace(
        Viewer=lambda title: types.SimpleNamespace(
            open=lambda path, plugin: opened.append((path, plugin))
        ),
        run=lambda: opened.append("run"),
    )
    monkeypatch.setitem(sys.modules, "napari", fake)
    monkeypatch.setattr("rdkit_nn.cli.looking.distribution", lambda name: None)
    assert main(["show", str(tmp_path)]) == 0
    # Without its name napari's own reader takes whatever ends in .zarr.
    assert opened == [(str(tmp_path), "napari-rdkit-nn"), "run"]
    assert main(["show", str(tmp_path / "none.zarr")]) == 1
    assert "There is nothing at" in capsys.readouterr().err


def test_show_without_the_plugin_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("rdkit_nn.cli.looking.PLUGIN", "no-such-plugin")
    assert main(["show", str(tmp_path)]) == 1
    assert "pip install no-such-plugin" in capsys.readouterr().err


def test_show_draws_a_filmstrip(file, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    out, png = tmp_path / "run.zarr", tmp_path / "run.png"
    main(["run", str(file), "--out", str(out), "--quiet"])
    assert main(["show", str(out), "--png", str(png)]) == 0
    from matplotlib.image import imread

    picture = imread(png)
    assert picture.shape[1] > 2 * picture.shape[0] and picture[..., :3].std() > 0.1
    assert main(["show", str(out), "--png", str(png), "--variable", "w"]) == 1
    assert "no picture in time; there are u, v" in capsys.readouterr().err


def test_an_interrupted_run_is_resumed_from_the_shell(file, tmp_path):
    file.write_text(
        FILE.replace("steps = 40", "steps = 4_000_000").replace(
            "every = 10", "every = 1000"
        )
    )
    out = tmp_path / "run.zarr"
    command = [sys.executable, "-m", "rdkit_nn"]
    told = dict(stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    work = subprocess.Popen([*command, "run", str(file), "--out", str(out)], **told)
    for _ in range(600):
        time.sleep(0.1)
        head = out / "finished" / "zarr.json"
        if head.exists() and status(out)["frames"] > 8:
            break
    work.send_signal(signal.SIGINT)
    _, said = work.communicate(timeout=60)
    assert work.returncode == 130 and "rdkit_nn.resume" in said
    assert rd.verify(out) == [] and status(out)["status"] == "interrupted"
    before = rd.open_run(out).sizes["time"]
    work = subprocess.Popen([*command, "resume", str(out)], **told)
    for _ in range(600):
        time.sleep(0.1)
        if status(out)["frames"] > before:
            break
    work.send_signal(signal.SIGTERM)
    assert work.communicate(timeout=60) and work.returncode == 130
    kept = rd.open_run(out)
    assert kept.sizes["time"] > before
    flow, state = by_hand()
    whole = rd.simulate(flow, state, int(kept.step[-1]))
    np.testing.assert_array_equal(kept.v[-1], whole.v[-1])


@pytest.mark.parametrize(
    "command", ["list", "run", "resume", "sweep", "verify", "show", "compare", "claims"]
)
def test_help_teaches(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0 and len(capsys.readouterr().out) > 300


def test_a_wrong_command_line_ends_with_two():
    with pytest.raises(SystemExit) as ended:
        main(["run"])
    assert ended.value.code == 2
