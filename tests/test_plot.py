"""Pictures say what they should: scales, centres, units."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from rdkit_nn import plot  # noqa: E402
from rdkit_nn.plot.scales import colours, picture  # noqa: E402

GRID = rd.Grid((12, 16), spacing=0.5)
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def field(low=0.0, high=1.0, name="u"):
    made = GRID.state(**{name: RNG.uniform(low, high, GRID.shape)})[name]
    return made.assign_attrs(units="mol")


def test_signed_fields_are_centred_on_zero_and_positive_ones_sequential():
    assert colours([field(0.2, 1.0)])["cmap"] == "viridis"
    told = colours([field(-1.0, 3.0), field(-2.0, 0.5)])
    assert told["cmap"] == "RdBu_r" and told["vmin"] == -told["vmax"]
    assert told["vmax"] == pytest.approx(3.0, rel=0.05)
    with pytest.raises(ValueError, match="no finite value"):
        colours([field() * np.nan])


def images(figure):
    return [image for axes in figure.axes for image in axes.get_images()]


def test_a_pair_shares_one_scale_where_units_and_ranges_agree():
    one, two = images(plot.pair(field(0, 1), field(0, 2)))
    assert one.get_clim() == two.get_clim()
    one, two = images(plot.pair(field(0, 1), field(0, 2).assign_attrs(units="K")))
    assert one.get_clim() != two.get_clim()
    figure = plot.pair(field(), field(), names=("left", "right"))
    assert [axes.get_title() for axes in figure.axes[:2]] == ["left", "right"]
    assert "wavenumber" in figure.axes[2].get_xlabel()


def test_a_bank_is_drawn_as_a_montage_with_its_neurons_in_order():
    bank = xr.DataArray(
        np.arange(5.0)[:, None, None] * np.ones((3, 4)), dims=("hidden", "y", "x")
    )
    told = picture(bank)
    assert told.shape == (7, 14)  # two rows of three, a line between
    assert told[0, 0] == 0 and told[0, 5] == 1 and told[4, 0] == 3
    assert np.isnan(told[3]).all() and np.isnan(told[6, 13])
    with pytest.raises(ValueError, match="choose by isel"):
        picture(bank.rename(hidden="member"))


def test_a_spectrum_has_units_and_one_line_a_field():
    figure = plot.spectrum({"a": field(), "b": field(-1, 1)})
    (axes,) = figure.axes
    assert len(axes.get_lines()) == 2 and axes.get_ylabel() == "power [(mol)**2]"
    power = analysis.power_spectrum(field())
    assert len(axes.get_lines()[0].get_xdata()) == power.sizes["wavenumber"]


def test_an_atlas_puts_every_tile_in_its_place():
    F, k = [0.1, 0.2], [1.0, 2.0, 3.0]
    tiles = xr.DataArray(
        np.arange(6.0).reshape(2, 3, 1, 1) * np.ones((4, 5)),
        dims=("F", "k", "y", "x"),
        coords={"F": F, "k": k},
    )
    figure = plot.atlas(tiles, tiles.mean(("y", "x")))
    drawn = images(figure)[0].get_array()
    assert drawn.shape == (8, 15) and drawn[0, 5] == 1 and drawn[4, 0] == 3
    assert figure.axes[0].get_xlabel() == "k" and figure.axes[0].get_ylabel() == "F"
    with pytest.raises(ValueError, match="two parameters"):
        plot.atlas(tiles[0])


def test_portraits_are_drawn_against_each_other():
    figure = plot.portrait({"a": field(), "b": field(-1, 1)})
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["a", "b"]
    with pytest.raises(ValueError, match="beside another"):
        plot.portrait({"a": field()})
