"""What a training of sounds is refused for before any data is read."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from kerasapps.config import TrainConfig
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.labels.answer import LABELS
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.recipes.audio_classification.integer import INTEGER
from kerasapps.recipes.audio_classification.plan import plan_training
from kerasapps.recipes.audio_classification.task import TASK


@pytest.mark.parametrize("answer", [LABELS, NUMBERS], ids=["labels", "number"])
@pytest.mark.parametrize("option", [{"streaming": True}, {"threshold": 0.0}])
def test_what_hears_streams_is_of_classes(answer: Any, option: dict[str, Any]) -> None:
    options = {**TASK.defaults, "audio": AudioConfig(**option)}
    assert plan_training(options, answer=CLASSES).answer is CLASSES
    with pytest.raises(ConfigError, match=next(iter(option))):
        plan_training(options, answer=answer)
    assert plan_training(TASK.defaults, answer=answer).answer is answer


def test_options_fit_what_was_asked_for() -> None:
    options = {**TASK.defaults, "audio": AudioConfig(target_kind="number")}
    with pytest.raises(ConfigError, match="target_kind='number'"):
        plan_training(options, answer=LABELS)
    options["train"] = TrainConfig(label_smoothing=0.1)
    with pytest.raises(ConfigError, match="label_smoothing"):
        plan_training(options, answer=NUMBERS)


def test_each_answer_has_what_makes_its_int8_file() -> None:
    for place in INTEGER.values():
        module, function = place.split(":")
        assert callable(getattr(importlib.import_module(module), function))
