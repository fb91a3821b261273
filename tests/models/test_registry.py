from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import kerasapps.models
from kerasapps.config import (
    IMAGE_ARCHITECTURES,
    TEXT_ARCHITECTURES,
    TRANSLATION_ARCHITECTURES,
    ModelConfig,
)
from kerasapps.errors import ConfigError
from kerasapps.models import (
    IMAGE_MODELS,
    TEXT_MODELS,
    TRANSLATION_MODELS,
    TextShape,
    TranslatorShape,
    adapt,
    backbone,
    build_image_model,
    build_text_model,
    build_translator,
    find_text_model,
    image_model_facts,
    text_model_facts,
    translation_model_facts,
)

_TEXTS = TextShape(vocabulary_size=50, num_classes=3)
_PAIRS = TranslatorShape(
    source_vocabulary=50, target_vocabulary=50, joint=True, max_source=9, max_target=6
)


def _build(**options: Any) -> Any:
    return build_image_model(ModelConfig(**options), input_shape=(32, 32, 3), num_classes=3)


def test_public_names() -> None:
    # Their order is ruff's to check (RUF022).
    assert len(set(kerasapps.models.__all__)) == len(kerasapps.models.__all__)
    assert all(hasattr(kerasapps.models, name) for name in kerasapps.models.__all__)


def test_the_names_that_are_known_beforehand_are_those_of_the_registries() -> None:
    assert set(IMAGE_ARCHITECTURES.names) == set(IMAGE_MODELS)
    assert set(TEXT_ARCHITECTURES.names) == set(TEXT_MODELS)
    assert set(TRANSLATION_ARCHITECTURES.names) == set(TRANSLATION_MODELS)


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
    for changed in ({"width": 0.5}, {"depth": 2.0}, {"kernel": 5}):
        with pytest.raises(ConfigError, match="width, depth and kernel"):
            _build(model="preset:anything", **changed)


@pytest.mark.parametrize("name", ["cnn", "fast_resnet", "mobile_cnn"])
def test_kernels_of_pictures(name: str) -> None:
    own, same, large = (_build(model=name, width=0.25, kernel=side) for side in (None, 3, 5))
    assert own.count_params() == same.count_params() < large.count_params()
    assert large.output_shape == (None, 3)


def test_kernels_of_texts() -> None:
    windows = build_text_model(ModelConfig(model="text_cnn", kernel=2), _TEXTS)
    assert windows.get_layer("conv2").kernel_size == (2,)
    assert not [layer for layer in windows.layers if layer.name == "conv5"]
    plain = build_text_model(ModelConfig(model="cnn_lstm"), _TEXTS)
    assert plain.get_layer("conv").kernel_size == (5,)
    wide = build_text_model(ModelConfig(model="cnn_lstm", kernel=7), _TEXTS)
    assert wide.get_layer("conv").kernel_size == (7,)


def test_a_kernel_is_refused_where_there_is_none_to_choose() -> None:
    with pytest.raises(ConfigError, match="vit has no choice of kernels: choose cnn or"):
        _build(model="vit", kernel=5)
    with pytest.raises(ConfigError, match="gru has no choice of kernels: choose cnn_lstm or text_"):
        build_text_model(ModelConfig(model="gru", kernel=5), _TEXTS)
    with pytest.raises(ConfigError, match="transformer has no choice of kernels: leave kernel out"):
        build_translator(ModelConfig(model="transformer", kernel=5), _PAIRS)


def test_facts_are_the_defaults_of_the_builders() -> None:
    facts = image_model_facts("mobile_cnn")
    assert (facts.space, facts.own) == ("conv_images", {"dropout": 0.2, "kernel": 3})
    model = _build(model="alexnet", width=0.25)
    assert model.get_layer("head_dropout").rate == image_model_facts("alexnet").own["dropout"]
    own = text_model_facts("lstm").own
    text = build_text_model(ModelConfig(model="lstm"), _TEXTS)
    assert text.get_layer("head_dropout").rate == own["dropout"]
    assert text.get_layer("word_dropout").rate == own["word_dropout"]
    tiny = ModelConfig(model="transformer_base", width=0.2, depth=0.1)
    assert translation_model_facts(tiny.model).own == {"dropout": 0.1}
    assert build_translator(tiny, _PAIRS).drop.rate == 0.1
    assert image_model_facts("preset:any").own == {"dropout": 0.2}
    assert text_model_facts("preset:any").own == {"dropout": 0.1}
    with pytest.raises(ConfigError, match="Did you mean 'resnet'"):
        image_model_facts("resnt")


def test_adapt_leaves_models_without_such_layers_alone() -> None:
    model = IMAGE_MODELS["cnn"].build(input_shape=(16, 16, 1), num_classes=2, width=0.25)
    before = [np.array(weight) for weight in model.weights]
    adapt(model, np.zeros((3, 16, 16, 1), np.uint8))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.weights, strict=True))


def test_models_from_scratch_have_no_backbone() -> None:
    model = IMAGE_MODELS["mlp"].build(input_shape=(16, 16, 1), num_classes=2, width=0.25)
    assert backbone(model) is None


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
    with pytest.raises(ConfigError, match="width, depth and kernel"):
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
