"""Pretrained text encoders, from folders that the tests write."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import keras
import keras_hub
import numpy as np
import pytest

from kerasapps.config import PRETRAINED, pretrained_source
from kerasapps.errors import ConfigError
from kerasapps.models import backbone
from kerasapps.models.bert_inputs import EXPORT_INPUTS
from kerasapps.models.text_common import TextShape
from kerasapps.models.text_presets import preset_max_length, preset_vocabulary, text_preset
from kerasapps.preprocess.tokenizers import TokenizerSpec, WordPieceTokenizer
from kerasapps.training.transfer import layer_multipliers
from tests.models.tiny_bert import (
    MAX_LENGTH,
    TOKENS,
    bert,
    write_hugging_face,
    write_keras_hub,
)

SHAPE = TextShape(vocabulary_size=len(TOKENS), num_classes=3)
EXPORT = dataclasses.replace(SHAPE, length=12, for_export=True)
IDS = np.array(
    [[2, 5, 9, 3, 0, 0, 0, 0, 0, 0, 0, 0], [2, 7, 12, 6, 6, 20, 3, 0, 0, 0, 0, 0]], "int32"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_keras_hub(tmp_path_factory.mktemp("keras_hub"))


@pytest.fixture(scope="module")
def hugging_face(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hugging_face(tmp_path_factory.mktemp("hugging_face"))


@pytest.mark.skipif(PRETRAINED["minilm"].find() is None, reason="the extra minilm")
def test_minilm_knows_what_sentences_mean() -> None:
    source = pretrained_source("minilm")
    tokens, lowercase = preset_vocabulary(source)
    assert len(tokens) == 30_522 and lowercase and preset_max_length(source) == 512
    tokenizer = WordPieceTokenizer(
        tokens, TokenizerSpec(kind="wordpiece", max_length=16, lowercase=True)
    )
    texts = ("The cat sits outside.", "A feline is in the garden.", "Stocks fell on Tuesday.")
    model = text_preset(source, dataclasses.replace(SHAPE, vocabulary_size=len(tokens)))
    vectors = np.array(
        keras.Model(model.input, model.get_layer("pool").output)(
            np.stack([tokenizer.encode(text) for text in texts])
        )
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    alike, other = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
    assert alike > 0.4 and other < 0.2


def test_features_are_the_mean_of_the_tokens_vectors(folder: Path, hugging_face: Path) -> None:
    inputs = {
        "token_ids": IDS,
        "padding_mask": np.not_equal(IDS, 0).astype("int32"),
        "segment_ids": np.zeros_like(IDS),
    }
    vectors = np.asarray(bert()(inputs)["sequence_output"])
    expected = np.stack([vectors[0, :4].mean(0), vectors[1, :7].mean(0)])
    assert np.ptp(expected) > 0.1
    for each in (folder, hugging_face):
        model = text_preset(str(each), SHAPE)
        features = keras.Model(model.input, model.get_layer("pool").output)
        np.testing.assert_allclose(features(IDS), expected, rtol=1e-4, atol=1e-5)


def test_padding_has_no_say(folder: Path) -> None:
    model = text_preset(str(folder), SHAPE)
    np.testing.assert_allclose(model(IDS[:1]), model(IDS[:1, :4]), rtol=1e-4, atol=1e-5)


def test_the_export_copy_has_three_inputs_and_the_same_weights(folder: Path) -> None:
    network = text_preset(str(folder), SHAPE)
    copy = text_preset(str(folder), EXPORT)
    assert [tensor.name for tensor in copy.inputs] == list(EXPORT_INPUTS)
    assert [weight.path for weight in copy.weights] == [weight.path for weight in network.weights]
    copy.set_weights(network.get_weights())
    mask = np.not_equal(IDS, 0).astype("int32")
    logits = copy([IDS, mask, np.zeros_like(IDS)])
    np.testing.assert_allclose(logits, network(IDS), rtol=1e-4, atol=1e-5)


def test_backbone_is_one_layer_without_the_pooler(folder: Path) -> None:
    model = text_preset(str(folder), SHAPE)
    layer = backbone(model)
    assert isinstance(layer, keras.Model)
    assert not [weight.path for weight in layer.weights if "pooled" in weight.path]
    factors = layer_multipliers(layer, decay=0.5)
    assert set(factors) == {weight.path for weight in layer.trainable_weights}
    kernel = "self_attention_layer/query/kernel"
    order = ["token_embedding/embeddings", *(f"transformer_layer_{n}/{kernel}" for n in (0, 1))]
    rates = [factors[name] for name in order]
    assert rates == sorted(rates) and len(set(rates)) == 3 and rates[-1] == 1.0


def test_a_trained_model_is_saved_and_loaded(folder: Path, tmp_path: Path) -> None:
    model = text_preset(str(folder), dataclasses.replace(SHAPE, word_dropout=0.2))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(IDS), model(IDS), rtol=1e-5, atol=1e-6)


def test_word_dropout_hides_tokens_in_training_only(folder: Path) -> None:
    model = text_preset(str(folder), dataclasses.replace(SHAPE, word_dropout=0.9, dropout=0.0))
    backbone(model).get_layer("embeddings_dropout").rate = 0.0
    plain = text_preset(str(folder), dataclasses.replace(SHAPE, dropout=0.0))
    plain.set_weights(model.get_weights())
    np.testing.assert_allclose(model(IDS), plain(IDS), rtol=1e-5, atol=1e-6)
    hidden = np.where(IDS >= 2, SHAPE.unknown_id, IDS)
    layer = next(each for each in model.layers if type(each).__name__ == "WordDropout")
    drawn = np.asarray(layer(np.tile(IDS, (50, 1)), training=True))
    assert 0.8 < np.mean(drawn[:, :4] == np.tile(hidden, (50, 1))[:, :4]) < 1


def test_logits_are_float32_under_mixed_precision(folder: Path) -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = text_preset(str(folder), SHAPE)
    finally:
        keras.config.set_dtype_policy("float32")
    assert backbone(model).get_layer("transformer_layer_0").compute_dtype == "bfloat16"
    assert model(IDS).dtype == "float32"
    exact = text_preset(str(folder), SHAPE)
    exact.set_weights(model.get_weights())
    np.testing.assert_allclose(model(IDS), exact(IDS), atol=0.1)


def test_a_backbone_without_segments_has_the_same_inputs(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    keras_hub.models.DistilBertBackbone(
        vocabulary_size=len(TOKENS), num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=16
    ).save_to_preset(str(tmp_path))
    network, copy = text_preset(str(tmp_path), SHAPE), text_preset(str(tmp_path), EXPORT)
    copy.set_weights(network.get_weights())
    logits = copy([IDS, np.not_equal(IDS, 0).astype("int32"), np.zeros_like(IDS)])
    np.testing.assert_allclose(logits, network(IDS), rtol=1e-4, atol=1e-5)


def test_vocabulary_and_longest_text(folder: Path, hugging_face: Path, tmp_path: Path) -> None:
    for each in (folder, hugging_face):
        assert preset_vocabulary(str(each)) == (tuple(TOKENS), True)
        assert preset_max_length(str(each)) == MAX_LENGTH
    assert preset_vocabulary(str(write_keras_hub(tmp_path, lowercase=False)))[1] is False


def test_what_does_not_load_is_named(tmp_path: Path) -> None:
    for function in (preset_vocabulary, preset_max_length, lambda name: text_preset(name, SHAPE)):
        with pytest.raises(ConfigError, match=r"nothing_here.*Hugging Face folder"):
            function(str(tmp_path / "nothing_here"))


def test_other_tokenizers_are_refused(tmp_path: Path) -> None:
    words = {"<|endoftext|>": 0, "a": 1, "b": 2, "ab": 3}
    tokenizer = keras_hub.tokenizers.GPT2Tokenizer(vocabulary=words, merges=["a b"])
    tokenizer.save_to_preset(str(tmp_path))
    keras_hub.models.GPT2Backbone(
        vocabulary_size=4, num_layers=1, num_heads=1, hidden_dim=4, intermediate_dim=4
    ).save_to_preset(str(tmp_path))
    with pytest.raises(ConfigError, match=r"GPT2Tokenizer.*DistilBERT and ELECTRA work"):
        preset_vocabulary(str(tmp_path))


def test_padding_must_be_token_0(tmp_path: Path) -> None:
    moved = ["[UNK]", "[PAD]", *TOKENS[2:]]
    with pytest.raises(ConfigError, match=r"\[PAD\] at 1"):
        preset_vocabulary(str(write_keras_hub(tmp_path, tokens=moved)))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"width": 2.0}, "width, depth and kernel"),
        ({"vectors": np.zeros((21, 4), "float32")}, "omit word_vectors"),
        ({"vocabulary_size": 20_000}, "omit tokenizer"),
        ({"length": 64}, f"Set max_length={MAX_LENGTH}"),
        ({"for_export": True}, "set max_length"),
    ],
)
def test_what_a_preset_cannot_give(folder: Path, changed: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        text_preset(str(folder), dataclasses.replace(SHAPE, **changed))  # type: ignore[arg-type]


def test_a_picture_backbone_is_refused(tmp_path: Path) -> None:
    keras_hub.models.ViTBackbone(
        image_shape=(32, 32, 3), patch_size=16, num_layers=1, num_heads=1, hidden_dim=4, mlp_dim=4
    ).save_to_preset(str(tmp_path))
    with pytest.raises(ConfigError, match=r"ViTBackbone.*not an encoder of one padded text"):
        text_preset(str(tmp_path), SHAPE)
