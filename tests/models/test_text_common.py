"""What every text model needs: ids in, embedded tokens and their mask out."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models import text_common
from kerasapps.models.text_common import TextShape, chosen, embed, hide_words, token_input
from tests.values import kinds_of

SHAPE = TextShape(vocabulary_size=12, num_classes=2)
IDS = np.array([[1, 5, 6, 0, 0], [1, 7, 2, 8, 9]], np.int32)


def test_what_is_asked_for_comes_before_a_models_own() -> None:
    assert chosen(None, 0.5) == 0.5 and chosen(0.0, 0.5) == 0.0 and chosen(3, 5) == 3


def test_ids_and_where_tokens_are() -> None:
    ids, mask = token_input(SHAPE)
    assert ids.shape == (None, None) and ids.dtype == "int32" and ids.name == "ids"
    mask_values = np.asarray(keras.Model(ids, mask)(IDS))
    assert mask_values.tolist() == [[True, True, True, False, False], [True] * 5]
    assert token_input(dataclasses.replace(SHAPE, length=5))[0].shape == (None, 5)


def embedded(shape: TextShape, **options) -> keras.Model:
    ids, _ = token_input(shape)
    return keras.Model(ids, embed(ids, shape, dimensions=4, **options))


def test_tokens_are_looked_up_in_a_table_of_small_numbers() -> None:
    model = embedded(SHAPE)
    (table,) = model.get_layer("embedding").get_weights()
    assert table.shape == (12, 4) and 0 < np.abs(table).max() <= 0.05
    np.testing.assert_array_equal(model(IDS), table[IDS])
    (large,) = embedded(SHAPE, scale=2.0).get_layer("embedding").get_weights()
    assert 1 < np.abs(large).max() <= 2
    assert [layer.name for layer in model.layers] == ["ids", "embedding"]


@pytest.mark.parametrize(
    ("asked", "default", "rate"),
    [(None, 0.0, None), (None, 0.3, 0.3), (0.2, 0.3, 0.2), (0.0, 0.3, None)],
)
def test_words_are_hidden_at_the_rate_asked_for(asked, default, rate) -> None:
    model = embedded(dataclasses.replace(SHAPE, word_dropout=asked), word_dropout=default)
    rates = [layer.rate for layer in model.layers if layer.name == "word_dropout"]
    assert rates == ([] if rate is None else [rate])


def test_hidden_words_are_unknown_but_for_marks() -> None:
    shape = dataclasses.replace(SHAPE, unknown_id=11, kept_ids=(1, 8))
    ids, _ = token_input(shape)
    model = keras.Model(ids, hide_words(ids, shape, 0.9))
    np.testing.assert_array_equal(model(IDS, training=False), IDS)
    keras.utils.set_random_seed(0)
    hidden = np.asarray(model(np.repeat(IDS, 50, 0), training=True))
    words = np.repeat(IDS, 50, 0)
    kept = np.isin(words, [0, 1, 8])
    np.testing.assert_array_equal(hidden[kept], words[kept])
    assert set(np.unique(hidden[~kept])) <= {11, *np.unique(words)}
    assert np.mean(hidden[~kept] == 11) == pytest.approx(0.9, abs=0.1)


def test_given_vectors_are_the_table_and_projected_where_they_are_of_another_size() -> None:
    vectors = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)
    model = embedded(dataclasses.replace(SHAPE, vectors=vectors))
    np.testing.assert_array_equal(model(IDS), vectors[IDS])
    assert [layer.name for layer in model.layers] == ["ids", "embedding"]
    wide = np.random.default_rng(0).normal(size=(12, 7)).astype(np.float32)
    model = embedded(dataclasses.replace(SHAPE, vectors=wide))
    (kernel,) = model.get_layer("embedding_projection").get_weights()
    np.testing.assert_allclose(model(IDS), wide[IDS] @ kernel, atol=1e-5)


@pytest.mark.parametrize("shape", [(11, 4), (12,), (12, 4, 1)])
def test_vectors_that_do_not_fit(shape) -> None:
    with pytest.raises(ConfigError, match=r"vectors must be \(12, dimensions\)"):
        embedded(dataclasses.replace(SHAPE, vectors=np.zeros(shape, np.float32)))


def test_where_nobody_says() -> None:
    values = {each.name: each.default for each in dataclasses.fields(TextShape)[2:]}
    assert values == {
        "length": None, "width": 1.0, "depth": 1.0, "dropout": None, "word_dropout": None,
        "kernel": None, "unknown_id": 2, "kept_ids": (1,), "vectors": None, "for_export": False,
        "ngrams": None, "spellings": None,
    }  # fmt: skip
    assert kinds_of(text_common) == {"TextShape": "frozen, by name"}
