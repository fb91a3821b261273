from __future__ import annotations

import numpy as np
import pytest

import kerasapps.models
from kerasapps.config import ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.models import (
    IMAGE_MODELS,
    TEXT_MODELS,
    TextShape,
    adapt,
    backbone,
    build_image_model,
    build_text_model,
    find_text_model,
)


def _build(**options: object) -> object:
    return build_image_model(ModelConfig(**options), input_shape=(32, 32, 3), num_classes=3)


def test_public_names() -> None:
    # Their order is ruff's to check (RUF022).
    assert len(set(kerasapps.models.__all__)) == len(kerasapps.models.__all__)
    assert all(hasattr(kerasapps.models, name) for name in kerasapps.models.__all__)


def test_registry_holds_the_models_of_the_issue() -> None:
    assert sorted(IMAGE_MODELS) == [
        "alexnet",
        "cnn",
        "densenet",
        "fast_resnet",
        "inception",
        "mlp",
        "mobile_cnn",
        "resnet",
        "vgg",
        "vit",
    ]
    assert {entry.family for entry in IMAGE_MODELS.values()} == {"conv", "attention", "dense"}


def test_builds_by_name_with_width_depth_and_dropout() -> None:
    model = build_image_model(
        ModelConfig(model="mlp", width=0.5, depth=1.5),
        input_shape=(32, 32, 3),
        num_classes=7,
        dropout=0.1,
    )
    assert model.output_shape == (None, 7)
    assert model.get_layer("hidden3").units == 256
    assert model.get_layer("head_dropout").rate == 0.1


def test_unknown_name_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'resnet'") as raised:
        _build(model="resnt")
    assert "preset:" in str(raised.value)


def test_preset_refuses_width_and_depth() -> None:
    with pytest.raises(ConfigError, match="width and depth"):
        _build(model="preset:anything", width=0.5)
    with pytest.raises(ConfigError, match="width and depth"):
        _build(model="preset:anything", depth=2.0)


def test_adapt_leaves_models_without_such_layers_alone() -> None:
    model = IMAGE_MODELS["cnn"].build(input_shape=(16, 16, 1), num_classes=2, width=0.25)
    before = [np.array(weight) for weight in model.weights]
    adapt(model, np.zeros((3, 16, 16, 1), np.uint8))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.weights, strict=True))


def test_models_from_scratch_have_no_backbone() -> None:
    model = IMAGE_MODELS["mlp"].build(input_shape=(16, 16, 1), num_classes=2, width=0.25)
    assert backbone(model) is None


_TEXTS = TextShape(vocabulary_size=50, num_classes=3)


def test_registry_holds_the_text_models_of_the_issue() -> None:
    assert sorted(TEXT_MODELS) == [
        "bag_of_embeddings",
        "bag_of_ngrams",
        "bilstm",
        "cnn_lstm",
        "gru",
        "lstm",
        "lstm_attention",
        "rnn",
        "text_cnn",
        "transformer",
    ]
    for name, entry in TEXT_MODELS.items():
        assert entry.build.__name__ == name
        # What is unrolled for export grows with every token.
        recurrent = name in ("bilstm", "cnn_lstm", "gru", "lstm", "lstm_attention", "rnn")
        assert 128 <= entry.longest <= (192 if recurrent else 1024)


def test_text_models_are_built_by_name_with_width_and_depth() -> None:
    model = build_text_model(ModelConfig(model="bag_of_embeddings", width=0.5, depth=1.5), _TEXTS)
    assert model.name == "bag_of_embeddings" and model.output_shape == (None, 3)
    assert model.get_layer("hidden3").units == 64
    with pytest.raises(ConfigError, match="Did you mean 'bilstm'"):
        build_text_model(ModelConfig(model="bilstn"), _TEXTS)


def test_images_and_texts_have_names_of_their_own() -> None:
    assert not set(IMAGE_MODELS) & set(TEXT_MODELS)
    with pytest.raises(ConfigError, match="text_cnn"):
        find_text_model("mobile_cnn")


def test_a_text_preset_refuses_width_and_depth() -> None:
    with pytest.raises(ConfigError, match="width and depth"):
        build_text_model(ModelConfig(model="preset:anything", depth=2.0), _TEXTS)


def test_adapt_spreads_the_examples_it_takes() -> None:
    pictures = np.zeros((40, 16, 16, 3), np.uint8)
    pictures[20:] = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3))
    spread = IMAGE_MODELS["fast_resnet"].build(input_shape=(16, 16, 3), num_classes=2, width=0.25)
    adapt(spread, pictures, limit=10)
    whole = IMAGE_MODELS["fast_resnet"].build(input_shape=(16, 16, 3), num_classes=2, width=0.25)
    adapt(whole, pictures[::4])
    kernels = [np.abs(model.get_layer("whiten").kernel) for model in (spread, whole)]
    np.testing.assert_array_equal(*kernels)
