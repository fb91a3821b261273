from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasapps.layers import PairEmbedding, pair_embedding
from tests.layers import plain
from tests.layers.check_layer import check_config
from tests.values import defaults_of

SOURCE = np.array([[4, 5, 0], [6, 4, 5]], np.int32)
TARGET = np.array([[5, 4], [6, 0]], np.int32)


def _embed(**options: object) -> PairEmbedding:
    layer = PairEmbedding(9, 9, 48, **options)
    layer.build(SOURCE.shape, TARGET.shape)
    return layer


@pytest.mark.parametrize(("joint", "tied", "tables"), [(1, 1, 1), (0, 1, 2), (1, 0, 2), (0, 0, 3)])
def test_tables_are_shared_as_asked(joint: int, tied: int, tables: int) -> None:
    layer = _embed(joint=bool(joint), tied=bool(tied))
    assert len(layer.weights) == tables
    source, target = layer(SOURCE, TARGET)
    assert (source.shape, target.shape) == ((2, 3, 48), (2, 2, 48))
    assert np.array_equal(source[0, 0], target[0, 1]) == bool(joint)
    assert layer.logits(target).shape == (2, 2, 9)
    check_config(layer)


def test_tied_logits_are_products_with_the_stored_vectors() -> None:
    layer = _embed(joint=True)
    x = np.random.default_rng(0).normal(size=(2, 3, 48)).astype(np.float32)
    table = np.asarray(layer.weights[0])
    np.testing.assert_allclose(layer.logits(x), x @ table.T, atol=1e-5)
    np.testing.assert_allclose(layer.source(SOURCE), table[SOURCE] * 48**0.5, rtol=1e-5)


def test_vectors_that_come_out_have_a_variance_of_1() -> None:
    layer = PairEmbedding(2000, 2000, 64, joint=True)
    source, _ = layer(np.arange(2000)[None], TARGET)
    assert np.std(source) == pytest.approx(1, abs=0.02)


def test_logits_are_float32_and_every_table_learns_in_mixed_precision() -> None:
    layer = PairEmbedding(9, 9, 48, tied=False, dtype="mixed_bfloat16")
    with tf.GradientTape() as tape:
        source, target = layer(SOURCE, TARGET)
        logits = layer.logits(target)
        loss = tf.reduce_sum(logits**2) + tf.reduce_sum(tf.cast(source, tf.float32) ** 2)
    assert (source.dtype, logits.dtype) == (tf.bfloat16, tf.float32)
    variables = [weight.value for weight in layer.trainable_weights]
    for gradient in tape.gradient(loss, variables):
        assert np.abs(tf.convert_to_tensor(gradient)).max() > 0


def test_is_saved(tmp_path: Path) -> None:
    layer = PairEmbedding(9, 9, 48)
    places = keras.Input((3,), dtype="int32"), keras.Input((2,), dtype="int32")
    model = keras.Model(places, layer(*places))
    model.save(tmp_path / "layer.keras")
    loaded = keras.models.load_model(tmp_path / "layer.keras")
    actual, expected = loaded((SOURCE, TARGET)), model((SOURCE, TARGET))
    np.testing.assert_array_equal(actual[0], expected[0])
    np.testing.assert_array_equal(actual[1], expected[1])


def test_a_joint_table_of_two_vocabularies_is_refused() -> None:
    with pytest.raises(ValueError, match="got 9 source and 8 target pieces"):
        PairEmbedding(9, 8, 4, joint=True)


def test_values_of_both_sides_and_of_logits_with_weights_of_their_own() -> None:
    layer = _embed(tied=False)
    plain.scatter_weights(layer)
    source, target = layer(SOURCE, TARGET)
    tables = [
        np.asarray(each.table.embeddings) for each in (layer.source_table, layer.target_table)
    ]
    np.testing.assert_allclose(source, tables[0][SOURCE] * 48**0.5, rtol=1e-5)
    np.testing.assert_allclose(target, tables[1][TARGET] * 48**0.5, rtol=1e-5)
    assert not layer.scores.use_bias
    expected = np.asarray(target) @ np.asarray(layer.scores.kernel)
    np.testing.assert_allclose(layer.logits(target), expected, atol=1e-4)


def test_by_default_tables_are_tied_and_not_joint() -> None:
    layer = PairEmbedding(5, 7, 4)
    layer.build(SOURCE.shape, TARGET.shape)
    assert [tuple(weight.shape) for weight in layer.weights] == [(7, 4), (5, 4)]


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(pair_embedding) == {"PairEmbedding": {"joint": False, "tied": True}}
