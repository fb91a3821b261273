"""Networks that classify texts: what is asked for reaches the builder."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from kerasapps.config import ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.models import TextShape
from kerasapps.recipes.text_classification.architectures import ARCHITECTURES, build_classifier

SHAPE = TextShape(vocabulary_size=50, num_classes=3)


def build(**options: Any) -> Any:
    return build_classifier(ModelConfig(**options), SHAPE)


def test_there_are_those_of_old_and_new() -> None:
    assert ARCHITECTURES.names == (
        "bag_of_embeddings", "bag_of_ngrams", "bilstm", "cnn_lstm", "gru", "lstm",
        "lstm_attention", "rnn", "text_cnn", "transformer",
    )  # fmt: skip
    assert isinstance(ARCHITECTURES.known, MappingProxyType)
    for name, each in ARCHITECTURES.known.items():
        assert each.build.__name__ == name
        # What is unrolled for export grows with every token.
        unrolled = each.builder.startswith("kerasapps.models.recurrent.")
        assert 128 <= each.limits["longest"] <= (192 if unrolled else 1024)


def test_width_and_depth_are_the_configs() -> None:
    model = build(model="bag_of_embeddings", width=0.5, depth=1.5)
    assert model.name == "bag_of_embeddings" and model.output_shape == (None, 3)
    assert model.get_layer("hidden3").units == 64
    defaults = ARCHITECTURES.find("lstm").defaults
    plain = build(model="lstm")
    assert plain.get_layer("head_dropout").rate == defaults["dropout"]
    assert plain.get_layer("word_dropout").rate == defaults["word_dropout"]


def test_kernels() -> None:
    windows = build(model="text_cnn", kernel=2)
    assert windows.get_layer("conv2").kernel_size == (2,)
    assert not [layer for layer in windows.layers if layer.name == "conv5"]
    assert build(model="cnn_lstm").get_layer("conv").kernel_size == (5,)
    assert build(model="cnn_lstm", kernel=7).get_layer("conv").kernel_size == (7,)
    with pytest.raises(ConfigError, match="no choice of kernels: choose bag_of_ngrams or cnn"):
        build(model="gru", kernel=5)


def test_unknown_names_and_changed_presets_are_refused() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'bilstm'"):
        build(model="bilstn")
    with pytest.raises(ConfigError, match="text_cnn"):
        build(model="mobile_cnn")
    with pytest.raises(ConfigError, match=r"^depth cannot change a pretrained"):
        build(model="preset:anything", depth=2.0)
