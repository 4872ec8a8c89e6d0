"""One neuron: what is shown of it is what the API gives."""

import numpy as np
import pytest

import rdkit_nn as rd
from napari_rdkit_nn import neurons
from rdkit_nn import analysis, neural


def test_a_neuron_is_measured_by_the_house(neuronal):
    told = neurons.neuron(neuronal, 4, frame=3)
    bank = neuronal.U.isel(hidden=4)
    np.testing.assert_array_equal(told.field, bank[3])
    np.testing.assert_array_equal(told.spectrum, analysis.power_spectrum(bank[3]))
    np.testing.assert_array_equal(told.displacement, analysis.displacement(bank))
    with pytest.raises(IndexError, match="neurons 0 to 5, but not 6"):
        neurons.neuron(neuronal, 6)


def test_reaction_and_diffusion_are_the_rates_of_the_two_losses(neuronal, task, game):
    told = neurons.pulls(neuronal, 2, frame=4, task=task)
    rates = rd.rates(game.term, neuronal.isel(time=4)).isel(hidden=2)
    for letter, term in (("R", "Supervised"), ("D", "Adversarial")):
        for layer in "UV":
            found = told[f"{letter}_{layer.lower()}"]
            np.testing.assert_array_equal(found, rates[layer].sel(term=term))
    assert told.R_u.dims == ("y", "x") and told.D_v.dims == ("output",)


def test_a_network_alone_has_no_diffusion(task):
    weights = neural.weights(task, hidden=3, seed=0)
    flow = rd.Flow(neural.Supervised(task, ("U",)), rd.Euler(0.1))
    run = rd.simulate(flow, weights, steps=2)
    assert set(neurons.pulls(run, 0, task=task)) == {"R_u"}


def test_a_description_without_losses_is_a_sentence(chemical, task):
    with pytest.raises(ValueError, match="moved by: Flow"):
        neurons.losses_of(chemical.attrs["dynamics"], task)
    with pytest.raises(ValueError, match="moved by: nothing"):
        neurons.losses_of("", task)
