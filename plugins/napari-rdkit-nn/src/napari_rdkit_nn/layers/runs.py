"""Layers of a run, a sweep, or a tree of runs: one a variable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from .axes import even, turned
from .captions import caption, place_of
from .colours import colours, range_of
from .lazily import Tell, carefully
from .matrices import beside_neurons, matrices, sheet
from .together import together

Layer = tuple[Any, dict[str, Any], str]
MOST = 12  # runs of a tree that become layers


def layers_of(
    data: xr.Dataset | xr.DataTree, *, source: str = "", tell: Tell | None = None
) -> list[Layer]:
    """Layers of a run, or of a tree of runs: one a variable.

    Of a network the montage of its receptive fields is seen; their stack and the matrices V
    and W are hidden layers. Of a tree the first run is shown, and the others are hidden
    below it, networks without their matrices. One viewer has one slider for all: where runs
    keep different times, it counts frames; beside banks of neurons a chemical field is the
    same for every neuron; where units or sizes differ, the longer side of every picture is
    one. All three stand in each layer's metadata.

    Args:
        data: What `simulate` or `sweep` returned, `open_run` opened, or `compare` wrote.
        source: Where it was read, for the metadata.
        tell: Told, in a sentence, of a frame that cannot be read, which then is blank.
            Default: such a frame is an error.

    Returns:
        (data, keywords, "image") for each variable that is a picture; what is shown comes
        last, and so lies on top and is the active layer.
    """
    if isinstance(data, xr.Dataset):
        told = _of_run(data, "", source, tell)
        if len(told) > len(pictures_of(data)):
            more = [_layer(data, n, n, source, tell) for n in matrices(data)]
            hidden = [(f, {**words, "visible": False}, kind) for f, words, kind in more]
            return _beside([*hidden, *told])
        return told
    some = list(runs_of(data).items())[:MOST]
    told = []
    for path, run in reversed(some):
        shown = path == some[0][0]
        of = _of_run(run, f"{path}/", f"{source}/{path}" if source else "", tell)
        told += [
            (field, {**words, "visible": shown and words["visible"]}, kind)
            for field, words, kind in of
        ]
    return _beside(told, together)


def runs_of(tree: xr.DataTree) -> dict[str, xr.Dataset]:
    """Runs of a tree by path, in order."""
    return {
        node.path.strip("/"): node.to_dataset()
        for node in sorted(tree.subtree, key=lambda node: node.path)
        if "rdkit_nn" in node.attrs and node.data_vars
    }


def pictures_of(run: xr.Dataset) -> list[str]:
    """Names of variables that are pictures: those in space, else matrices."""
    every = sorted(map(str, run.data_vars))  # a store keeps no order of its own
    names = [n for n in every if {"y", "x"} <= set(run[n].dims)]
    return names or [n for n in every if run[n].ndim >= 2]


def _of_run(
    run: xr.Dataset, prefix: str, source: str, tell: Tell | None
) -> list[Layer]:
    """Layers of the variables of a run that are pictures; of a bank the montage as well."""
    told = []
    for name in pictures_of(run):
        field, words, kind = _layer(run, name, f"{prefix}{name}", source, tell)
        bank = words["metadata"]["field"]
        if name != "U" or bank.dims[-3:] != ("hidden", "y", "x"):
            told.append((field, words, kind))
            continue
        told.append((field, {**words, "visible": False}, kind))
        words |= {
            "name": f"{prefix}U montage",
            "metadata": {**words["metadata"], "montage": True},
        }
        told.append((sheet(bank, tell), words, kind))
    return told


def _layer(
    run: xr.Dataset, variable: str, name: str, source: str, tell: Tell | None
) -> Layer:
    field = turned(run[variable])
    metadata = {
        **run.attrs,
        "units": {str(d): c.attrs.get("units", "1") for d, c in field.coords.items()},
        "source": source,
        "run": run,
        "variable": variable,
        "field": field,
    }
    if "time" in field.coords and field.time.ndim == 1:
        metadata["time"] = np.asarray(field.time.values).tolist()
    picture = field if tell is None or field.chunks is None else carefully(field, tell)
    words = {
        "name": name,
        "visible": True,
        **colours(*range_of(field)),
        "metadata": _captioned(metadata, field.dims),
    }
    return even(picture), words, "image"


def _captioned(metadata: Mapping[str, Any], dims: Sequence) -> dict[str, Any]:
    """Metadata with a caption for a layer of these dims."""
    field, montage = metadata["field"], metadata.get("montage", False)
    own = [str(d) for d in field.dims[:-2] if not (montage and d == "hidden")]
    names = [str(d) if d in own else "" for d in dims[:-2]]

    def words(position: Sequence[float]) -> str:
        return caption(field, place_of(position, names))

    return {**metadata, "caption": words}


def _beside(
    told: list[Layer], agree: Callable[[list], list] = beside_neurons
) -> list[Layer]:
    """The same layers with axes that agree, and captions for these."""
    fields = agree([field for field, _, _ in told])
    return [
        (field, {**words, "metadata": _captioned(words["metadata"], field.dims)}, kind)
        for field, (_, words, kind) in zip(fields, told)
    ]
