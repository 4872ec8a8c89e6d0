"""The smallest piece of work that is kept: one experiment with one seed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..neural.data import Images

FORMAT = 1  # raised whenever an experiment changes what it measures

Numbers = Mapping[str, Any]  # a number, or a list of numbers, by name


@dataclass(frozen=True)
class Cell:
    """One experiment, its arguments and its seed.

    Args:
        name: What the claims call it; the same for all seeds.
        kind: Which experiment.
        seed: Where its chance begins.
        told: Further arguments of the experiment.
    """

    name: str
    kind: str
    seed: int
    told: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, name: str, kind: str, seed: int, **told: Any) -> Cell:
        """Arguments by name."""
        return cls(name, kind, seed, tuple(sorted(told.items())))

    @property
    def steps(self) -> int:
        """Rough length of the work, for the bar."""
        told = dict(self.told)
        return max(1, round(told.get("time", 1.0) / told.get("dt", 1.0)))

    def file(self, folder: Path, data: str) -> Path:
        """Where the numbers are kept; the name holds a digest of all they depend on."""
        says = json.dumps([FORMAT, self.kind, self.told, data], sort_keys=True)
        digest = hashlib.sha256(says.encode()).hexdigest()[:8]
        return folder / "cells" / f"{self.kind}-seed{self.seed:02d}-{digest}.json"

    def read(self, folder: Path, data: str) -> Numbers | None:
        """Numbers of an earlier session, or None."""
        try:
            kept = json.loads(self.file(folder, data).read_text(encoding="utf-8"))
            return kept["numbers"]
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{self.file(folder, data)} is damaged ({error}). Remove it, and the "
                "ledger will measure it anew."
            ) from None

    def write(self, folder: Path, data: str, numbers: Numbers, seconds: float) -> None:
        """Keep numbers, whole or not at all."""
        file = self.file(folder, data)
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = {"kind": self.kind, "seed": self.seed, "told": dict(self.told)}
        kept |= {"data": data, "seconds": round(seconds, 2), "numbers": dict(numbers)}
        fresh = file.with_suffix(".part")
        fresh.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        os.replace(fresh, file)


def digest_of(images: Images) -> str:
    """First digits of the SHA-256 of pictures and labels."""
    told = hashlib.sha256(images.images.tobytes())
    told.update(images.labels.tobytes())
    return told.hexdigest()[:12]
