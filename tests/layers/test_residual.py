from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers import BottleneckBlock, InvertedResidual, ResidualBlock
from tests.layers.check_layer import check_layer


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
