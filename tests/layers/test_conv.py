from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import ConvBlock, DepthwiseConvBlock, SqueezeExcite, make_divisible
from kerasapps.layers import conv as conv_module
from tests.layers import plain
from tests.layers.check_layer import check_layer
from tests.values import defaults_of


def test_conv_block() -> None:
    check_layer(ConvBlock(5, 3, strides=2), (2, 7, 9, 3), output_shape=(2, 4, 5, 5))


def test_conv_block_without_normalization_has_a_bias() -> None:
    layer = ConvBlock(4, 1, normalization=False, activation="gelu")
    check_layer(layer, (2, 6, 6, 3), output_shape=(2, 6, 6, 4))
    assert len(layer.trainable_weights) == 2


def test_depthwise_conv_block() -> None:
    layer = DepthwiseConvBlock(5, strides=2, activation="relu6")
    check_layer(layer, (2, 8, 8, 6), output_shape=(2, 4, 4, 6))
    assert layer.conv.kernel.shape == (5, 5, 6, 1)


def test_depthwise_conv_block_without_normalization() -> None:
    layer = DepthwiseConvBlock(3, normalization=False, activation=None)
    check_layer(layer, (2, 5, 5, 4), output_shape=(2, 5, 5, 4))


def test_squeeze_excite() -> None:
    check_layer(SqueezeExcite(0.5), (2, 6, 5, 16), output_shape=(2, 6, 5, 16))


def test_squeeze_excite_gates_whole_channels_between_nothing_and_all() -> None:
    inputs = np.random.default_rng(0).uniform(1, 2, (3, 4, 4, 8)).astype(np.float32)
    layer = SqueezeExcite()
    layer.build(inputs.shape)
    layer.expand.bias.assign([9, -9, 0, 0, 0, 0, 0, 0])
    gates = np.asarray(layer(inputs)) / inputs
    assert np.ptp(gates, axis=(1, 2)).max() < 1e-5
    np.testing.assert_allclose(gates[..., 0], 1, atol=1e-5)
    np.testing.assert_allclose(gates[..., 1], 0, atol=1e-5)


@pytest.mark.parametrize("ratio", [0, -0.5, 1.5])
def test_squeeze_excite_refuses_ratio(ratio: float) -> None:
    with pytest.raises(ValueError, match=r"SqueezeExcite\.ratio"):
        SqueezeExcite(ratio)


@pytest.mark.parametrize(
    ("channels", "expected"), [(1, 8), (12, 16), (16, 16), (20, 24), (35.9, 40)]
)
def test_make_divisible(channels: float, expected: int) -> None:
    assert make_divisible(channels) == expected


def test_make_divisible_loses_at_most_a_tenth() -> None:
    assert all(make_divisible(n) >= 0.9 * n and make_divisible(n) % 8 == 0 for n in range(1, 300))


@pytest.mark.parametrize(
    "block",
    [
        ConvBlock(5, 3, strides=2),
        ConvBlock(4, 1, activation=None),
        ConvBlock(4, 3, activation="gelu"),
        ConvBlock(4, 3, normalization=False, activation="gelu"),
        DepthwiseConvBlock(3, strides=2, activation="relu6"),
        DepthwiseConvBlock(5, normalization=False),
    ],
)
def test_values_in_training_and_in_use(block: ConvBlock | DepthwiseConvBlock) -> None:
    plain.check_values(
        block,
        plain.random(3, 7, 6, 3),
        lambda inputs, training: plain.conv_block(inputs, block, training),
    )


def test_training_alone_moves_the_statistics() -> None:
    block, inputs = ConvBlock(4), plain.random(3, 6, 6, 3)
    block.build(inputs.shape)
    convolved = plain.convolve(inputs, block.conv)
    block(inputs)
    np.testing.assert_array_equal(block.norm.moving_mean, 0)
    block(inputs, training=True)
    means = convolved.mean((0, 1, 2))
    np.testing.assert_allclose(block.norm.moving_mean, 0.1 * means, atol=1e-5)
    moved = 0.9 + 0.1 * convolved.var((0, 1, 2))
    np.testing.assert_allclose(block.norm.moving_variance, moved, rtol=1e-4)


def test_squeeze_excite_values() -> None:
    layer, inputs = SqueezeExcite(0.5), plain.random(2, 6, 5, 32)
    layer.build(inputs.shape)
    plain.scatter_weights(layer)
    assert layer.reduce.filters == 16
    np.testing.assert_allclose(layer(inputs), plain.squeeze_excite(inputs, layer), atol=1e-5)


def test_a_ratio_of_one_is_taken_and_the_hidden_units_follow_the_ratio() -> None:
    for ratio, hidden in ((1, 64), (0.25, 16)):
        layer = SqueezeExcite(ratio)
        layer.build((None, 4, 4, 64))
        assert layer.reduce.filters == hidden


@pytest.mark.parametrize("block", [ConvBlock(64), DepthwiseConvBlock(7)])
def test_first_kernels_are_hes(block: ConvBlock | DepthwiseConvBlock) -> None:
    """Of the deviation that keeps the size of activations behind a ReLU (He et al. 2015)."""
    block.build((None, 4, 4, 64))
    fan_in = np.prod(block.conv.kernel.shape[:3])
    deviation = np.asarray(block.conv.kernel).std()
    np.testing.assert_allclose(deviation, np.sqrt(2 / fan_in), rtol=0.06)


def test_first_gates_come_from_hes_kernels() -> None:
    layer = SqueezeExcite()
    layer.build((None, 4, 4, 256))
    np.testing.assert_allclose(np.asarray(layer.reduce.kernel).std(), np.sqrt(2 / 256), rtol=0.06)


@pytest.mark.parametrize(
    "block", [ConvBlock(4, activation="gelu"), DepthwiseConvBlock(activation="gelu")]
)
def test_training_takes_the_compiled_gelu(block: ConvBlock | DepthwiseConvBlock) -> None:
    inputs = plain.random(2, 4, 4, 3)
    assert "Erfc" in plain.operations(block, inputs, training=False)
    assert "Erfc" not in plain.operations(block, inputs, training=True)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(conv_module) == {
        "ConvBlock": {"kernel_size": 3, "strides": 1, "activation": "relu", "normalization": True},
        "DepthwiseConvBlock": {
            "kernel_size": 3,
            "strides": 1,
            "activation": "relu",
            "normalization": True,
        },
        "SqueezeExcite": {"ratio": 0.25},
    }
