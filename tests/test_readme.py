"""What the README shows works as it stands."""

import re
from pathlib import Path

import pytest

import rdkit_nn as rd

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_readme_says_first_what_this_is_not():
    assert "no relation to the cheminformatics toolkit RDKit" in README[:200]


def test_the_code_of_the_readme_runs_from_top_to_bottom(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    space = {}
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), space)
    assert space["run"].sizes["time"] == 21
    assert float(space["run"].v[-1].std()) > 0.05  # a pattern
    assert float(space["spots"].u[-1].std()) > 0.3
    assert list(space["parts"].term.values)[-1] == "GlobalInhibition"
    assert space["family"].u.dims == ("time", "F", "y", "x")
    assert space["rival"].U.dims == ("time", "hidden", "y", "x")
    assert space["verdict"].kind == "Turing" and space["rates"].dtype == complex
    assert space["atlas"].v.dims == ("F", "k", "time", "y", "x")


def test_the_code_of_the_page_on_runs_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[1] / "docs" / "runs.md").read_text()
    space = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(compile(block, "runs.md", "exec"), space)
    assert rd.verify("runs/pearson.zarr") == rd.verify("runs/atlas.zarr") == []
    assert space["scattered"].sizes["run"] == 4


def test_the_code_of_the_page_on_measures_works():
    page = (Path(__file__).parents[1] / "docs" / "analysis.md").read_text()
    space = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(compile(block, "analysis.md", "exec"), space)
    kind = rd.analysis.classify(space["field"])["class"]
    assert str(kind.values) == "spots"
    found = rd.analysis.nearest(space["field"][-1], rd.presets.atlas())
    assert str(found.label.values) == "turing-spots"


def test_the_page_on_measures_lists_every_function():
    page = (Path(__file__).parents[1] / "docs" / "analysis.md").read_text()
    assert [n for n in rd.analysis.__all__ if f"`{n}`" not in page] == []


def lines(block):
    return [line for line in block.splitlines() if line.strip()]


def test_a_model_of_ones_own_takes_ten_lines_at_most():
    block = next(b for b in BLOCKS if "def schnakenberg" in b)
    assert len(lines(block)) <= 10


def test_a_term_of_ones_own_takes_eight_lines_at_most():
    block = next(b for b in BLOCKS if "class GlobalInhibition" in b)
    own = block.split("\nflow = ")[0]
    assert len(lines(own)) <= 8


def test_the_term_of_the_readme_runs_on_tensors_too():
    space = {}
    for block in BLOCKS:
        if "rd.reaction" in block or "class GlobalInhibition" in block:
            exec(compile(block, "README.md", "exec"), space)
    term, state = space["flow"].term, space["state"]
    twins = [
        rd.simulate(rd.Flow(term, rd.Euler(0.005), device), state, steps=20).u[-1]
        for device in ("cpu", "torch:cpu")
    ]
    assert float(abs(twins[0] - twins[1]).max()) < 1e-13


def test_every_name_of_the_guide_to_the_paper_is_there():
    guide = (Path(__file__).parents[1] / "docs" / "paper.md").read_text()
    names = re.findall(r"`((?:neural|presets|rates)\b[\w.]*)", guide)
    assert len(names) > 30
    for name in names:
        found = rd
        for part in name.split("."):
            found = getattr(found, part)


def test_the_code_of_the_guide_to_the_paper_runs():
    guide = (Path(__file__).parents[1] / "docs" / "paper.md").read_text()
    some = rd.neural.data.digits().take(50, seed=0)
    task = rd.neural.Task(some.images, some.labels)
    space = {"rd": rd, "neural": rd.neural, "presets": rd.presets, "task": task}
    (block,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    exec(compile(block, "paper.md", "exec"), space)
    assert space["many"].U.dims == ("seed", "time", "hidden", "y", "x")


def test_a_model_of_ones_own_is_one_file_one_test_line_and_one_gallery_line():
    """The page's code runs, in so many lines."""
    pytest.importorskip("matplotlib").use("Agg")
    page = (Path(__file__).parents[1] / "docs" / "models.md").read_text()
    space = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(compile(block, "models.md", "exec"), space)
    sizes = {
        name: len(block.strip().splitlines())
        for name, block in re.findall(
            r"<!-- (.*?) -->\n```python\n(.*?)```", page, re.S
        )
    }
    assert sizes["one file"] <= 30
    assert sizes["one test line"] == sizes["one gallery line"] == 1
    stability = rd.stability
    told = stability.verdict(space["selkov"](), space["case"]["selkov"][1])
    assert told.kind == "Turing"
    assert "Turing" in space["space"].kind.values
