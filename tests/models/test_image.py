"""Image classifiers by name: what is asked for reaches the builder."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import Any

import pytest

from kerasapps.config import ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.models import image
from kerasapps.models.image import IMAGE_MODELS, ImageModel, build_image_model, find_image_model
from tests.models.describe import known_sections, registry
from tests.values import kinds_of

GIVEN = {"input_shape": (32, 32, 3), "num_classes": 4}


def asked(config: ModelConfig, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Any:
    """What the builder `cnn`, or that of presets, was called with."""

    def build(*arguments: Any, kernel: int = 3, **named: Any) -> Any:
        return arguments, named | {"kernel": kernel}

    models = dict(IMAGE_MODELS) | {"cnn": dataclasses.replace(IMAGE_MODELS["cnn"], build=build)}
    monkeypatch.setattr(image, "IMAGE_MODELS", MappingProxyType(models))
    monkeypatch.setattr(image, "preset", build)
    return build_image_model(config, **GIVEN, **options)


def test_what_is_left_open_is_the_builders(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, named = asked(ModelConfig(model="cnn", width=0.5, depth=2.0), monkeypatch)
    assert arguments == () and named == GIVEN | {"width": 0.5, "depth": 2.0, "kernel": 3}
    config = ModelConfig(model="cnn", kernel=7)
    _, named = asked(config, monkeypatch, dropout=0.0)
    assert named == GIVEN | {"width": 1.0, "depth": 1.0, "kernel": 7, "dropout": 0.0}


def test_presets_have_a_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, named = asked(ModelConfig(model="preset:x"), monkeypatch, dropout=0.5)
    assert arguments == ("x",) and named == GIVEN | {"dropout": 0.5, "kernel": 3}


def test_names() -> None:
    assert find_image_model("vit") is IMAGE_MODELS["vit"]
    with pytest.raises(ConfigError, match=r"ModelConfig\.model 'vitt' .*'vit'"):
        find_image_model("vitt")
    plain = ImageModel(lambda: None, "conv", 1)
    assert (plain.learning_rate, plain.space) == (None, "conv_images")
    assert kinds_of(image) == {"ImageModel": "frozen"}


def test_how_each_is_trained_where_nobody_says() -> None:
    known = known_sections()["registry"][: len(IMAGE_MODELS)]
    assert registry()[: len(IMAGE_MODELS)] == known
    assert [line.split()[0] for line in known] == list(IMAGE_MODELS)
