"""Taggers on pretrained encoders, from a folder that the test writes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.errors import ConfigError
from kerasapps.models import backbone
from kerasapps.models.tagger_common import TaggerShape, crf_of
from kerasapps.models.tagger_presets import tagger_preset
from tests.models.check_tagger import TAGS, lively, run_tflite
from tests.models.tiny_bert import TOKENS, bert, write_keras_hub

SHAPE = TaggerShape(words=len(TOKENS), tags=TAGS)
IDS = np.array([[2, 5, 9, 3, 0, 0, 0, 0], [2, 7, 12, 6, 6, 20, 3, 0]], np.int32)
# The second word of the second sentence has two pieces.
INPUTS = {"ids": IDS, "first": np.array([[1, 2, 0, 0], [1, 2, 4, 5]], np.int32)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_keras_hub(tmp_path_factory.mktemp("keras_hub")))


def test_a_word_has_the_scores_of_its_first_piece(folder: str) -> None:
    network = lively(tagger_preset(folder, SHAPE))
    layer = backbone(network)
    assert layer is not None and crf_of(network) is not None
    reference = bert()
    reference.set_weights([*layer.get_weights(), *reference.get_weights()[len(layer.weights) :]])
    feeds = {
        "token_ids": IDS,
        "padding_mask": np.not_equal(IDS, 0).astype("int32"),
        "segment_ids": np.zeros_like(IDS),
    }
    vectors = np.asarray(reference(feeds)["sequence_output"])
    kernel, bias = network.get_layer("emissions").get_weights()
    expected = vectors[1, [1, 2, 4, 5]] @ kernel + bias
    np.testing.assert_allclose(network(INPUTS)[1], expected, rtol=1e-3, atol=1e-4)


def test_the_export_copy_converts_and_has_the_same_weights(folder: str, tmp_path: Path) -> None:
    network = tagger_preset(folder, SHAPE)
    form = dataclasses.replace(SHAPE, length=4, pieces=8, for_export=True)
    copy = tagger_preset(folder, form)
    assert [weight.path for weight in copy.weights] == [weight.path for weight in network.weights]
    copy.set_weights(network.get_weights())
    signature = {
        name: tf.TensorSpec((1, *each.shape[1:]), tf.int32, name=name)
        for name, each in INPUTS.items()
    }
    copy.export(tmp_path, format="tf_saved_model", input_signature=[signature], verbose=False)
    flatbuffer = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path)).convert()
    actual, expected = run_tflite(bytes(flatbuffer), INPUTS), np.asarray(network(INPUTS))
    np.testing.assert_allclose(actual[0, :2], expected[0, :2], atol=1e-4)
    np.testing.assert_allclose(actual[1], expected[1], atol=1e-4)


def test_an_encoder_gives_what_it_has(folder: str) -> None:
    for form, words in (
        ({"width": 2.0}, "width, depth and kernel cannot change"),
        ({"pieces": 33}, "takes 32 tokens at most, not 33"),
        ({"length": 4, "for_export": True}, "exported for one length"),
    ):
        with pytest.raises(ConfigError, match=words):
            tagger_preset(folder, dataclasses.replace(SHAPE, **form))
