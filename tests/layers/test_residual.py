from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import BottleneckBlock, InvertedResidual, ResidualBlock, residual
from tests.layers import plain
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


@pytest.mark.parametrize("block", [ResidualBlock, BottleneckBlock])
def test_residual_blocks(block: type) -> None:
    check_layer(block(6), (2, 6, 7, 6), output_shape=(2, 6, 7, 6))
    check_layer(block(8, strides=2), (2, 5, 7, 6), output_shape=(2, 3, 4, 8))


def test_inverted_residual() -> None:
    check_layer(InvertedResidual(6), (2, 6, 7, 6), output_shape=(2, 6, 7, 6))
    layer = InvertedResidual(9, strides=2, expansion=1, kernel_size=5, squeeze_excite=0.25)
    check_layer(layer, (2, 6, 7, 6), output_shape=(2, 3, 4, 9))


@pytest.mark.parametrize("block", [ResidualBlock, BottleneckBlock, InvertedResidual])
def test_input_reaches_output_past_a_dead_body(block: type) -> None:
    inputs = np.random.default_rng(0).uniform(0.1, 1, (2, 4, 4, 8)).astype(np.float32)
    layer = block(8)
    layer.build(inputs.shape)
    for weight in layer.weights:
        if "gamma" in weight.path:
            weight.assign(np.zeros(weight.shape))
    np.testing.assert_allclose(layer(inputs), inputs, atol=1e-6)


def test_bottleneck_is_narrow_in_the_middle() -> None:
    layer = BottleneckBlock(64, reduction=8)
    layer.build((None, 4, 4, 64))
    assert [conv.filters for conv in layer.body] == [8, 8, 64]


def test_inverted_residual_is_wide_in_the_middle() -> None:
    layer = InvertedResidual(16, expansion=6)
    layer.build((None, 4, 4, 16))
    assert layer.body[0].filters == 96


@pytest.mark.parametrize(
    "block",
    [
        ResidualBlock(6),
        ResidualBlock(8, strides=2),
        ResidualBlock(8, activation="tanh"),
        BottleneckBlock(6, activation=None),
        BottleneckBlock(16, strides=2, reduction=2),
    ],
)
def test_residual_values_in_training_and_in_use(block: ResidualBlock | BottleneckBlock) -> None:
    def values(inputs: np.ndarray, training: bool) -> np.ndarray:
        x = inputs
        for part in block.body:
            x = plain.conv_block(x, part, training)
        short = inputs
        if block.shortcut is not None:
            assert block.shortcut.activation is None and block.shortcut.kernel_size == 1
            short = plain.conv_block(inputs, block.shortcut, training)
        return plain.ACTIVATIONS[block.activation](x + short)

    plain.check_values(block, plain.random(3, 5, 6, 6), values, atol=1e-3)
    same = block.strides == 1 and block.filters == 6
    assert (block.shortcut is None) == same
    assert block.body[-1].activation is None
    assert {part.activation for part in block.body[:-1]} == {block.activation}


@pytest.mark.parametrize(
    ("block", "adds"),
    [
        (InvertedResidual(8), True),
        (InvertedResidual(8, expansion=1), True),
        (InvertedResidual(8, strides=2, kernel_size=5, activation="gelu"), False),
        (InvertedResidual(16, squeeze_excite=0.5), False),
    ],
)
def test_inverted_residual_values_in_training_and_in_use(
    block: InvertedResidual, adds: bool
) -> None:
    def values(inputs: np.ndarray, training: bool) -> np.ndarray:
        x = inputs
        for part in block.body:
            assert part.activation == block.activation
            x = plain.conv_block(x, part, training)
        if block.excite is not None:
            x = plain.squeeze_excite(x, block.excite)
        x = plain.conv_block(x, block.project, training)
        return inputs + x if adds else x

    plain.check_values(block, plain.random(3, 5, 6, 8), values, atol=1e-3)
    assert (block.excite is not None) == bool(block.squeeze_excite)
    assert len(block.body) == (1 if block.expansion == 1 else 2)
    assert block.project.activation is None and block.project.kernel_size == 1


def test_strides_are_those_of_the_middle_of_a_bottleneck_and_the_start_of_a_block() -> None:
    for block, strides in (
        (BottleneckBlock(8, strides=2), [1, 2, 1]),
        (ResidualBlock(8, strides=2), [2, 1]),
    ):
        block.build((None, 4, 4, 8))
        assert [part.strides for part in block.body] == strides
    assert [part.kernel_size for part in BottleneckBlock(8)._body()] == [1, 3, 1]


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(residual) == {
        "_Residual": {"strides": 1, "activation": "relu"},
        "ResidualBlock": {"strides": 1, "activation": "relu"},
        "BottleneckBlock": {"strides": 1, "activation": "relu", "reduction": 4},
        "InvertedResidual": {
            "strides": 1,
            "expansion": 4,
            "kernel_size": 3,
            "squeeze_excite": 0.0,
            "activation": "relu6",
        },
    }
