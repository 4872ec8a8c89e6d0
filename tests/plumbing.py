"""Count the lines of terms that are no mathematics: `python tests/plumbing.py`.

A line of code is neither blank nor a comment, a docstring or an import. Mathematics is what
computes rates, fluxes, symbols, bounds and draws, and what these call alone; the rest is
plumbing: constructors, checks, reprs, comparison, walks over parameters.
"""

import ast
import sys
from pathlib import Path

TERMS = Path(__file__).parents[1] / "rdkit_nn" / "terms"
MATHEMATICS = {
    *("rate", "flux", "symbol", "decay_bound", "reversed", "direction", "scaled"),
    *("correction", "_half", "half_slope", "drawn", "normals", "draws"),
    *("polynomial", "is_even", "_across", "as_array", "largest", "_home", "_where"),
    *(
        "transformed",
        "_sizes",
        "kept_modes",
        "derivative",
        "degree",
        "times",
        "_tensor",
    ),
    *("dense", "driver_conditions", "_with_ghosts", "rates", "_check_definite"),
}
MACHINERY = {"declared.py", "construction.py", "fields"}


def code_lines(node):
    """Numbers of the lines of code of a tree: no docstring, no import."""
    lines = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.stmt) and not isinstance(
            inner, (ast.Import, ast.ImportFrom)
        ):
            doc = isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant)
            if not doc:
                first = inner.lineno
                body = getattr(inner, "body", None)
                last = (
                    body[0].lineno - 1 if isinstance(body, list) else inner.end_lineno
                )
                lines |= set(range(first, last + 1))
    return lines


def counts(path):
    """Lines of plumbing and of mathematics in a file."""
    text = path.read_text()
    tree, source = ast.parse(text), text.splitlines()
    real = {i for i, x in enumerate(source, 1) if x.strip() and x.strip()[0] != "#"}
    every = code_lines(tree) & real
    docs = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docs |= set(range(node.lineno, node.end_lineno + 1))
    every -= docs
    math = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in MATHEMATICS:
            math |= code_lines(node) & every
    return len(every - math), len(math)


def main():
    """Print the table."""
    total = [0, 0]
    for path in sorted(TERMS.rglob("*.py")):
        plumbing, math = counts(path)
        total[0] += plumbing
        total[1] += math
        print(
            f"{path.relative_to(TERMS)!s:24} plumbing {plumbing:4} mathematics {math:4}"
        )
    print(f"{'together':24} plumbing {total[0]:4} mathematics {total[1]:4}")
    return total


if __name__ == "__main__":
    sys.exit(not main())
