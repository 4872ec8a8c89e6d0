"""`compare` and `claims`: the paper's questions, asked of chemistry and of learning."""

from __future__ import annotations

import argparse
import sys


def add(commands: argparse._SubParsersAction) -> None:
    """Add these commands."""
    _add_compare(commands)
    _add_claims(commands)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", required=True, help="folder to write into")
    command.add_argument(
        "--data",
        help="folder of IDX files (train-images-idx3-ubyte[.gz], …); default: the "
        "digits bundled with scikit-learn",
    )
    command.add_argument("--quiet", action="store_true", help="no bars, no words")


def _add_compare(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "compare",
        help="chemistry and learning side by side, on real input",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Train a two-layer network from the same weights supervised, against a\n"
            "critic, and supervised to the same distance; grow Gray-Scott at two\n"
            "settings; measure all alike. Writes compare.zarr (a DataTree, one node a\n"
            "run), compare.png and compare.txt; prints the table of measures, each\n"
            "claimed difference beside its null."
        ),
        epilog=(
            "examples:\n"
            "  rdkit-nn compare --out out\n"
            "  rdkit-nn compare --out out5 --seeds 5          paired effects\n"
            "  rdkit-nn compare --out mnist --data data/mnist  IDX files\n"
        ),
    )
    _add_common(command)
    command.add_argument(
        "--seeds", type=int, default=1, help="repeat all runs, for paired effects (1)"
    )
    command.add_argument(
        "--size",
        choices=("small", "full"),
        default="small",
        help="small: 128 neurons, 12,000 steps; full: 256 and 20,000 (small)",
    )
    command.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1 (cpu)")
    command.add_argument(
        "--overwrite", action="store_true", help="replace an earlier comparison"
    )
    command.set_defaults(run=_compare)


def _compare(told: argparse.Namespace) -> int:
    from ..comparing import Settings, compare

    tree = compare(
        told.out,
        data=told.data,
        seeds=told.seeds,
        settings=Settings.full() if told.size == "full" else Settings(),
        device=told.device,
        overwrite=told.overwrite,
        progress=False if told.quiet else None,
    )
    print(tree.attrs["table"])
    print(f"wrote {told.out}/compare.zarr, .png and .txt", file=sys.stderr)
    return 0


def _add_claims(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "claims",
        help="the claims of the paper, each with its effect, its null and a verdict",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=(
            "Test what Rout (2021) claims about supervised and adversarial learning.\n"
            "Trains many small networks from paired seeds, compares each claimed effect\n"
            "with a null, and says: holds, does not hold, not testable as stated.\n"
            "Writes claims.md, claims.json and cells/; what is in cells/ is not done\n"
            "again, so an interrupted ledger goes on where it was."
        ),
        epilog=(
            "examples:\n"
            "  rdkit-nn claims --out claims --quick            5 seeds, minutes\n"
            "  rdkit-nn claims --out claims                    20 seeds, hours\n"
            "  rdkit-nn claims --out mnist --data data/mnist   IDX files\n"
        ),
    )
    _add_common(command)
    command.add_argument(
        "--quick", action="store_true", help="5 seeds, a small network, no small rates"
    )
    command.add_argument(
        "--seeds", type=int, help="number of paired seeds (20, quick 5)"
    )
    command.add_argument("--workers", type=int, help="processes (one a core)")
    command.set_defaults(run=_claims)


def _claims(told: argparse.Namespace) -> int:
    from time import perf_counter

    from ..ledger import Settings, claims
    from ..ledger.page import summary

    begun = perf_counter()
    seeds = {} if told.seeds is None else {"seeds": told.seeds}
    shown = " ".join(
        ["rdkit-nn claims"]
        + ["--quick"] * told.quick
        + ([f"--seeds {told.seeds}"] if seeds else [])
    )
    subjects = claims(
        told.out,
        data=told.data,
        settings=Settings.quick(**seeds) if told.quick else Settings(**seeds),
        workers=told.workers,
        progress=False if told.quiet else None,
        command=shown,
    )
    print(summary(subjects))
    spent = (perf_counter() - begun) / 60
    if not told.quiet:
        print(
            f"wrote {told.out}/claims.md and .json in {spent:.1f} minutes",
            file=sys.stderr,
        )
    return 0
