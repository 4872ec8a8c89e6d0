"""Digests: by them every value of a store is known, so that nothing foreign is read."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .sealed import Sealed

APART = ("finished/", "checkpoint/")  # groups that seal themselves, or are read alone
Told = dict[str, list[str]]  # by key, the digests that are true of its value


class Damaged(ValueError):
    """What is on disk is not what was written."""


class Unfinished(ValueError):
    """What is asked for has not been computed yet."""


def digest(value: Any) -> str:
    """128 bits of SHA-256, as hexadecimal text."""
    return hashlib.sha256(value).hexdigest()[:32]


def check(
    folder: Path, told: Told, key: str, found: bytes | None, partial: bool = False
) -> None:
    """Refuse a value that is missing or not the one that was written.

    Args:
        folder: Of the store.
        told: Digests by key.
        key: Of the value.
        found: The value; None if there is none.
        partial: Whether a key that is not told may be there.

    Raises:
        Damaged: With the file and what to do.
    """
    file = folder / key
    if key not in told:
        own = key.startswith((*APART, "."))
        if found is not None and not partial and not own:
            raise Damaged(
                f"{file} is nothing that was finished here; it may come from another run."
            )
        if found is None and not partial and "/c/" in key:
            raise Unfinished(
                f"This part of {folder} is not finished yet. What is, the coordinate "
                "`finished` says."
            )
        return
    if found is None:
        raise Damaged(f"{folder} is damaged: {file} is missing.")
    if digest(found) not in told[key]:
        raise Damaged(
            f"{folder} is damaged: {file} fails its checksum; it is not what was written "
            "there. `rdkit_nn.verify` lists all that is damaged."
        )


def opened(
    folder: Path, told: Told | None = None, read_only: bool = False, **how: Any
) -> Sealed:
    """Store of a folder, sealed; see `Sealed`."""
    from zarr.storage import LocalStore

    from .sealed import Sealed

    return Sealed(LocalStore(folder, read_only=read_only), told, **how)
