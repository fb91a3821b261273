"""Networks that classify pictures: what is asked for reaches the builder."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from kerasapps.config import ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.image_classification.architectures import ARCHITECTURES, build_classifier

GIVEN = {"input_shape": (32, 32, 3), "num_classes": 3}


def build(**options: Any) -> Any:
    return build_classifier(ModelConfig(**options), input_shape=(32, 32, 3), num_classes=3)


def test_there_are_those_of_old_and_new() -> None:
    assert ARCHITECTURES.names == (
        "alexnet", "cnn", "densenet", "fast_resnet", "inception", "mlp", "mobile_cnn", "resnet",
        "resnet8", "vgg", "vit",
    )  # fmt: skip
    assert isinstance(ARCHITECTURES.known, MappingProxyType)
    families = {each.family for each in ARCHITECTURES.known.values()}
    assert families == {"conv", "depthwise", "attention", "dense"}


def test_width_depth_and_dropout_are_the_configs() -> None:
    config = ModelConfig(model="mlp", width=0.5, depth=1.5)
    model = build_classifier(config, input_shape=(32, 32, 3), num_classes=7, dropout=0.1)
    assert model.output_shape == (None, 7)
    assert model.get_layer("hidden3").units == 256
    assert model.get_layer("head_dropout").rate == 0.1
    plain = build(model="alexnet", width=0.25)
    defaults = ARCHITECTURES.find("alexnet").defaults
    assert plain.get_layer("head_dropout").rate == defaults["dropout"]
    none = build_classifier(
        ModelConfig(model="alexnet", width=0.25), input_shape=(32, 32, 3), num_classes=3, dropout=0
    )
    assert "head_dropout" not in [layer.name for layer in none.layers]


@pytest.mark.parametrize("name", ["cnn", "fast_resnet", "mobile_cnn"])
def test_kernels(name: str) -> None:
    plain, same, large = (build(model=name, width=0.25, kernel=side) for side in (None, 3, 5))
    assert plain.count_params() == same.count_params() < large.count_params()
    assert large.output_shape == (None, 3)
    with pytest.raises(
        ConfigError, match="vit has no choice of kernels: choose cnn or fast_resnet or mobile_cnn,"
    ):
        build(model="vit", kernel=5)


def test_unknown_names_and_changed_presets_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"Did you mean 'resnet'.*preset:NAME_OR_PATH"):
        build(model="resnt")
    with pytest.raises(ConfigError, match=r"^width cannot change a pretrained"):
        build(model="preset:anything", width=0.5)
