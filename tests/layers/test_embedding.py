from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.layers import TokenEmbedding, WordDropout, embedding
from tests.layers import plain
from tests.layers.check_id_layer import check_id_layer
from tests.values import defaults_of

IDS = np.array([[1, 5, 9, 2, 0, 0], [1, 4, 3, 9, 8, 7]], np.int32)


def test_token_embedding() -> None:
    layer = TokenEmbedding(10, 4, scale=0.3)
    check_id_layer(layer, IDS, output_shape=(2, 6, 4))


def test_vectors_are_within_the_scale_and_can_be_given() -> None:
    layer = TokenEmbedding(10, 4, scale=0.3)
    before = np.asarray(layer(np.arange(10)[None]))
    assert 0.2 < np.abs(before).max() <= 0.3
    vectors = np.random.default_rng(0).normal(size=(10, 4)).astype(np.float32)
    layer.assign(vectors)
    np.testing.assert_array_equal(layer(IDS), vectors[IDS])
    with pytest.raises(ValueError, match=r"needs vectors \(10, 4\), got \(9, 4\)"):
        layer.assign(vectors[1:])


def test_word_dropout() -> None:
    check_id_layer(WordDropout(0.3, seed=1), IDS, output_shape=(2, 6))


def test_word_dropout_hides_its_share_of_words_and_nothing_else() -> None:
    ids = np.tile(np.array([[1, 5, 6, 7, 0]], np.int32), (4000, 1))
    layer = WordDropout(0.3, unknown_id=2, seed=1)
    hidden = np.asarray(layer(ids, training=True))
    assert hidden.dtype == np.int32
    np.testing.assert_array_equal(hidden[:, [0, 4]], ids[:, [0, 4]])
    assert set(np.unique(hidden)) == {0, 1, 2, 5, 6, 7}
    np.testing.assert_allclose((hidden[:, 1:4] == 2).mean(0), 0.3, atol=0.03)
    assert (np.asarray(layer(ids, training=True)) != hidden).any(), "each step hides others"
    np.testing.assert_array_equal(layer(ids), ids)


def test_word_dropout_keeps_the_ids_that_frame_a_text() -> None:
    ids = np.tile(np.array([[101, 5, 1, 102, 0]], np.int32), (2000, 1))
    hidden = np.asarray(WordDropout(0.5, unknown_id=7, kept_ids=(101, 102))(ids, training=True))
    np.testing.assert_array_equal(hidden[:, [0, 3, 4]], ids[:, [0, 3, 4]])
    np.testing.assert_allclose((hidden[:, 1:3] == 7).mean(0), 0.5, atol=0.05)


def test_word_dropout_is_no_weight_of_the_model() -> None:
    inputs = keras.Input((None,), dtype="int32")
    assert keras.Model(inputs, WordDropout(0.3)(inputs)).weights == []


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_word_dropout_refuses(rate: float) -> None:
    with pytest.raises(ValueError, match="rate must be from 0 to below 1"):
        WordDropout(rate)


@pytest.mark.parametrize("shape", [(4,), (2, 4), (2, 3, 4)])
def test_scores_are_products_with_the_vectors(shape: tuple[int, ...]) -> None:
    layer, x = TokenEmbedding(10, 4), plain.random(*shape)
    layer.build((None, None))
    table = np.asarray(layer.table.embeddings)
    assert layer.scores(x).shape == (*shape[:-1], 10)
    np.testing.assert_allclose(layer.scores(x), x @ table.T, atol=1e-6)


def test_scores_are_float32_in_any_precision() -> None:
    layer = TokenEmbedding(10, 4, dtype="mixed_bfloat16")
    layer.build((None, None))
    half = keras.ops.cast(plain.random(2, 4), "bfloat16")
    expected = np.asarray(keras.ops.cast(half, "float32")) @ np.asarray(layer.table.embeddings).T
    assert layer.scores(half).dtype == "float32"
    np.testing.assert_allclose(layer.scores(half), expected, atol=1e-6)


def test_first_vectors_are_within_a_twentieth() -> None:
    table = np.asarray(TokenEmbedding(100, 8)(np.arange(100)[None]))
    assert -0.05 <= table.min() < -0.049 and 0.049 < table.max() <= 0.05


def test_word_dropout_hides_as_the_unknown_token_2_and_keeps_the_start_1_unless_told() -> None:
    ids = np.tile(np.array([[1, 5, 0]], np.int32), (100, 1))
    hidden = np.asarray(WordDropout(0.9, seed=0)(ids, training=True))
    assert [set(column) for column in hidden.T] == [{1}, {2, 5}, {0}]
    np.testing.assert_array_equal(WordDropout(0.0)(ids, training=True), ids)


def test_what_layers_take_where_nobody_says() -> None:
    assert defaults_of(embedding) == {
        "WordDropout": {"unknown_id": 2, "kept_ids": (1,), "seed": None},
        "TokenEmbedding": {"scale": 0.05},
    }
