"""What an error of the disk leaves, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def told_in_words(folder: Path, kept: str, on: str) -> Iterator[None]:
    """Say what an error of the disk leaves, and how to go on.

    Args:
        folder: Of the store.
        kept: What is complete.
        on: What goes on from there.
    """
    try:
        yield
    except (FileExistsError, BlockingIOError):
        raise
    except OSError as error:
        raise OSError(
            f"The store {folder} cannot be written: {error}. {kept} are kept; once that is "
            f"mended, {on} goes on."
        ) from error
