from __future__ import annotations

import keras
import numpy as np
import pytest

from kerasapps.layers import TokenEmbedding, WordDropout
from tests.layers.check_id_layer import check_id_layer

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
