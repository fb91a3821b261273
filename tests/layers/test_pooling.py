from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from kerasapps.layers import pooling
from kerasapps.layers.pooling import (
    AdditiveAttention,
    AttentionPooling,
    MaskedPooling,
    masked_softmax,
    reciprocals,
)
from tests.layers import tflite
from tests.layers.check_layer import check_layer, check_masking
from tests.values import defaults_of

MASK = np.array([[True, True, False], [False, False, False]])


@pytest.mark.parametrize("kind", ["average", "max"])
def test_masked_pooling(kind: str) -> None:
    check_layer(MaskedPooling(kind), (2, 6, 5), output_shape=(2, 5))  # type: ignore[arg-type]
    check_masking(MaskedPooling(kind), (3, 6, 5))  # type: ignore[arg-type]


def test_attention_poolings() -> None:
    for layer in (AttentionPooling(), AdditiveAttention(7)):
        check_layer(layer, (2, 6, 5), output_shape=(2, 5))
        check_masking(layer, (3, 6, 5))


def test_average_and_maximum_of_the_tokens_alone() -> None:
    inputs = np.array([[[1, -5], [3, -7], [9, 9]], [[2, 2]] * 3], np.float32)
    average = np.asarray(MaskedPooling()(inputs, mask=MASK))
    np.testing.assert_allclose(average, [[2, -6], [0, 0]])
    largest = np.asarray(MaskedPooling("max")(inputs, mask=MASK))
    np.testing.assert_allclose(largest, [[3, -5], [0, 0]])


def test_the_average_at_a_known_length_is_the_one_at_any_length() -> None:
    """The division is written out as factors where the length is known; up to 2,000 tokens here."""
    first, second, third = reciprocals(2000)
    counts = np.arange(1, 2001)
    np.testing.assert_allclose((first * second * third)[1:] * counts, 1, rtol=1e-6)
    assert min(first.min(), second.min()) >= 1 / 64 and first[0] * second[0] * third[0] == 1
    tokens = keras.Input((None, 2))
    mask = keras.Input((None,), dtype="bool")
    any_length = keras.Model([tokens, mask], MaskedPooling()(tokens, mask=mask))
    inputs = np.random.default_rng(0).normal(size=(2, 3, 2)).astype(np.float32)
    expected = np.asarray(any_length([inputs, MASK]))
    np.testing.assert_allclose(np.asarray(MaskedPooling()(inputs, mask=MASK)), expected, rtol=1e-6)


def test_averages_of_long_texts() -> None:
    """With each of the factors other than 1."""
    inputs = np.random.default_rng(0).normal(1, 1, (6, 5000, 2)).astype(np.float32)
    counts = [1, 2, 63, 65, 4097, 5000]
    mask = np.arange(5000) < np.array(counts)[:, None]
    expected = [row[:count].mean(0) for row, count in zip(inputs, counts, strict=True)]
    np.testing.assert_allclose(MaskedPooling()(inputs, mask=mask), expected, rtol=1e-4)


@pytest.mark.parametrize("layer", [MaskedPooling(), MaskedPooling("max"), AttentionPooling()])
def test_int8_keeps_short_and_long_texts(layer: keras.layers.Layer, tmp_path: Path) -> None:
    """What a division, an 8-bit 1 / n or a mask of -1e9 would ruin."""
    rng = np.random.default_rng(0)
    places = np.arange(64) < rng.integers(1, 65, (200, 1))
    texts = np.where(places, rng.integers(1, 100, (200, 64)), 0).astype(np.int32)
    ids = keras.Input((64,), dtype="int32")
    table = keras.layers.Embedding(100, 16)
    model = keras.Model(ids, layer(table(ids), mask=keras.ops.not_equal(ids, 0)))
    table.embeddings.assign(rng.normal(size=(100, 16)))
    expected = np.asarray(model(texts))
    flatbuffer = tflite.convert(tflite.export(model, tmp_path), calibration=texts)
    error = np.sqrt(((tflite.run(flatbuffer, texts) - expected) ** 2).mean(axis=1))
    assert (error / expected.std()).mean() < 0.06


def test_masked_softmax_is_that_of_the_tokens_whatever_the_padding_scores() -> None:
    scores = np.array([[1, 3, 900], [-300, -302, 2]], np.float32)
    mask = np.array([[True, True, False]] * 2)
    weights = np.asarray(masked_softmax(scores, mask))
    small, large = 1 / (1 + np.exp(2)), 1 / (1 + np.exp(-2))
    np.testing.assert_allclose(weights, [[small, large, 0], [large, small, 0]], rtol=1e-5)
    np.testing.assert_array_equal(np.asarray(masked_softmax(scores, ~mask & mask)), 0)


def test_no_intermediate_result_of_the_masked_softmax_ruins_int8() -> None:
    """-1e9 and the like would leave one of 256 steps to all the scores of the tokens."""
    import tensorflow as tf

    graph = tf.function(masked_softmax).get_concrete_function(
        tf.TensorSpec((1, 4)), tf.TensorSpec((1, 4), tf.bool)
    )
    constants = [
        np.abs(tf.make_ndarray(operation.get_attr("value"))).max()
        for operation in graph.graph.get_operations()
        if operation.type == "Const" and operation.outputs[0].dtype == tf.float32
    ]
    assert constants and max(constants) <= 16


def test_attention_weights_add_up_and_pick_what_matches_the_query() -> None:
    layer = AttentionPooling()
    layer.build((None, None, 2))
    layer.query.kernel.assign(np.array([[20.0], [0.0]]))
    inputs = np.array([[[0, 1], [3, 2], [9, 9]]], np.float32)
    weights = np.asarray(layer.weights_of(inputs, MASK[:1]))
    np.testing.assert_allclose(weights, [[0, 1, 0]], atol=1e-6)
    np.testing.assert_allclose(np.asarray(layer(inputs, mask=MASK[:1])), [[3, 2]], atol=1e-5)


def test_additive_attention_is_bahdanaus_formula() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2, 5, 3)).astype(np.float32)
    layer = AdditiveAttention(4)
    layer.build(inputs.shape)
    layer.hidden.bias.assign(rng.normal(size=4))
    kernel, bias, score = (np.asarray(weight) for weight in layer.weights)
    scores = np.exp(np.tanh(inputs @ kernel + bias) @ score)
    expected = (inputs * scores).sum(axis=1) / scores.sum(axis=1)
    np.testing.assert_allclose(np.asarray(layer(inputs)), expected, atol=1e-5)


def test_refuses_an_unknown_kind() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        MaskedPooling("sum")  # type: ignore[arg-type]


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(pooling) == {"MaskedPooling": {"kind": "average"}}
