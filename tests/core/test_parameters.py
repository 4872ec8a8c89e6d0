"""What a parameter may be, and what it is in a cell at a time."""

import pickle

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, models
from rdkit_nn.core.parameters import as_parameter, resolve
from rdkit_nn.rebuilding import rebuilt

GRID = rd.Grid((4, 5), spacing=0.5)
FIELD = np.zeros((4, 5))
CLOCK = rd.Clock(3, 0.1)


def value(given, like=FIELD, grid=GRID):
    return resolve(as_parameter("p", given), like, grid, CLOCK)


def test_every_kind_is_resolved():
    y, x = GRID.places["y"], GRID.places["x"]
    assert value(2) == 2.0 and value("2*pi") == 2 * np.pi
    assert value(lambda t: 10 * t) == value("10*t") == pytest.approx(3.0)
    np.testing.assert_allclose(value(lambda t, x: t * x), 0.3 * x + 0 * y)
    np.testing.assert_allclose(value("x - y"), x - y)
    field = xr.DataArray(np.arange(20.0).reshape(5, 4), dims=("x", "y"))
    np.testing.assert_array_equal(value(field), field.T)
    members = xr.DataArray([1.0, 2.0], dims="m")
    assert value(members, np.zeros((2, 4, 5))).shape == (2, 1, 1)
    both = value(field * members, np.zeros((2, 4, 5)))
    np.testing.assert_array_equal(both[1], 2 * field.T.values)


def test_arithmetic_is_that_of_the_values():
    r = xr.DataArray([0.1, 0.2], dims="r")
    for one, other in ((2.0, 0.5), (r, 0.5), ("t", 0.5), (lambda t: t, r), ("t", "x")):
        a, b = as_parameter("a", one), as_parameter("b", other)
        like = np.zeros((2, 4, 5))
        va, vb = (resolve(p, like, GRID, CLOCK) for p in (a, b))
        for found, exact in (
            (a + b, va + vb), (a - b, va - vb), (b - a, vb - va),
            (a * b, va * vb), (b / a, vb / va), (-a, -va),
        ):  # fmt: skip
            np.testing.assert_allclose(resolve(found, like, GRID, CLOCK), exact)


def test_functions_are_compared_by_what_they_do():
    def make(a):
        return lambda t: a * t

    same = as_parameter("p", make(2.0)), as_parameter("q", make(2.0))
    assert same[0] == same[1] and hash(same[0]) == hash(same[1])
    assert same[0] != as_parameter("p", make(3.0))
    assert repr(same[0]).startswith("function('function(t)', '")


def test_what_is_no_parameter_is_refused():
    for bad, kind, words in (
        (lambda x: x, TypeError, "first argument is the time"),
        (lambda t, w: t, TypeError, "function of w, but besides time"),
        (models.gray_scott_kinetics, TypeError, "is not a function of time"),
        ("a + t", ValueError, "names a"),
        ("t +", ValueError, "not plain arithmetic"),
        (
            xr.DataArray(np.ones((2, 2)), dims=("a", "b")),
            ValueError,
            "one new dimension",
        ),
        (xr.DataArray([1.0], dims="time"), ValueError, "one new dimension"),
        ([1.0, 2.0], TypeError, "Many values are members"),
        (np.nan, ValueError, "must be finite"),
    ):
        with pytest.raises(kind, match=words):
            as_parameter("p", bad)
    with pytest.raises(TypeError, match="must give one number, but gave an array"):
        value(lambda t: np.ones(3))
    with pytest.raises(ValueError, match=r"lies at x = 7.*but the cells of the grid"):
        value(xr.DataArray(np.ones(5), {"x": np.arange(7.0, 12)}, "x"))


def test_a_field_is_placed_by_its_coordinates():
    x = GRID.coords["x"][1]
    field = xr.DataArray(x, {"x": x}, "x")
    turned = value(field.isel(x=slice(None, None, -1)))
    np.testing.assert_array_equal(turned[0], x)


def test_what_is_given_may_change_afterwards():
    array = np.ones(5)
    field = as_parameter("p", xr.DataArray(array, dims="x"))
    array[:] = 7
    assert (resolve(field, FIELD, GRID, CLOCK) == 1).all()


def test_text_is_rebuilt_and_resumed(tmp_path):
    term = models.gray_scott(F="0.03 + 0.01*sin(2*pi*t/50)", k="0.06 + 0*x")
    flow = rd.Flow(term, rd.Euler(1.0))
    assert rebuilt(repr(flow)) == flow == pickle.loads(pickle.dumps(flow))
    state = initial.noise(rd.Grid((8, 8), spacing=0.01), u=1.0, v=0.2, seed=0)
    memory = rd.simulate(flow, state, 20, 5, progress=False)
    stop = {"n": lambda f: 1 / (float(f.time) < 12)}
    with pytest.raises(ZeroDivisionError):
        rd.simulate(
            flow, state, 20, 5, watch=stop, store=tmp_path / "a.zarr", progress=False
        )
    with pytest.raises(ValueError, match="`watch`"):
        rd.resume(tmp_path / "a.zarr")
    again = rd.resume(tmp_path / "a.zarr", watch={"n": lambda f: 1.0}, progress=False)
    np.testing.assert_array_equal(memory.u, again.u)


def test_a_description_that_is_not_whole_names_the_path():
    for given, path in (
        (lambda t: 0.03, r"`Flow\.gray_scott_kinetics\.F` is a function"),
        (
            xr.DataArray(np.ones(8), dims="x"),
            r"`Flow\.gray_scott_kinetics\.F` is an array",
        ),
    ):
        flow = rd.Flow(models.gray_scott(F=given), rd.Euler(1.0))
        with pytest.raises(ValueError, match=path):
            rebuilt(repr(flow))


def test_a_path_replaces_a_parameter_at_any_depth():
    term = models.wilson_cowan(widths=(1.0, 1.5)) + rd.Diffusion(E=0.1).scaled(2.0)
    paths = dict(term.parameters())
    assert len(paths) == len(list(term.parameters()))
    for path, old in paths.items():
        changed = term.replace(path, old + 1)
        assert dict(changed.parameters())[path] == old + 1 and changed != term
        assert changed.replace(path, old) == term
    with pytest.raises(KeyError, match="no parameter 'F'"):
        term.replace("F", 1.0)


@pytest.mark.parametrize("kind", ["field", "members and field", "weights", "graph"])
def test_fields_and_weights_are_resumed_from_the_store(kind, tmp_path):
    grid = rd.Grid((48,), spacing=1.0)
    field = xr.DataArray(np.linspace(0.1, 0.2, 48), dims="x")
    weights = models.gaussian_weights(48, seed=0)
    term = {
        "field": rd.law(u="-k*u")(k=field) + rd.Diffusion(u=field),
        "members and field": rd.law(u="-k*u")(
            k=field * xr.DataArray([1.0, 2.0], {"m": [3, 4]}, "m")
        ),
        "weights": rd.Network(rd.law(u="tanh(u)")(), weights),
        "graph": rd.Diffusion.on(abs(weights + weights.T), u=0.01),
    }[kind]
    flow = rd.Flow(term, rd.Euler(0.1))
    state = initial.noise(grid, u=1.0, seed=0)
    memory = rd.simulate(flow, state, 20, 5, progress=False)
    path = tmp_path / "a.zarr"
    stop = {"n": lambda f: 1 / (float(f.time) < 1.2)}
    with pytest.raises(ZeroDivisionError):
        rd.simulate(flow, state, 20, 5, watch=stop, store=path, progress=False)
    again = rd.resume(path, watch={"n": lambda f: 1.0}, progress=False)
    np.testing.assert_array_equal(memory.u, again.u)
    assert rd.verify(path) == []
