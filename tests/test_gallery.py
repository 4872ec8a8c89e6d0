"""Every script of the gallery runs, and ends on a picture that is one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

GALLERY = sorted((Path(__file__).parents[1] / "gallery").glob("*.py"))
AFTER = """
import sys, matplotlib.pyplot as plt
plt.gcf().savefig(sys.argv[1], dpi=60)
"""


def test_there_is_a_gallery():
    assert len(GALLERY) >= 6


@pytest.mark.parametrize("script", GALLERY, ids=lambda p: p.stem)
def test_a_script_runs_and_draws(script, tmp_path):
    from matplotlib.image import imread

    picture = tmp_path / "picture.png"
    done = subprocess.run(
        [sys.executable, "-W", "error::FutureWarning", "-c", script.read_text() + AFTER]
        + [str(picture)],
        capture_output=True,
        text=True,
        env={**os.environ, "MPLBACKEND": "agg"},
    )
    assert done.returncode == 0, done.stderr
    pixels = imread(picture)[..., :3]
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 50
    assert (pixels.min(axis=-1) < 0.95).mean() > 0.02


@pytest.mark.parametrize("script", GALLERY, ids=lambda p: p.stem)
def test_a_script_is_one_question(script):
    text = script.read_text()
    assert re.match(r'"""\n.+\n=+\n\n', text), "a title and two sentences come first"
    code = [x for x in text.split('"""', 2)[2].splitlines() if x and x[0] != "#"]
    assert len(code) < 40
