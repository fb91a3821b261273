"""A network without its weakest filters answers as with zeros in their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps import models
from kerasapps.export.pruning.filters import WeakestFilters
from kerasapps.export.pruning.masked import Masked
from kerasapps.layers.embedding import TokenEmbedding
from kerasapps.models import SoundShape, TabularShape, TextShape

L = keras.layers
PICTURE: dict[str, Any] = {"input_shape": (32, 32, 3), "num_classes": 3, "width": 0.25}
NETWORKS: dict[str, Callable[[], keras.Model]] = {
    "cnn": lambda: models.cnn(**PICTURE),
    "excited": lambda: models.mobile_cnn(**PICTURE, squeeze_excite=0.25),
    "residual": lambda: models.resnet(**PICTURE),
    "dense": lambda: models.densenet(**PICTURE),
    "sounds": lambda: models.ds_cnn(SoundShape(samples=4000, rate=8000, num_classes=3, width=0.25)),
    "texts": lambda: models.text_cnn(TextShape(vocabulary_size=50, num_classes=3, width=0.25)),
    "rows": lambda: models.tabular_resnet(
        TabularShape(numbers=3, categories=(), outputs=2, width=0.25)
    ),
}


def shaken(network: keras.Model) -> keras.Model:
    """The network with weights that no initializer gives: no gate, norm or bias is neutral."""
    rng = np.random.default_rng(1)
    for variable in network.trainable_variables:
        noise = rng.normal(size=variable.shape) * 0.1
        variable.assign(variable.numpy() + noise.astype(np.float32))
    return network


def examples(network: keras.Model) -> Any:
    rng = np.random.default_rng(2)

    def drawn(tensor: Any) -> np.ndarray:
        shape = (2, *(size or 9 for size in tensor.shape[1:]))
        if tensor.dtype == "int32":
            return rng.integers(1, 4, shape).astype(np.int32)
        return rng.normal(size=shape).astype(np.float32)

    return keras.tree.map_structure(drawn, network._inputs_struct)


@pytest.mark.parametrize("name", NETWORKS)
def test_it_answers_as_the_network_with_zeros(name: str, tmp_path: Path) -> None:
    network = shaken(NETWORKS[name]())
    pruner, given = WeakestFilters(network), examples(network)
    before = network.count_params()
    Masked(network, pruner).prune(0.5)
    small = pruner.shrunk(0.5)
    expected = np.asarray(network(given, training=False))
    np.testing.assert_allclose(
        np.asarray(small(given, training=False)),
        expected,
        rtol=1e-4,
        atol=1e-5 * float(np.abs(expected).max()),
    )
    assert small.count_params() < 0.62 * before
    small.save(tmp_path / "small.keras")
    loaded = keras.saving.load_model(tmp_path / "small.keras")
    for mine, theirs in zip(loaded.get_weights(), small.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_allclose(
        np.asarray(loaded(given)), np.asarray(small(given)), rtol=1e-5, atol=1e-5
    )


def test_the_weakest_filters_go_with_all_that_belongs_to_them() -> None:
    inputs = keras.Input((4, 4, 2))
    x = L.Conv2D(4, 1, name="first")(inputs)
    x = L.BatchNormalization(name="norm")(x)
    x = L.Flatten()(L.ReLU()(x))
    network = keras.Model(inputs, L.Dense(3, name="answers")(x))
    kernel = np.ones((1, 1, 2, 4), np.float32) * np.array([3, 1, 4, 2], np.float32)
    network.get_layer("first").set_weights([kernel, np.arange(4, dtype=np.float32)])
    small = WeakestFilters(network).shrunk(0.5)
    left, bias = small.get_layer("first").get_weights()
    np.testing.assert_array_equal(left, kernel[..., [0, 2]])
    np.testing.assert_array_equal(bias, [0, 2])
    assert [len(each) for each in small.get_layer("norm").get_weights()] == [2] * 4
    rows = network.get_layer("answers").kernel.numpy().reshape(16, 4, 3)
    np.testing.assert_array_equal(
        small.get_layer("answers").kernel.numpy(), rows[:, [0, 2]].reshape(32, 3)
    )


def test_word_tables_lose_dimensions_and_stay_what_they_are() -> None:
    small = WeakestFilters(NETWORKS["texts"]()).shrunk(0.75)
    table = small.get_layer("embedding")
    assert isinstance(table, TokenEmbedding)
    assert table.get_config()["dimensions"] == table.get_weights()[0].shape[1] == 8


def test_filters_that_are_added_go_together() -> None:
    inputs = keras.Input((4, 4, 2))
    one = L.Conv2D(4, 1, name="one", use_bias=False)(inputs)
    other = L.Conv2D(4, 1, name="other", use_bias=False)(inputs)
    network = keras.Model(inputs, L.Dense(1)(L.GlobalMaxPooling2D()(one + other)))
    ones = np.ones((1, 1, 2, 4), np.float32)
    network.get_layer("one").set_weights([ones * np.array([1, 2, 3, 4], np.float32)])
    network.get_layer("other").set_weights([ones * np.array([9, 1, 1, 9], np.float32)])
    pruner = WeakestFilters(network)
    assert pruner.filters == 4
    small = pruner.shrunk(0.5)
    assert small.get_layer("one").kernel.numpy()[0, 0, 0].tolist() == [1, 4]
    assert small.get_layer("other").kernel.numpy()[0, 0, 0].tolist() == [9, 9]


def test_joined_filters_go_apart_and_one_of_a_layer_stays() -> None:
    inputs = keras.Input((6,))
    one, other = L.Dense(5, name="one")(inputs), L.Dense(3, name="other")(inputs)
    network = keras.Model(inputs, L.Dense(2, name="answers")(L.Concatenate()([one, inputs, other])))
    small = WeakestFilters(shaken(network)).shrunk(0.99)
    assert small.get_layer("one").units == small.get_layer("other").units == 1
    assert small.get_layer("answers").kernel.shape == (1 + 6 + 1, 2)


def test_a_layer_that_is_called_twice_loses_the_same_of_both() -> None:
    inputs, other = keras.Input((4,)), keras.Input((4,))
    shared, last = L.Dense(8, name="shared"), L.Dense(2)
    joined = L.Concatenate()([shared(inputs), shared(other)])
    network = shaken(keras.Model([inputs, other], last(joined)))
    pruner = WeakestFilters(network)
    assert pruner.filters == 8
    Masked(network, pruner).prune(0.5)
    small, given = pruner.shrunk(0.5), [np.ones((1, 4)), np.full((1, 4), 2.0)]
    assert small.get_layer("shared").units == 4
    np.testing.assert_allclose(small(given), network(given), rtol=1e-5)


@pytest.mark.parametrize(
    "mixes",
    [
        L.LayerNormalization,
        L.Softmax,
        lambda: L.Activation("softmax"),
        lambda: L.Reshape((4, 2)),
        lambda: L.Rescaling([1.0, 2.0] * 4),
    ],
)
def test_what_is_computed_of_all_channels_at_once_keeps_them(mixes: Callable[[], Any]) -> None:
    inputs = keras.Input((4,))
    x = L.Flatten()(mixes()(L.Dense(8, name="hidden")(inputs)))
    network = keras.Model(inputs, L.Dense(2)(x))
    assert WeakestFilters(network).filters == 0


def test_networks_whose_inside_is_code_or_a_loop_keep_all() -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = L.Dense(8)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    own = Own()
    own(np.ones((1, 3)))
    assert WeakestFilters(own).filters == 0
    recurrent = keras.Sequential([keras.Input((5, 3)), L.Dense(8), L.LSTM(4), L.Dense(2)])
    assert WeakestFilters(recurrent).filters == 0


def test_a_network_in_a_network_is_followed() -> None:
    inner = keras.Sequential([keras.Input((6,)), L.Dense(8, name="deep"), L.ReLU()], name="inner")
    network = shaken(keras.Sequential([keras.Input((6,)), inner, L.Dense(2, name="answers")]))
    pruner = WeakestFilters(network)
    Masked(network, pruner).prune(0.25)
    small = pruner.shrunk(0.25)
    assert small.get_layer("inner_deep").units == 6
    np.testing.assert_allclose(small(np.ones((1, 6))), network(np.ones((1, 6))), rtol=1e-5)
