"""The command line, `rdkit-nn COMMAND …`: see `rdkit-nn --help`."""

from __future__ import annotations

import argparse
import sys

from . import __version__
from .cli import looking, making, studies
from .cli.recipes import Unreadable


def main(arguments: list[str] | None = None) -> int:
    """Run one command; results go to stdout, words to stderr.

    Returns:
        0 when all went well, 1 when the work failed, 2 for a wrong command line or file,
        130 after an interrupt.
    """
    told = _parser().parse_args(arguments)
    try:
        return told.run(told)
    except KeyboardInterrupt as error:
        print(
            f"rdkit-nn: {error or 'interrupted; nothing was replaced.'}",
            file=sys.stderr,
        )
        return 130
    except Unreadable as error:
        print(f"rdkit-nn: {error}", file=sys.stderr)
        return 2
    except (
        ValueError,
        TypeError,
        KeyError,
        OSError,
        ImportError,
        RuntimeError,
        FloatingPointError,
    ) as error:
        words = error.args[0] if isinstance(error, KeyError) else error
        print(f"rdkit-nn: {words}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rdkit-nn",
        description="Reaction-diffusion and neural dynamics in one frame.",
        epilog="`rdkit-nn COMMAND --help` teaches each.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="")
    for room in (looking, making, studies):
        room.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
