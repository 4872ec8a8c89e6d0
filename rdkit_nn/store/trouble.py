"""What an error of the disk leaves, in words."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def told_in_words(folder: Path, frames: int) -> Iterator[None]:
    """Say what an error of the disk leaves, and how to go on."""
    try:
        with warnings.catch_warnings():
            # `finished` holds a lock beside its pages; it is no node, and need not be.
            warnings.filterwarnings("ignore", message=".*not recognized as a component")
            yield
    except (FileExistsError, BlockingIOError):
        raise
    except OSError as error:
        raise OSError(
            f"The store {folder} cannot be written: {error}. Its {frames} complete frames "
            f"are kept; once there is room, rdkit_nn.resume({str(folder)!r}) goes on."
        ) from error
