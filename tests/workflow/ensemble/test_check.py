"""Ensembles that could not be trained, or not ship as they were asked for, are refused at once."""

from __future__ import annotations

import re
from typing import Any

import pytest

import kerasapps
from kerasapps.cli.options import in_options
from kerasapps.config import (
    CompressConfig,
    ImageConfig,
    ModelConfig,
    RepeatConfig,
    TrainConfig,
    TuneConfig,
)
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TASKS
from kerasapps.workflow.ensemble.check import check_ensemble

WHOLE, DISTILLED = RepeatConfig(ensemble=3), RepeatConfig(ensemble=3, ensemble_as="distilled")
TAUGHT = CompressConfig(teacher="runs/first")


def check(name: str, repeat: RepeatConfig, *, own_loss: bool = False, **sections: Any) -> None:
    task = TASKS[name]
    sections.setdefault("model", ModelConfig(model=task.architectures.names[-1]))
    check_ensemble(task, {**task.defaults, **sections}, repeat, own_loss=own_loss)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_every_task_ships_a_mean_or_says_that_it_does_not(name: str) -> None:
    check(name, RepeatConfig())
    if TASKS[name].ensembles:
        check(name, WHOLE)
    else:
        with pytest.raises(ConfigError, match=f"ensemble does not go with {TASKS[name].noun}"):
            check(name, WHOLE)
    if "distilled" in TASKS[name].ensembles:
        check(name, DISTILLED)
    elif TASKS[name].ensembles:
        with pytest.raises(ConfigError, match="ensemble_as distilled does not go with"):
            check(name, DISTILLED)


@pytest.mark.parametrize(
    ("sections", "named"),
    [
        ({"compress": CompressConfig(qat=True)}, "qat is for a single network"),
        ({"compress": CompressConfig(prune_share=0.5)}, "prune_share is for a single network"),
        ({"model": ModelConfig(model="cnn", size_budget_kb=90)}, "size_budget_kb is for a single"),
        ({"image": ImageConfig(explain_signature=True)}, "explain_signature is for a single"),
    ],
)
def test_what_is_of_one_network_goes_with_a_distilled_one(
    sections: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        check("image_classification", WHOLE, **sections)
    check("image_classification", DISTILLED, **sections)


def test_a_network_has_one_teacher(tmp_path: Any) -> None:
    taught = CompressConfig(teacher=str(tmp_path))
    check("text_classification", WHOLE, compress=taught)
    with pytest.raises(ConfigError, match="has the ensemble for a teacher"):
        check("text_classification", DISTILLED, compress=taught)
    check("text_classification", WHOLE, own_loss=True)
    with pytest.raises(ConfigError, match="what an ensemble teaches"):
        check("text_classification", DISTILLED, own_loss=True)


def test_networks_that_are_computed_are_no_ensemble() -> None:
    with pytest.raises(ConfigError, match="bag_of_ngrams computes most of itself"):
        check("text_classification", WHOLE, model=ModelConfig(model="bag_of_ngrams"))
    with pytest.raises(ConfigError, match="name a model, as auto may choose bag_of_ngrams"):
        check("text_classification", WHOLE, model=ModelConfig(model="auto"))
    check("image_classification", WHOLE, model=ModelConfig(model="auto"))


def test_a_call_is_refused_before_its_data_are_read() -> None:
    with pytest.raises(ConfigError, match="ensemble is for a training, not for a search"):
        kerasapps.train_text_classifier("none", repeat=WHOLE, tune=TuneConfig(trials=2))
    with pytest.raises(ConfigError, match="bag_of_ngrams"):
        kerasapps.train_text_classifier("none", repeat=WHOLE, model="bag_of_ngrams")
    with pytest.raises(kerasapps.DataError, match="none"):
        kerasapps.train_text_classifier("none", repeat=WHOLE, model="text_cnn")


def test_numbers_of_networks_are_checked() -> None:
    with pytest.raises(ConfigError, match=r"ensemble must be a whole number from 2 to 20"):
        RepeatConfig(ensemble=1)
    with pytest.raises(ConfigError, match="ensemble_as must be left out where there is no"):
        RepeatConfig(ensemble_as="one")
    with pytest.raises(ConfigError, match="ensemble_of must be left out where there is no"):
        RepeatConfig(ensemble_of="folds")
    with pytest.raises(ConfigError, match=r"ensemble_of 'parts' is not known\. Known: seeds"):
        RepeatConfig(ensemble=2, ensemble_of="parts")
    assert RepeatConfig(ensemble=2).asked == {"ensemble": 2}
    assert RepeatConfig(ensemble=2, ensemble_of="folds").deals
    assert not RepeatConfig(ensemble=2, ensemble_of="seeds").deals


@pytest.mark.parametrize(
    ("name", "repeat", "sections", "named"),
    [
        ("text_classification", WHOLE, {"model": ModelConfig(model="bag_of_ngrams")}, "--ensemble"),
        ("image_classification", WHOLE, {"compress": CompressConfig(qat=True)}, "--qat"),
        ("audio_classification", WHOLE, {"audio": AudioConfig(streaming=True)}, "--streaming"),
        ("text_classification", DISTILLED, {"compress": TAUGHT}, "--teacher"),
        ("translation", WHOLE, {}, "--ensemble"),
    ],
)
def test_a_command_line_reads_what_was_typed(
    name: str, repeat: RepeatConfig, sections: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        check(name, repeat, **sections)
    said = in_options(str(caught.value))
    assert f"leave {named} out" in said or said.startswith(f"{named} does not go")
    assert not re.search(r"Config\.", said)


def test_the_last_network_has_a_seed() -> None:
    check("image_classification", WHOLE, train=TrainConfig(seed=2**31 - 3))
    with pytest.raises(ConfigError, match=rf"TrainConfig.seed {2**31 - 1} on, and {2**31 - 1} is"):
        check("image_classification", WHOLE, train=TrainConfig(seed=2**31 - 1))
