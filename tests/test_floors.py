"""Imports run downhill, and the front door is light."""

import ast
import random
import subprocess
import sys
from pathlib import Path

import pytest

import rdkit_nn as rd

HOUSE = Path(rd.__file__).parent
FLOORS = [
    {"arrays", "analysis", "machine", "ritz"},
    {"core", "interrupts"},
    {"grid"},
    {"dynamics", "store"},
    {"laws"},
    {"labels", "formulas", "frames", "interchange"},
    {"following", "plot"},
    {"terms", "maps", "endings", "simulation"},
    {"initial", "methods", "models", "stability", "saving"},
    {"neural", "step_limit"},
    {"kernels"},
    {"state_checks"},
    {"flow"},
    {"stacking", "presets", "rebuilding", "chunked"},
    {"sweeping", "resuming"},
    {"comparing", "explaining"},
    {"ledger"},
    {"cli"},
    {"__main__"},
]
LONGEST = 300  # lines; a room is read at one sitting
HEAVY = (
    "numba",
    "torch",
    "sympy",
    "zarr",
    "dask",
    "distributed",
    "napari",
    "matplotlib",
)
DOORS = {
    "numba": {
        "core/_compiled_random.py",
        "kernels/fused",
        "neural/theory/patterns.py",
    },
    "torch": {
        "neural",
        "kernels/tensor.py",
        "stability/jacobians.py",
        "stability/linearising.py",
    },
    "sympy": {"laws.py", "core/functions.py", "stability/jacobians.py"},
    "zarr": {"store"},
    "dask": {"store", "chunked.py", "interchange.py"},
    "h5py": {"interchange.py"},
    "distributed": {"sweeping/workers.py"},
    "matplotlib": {"comparing/drawing.py", "plot"},
    "napari": {"cli/looking.py"},
}


def rooms():
    return sorted(HOUSE.rglob("*.py"))


def floor(name):
    found = [i for i, there in enumerate(FLOORS) if name in there]
    assert len(found) == 1, f"`{name}` stands on no floor, or on several"
    return found[0]


def imports(path):
    """Rooms of the house that a file imports at run time, and outside libraries."""
    tree = ast.parse(path.read_text())
    hidden = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    depth = len(path.relative_to(HOUSE).parts)
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module] if node.module else [a.name for a in node.names]
            yield from (("house", name.split(".")[0]) for name in names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield "outside", node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (("outside", a.name.split(".")[0]) for a in node.names)


def home(path):
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", rooms(), ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_room_imports_only_from_lower_floors(path):
    if home(path) == "__init__":
        return
    here = floor(home(path))
    for kind, name in imports(path):
        if kind == "house" and name not in ("__version__", home(path)):
            assert floor(name) < here, f"{path.name} imports {name} from above"


@pytest.mark.parametrize("path", rooms(), ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_room_is_read_at_one_sitting(path):
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", rooms(), ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_heavy_library_enters_by_its_own_door(path):
    where = str(path.relative_to(HOUSE))
    for kind, name in imports(path):
        if kind == "outside" and name in DOORS:
            assert any(where.startswith(door) for door in DOORS[name]), name


def test_analysis_knows_nothing_of_the_house():
    for path in (HOUSE / "analysis").glob("*.py"):
        assert not [name for kind, name in imports(path) if kind == "house"]


def fresh(code):
    """Run code in a new process; return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


LOADED = f"print(*[m for m in {HEAVY!r} if m in sys.modules])"


def test_the_front_door_is_light():
    assert fresh(f"import sys, rdkit_nn; {LOADED}").split() == []


def test_a_chemical_model_is_built_without_heavy_libraries():
    code = "import sys, rdkit_nn as rd\n"
    code += "from rdkit_nn import models, analysis, initial, neural\n"
    code += "rd.Flow(models.gray_scott(), rd.Euler(1.0))\n"
    code += "rd.simulate, rd.sweep, rd.open_run\n"
    assert fresh(code + LOADED).split() == []


def test_a_warm_first_step_imports_no_symbols():
    code = (
        "import sys, rdkit_nn as rd; from rdkit_nn import presets;"
        "p = presets.get('gray-scott-k0.055');"
        "rd.simulate(p.flow, p.initial(0), steps=1);"
    )
    # xarray itself looks for dask as soon as it holds an array.
    assert set(fresh(code + LOADED).split()) - {"dask"} == {"numba"}


def test_every_public_name_is_touched_twice_in_any_order():
    names = [n for n in rd.__all__ if n != "__version__"] * 2
    for seed in range(3):
        random.Random(seed).shuffle(names)
        code = f"import rdkit_nn as rd\nfirst = {{}}\nfor name in {names!r}:\n"
        code += "    found = getattr(rd, name)\n"
        code += "    assert first.setdefault(name, found) is found, name\n"
        code += "import types\n"
        code += f"rooms = {rd._ROOMS!r}\n"
        code += "wrong = [n for n in first if isinstance(first[n], types.ModuleType)"
        code += " != (n in rooms)]\nprint(wrong)"
        assert fresh(code).strip() == "[]"


def test_dir_lists_the_public_names():
    assert set(rd.__all__) == set(dir(rd))
    with pytest.raises(AttributeError, match="no name `nothing`"):
        rd.nothing  # noqa: B018
