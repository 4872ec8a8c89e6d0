"""Loops on disk: written once, compiled once, loaded ever after.

A loop's file is named by the digest of its own text, so nothing can be stale; numba keeps
the machine code beside it (or under `NUMBA_CACHE_DIR`) by processor and numba version.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import os
import sys
import tempfile
import warnings
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from platformdirs import user_cache_path


def folder() -> Path:
    """Where loops are kept: `NUMBA_CACHE_DIR/rdkit_nn`, else the user's cache folder."""
    told = os.environ.get("NUMBA_CACHE_DIR")
    return Path(told) / "rdkit_nn" if told else user_cache_path("rdkit_nn")


@cache
def module(source: str) -> Any:
    """Functions of a module, compiled, from disk where they are known.

    A folder that cannot be written still works: they are then compiled anew in each
    process, with one warning.
    """
    name = "rdkit_nn_loop_" + digest(source)
    text = source.replace("CACHE", "True")
    path = folder() / f"{name}.py"
    try:
        if not path.exists() or path.read_text() != text:
            _write(path, text)
        spec = importlib.util.spec_from_file_location(name, path)
        made = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
        sys.modules[name] = made  # numba finds what it kept by the module's name
        spec.loader.exec_module(made)  # type: ignore[union-attr]
        return made
    except (OSError, RuntimeError):  # RuntimeError: numba's "no locator available"
        warn_once()
        return compile_here(source)


def compile_here(source: str) -> Any:
    """Compile a module in memory, keeping nothing."""
    space: dict = {}
    exec(compile(source.replace("CACHE", "False"), "<rdkit_nn loop>", "exec"), space)
    return SimpleNamespace(**space)


def digest(*told: str | ModuleType) -> str:
    """Digest of texts, or of the texts of modules: what changes them changes it."""
    text = "".join(x if isinstance(x, str) else inspect.getsource(x) for x in told)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _write(path: Path, text: str) -> None:
    """Put a file in place in one move, so that other processes see all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        os.replace(made, path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


@cache
def warn_once() -> None:
    """Say that nothing can be kept, the first time it is found."""
    warnings.warn(
        "Compiled loops cannot be kept on disk, so each process compiles anew. "
        "Set NUMBA_CACHE_DIR to a folder that can be written.",
        RuntimeWarning,
        stacklevel=4,
    )
