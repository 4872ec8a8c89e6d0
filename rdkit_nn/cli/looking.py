"""`list`, `verify` and `show`: see what there is."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import distribution
from pathlib import Path

PLUGIN = "napari-rdkit-nn"  # of napari; a distribution of its own


def add(commands: argparse._SubParsersAction) -> None:
    """Add these commands."""
    listed = commands.add_parser(
        "list",
        help="models and presets; or the runs in a folder",
        description="Without a folder: what can be run. With one: the runs and sweeps in\n"
        "it, how far they are, and what moves them.",
        epilog="examples:\n  rdkit-nn list\n  rdkit-nn list runs/    a line for each run\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listed.add_argument("folder", nargs="?", help="folder of runs")
    listed.set_defaults(run=_list)

    checked = commands.add_parser(
        "verify",
        help="compare stored runs with what was written",
        description="Read all that a store holds and compare it with its ledger. Prints a\n"
        "sentence for each thing that is damaged; exit status 1 if there is one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    checked.add_argument("paths", nargs="+", help="stores (….zarr)")
    checked.add_argument("--quiet", action="store_true", help="no bars")
    checked.set_defaults(run=_verify)

    shown = commands.add_parser(
        "show",
        help="look at a stored run: in napari, or as a picture",
        description="Open a stored run, sweep or comparison in napari (with the plugin\n"
        "napari-rdkit-nn), or draw the frames of a run into a picture.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    shown.add_argument("path", help="store of a run (….zarr)")
    shown.add_argument("--png", help="picture to write, instead of a window")
    shown.add_argument("--variable", help="variable of the picture (the last)")
    shown.set_defaults(run=_show)


def _list(told: argparse.Namespace) -> int:
    if told.folder:
        return _list_runs(Path(told.folder))
    from .. import models, presets
    from .recipes import INITIAL, MODELS

    print("presets (preset = … in [run]):")
    for row in presets.table().itertuples():
        print(f"  {row.Index:30s} {row.kind:22s} {row.says}")
    print("models ([model] name = …):")
    for name in MODELS:
        words = (getattr(models, name).__doc__ or "").strip().splitlines()[0]
        print(f"  {name:24s} {words}")
    print("initial states ([initial] kind = …):")
    for name, maker in INITIAL.items():
        words = (maker.__doc__ or "").strip().splitlines()[0]
        print(f"  {name:24s} {words}")
    return 0


def _list_runs(folder: Path) -> int:
    from ..store import status

    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}.")
    for path in sorted(p for p in folder.rglob("*.zarr") if p.is_dir()):
        try:
            about = status(path)
        except ValueError as error:
            print(f"{path}\t-\t-\t{str(error).splitlines()[0]}")
            continue
        if about.get("kind") == "sweep":
            far = f"{about['done']}/{about['runs']} runs"
            who = " x ".join(f"{n} {k}" for n, k in about["sizes"].items())
        else:
            far, who = (
                f"{about['frames']}/{about['reserved']} frames",
                about["dynamics"],
            )
        print(f"{path}\t{about['status']}\t{far}\t{who}")
    return 0


def _verify(told: argparse.Namespace) -> int:
    from tqdm.auto import tqdm

    from ..store import verify

    damaged = 0
    for path in told.paths:
        hidden = True if told.quiet else None
        with tqdm(disable=hidden, unit="file", leave=False, desc=str(path)) as bar:

            def look(done: int, total: int, bar: tqdm = bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            found = verify(path, look)
        for sentence in found:
            print(sentence)
        damaged += bool(found)
        if not found:
            print(f"{path}: all is as it was written", file=sys.stderr)
    return 1 if damaged else 0


def _show(told: argparse.Namespace) -> int:
    if told.png:
        from ..comparing.drawing import filmstrip
        from ..store import open_run

        filmstrip(open_run(told.path), told.variable, told.png)
        print(told.png)
        return 0
    try:
        distribution(PLUGIN)
        import napari
    except ImportError:
        raise ImportError(
            f"A window needs napari and its plugin: pip install {PLUGIN} (in a clone: "
            f"pip install -e './plugins/{PLUGIN}[all]'). "
            "Without them: rdkit-nn show … --png picture.png."
        ) from None
    if not Path(told.path).exists():
        raise FileNotFoundError(f"There is nothing at {told.path}.")
    viewer = napari.Viewer(title="rdkit_nn")
    viewer.open(told.path, plugin=PLUGIN)  # else napari's own reader takes any .zarr
    napari.run()
    return 0
