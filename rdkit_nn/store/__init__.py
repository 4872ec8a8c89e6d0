"""Runs on disk: Zarr with digests and a ledger of what is finished, read lazily.

Frames are written in blocks, one chunk a block; the ledger, replaced last and in one move,
says how much of what was reserved is true, and holds a digest of every chunk, of the
coordinates and of the metadata. What is missing, cut, changed or foreign is an error when
it is read, never a NaN. One writer at a time; when it dies, another may go on.
"""

from .layout import claim, encoding, library, plain
from .parameters import read_arrays
from .reader import checkpoint, open_run, status, verify
from .seals import Damaged
from .writer import Writer

__all__ = [
    "Damaged",
    "Writer",
    "checkpoint",
    "claim",
    "encoding",
    "library",
    "open_run",
    "plain",
    "read_arrays",
    "status",
    "verify",
]
