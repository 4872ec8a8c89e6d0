"""What a live run is made of."""

import numpy as np
import pytest

import rdkit_nn as rd
from napari_rdkit_nn.recipes import dials, of_frame, of_law, of_preset, turned
from rdkit_nn import presets


def one_of_each_flow():
    """Presets whose terms are of different kinds."""
    kinds = {}
    for name in presets.names():
        term = presets.get(name).flow.term
        kinds.setdefault(str(sorted(dials(presets.get(name).flow))), name)
        assert term.variables
    return sorted(kinds.values())


@pytest.mark.parametrize("name", one_of_each_flow())
def test_every_number_of_a_preset_can_be_turned_and_no_other_moves(name):
    flow = presets.get(name).flow
    before = dials(flow)
    assert before and turned(flow, {}) == flow
    for dial, value in before.items():
        after = dials(turned(flow, {dial: value * 1.5 + 0.001}))
        assert after == {**before, dial: value * 1.5 + 0.001}


def test_numbers_bear_the_names_of_the_paper():
    flow = presets.get("gray-scott-k0.055").flow
    assert dials(flow) == {"F": 0.025, "k": 0.055, "D_u": 2e-5, "D_v": 1e-5}
    assert dials(turned(flow, {"F": 0.03})) == {**dials(flow), "F": 0.03}
    assert turned(flow, {}, dt=0.5).dt == 0.5


def test_a_number_that_the_term_refuses_is_a_sentence():
    flow = presets.get("gray-scott-k0.055").flow
    with pytest.raises(ValueError, match="must not be negative"):
        turned(flow, {"D_u": -1.0})
    with pytest.raises(ValueError, match="must be finite"):
        turned(flow, {"F": float("nan")})
    with pytest.raises(KeyError, match="there are F, k"):
        turned(flow, {"feed": 1.0})


def test_more_cells_are_more_room():
    told = of_preset("schnakenberg-spots", cells=48, boundary="no-flux")
    assert told.grid.shape == (48, 48)
    assert told.grid.spacing == presets.get("schnakenberg-spots").grid.spacing
    state = told.initial(0)
    assert state.u.shape == (48, 48) and state.u.dtype == np.float32
    assert state.x.attrs["boundary"] == "no-flux"


def test_a_law_typed_as_text_becomes_a_flow():
    told = of_law(
        {"u": "r * u * (1 - u)"},
        diffusivity={"u": 0.1},
        around={"u": 0.5},
        parameters={"r": 2.0},
        cells=16,
    )
    assert dials(told.flow) == {"r": 2.0, "D_u": 0.1}
    assert told.initial(3).u.shape == (16, 16)


def test_a_law_that_is_no_arithmetic_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="not plain arithmetic"):
        of_law({"u": "__import__('os')"}, diffusivity={}, around={"u": 0.0})
    with pytest.raises(TypeError, match="needs a value of v"):
        of_law({"u": "v", "v": "u"}, diffusivity={}, around={"u": 0.0})


def test_a_stored_run_goes_on_from_any_frame():
    told = of_preset("gray-scott-k0.055", cells=24)
    run = rd.simulate(told.flow, told.initial(0), steps=40, every=10, progress=False)
    again = of_frame(run, 2)
    assert again.flow == told.flow and again.grid == told.grid
    on = rd.simulate(again.flow, again.initial(0), steps=20, progress=False)
    np.testing.assert_array_equal(on.v.isel(time=-1), run.v.isel(time=-1))
    with pytest.raises(ValueError, match="did not keep u"):
        of_frame(run.drop_vars("u"))
    with pytest.raises(ValueError, match="single run"):
        of_frame(run.isel(time=0))
