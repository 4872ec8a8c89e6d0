"""Data sets from where they are published, checked by their digests."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from platformdirs import user_cache_path

from .idx import idx
from .images import Images

SOURCES = {
    "mnist": "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "fashion-mnist": (
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"
    ),
}

_REGISTER = """\
[mnist]
train-images-idx3-ubyte.gz 440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609
train-labels-idx1-ubyte.gz 3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c
t10k-images-idx3-ubyte.gz 8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6
t10k-labels-idx1-ubyte.gz f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6
[fashion-mnist]
train-images-idx3-ubyte.gz 3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84
train-labels-idx1-ubyte.gz a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845
t10k-images-idx3-ubyte.gz 346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073
t10k-labels-idx1-ubyte.gz 67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5
"""


def _read(register: str) -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = {}
    for line in register.splitlines():
        if line.startswith("["):
            own = told[line.strip("[]")] = {}
        else:
            file, digest = line.split()
            own[file] = digest
    return told


DIGESTS = _read(_REGISTER)
"""SHA-256 of each file of each set."""


def fetch(
    name: str, part: str = "train", folder: str | PathLike | None = None
) -> Images:
    """MNIST or Fashion-MNIST, downloaded once and checked each time.

    Args:
        name: `mnist` or `fashion-mnist`.
        part: `train` or `t10k`.
        folder: Where to keep the files. Default: the user's cache folder.

    Raises:
        ValueError: If there is no such data set or part, or a file is not the published
            one; it is then deleted.
        ImportError: If pooch is missing.
        ConnectionError: If a file cannot be downloaded.

    Source:
        LeCun et al., Proc. IEEE 86 (1998) 2278, doi:10.1109/5.726791; Xiao et al.,
        arXiv:1708.07747.
    """
    if name not in SOURCES or part not in ("train", "t10k"):
        raise ValueError(
            f"There is {' and '.join(SOURCES)}, each with the parts train and t10k, but "
            f"not {name!r}, {part!r}. For files of your own: data.idx(folder)."
        )
    try:
        import pooch
    except ImportError:
        raise ImportError(
            "Downloading needs pooch: pip install 'rdkit_nn[neural]'."
        ) from None
    place = Path(folder) if folder else user_cache_path("rdkit_nn") / name
    store = pooch.create(
        path=place, base_url=SOURCES[name], registry=DIGESTS[name], retry_if_failed=2
    )
    for file in DIGESTS[name]:
        if not file.startswith(part):
            continue
        try:
            store.fetch(file)
        except OSError as error:
            raise ConnectionError(
                f"{SOURCES[name]}{file} cannot be downloaded: {error}. Put the files into "
                f"{place} by hand, or read them from elsewhere with data.idx(folder)."
            ) from error
        except ValueError as error:
            raise ValueError(
                f"{SOURCES[name]}{file} is not the published file: {error}"
            ) from error
    told = idx(place, part)
    return Images(told.images, told.labels, name)
