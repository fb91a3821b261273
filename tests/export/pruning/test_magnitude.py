"""The smallest weights of each kernel go first; only kernels and tables have any to lose."""

from __future__ import annotations

import keras
import numpy as np

from kerasapps.export.pruning.magnitude import SmallestWeights


def network() -> keras.Model:
    inputs = keras.Input((8, 8, 4))
    x = keras.layers.Conv2D(16, 3, name="conv")(inputs)
    x = keras.layers.DepthwiseConv2D(5, name="depthwise")(x)
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.Dense(64, name="dense")(keras.layers.Flatten()(x))
    return keras.Model(inputs, keras.layers.Dense(2, name="few")(x))


def test_kernels_with_weights_enough_have_some_to_lose() -> None:
    made = network()
    paths = [variable.path for variable in SmallestWeights(made).variables]
    assert paths == ["conv/kernel", "dense/kernel"]


def test_tables_of_vectors_have_some_too() -> None:
    ids = keras.Input((5,), dtype="int32")
    made = keras.Model(ids, keras.layers.Embedding(100, 8, name="words")(ids))
    assert [each.path for each in SmallestWeights(made).variables] == ["words/embeddings"]


def test_the_smallest_go_and_of_more_the_same() -> None:
    pruner = SmallestWeights(network())
    kernel = pruner.variables[0]
    sizes = np.abs(kernel.numpy())
    few, many = pruner.masks(0.25)[0], pruner.masks(0.75)[0]
    assert (~few).sum() == sizes.size // 4
    for share in np.linspace(0.1, 0.9, 25):
        keep = pruner.masks(share)[0]
        assert sizes[~keep].max() <= sizes[keep].min()
    assert not (many & ~few).any()
    assert pruner.masks(0.0)[0].all()


def test_what_is_gone_stays_gone_when_the_rest_has_shrunk() -> None:
    pruner = SmallestWeights(network())
    kernel = pruner.variables[0]
    keep = pruner.masks(0.5)[0]
    kernel.assign(np.where(keep, kernel.numpy() * 1e-6, 0))
    np.testing.assert_array_equal(pruner.masks(0.5)[0], keep)
