"""What a mask makes 0 stays 0, whoever trains the network."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.export.pruning.magnitude import SmallestWeights
from kerasapps.export.pruning.masked import Masked, cubic_share
from kerasapps.training.muon import HiddenMuon
from kerasapps.training.optimizers import FactoredAdam


def test_the_share_rises_fast_and_then_slowly() -> None:
    shares = [cubic_share(step, steps=4, share=0.8) for step in (0, 1, 2, 4, 9)]
    assert shares == pytest.approx([0, 0.8 * (1 - 0.75**3), 0.8 * 0.875, 0.8, 0.8])
    assert cubic_share(0, steps=0, share=0.5) == 0.5


@pytest.fixture
def network() -> keras.Model:
    keras.utils.set_random_seed(1)
    inputs = keras.Input((20,))
    hidden = keras.layers.Dense(32, activation="relu", kernel_constraint="max_norm")(inputs)
    return keras.Model(inputs, keras.layers.Dense(16)(hidden))


@pytest.mark.parametrize("optimizer", [FactoredAdam(0.05), HiddenMuon(learning_rate=0.05)])
def test_no_step_fills_what_is_gone(network: keras.Model, optimizer: object) -> None:
    masked = Masked(network, SmallestWeights(network))
    masked.prune(0.75)
    kernel = network.layers[1].kernel
    before = kernel.numpy()
    masked.compile(optimizer, "mse")
    x = np.random.default_rng(0).normal(size=(64, 20)).astype(np.float32)
    masked.fit(x, np.ones((64, 16)), epochs=3, verbose=0)
    after = kernel.numpy()
    np.testing.assert_array_equal(after == 0, before == 0)
    assert (after == 0).mean() == 0.75
    assert not np.allclose(after, before)


def test_whoever_trains_the_network_later_cannot_fill_it(network: keras.Model) -> None:
    Masked(network, SmallestWeights(network)).prune(0.5)
    network.compile("sgd", "mse")
    network.fit(np.ones((8, 20)), np.ones((8, 16)), epochs=2, verbose=0)
    assert (network.layers[1].kernel.numpy() == 0).mean() == 0.5


def test_a_constraint_of_the_layer_holds_too(network: keras.Model) -> None:
    masked = Masked(network, SmallestWeights(network))
    kernel = network.layers[1].kernel
    held = np.asarray(kernel.constraint(kernel + 10))
    np.testing.assert_allclose(np.linalg.norm(held, axis=0), 2, rtol=1e-4)
    assert len(masked.masks) == 2


def test_masks_are_weights_of_a_checkpoint(network: keras.Model) -> None:
    masked = Masked(network, SmallestWeights(network))
    masked.prune(0.5)
    kept = masked.get_weights()
    masked.prune(0.9)
    masked.set_weights(kept)
    assert np.mean(masked.masks[0].numpy()) == 0.5
    assert all(not mask.trainable for mask in masked.masks)
