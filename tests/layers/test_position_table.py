from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import PositionalEncoding, PositionTable, position_table
from tests.layers import plain
from tests.layers.check_layer import check_layer
from tests.values import defaults_of

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


def test_what_is_learned_is_added() -> None:
    layer, inputs = PositionTable(7, learned=True), plain.random(*SHAPE)
    layer.build(SHAPE)
    np.testing.assert_allclose(layer(inputs), inputs + np.asarray(layer.vectors)[:5], atol=1e-6)
    step = layer.step(inputs[:, :1], tf.constant(6))
    np.testing.assert_allclose(step, inputs[:, :1] + np.asarray(layer.vectors)[6], atol=1e-6)


def test_first_vectors_have_a_length_of_about_1() -> None:
    layer = PositionTable(200, learned=True)
    layer.build((None, None, 64))
    lengths = np.linalg.norm(layer.vectors, axis=1)
    assert lengths.mean() == pytest.approx(1, abs=0.03)


def test_a_text_of_just_the_length_is_taken_and_waves_are_the_default() -> None:
    layer = PositionTable(5)
    assert layer(np.zeros(SHAPE, np.float32)).shape == SHAPE and not layer.weights


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(position_table) == {"PositionTable": {"learned": False}}
