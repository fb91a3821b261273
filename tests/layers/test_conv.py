from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import ConvBlock, DepthwiseConvBlock, SqueezeExcite, make_divisible
from tests.layers.check_layer import check_layer


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
