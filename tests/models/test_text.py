"""Text classifiers by name: what is asked for reaches the builder."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import Any

import pytest

from kerasapps.config import ModelConfig
from kerasapps.errors import ConfigError
from kerasapps.models import text
from kerasapps.models.text import TEXT_MODELS, TextModel, build_text_model, find_text_model
from kerasapps.models.text_common import TextShape
from tests.models.describe import known_sections, registry
from tests.values import kinds_of

SHAPE = TextShape(vocabulary_size=20, num_classes=2, width=9.0, depth=9.0, kernel=9, dropout=0.5)


def asked(config: ModelConfig, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the builder `text_cnn`, or that of presets, was called with."""

    def build(*arguments: Any, kernel: int = 3) -> Any:
        return arguments

    models = dict(TEXT_MODELS)
    models["text_cnn"] = dataclasses.replace(models["text_cnn"], build=build)
    monkeypatch.setattr(text, "TEXT_MODELS", MappingProxyType(models))
    monkeypatch.setattr(text, "text_preset", build)
    return build_text_model(config, SHAPE)


def test_width_depth_and_kernel_are_the_configs(monkeypatch: pytest.MonkeyPatch) -> None:
    (shape,) = asked(ModelConfig(model="text_cnn", width=0.5, depth=2.0, kernel=7), monkeypatch)
    assert shape == dataclasses.replace(SHAPE, width=0.5, depth=2.0, kernel=7)
    name, shape = asked(ModelConfig(model="preset:x"), monkeypatch)
    assert (name, shape) == ("x", dataclasses.replace(SHAPE, width=1.0, depth=1.0, kernel=None))


def test_names() -> None:
    assert find_text_model("gru") is TEXT_MODELS["gru"]
    with pytest.raises(ConfigError, match=r"ModelConfig\.model 'grru' .*'gru'"):
        find_text_model("grru")
    plain = TextModel(lambda shape: None, "conv", 1)
    assert (plain.learning_rate, plain.longest, plain.space) == (None, 512, "recurrent")
    assert kinds_of(text) == {"TextModel": "frozen"}


def test_how_each_is_trained_where_nobody_says() -> None:
    names = list(TEXT_MODELS)
    lines = [line for line in registry() if line.split()[0] in names and "warmup=" not in line]
    known = [line for line in known_sections()["registry"] if line in lines]
    assert lines == known and [line.split()[0] for line in lines] == names
