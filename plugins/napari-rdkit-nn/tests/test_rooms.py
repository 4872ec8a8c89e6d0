"""Rooms of the plugin: short, and free of Qt where none is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import napari_rdkit_nn

HOME = Path(napari_rdkit_nn.__file__).parent
ROOMS = {file.relative_to(HOME).as_posix(): file for file in HOME.rglob("*.py")}
WINDOWED = ("_qt", "browser", "live", "pair", "weights")
HEAVY = {"napari", "qtpy", "vispy", "PySide6", "PyQt6"}
MOST = 300  # lines of a room


def plain():
    return [name for name in ROOMS if name.split("/")[0] not in WINDOWED]


def imported(file):
    """Distributions that a file imports as soon as it is imported."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module.split(".")[0]
            if node.level and module.split(".")[0] in WINDOWED:
                yield "qtpy"  # by way of a room that needs it


@pytest.mark.parametrize("name", ROOMS)
def test_no_room_is_long(name):
    assert len(ROOMS[name].read_text(encoding="utf-8").splitlines()) <= MOST


def test_every_windowed_room_is_there():
    assert {name.split("/")[0] for name in ROOMS} >= set(WINDOWED)


@pytest.mark.parametrize("name", plain())
def test_plain_rooms_import_neither_qt_nor_napari(name):
    assert not HEAVY & set(imported(ROOMS[name]))


def test_plain_rooms_load_neither_qt_nor_napari():
    told = [name.removesuffix(".py").replace("/", ".") for name in plain()]
    names = [f"napari_rdkit_nn.{x}".removesuffix(".__init__") for x in told]
    code = (
        f"import sys, {', '.join(names)};"
        f"print(sorted({HEAVY} & {{m.split('.')[0] for m in sys.modules}}))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert said.stdout.strip() == "[]", said.stderr
