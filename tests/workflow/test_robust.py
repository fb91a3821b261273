"""Attacks and noise that cannot be, refused before data are read."""

from __future__ import annotations

from typing import Any

import pytest

from kerasapps.config import CompressConfig, ModelConfig, RobustConfig
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.labels.answer import LABELS
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.outputs.several.answer import SEVERAL
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TASKS, TEXT_CLASSIFICATION
from kerasapps.workflow.robust import check_robust, robust_of
from kerasapps.workflow.suitable import able_models

PICTURES = {**IMAGE_CLASSIFICATION.defaults, "robust": RobustConfig(adversarial=0.1)}
TEXTS = {
    **TEXT_CLASSIFICATION.defaults,
    "model": ModelConfig(model="text_cnn"),
    "robust": RobustConfig(adversarial=0.1),
}


def test_tasks_have_what_they_serve() -> None:
    assert {name for name, task in TASKS.items() if "robust" in task.sections} == {
        "image_classification",
        "text_classification",
    }
    assert robust_of({}) == RobustConfig()


def test_texts_are_attacked_and_not_corrupted() -> None:
    check_robust(TEXT_CLASSIFICATION, TEXTS)
    options = {**TEXTS, "robust": RobustConfig(corruptions=True)}
    with pytest.raises(ConfigError, match=r"RobustConfig\.corruptions does not go with texts"):
        check_robust(TEXT_CLASSIFICATION, options)


def test_fine_tuning_for_int8_is_refused_beside_attacks_in_training() -> None:
    options = {**PICTURES, "compress": CompressConfig(qat=True)}
    with pytest.raises(ConfigError, match="exclude each other"):
        check_robust(IMAGE_CLASSIFICATION, options)
    judged = {**options, "robust": RobustConfig(attack=0.1, corruptions=True)}
    check_robust(IMAGE_CLASSIFICATION, judged)


@pytest.mark.parametrize("answer", [NUMBERS, SEVERAL])
def test_what_is_neither_right_nor_wrong_is_refused(answer: Any) -> None:
    named = {**PICTURES, "model": ModelConfig(model="cnn")}
    for options, task in ((named, IMAGE_CLASSIFICATION), (TEXTS, TEXT_CLASSIFICATION)):
        for fitting in (CLASSES, LABELS):
            task.planning.plan_training(options, answer=fitting)
        with pytest.raises(
            ConfigError, match=r"RobustConfig\.adversarial is for one class or a set"
        ):
            task.planning.plan_training(options, answer=answer)


def test_texts_need_word_vectors_and_a_gradient_to_them() -> None:
    counted = {**TEXTS, "model": ModelConfig(model="bag_of_ngrams")}
    with pytest.raises(ConfigError, match=r"counts runs of words.*such as text_cnn"):
        TEXT_CLASSIFICATION.planning.plan_training(counted)
    preset = {**TEXTS, "model": ModelConfig(model="preset:bert_tiny")}
    with pytest.raises(ConfigError, match="has its own: choose another"):
        TEXT_CLASSIFICATION.planning.plan_training(preset)
    assert "bag_of_ngrams" not in able_models(TEXT_CLASSIFICATION, TEXTS)
    assert "text_cnn" in able_models(TEXT_CLASSIFICATION, TEXTS)
