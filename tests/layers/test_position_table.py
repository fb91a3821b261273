from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import PositionalEncoding, PositionTable
from tests.layers.check_layer import check_layer

SHAPE = (2, 5, 8)


@pytest.mark.parametrize("learned", [False, True])
def test_position_table(learned: bool) -> None:
    check_layer(PositionTable(7, learned=learned), SHAPE, output_shape=SHAPE)


def test_waves_are_those_of_positional_encoding() -> None:
    inputs = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    expected = PositionalEncoding()(inputs)
    np.testing.assert_allclose(PositionTable(9)(inputs), expected, atol=1e-6)


@pytest.mark.parametrize("learned", [False, True])
def test_a_step_adds_the_vector_of_its_position(learned: bool) -> None:
    layer, inputs = PositionTable(5, learned=learned), np.zeros(SHAPE, np.float32)
    expected = np.asarray(layer(inputs))
    for position in range(5):
        actual = layer.step(inputs[:, :1], tf.constant(position))
        np.testing.assert_allclose(actual[:, 0], expected[:, position], atol=1e-6)
    assert np.abs(np.diff(expected, axis=1)).max(axis=-1).min() > 0.1


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="has 5 tokens, more than 4"):
        PositionTable(4)(np.zeros(SHAPE, np.float32))
