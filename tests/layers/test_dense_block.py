from __future__ import annotations

import numpy as np

from kerasapps.layers import DenseBlock, dense_block
from tests.layers import plain
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


def test_dense_block() -> None:
    check_layer(DenseBlock(3, 4), (2, 5, 6, 3), output_shape=(2, 5, 6, 15))


def test_inputs_are_passed_on_unchanged() -> None:
    inputs = np.random.default_rng(0).normal(size=(2, 4, 4, 3)).astype(np.float32)
    np.testing.assert_array_equal(DenseBlock(2, 4)(inputs)[..., :3], inputs)


def test_every_step_sees_all_earlier_channels() -> None:
    layer = DenseBlock(3, 4)
    layer.build((None, 4, 4, 5))
    assert [reduce.conv.kernel.shape[2] for reduce, _ in layer.steps] == [5, 9, 13]


def test_values_in_training_and_in_use() -> None:
    layer = DenseBlock(2, 4, activation="tanh")

    def values(inputs: np.ndarray, training: bool) -> np.ndarray:
        seen = inputs
        for reduce, grow in layer.steps:
            new = plain.conv_block(plain.conv_block(seen, reduce, training), grow, training)
            seen = np.concatenate([seen, new], axis=-1)
        return seen

    plain.check_values(layer, plain.random(3, 5, 6, 3), values)
    assert [(a.filters, a.kernel_size, b.filters, b.kernel_size) for a, b in layer.steps] == [
        (16, 1, 4, 3)
    ] * 2


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(dense_block) == {"DenseBlock": {"activation": "relu"}}
