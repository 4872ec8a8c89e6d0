"""What is finished: the ledger of a store, with a digest of every value.

It is the group `finished` of the store, all of it in attributes that any Zarr reader can
show. The head is replaced in one move, last of all, and carries its own digest; digests of
blocks that will not change again go to pages of `PAGE` blocks, which are written once.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .seals import Damaged, Told, digest

PAGE = 256  # blocks in a page
FOLDER = "finished"


@dataclass
class Finished:
    """The ledger.

    Args:
        folder: Of the store.
        plan: What the run was told: steps, frames, dynamics; never changes.
        blocks: Keys and digests of each block that will not change again.
        loose: Keys and digests of all else: metadata, coordinates, the last block, the
            checkpoint. A key that is being written again has two.
        told: Everything that changes: count of frames, status, ranges, writer, checkpoint.
    """

    folder: Path
    plan: dict[str, Any]
    blocks: list[dict[str, str]] = field(default_factory=list)
    loose: Told = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    _pages: list[str] = field(default_factory=list)

    @property
    def frames(self) -> int:
        """Count of frames that are complete."""
        return int(self.told.get("frames", 0))

    def seals(self) -> Told:
        """Digests by key, of all that is finished."""
        whole = {key: [seal] for block in self.blocks for key, seal in block.items()}
        return {**whole, **self.loose}

    def write(self) -> None:
        """Replace the head; full pages first.

        Raises:
            OSError: If the folder is gone, or the disk is full.
        """
        while (len(self._pages) + 1) * PAGE <= len(self.blocks):
            n = len(self._pages)
            page = self.blocks[n * PAGE : (n + 1) * PAGE]
            body = _node({"blocks": page})
            replace(self.folder / FOLDER / f"{n:04d}" / "zarr.json", body)
            self._pages.append(digest(body))
        told = {
            "plan": self.plan,
            "told": self.told,
            "loose": self.loose,
            "pages": self._pages,
            "blocks": self.blocks[len(self._pages) * PAGE :],
        }
        seal = digest(_text(told))
        replace(
            self.folder / FOLDER / "zarr.json", _node({"ledger": told, "digest": seal})
        )

    @classmethod
    def read(cls, folder: Path) -> Finished:
        """Read the ledger of a store.

        Raises:
            FileNotFoundError: If there is none.
            Damaged: If it is not what was written.
        """
        head = _attributes(folder / FOLDER / "zarr.json")
        try:
            told, seal = head["ledger"], head["digest"]
            if digest(_text(told)) != seal:
                raise KeyError("digest")
            blocks = []
            for n, page in enumerate(told["pages"]):
                file = folder / FOLDER / f"{n:04d}" / "zarr.json"
                if not file.exists() or digest(file.read_bytes()) != page:
                    raise Damaged(f"{folder} is damaged: its ledger lacks page {file}.")
                blocks += _attributes(file)["blocks"]
            blocks += told["blocks"]
            return cls(
                folder, told["plan"], blocks, told["loose"], told["told"], told["pages"]
            )
        except (KeyError, TypeError):
            raise Damaged(
                f"{folder} is damaged: its ledger {folder / FOLDER / 'zarr.json'} fails "
                "its checksum."
            ) from None


def _attributes(file: Path) -> dict[str, Any]:
    try:
        return json.loads(file.read_bytes())["attributes"]
    except FileNotFoundError:
        raise
    except (ValueError, KeyError, TypeError):
        raise Damaged(
            f"{file.parent.parent} is damaged: {file} cannot be read."
        ) from None


def _text(told: Any) -> bytes:
    return json.dumps(told, sort_keys=True).encode()


def _node(attributes: dict[str, Any]) -> bytes:
    """A Zarr group of attributes alone."""
    return _text({"zarr_format": 3, "node_type": "group", "attributes": attributes})


def replace(file: Path, body: bytes) -> None:
    """Write a file in one move: whoever reads sees the old or the new one."""
    if not file.parent.exists():  # the store above it must be there
        file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.partial")
    fresh.write_bytes(body)
    os.replace(fresh, file)
