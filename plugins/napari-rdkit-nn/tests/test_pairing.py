"""Two runs on one clock: clocks, measures, differences."""

import numpy as np
import pytest
import xarray as xr

from napari_rdkit_nn import pairing
from napari_rdkit_nn.pairing import Pair, Side, frames_on, share_of, side_of
from rdkit_nn import analysis


def test_clocks_are_those_of_the_house(chemical, neuronal):
    for clock in pairing.CLOCKS:
        told = share_of(chemical.v, "a", clock)
        np.testing.assert_array_equal(told, analysis.clock(chemical.v, by=clock))
        told = share_of(neuronal.U, "b", clock)
        wanted = analysis.clock(neuronal.U, by=clock).mean("hidden")
        np.testing.assert_array_equal(told, wanted)
    assert share_of(chemical.v[:1], "a") == [0]


def test_of_many_frames_some_are_measured_and_the_others_lie_between(chemical):
    grow = xr.DataArray(np.linspace(1, 2, 999), dims="time")
    many = (chemical.v[0].drop_vars("time") * grow).transpose("time", "y", "x")
    told = share_of(many, "a", "saturation")
    np.testing.assert_allclose(told, np.linspace(0, 1, 999), atol=1e-9)


def test_what_never_changes_has_no_clock(chemical):
    with pytest.raises(ValueError, match="In a the contrast never changes"):
        share_of(chemical.v * 0, "a", "saturation")
    with pytest.raises(ValueError, match="In a no time passes"):
        share_of(chemical.v.assign_coords(time=chemical.time * 0), "a")


def test_each_tick_has_the_first_frame_that_is_nearest():
    np.testing.assert_array_equal(frames_on([0, 0.5, 0.5, 1], 4), [0, 0, 1, 1, 3])


def test_measures_are_those_of_the_house(chemical, neuronal):
    for side in (side_of(chemical, "a"), side_of(neuronal, "b")):
        for number in range(min(10, side.field.sizes["time"])):
            told, frame = side.measures(number), side.field[number]
            others = [d for d in frame.dims if d == "hidden"]
            for name in ("contrast", "moran", "wavelength"):
                wanted = getattr(analysis, name)(frame).mean(others)
                assert getattr(told, name) == float(wanted)
            wanted = analysis.power_spectrum(frame).mean(others)
            np.testing.assert_array_equal(told.spectrum, wanted)
            assert float(told.histogram.sum()) == pytest.approx(1, rel=1e-12)
            bins = np.histogram(frame, 64, side.range)[0] / frame.size
            np.testing.assert_array_equal(told.histogram, bins)
    assert told.variation is np.nan or np.isnan(told.variation)
    assert side_of(chemical, "a").measures(2).variation == float(
        analysis.variation(chemical.v[2])
    )


def test_one_neuron_is_measured_alone(neuronal):
    told = side_of(neuronal, "b", neuron=3).measures(5)
    assert told.contrast == float(analysis.contrast(neuronal.U[5, 3]))


def test_runs_of_one_grid_have_a_difference(chemical):
    late = chemical.assign(v=chemical.v + 1.0)
    pair = Pair(side_of(chemical, "a"), side_of(late, "b"))
    assert not pair.differs and pair.alike
    left, right, difference = (data for data, _, _ in pair.layers())
    np.testing.assert_allclose(difference[50], 1.0)
    np.testing.assert_array_equal(left[100], chemical.v[-1])
    np.testing.assert_array_equal(right[0], late.v[0])
    words = pair.layers()[0][1]
    assert words["scale"] == (1.0, 0.5, 0.25) and words["units"][1:] == ("mm", "mm")


def test_what_does_not_agree_is_said(chemical, neuronal):
    chemistry = side_of(chemical, "a")
    pair = Pair(chemistry, side_of(neuronal, "b"))
    assert pair.differs.startswith("sizes differ: 12 x 16 and 6 x 4 x 5")
    assert len(pair.layers()) == 2 and not pair.alike
    moved = chemical.assign_coords(x=chemical.x + 1)
    assert Pair(chemistry, side_of(moved, "b")).differs == "the coordinates x differ"
    inches = chemical.copy()
    inches["x"] = inches.x.assign_attrs(units="inch")
    told = Pair(chemistry, side_of(inches, "b")).differs
    assert told == "x is told in mm and in inch"
    molar = chemical.assign(v=chemical.v.assign_attrs(units="mol"))
    assert Pair(chemistry, side_of(molar, "b")).differs == "units differ: 1 and mol"


def test_a_caption_tells_both_times(chemical, neuronal):
    pair = Pair(side_of(chemical, "a"), side_of(neuronal, "b", neuron=2))
    assert pair.caption(100).split("\n") == [
        "100 % of the run's time",
        "a: time 20 · step 40",
        "b: time 2.5 · step 50 · hidden 2",
    ]


def test_the_clock_of_contrast_is_where_contrast_grows(chemical):
    rising = xr.DataArray(
        [0.0, 1.0, 1.1, 9.0, 10.0],
        dims="time",
    )
    run = chemical.assign(
        v=(chemical.v * 0 + rising * xr.DataArray([1, -1] * 8, dims="x"))
    )
    run["v"] = run.v.transpose("time", "y", "x")
    pair = Pair(side_of(run, "a"), side_of(run, "b"), "saturation")
    assert pair.frames[0][50] in (2, 3) and pair.frames[0][95] == 4
    assert pair.frames[0][10] == 1
    with pytest.raises(ValueError, match="one of share, saturation"):
        Pair(side_of(run, "a"), side_of(run, "b"), "sun")


def test_a_side_needs_a_plane(chemical):
    with pytest.raises(ValueError, match="side by side"):
        Side(chemical.v.isel(x=0), "line")
    with pytest.raises(ValueError, match="no variable that is a picture"):
        side_of(xr.Dataset(), "nothing")


def test_of_a_sweep_one_run_is_taken(chemical):
    sweep = xr.concat([chemical, chemical + 1], "F")
    side = side_of(sweep, "a", place={"F": 1})
    np.testing.assert_array_equal(side.field, chemical.v + 1)
