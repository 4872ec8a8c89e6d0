"""Images and labels from IDX files, as MNIST and Fashion-MNIST come."""

from __future__ import annotations

import gzip
import struct
from os import PathLike
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .images import Images

LARGEST = 2**30  # bytes that one file may unfold to
_IMAGES, _LABELS = 2051, 2049  # magic numbers of the two kinds of file


def idx(folder: str | PathLike, part: str = "train") -> Images:
    """Read a folder of IDX files, as MNIST and Fashion-MNIST come.

    Looks for `<part>-images-idx3-ubyte` and `<part>-labels-idx1-ubyte`, plain or `.gz`.

    Args:
        folder: Where the files are.
        part: `train` or `t10k`.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If a file is of another kind, cut short, too long, or would unfold
            beyond 1 GiB; nothing larger is ever read.

    Source:
        LeCun et al., Proc. IEEE 86 (1998) 2278, doi:10.1109/5.726791.
    """
    here = Path(folder)
    images = _read(_find(here, f"{part}-images-idx3-ubyte"), _IMAGES)
    labels = _read(_find(here, f"{part}-labels-idx1-ubyte"), _LABELS)
    if len(images) != len(labels):
        raise ValueError(
            f"{here} holds {len(images)} images but {len(labels)} labels; the files do "
            "not belong together."
        )
    return Images(images / 255.0, labels.astype(np.int64), str(here))


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder} has no file {name} or {name}.gz.")


def _read(path: Path, magic: int) -> np.ndarray:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return _parse(path, file, magic)  # type: ignore[arg-type]
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise ValueError(f"{path} cannot be read: {error}.") from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise ValueError(f"{path} cannot be unfolded: {error}.") from error
        raise


def _parse(path: Path, file: BinaryIO, magic: int) -> np.ndarray:
    dims = magic & 0xFF
    head = file.read(4 + 4 * dims)
    if len(head) < 4 + 4 * dims:
        raise ValueError(f"{path} is cut short: it has no complete header.")
    found, *shape = struct.unpack(f">{1 + dims}I", head)
    if found != magic:
        raise ValueError(
            f"{path} has magic number {found}, not {magic}: it is no such IDX file."
        )
    size = int(np.prod([int(n) for n in shape], dtype=object))
    if size == 0 or size > LARGEST:
        raise ValueError(
            f"{path} announces {'x'.join(map(str, shape))} bytes; between 1 and "
            f"{LARGEST} are read."
        )
    # Never ask for more than was announced, and one byte to see that no more comes.
    body = file.read(size)
    if len(body) < size:
        raise ValueError(f"{path} is cut short: {len(body)} of {size} bytes.")
    if file.read(1):
        raise ValueError(f"{path} is longer than the {size} bytes that it announces.")
    return np.frombuffer(body, dtype=np.uint8).reshape(shape)
