"""Every script of the gallery runs, and ends on a picture that is one."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rdkit_nn as rd

GALLERY = sorted((Path(__file__).parents[1] / "gallery").glob("*.py"))
AFTER = """
import sys, matplotlib.pyplot as plt
plt.gcf().savefig(sys.argv[1], dpi=60)
"""


def is_a_picture(file):
    from matplotlib.image import imread

    pixels = imread(file)[..., :3]
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 50
    assert (pixels.min(axis=-1) < 0.95).mean() > 0.02


def test_there_is_a_gallery():
    assert len(GALLERY) >= 6


@pytest.mark.filterwarnings("error::FutureWarning")
@pytest.mark.parametrize("script", GALLERY, ids=lambda p: p.stem)
def test_a_script_runs_and_draws(script, tmp_path, monkeypatch):
    """With the first part only of every stretch of steps."""
    import matplotlib.pyplot as plt

    advance = rd.Flow.advance

    def part(flow, values, grid, steps):
        return advance(flow, values, grid, steps[: max(1, len(steps) // 25)])

    monkeypatch.setattr(rd.Flow, "advance", part)
    plt.switch_backend("agg")
    with plt.rc_context():
        runpy.run_path(str(script))
        plt.savefig(tmp_path / "picture.png", dpi=60)
        plt.close("all")
    is_a_picture(tmp_path / "picture.png")


@pytest.mark.slow
@pytest.mark.parametrize("script", GALLERY, ids=lambda p: p.stem)
def test_a_script_runs_to_its_end_in_a_process_of_its_own(script, tmp_path):
    picture = tmp_path / "picture.png"
    command = [sys.executable, "-W", "error::FutureWarning", "-c"]
    done = subprocess.run(
        [*command, script.read_text() + AFTER, str(picture)],
        capture_output=True,
        text=True,
        env={**os.environ, "MPLBACKEND": "agg"},
    )
    assert done.returncode == 0, done.stderr
    is_a_picture(picture)


@pytest.mark.parametrize("script", GALLERY, ids=lambda p: p.stem)
def test_a_script_is_one_question(script):
    text = script.read_text()
    assert re.match(r'"""\n.+\n=+\n\n', text), "a title and two sentences come first"
    code = [x for x in text.split('"""', 2)[2].splitlines() if x and x[0] != "#"]
    assert len(code) < 40
