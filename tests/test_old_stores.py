"""Stores that earlier versions wrote, as they lie in tests/data/VERSION."""

import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn.store import status

DATA = Path(__file__).with_name("data")
OLD = sorted(file.relative_to(DATA).as_posix() for file in DATA.glob("*/*.zip"))
UNFINISHED = [name for name in OLD if "/unfinished-" in name]


@pytest.fixture
def unpacked(tmp_path):
    """Lay an archive out as the store it was made of."""

    def lay(name):
        with zipfile.ZipFile(DATA / name) as archive:
            archive.extractall(tmp_path)
        return tmp_path / Path(name).with_suffix(".zarr").name

    return lay


def held(name):
    """What the same run had in memory, to its end."""
    file = DATA / name.replace("unfinished-", "")
    with np.load(file.with_suffix(".npz"), allow_pickle=False) as arrays:
        return dict(arrays)


def test_no_store_is_missing():
    kinds = {"plain", "sweep", "noisy", "walls", "unfinished-plain", "unfinished-noisy"}
    assert {Path(name).stem for name in OLD if name.startswith("0.1.0/")} == kinds


@pytest.mark.parametrize("name", OLD)
def test_an_old_store_opens_with_the_bits_it_was_written_with(name, unpacked):
    path, values = unpacked(name), held(name)
    run = rd.open_run(path)
    assert rd.verify(path) == []
    whole = status(path)["status"] == "complete"
    assert whole == (name not in UNFINISHED)
    if not whole:
        assert 1 < run.sizes["time"] < len(values["time"])
        timed = [n for n, v in run.variables.items() if v.dims[:1] == ("time",)]
        values |= {n: values[n][: run.sizes["time"]] for n in timed}
    assert set(values) == set(run.variables)
    for variable, told in values.items():
        np.testing.assert_array_equal(run[variable].values, told, strict=True)
    assert run.attrs["rdkit_nn"] == name.split("/")[0]


@pytest.mark.parametrize("name", UNFINISHED)
def test_an_old_store_that_is_unfinished_goes_on_to_its_end(name, unpacked):
    path, values = unpacked(name), held(name)
    begun = rd.open_run(path).load()
    if "noisy" in name:  # its noise was drawn otherwise
        with pytest.raises(ValueError, match="noise of another version"):
            rd.resume(path, progress=False)
        return
    with warnings.catch_warnings():  # of other libraries than it was begun with
        warnings.simplefilter("ignore", RuntimeWarning)
        run = rd.resume(path, progress=False)
    assert status(path)["status"] == "complete" and rd.verify(path) == []
    for variable, told in values.items():
        # Another machine or library may round otherwise; another noise is far away.
        np.testing.assert_allclose(run[variable], told, rtol=0, atol=1e-10)
    for variable, kept in begun.variables.items():
        again = run[variable].values[: len(kept)]
        np.testing.assert_array_equal(again, kept.values, strict=True)
