"""Options by name: described, read again, replaced, and refused."""

from __future__ import annotations

import json
from collections import UserDict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kerasapps.config import ImageConfig, LoadConfig, ModelConfig, TrainConfig
from kerasapps.errors import BundleError, ConfigError
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION, TASKS, TEXT_CLASSIFICATION
from kerasapps.workflow.options import (
    collect_options,
    describe_options,
    option_fields,
    options_of,
    read_options,
    require_type,
    sent_options,
    with_values,
)


@pytest.mark.parametrize("task", TASKS)
def test_options_survive_json_and_no_two_share_a_name(task: str) -> None:
    options = TASKS[task].defaults
    described = json.loads(json.dumps(describe_options(options)))
    assert read_options(TASKS[task], {**described, "run": "name"}) == options
    names = [name for section in described.values() for name in section]
    assert len(names) == len(set(names))


def test_whether_there_is_a_data_service_identifies_a_run_and_not_where() -> None:
    def asked(address: str | None) -> Any:
        return {"image": ImageConfig(data_service=address)}

    here, there, none = map(asked, ("grpc://10.0.0.2:5050", "10.0.0.3:5051", None))
    described = json.loads(json.dumps(describe_options(here)))
    assert described == describe_options(there) != describe_options(none)
    assert read_options(IMAGE_CLASSIFICATION, described) == none
    assert read_options(IMAGE_CLASSIFICATION, sent_options(here)) == here  # as trials have it


def test_values_go_to_the_section_that_has_them() -> None:
    changed = with_values(
        IMAGE_CLASSIFICATION.defaults,
        {"model": "cnn", "width": 0.5, "augment": "strong", "learning_rate": 0.1},
    )
    assert (changed["model"].model, changed["model"].width) == ("cnn", 0.5)
    assert changed["image"].augment == "strong" and changed["train"].learning_rate == 0.1
    assert changed["load"] == IMAGE_CLASSIFICATION.defaults["load"]


def test_an_unknown_option_or_value_is_refused() -> None:
    options = TEXT_CLASSIFICATION.defaults
    with pytest.raises(ConfigError, match="Did you mean 'learning_rate'"):
        with_values(options, {"learning_rat": 0.1})
    with pytest.raises(ConfigError, match=r"TrainConfig\.dropout must be"):
        with_values(options, {"dropout": 2.0})


def test_options_are_collected_by_section_and_of_its_type() -> None:
    train, load = TrainConfig(epochs=3), LoadConfig()
    found = collect_options(IMAGE_CLASSIFICATION, model="cnn", train=train, load=load)
    assert found == {"model": ModelConfig(model="cnn"), "train": train, "load": load}
    whole = ModelConfig(model="cnn", width=0.5)
    assert collect_options(IMAGE_CLASSIFICATION, model=whole)["model"] is whole
    with pytest.raises(ConfigError, match=r"train must be a TrainConfig, got a dict: train=Train"):
        collect_options(IMAGE_CLASSIFICATION, model="cnn", train={"epochs": 3})
    with pytest.raises(ConfigError, match=r"image must be a ImageConfig, got a LoadConfig"):
        require_type("image", load, ImageConfig)
    assert option_fields({"load": load})["cache_mb"] == "load"


def test_what_is_described_is_plain_and_equal_for_equal_options() -> None:
    weights = {"a": 2.0}
    for given in (weights, UserDict(weights)):
        described = describe_options({"train": TrainConfig(class_weights=given)})
        assert described["train"]["class_weights"] == weights
    often = describe_options({"train": TrainConfig(checkpoint_minutes=1)})
    assert often == describe_options({"train": TrainConfig()})  # it is the same run
    described = describe_options(TEXT_CLASSIFICATION.defaults)
    assert described["export"]["quantization"] == ["float32", "float16", "dynamic", "int8"]


def test_settings_of_another_version_are_refused_by_the_bundles_name() -> None:
    settings = describe_options(TEXT_CLASSIFICATION.defaults)
    manifest: Any = SimpleNamespace(settings=settings, folder=Path("a/bundle"))
    assert options_of(TEXT_CLASSIFICATION, manifest) == TEXT_CLASSIFICATION.defaults
    for train in ({"epochs": 0}, {"speed": 3}):
        manifest.settings = {**settings, "train": train}
        with pytest.raises(BundleError, match=r"a/bundle/bundle\.json has settings that this"):
            options_of(TEXT_CLASSIFICATION, manifest)
