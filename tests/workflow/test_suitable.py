"""Which models can take options, before any data is read."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from kerasapps.config import ModelConfig, TrainConfig, TuneConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TRANSLATION
from kerasapps.workflow.options import collect_options
from kerasapps.workflow.steps import Options
from kerasapps.workflow.suitable import (
    able_models,
    checked_options,
    is_open,
    open_options,
    searched_options,
    suitable_models,
)
from kerasapps.workflow.task import Task
from tests.recipes.image_classification.test_choosing import splits_of


def task_with(*auto: str) -> Task:
    """Pictures, with a choice of our own."""
    architectures = dataclasses.replace(IMAGE_CLASSIFICATION.architectures, auto=auto)
    return dataclasses.replace(IMAGE_CLASSIFICATION, architectures=architectures)


def options_with(**model: Any) -> Options:
    return {**IMAGE_CLASSIFICATION.defaults, "model": ModelConfig(**model)}


TASK = task_with("mlp", "cnn")


def test_the_model_is_open_unless_it_or_those_of_a_search_are_named() -> None:
    assert is_open(options_with(), None) and is_open(options_with(), TuneConfig())
    assert not is_open(options_with(model="cnn"), None)
    assert not is_open(options_with(), TuneConfig(models=("cnn",)))


def test_models_that_cannot_take_the_options_are_left_out() -> None:
    assert able_models(TASK, options_with()) == ("mlp", "cnn")
    assert able_models(TASK, options_with(kernel=5)) == ("cnn",)


def test_an_option_that_keeps_what_suits_from_being_taken_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    task, photos = task_with("efficientnet_lite0", "mlp", "cnn"), splits_of(500)
    suitable = suitable_models(task, photos, options_with(width=2.0))
    assert suitable.names == ("mlp",) and suitable.reason.endswith(
        "which a pretrained backbone suits, but not here: width cannot change a pretrained model "
        "(efficientnet_lite0): omit it."
    )
    assert capsys.readouterr().err == ""  # the reason is told
    tiny = {**options_with(), "train": TrainConfig(head_epochs=2)}
    suitable = suitable_models(task, splits_of(32), tiny)
    assert suitable.names == ("efficientnet_lite0",)
    assert "but not here: TrainConfig.head_epochs is for a pretrained" in suitable.reason
    suitable = suitable_models(task, splits_of(32), options_with(kernel=5))
    assert suitable.names == ("cnn",) and "not here" not in suitable.reason
    told = capsys.readouterr().err
    assert "Model mlp is left out: mlp has no choice of kernels" in told


def test_where_none_can_take_them_each_says_why() -> None:
    transfer = {**options_with(), "train": TrainConfig(head_epochs=2)}
    with pytest.raises(ConfigError) as refused:
        able_models(TASK, transfer)
    for words in (
        "chooses among mlp, cnn, and none",
        "mlp: TrainConfig.head_epochs is for",
        "cnn:",
    ):
        assert words in str(refused.value)


def test_what_is_not_about_models_is_said_once() -> None:
    options = {**options_with(), "train": TrainConfig(ema=0.9, average_checkpoints=3)}
    with pytest.raises(ConfigError, match=r"^TrainConfig\.ema and TrainConfig\.average"):
        able_models(TASK, options)


def test_options_stay_open_until_the_data_are_read() -> None:
    options = options_with()
    assert open_options(TASK, options, None) is options
    judged = open_options(TASK, options, TuneConfig(objective="val_macro_f1"))
    assert judged["model"].model == "auto" and judged["train"].monitor == "macro_f1"
    with pytest.raises(ConfigError, match="objective 'val_bleu' is not known"):
        open_options(TASK, options, TuneConfig(objective="val_bleu"))
    with pytest.raises(ConfigError, match="tune must be a TuneConfig"):
        open_options(TASK, options, {"trials": 2})  # type: ignore[arg-type]
    assert checked_options(TASK, options, None)["model"].model == "auto"
    assert checked_options(TASK, options_with(model="cnn"), None)["model"].model == "cnn"


def test_a_search_is_among_those_that_suit() -> None:
    options, tune = searched_options(TASK, options_with(), TuneConfig(trials=3), ["cnn", "mlp"])
    assert options["model"].model == "cnn"
    assert tune == TuneConfig(trials=3, models=("cnn", "mlp"))


def test_a_task_that_leaves_nothing_to_the_data_has_its_usual_model() -> None:
    options = collect_options(TRANSLATION, model=ModelConfig(width=0.5))
    assert options["model"] == ModelConfig(model="transformer", width=0.5)
    assert collect_options(TASK, model="auto")["model"].model == "auto"


def test_auto_is_no_architecture_to_search_among() -> None:
    with pytest.raises(ConfigError, match="'auto' is no architecture"):
        TuneConfig(models=("cnn", "auto"))
