"""`run`, `resume` and `sweep`: make something and keep it."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from .recipes import read

EXAMPLE = """\
a file:
  [run]
  steps = 10_000
  every = 500

  [model]
  name = "gray_scott"
  F = 0.037
  k = 0.06

  [grid]
  shape = [128, 128]
  spacing = 0.01

  [method]
  name = "Euler"
  dt = 1.0

  [initial]
  kind = "patch"
  around = {u = 1.0, v = 0.0}
  inside = {u = 0.5, v = 0.25}
  size = 20
  seed = 0

Instead of [model]: [law] with u = "a*u - u**3" and parameters = {a = 1.0}; [diffusion] with
u = 1.0; [noise] with u = 0.01 and seed = 0. Instead of all tables: preset = "…" in [run].
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Add these commands."""
    how: dict[str, Any] = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    run = commands.add_parser(
        "run",
        help="simulate what a TOML file says",
        description="Simulate what a TOML file says, into a store. Ctrl-C stops it in\n"
        "good order; `rdkit-nn resume` goes on from there, and from a kill.",
        epilog=EXAMPLE,
        **how,
    )
    run.add_argument("file", help="TOML file")
    _out(run)
    run.set_defaults(run=_run)

    resume = commands.add_parser(
        "resume",
        help="go on with a run that was interrupted",
        description="Go on with a stored run from its last checkpoint, to the very bits\n"
        "of the run in one go. A run moved by laws of your own is resumed from Python:\n"
        "rdkit_nn.resume(path, dynamics).",
        **how,
    )
    resume.add_argument("path", help="store of the run (….zarr)")
    resume.add_argument("--quiet", action="store_true", help="no bars, no words")
    resume.set_defaults(run=_resume)

    sweep = commands.add_parser(
        "sweep",
        help="simulate at many points, as a TOML file says",
        description="Simulate once for every point of the table [sweep] of a TOML file.\n"
        "The same command again does only what is missing.",
        epilog="of a file:\n"
        "  [sweep]\n"
        "  F = [0.02, 0.03, 0.04]\n"
        "  k = {from = 0.05, to = 0.065, count = 16}\n"
        "  seed = [0, 1, 2]\n\n"
        '  or a sample: sample = "sobol", n = 64, F = {from = 0.02, to = 0.06}, …\n',
        **how,
    )
    sweep.add_argument("file", help="TOML file with a table [sweep]")
    _out(sweep)
    sweep.add_argument(
        "--workers", type=int, help="processes (1: all cores share a run)"
    )
    sweep.add_argument(
        "--scheduler", help="address of a dask scheduler: tcp://host:8786"
    )
    sweep.add_argument("--retry", action="store_true", help="failed runs once more")
    sweep.set_defaults(run=_sweep)


def _out(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--out", help="store to write (….zarr); default: `store` of [run]"
    )
    command.add_argument(
        "--overwrite", action="store_true", help="replace what is there"
    )
    command.add_argument("--quiet", action="store_true", help="no bars, no words")


def _place(told: argparse.Namespace, recipe: Any) -> str:
    from .recipes import Unreadable

    out = told.out or recipe.run.get("store")
    if not out:
        raise Unreadable("Nowhere to write: say --out, or `store` in [run].")
    return out


def _run(told: argparse.Namespace) -> int:
    from ..simulation import simulate

    recipe = read(told.file)
    out = _place(told, recipe)
    more = {k: recipe.run[k] for k in ("checkpoint",) if k in recipe.run}
    run = simulate(
        recipe.build(),
        recipe.initial(),
        recipe.steps,
        store=out,
        overwrite=told.overwrite,
        progress=False if told.quiet else None,
        **recipe.options,
        **more,
    )
    return _done(run, out, told.quiet)


def _resume(told: argparse.Namespace) -> int:
    from ..resuming import resume

    run = resume(told.path, progress=False if told.quiet else None)
    return _done(run, told.path, told.quiet)


def _sweep(told: argparse.Namespace) -> int:
    from ..sweeping import sweep

    recipe = read(told.file)
    out = _place(told, recipe)
    client = None
    if told.scheduler:
        from ..sweeping.workers import connected

        client = connected(told.scheduler)
    swept = sweep(
        recipe.build,
        recipe.initial,
        recipe.over,
        recipe.steps,
        workers=told.workers or recipe.run.get("workers", 1),
        client=client,
        store=out,
        overwrite=told.overwrite,
        retry=told.retry,
        progress=False if told.quiet else None,
        **recipe.options,
    )
    return _done(swept, out, told.quiet)


def _done(run: Any, path: str, quiet: bool) -> int:
    print(path)
    if not quiet:
        sizes = ", ".join(f"{name} {n}" for name, n in run.sizes.items())
        print(f"wrote {', '.join(map(str, run))} ({sizes})", file=sys.stderr)
    return 0
