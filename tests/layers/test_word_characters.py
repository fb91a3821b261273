from __future__ import annotations

import numpy as np
import pytest

from kerasapps.layers.word_characters import AffixVectors, CharacterFeatures
from tests.layers import plain
from tests.layers.check_id_layer import check_id_layer

IDS = np.array([[[5, 6, 7, 0], [7, 0, 0, 0], [0, 0, 0, 0]]], np.int32)


def layer_of(**options: object) -> CharacterFeatures:
    return CharacterFeatures(9, dimensions=6, filters=4, **options)


def test_character_features() -> None:
    check_id_layer(layer_of(), IDS, output_shape=(1, 3, 4))


def test_the_strongest_response_to_neighbouring_characters() -> None:
    layer = layer_of()
    layer.build(IDS.shape)
    plain.scatter_weights(layer)
    kernel, bias = (np.asarray(each) for each in layer.conv.weights)
    vectors = np.asarray(layer.table(IDS[0, 0]))
    around = np.concatenate([np.zeros((1, 6)), vectors[:3], np.zeros((2, 6))])
    responses = [np.einsum("kd,kdf->f", around[at : at + 3], kernel[0]) + bias for at in range(4)]
    expected = np.maximum(responses, 0).max(axis=0)
    np.testing.assert_allclose(layer(IDS)[0, 0], expected, atol=1e-5)


def test_a_word_is_read_alone() -> None:
    layer = layer_of()
    whole = np.asarray(layer(IDS))
    np.testing.assert_allclose(whole[:, 1], np.asarray(layer(IDS[:, 1:2]))[:, 0], atol=1e-6)
    assert np.ptp(np.asarray(layer(IDS, training=True)), axis=None) > 0


def test_affix_vectors() -> None:
    layer = AffixVectors(2, buckets=7, dimensions=3, scale=1.0)
    # Every affix of these words, so that each vector of the table that counts has a gradient.
    check_id_layer(layer, IDS, output_shape=(1, 3, 12))


def test_words_share_the_vectors_of_the_affixes_that_they_share() -> None:
    layer = AffixVectors(3, buckets=997, dimensions=2, scale=1.0)
    words = np.array([[[5, 6, 7, 8, 0], [5, 6, 3, 7, 8], [8, 0, 0, 0, 0], [6, 5, 0, 0, 0]]])
    vectors = np.asarray(layer(words.astype(np.int32))).reshape(4, 2, 3, 2)
    same = (vectors[:, None] == vectors).all(axis=-1)
    # (beginnings of 1, 2 and 3 characters), (endings of 1, 2 and 3)
    assert same[0, 1].tolist() == [[True, True, False], [True, True, False]]
    assert same[0, 2].tolist() == [[False, False, False], [True, False, False]]
    assert not same[0, 3].any() and not same[2, 3].any()


def test_affixes_need_as_many_characters() -> None:
    with pytest.raises(ValueError, match="words of at least 4 characters, got 3"):
        AffixVectors().build((None, None, 3))
