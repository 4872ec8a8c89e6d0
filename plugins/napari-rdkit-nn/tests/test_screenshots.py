"""Pictures of the help page are made anew, and are pictures."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parents[1] / "docs"
# Colours that a picture must have at least, and share of it that is not black.
WANTED = {
    "reader": (400, 0.5),
    "sweep": (400, 0.5),
    "weights": (400, 0.5),
    "pair": (400, 0.5),
    "difference": (400, 0.5),
    "browser": (400, 0.5),
    "live": (400, 0.5),
}


def told_by(file):
    from imageio.v3 import imread

    picture = imread(file)[..., :3]
    colours = len(np.unique(picture @ np.array([1, 256, 65536])))
    return colours, float((picture.max(axis=-1) > 10).mean())


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("shots", DOCS / "screenshots.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("name", WANTED)
def test_a_picture_is_made_anew(make_napari_viewer, script, tmp_path, name):
    viewer = make_napari_viewer(show=True)
    file = script.take(name, viewer, tmp_path)
    colours, lit = told_by(file)
    assert colours > WANTED[name][0] and lit > WANTED[name][1]


def test_the_help_page_uses_every_picture_and_no_other(script):
    page = (DOCS / "help.md").read_text(encoding="utf-8")
    used = re.findall(r"\]\((\w+)\.png\)", page)
    assert set(WANTED) <= set(used) and all((DOCS / f"{n}.png").exists() for n in used)
    assert set(WANTED) <= set(script.PICTURES)
    for name in WANTED:
        colours, lit = told_by(DOCS / f"{name}.png")
        assert colours > WANTED[name][0] and lit > WANTED[name][1]
