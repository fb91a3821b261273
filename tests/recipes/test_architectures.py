"""What holds for the architectures of every task there is."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from typing import get_args

import pytest

from kerasapps.config import AUTO, Architecture, Family, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import TASKS
from kerasapps.tuning.space_checks import searchable_options
from kerasapps.tuning.spaces import Candidate, default_space
from kerasapps.workflow.task import Task

# Options that are left open where nobody says, as a search finds them.
OPEN = {
    "batch_size": 64, "batch_tokens": 2048, "beta_2": 0.9, "dropout": 0.2, "head_epochs": 2,
    "kernel": 3, "label_smoothing": 0.1, "learning_rate": 1e-3, "weight_decay": 0.01,
    "word_dropout": 0.2,
}  # fmt: skip
EVERY = [
    pytest.param(task, name, architecture, id=f"{task.name}-{name}")
    for task in TASKS.values()
    for name, architecture in {
        **task.architectures.known,
        **dict.fromkeys(
            ("preset:any", *task.architectures.pretrained) if task.architectures.preset else (),
            task.architectures.preset,
        ),
    }.items()
]


@pytest.mark.parametrize(("task", "name", "architecture"), EVERY)
def test_how_it_is_trained_can_be(task: Task, name: str, architecture: Architecture) -> None:
    assert callable(architecture.build) and architecture.builder.startswith("kerasapps.models.")
    assert architecture.family in get_args(Family) and architecture.minutes >= 1
    TrainConfig(**architecture.training)
    assert all(isinstance(limit, int) and limit > 0 for limit in architecture.limits.values())
    assert task.architectures.find(name) is architecture


@pytest.mark.parametrize(("task", "name", "architecture"), EVERY)
def test_every_value_of_its_space_is_a_value_of_an_option(
    task: Task, name: str, architecture: Architecture
) -> None:
    options = {key: each for key, each in task.defaults.items() if key not in ("load", "export")}
    known = searchable_options(*options.values())
    values = {key: getattr(config, key) for key, config in known.items()}
    starts = {key: OPEN.get(key) if value is None else value for key, value in values.items()}
    space = default_space(
        [Candidate(name, architecture.space, {**starts, **architecture.defaults})]
    )
    assert {"learning_rate", "weight_decay"} <= {each.name for each in space.space}
    for each in space.space:
        numbers = type(each).__name__ in ("Float", "Int")
        for value in (each.min_value, each.max_value) if numbers else each.values:
            dataclasses.replace(known[each.name], **{each.name: value})  # type: ignore[type-var]
        if numbers:
            assert each.min_value < each.max_value and each.min_value <= each.default
        else:
            assert len(set(each.values)) > 1 and each.default in each.values
    pretrained = {"fine_tune_rate", "layer_decay"} & {each.name for each in space.space}
    assert bool(pretrained) == (architecture is task.architectures.preset)


@pytest.mark.parametrize("task", TASKS.values(), ids=list(TASKS))
def test_a_task_has_a_usual_one_and_names_those_near_a_wrong_one(task: Task) -> None:
    architectures = task.architectures
    assert task.model in architectures.choices
    assert list(architectures.names) == sorted(architectures.names)
    task.architectures.check(task.model)
    with pytest.raises(ConfigError, match=rf"'{task.model}x' is not known.*'{task.model}"):
        architectures.check(f"{task.model}x")


@pytest.mark.parametrize("task", TASKS.values(), ids=list(TASKS))
def test_what_the_data_decide_among_is_known(task: Task) -> None:
    architectures = task.architectures
    assert (task.model == AUTO) == bool(architectures.auto) == (AUTO in architectures.choices)
    for name in architectures.auto:
        architectures.check(name)
        assert name != AUTO and architectures.find(name).builder
    with pytest.raises(ConfigError, match="'auto' is not known"):
        architectures.find(AUTO)


def test_names_are_known_without_keras() -> None:
    code = (
        "import sys; from kerasapps.recipes.registry import TASKS\n"
        "for task in TASKS.values(): task.architectures.check(task.model)\n"
        "heavy = {'keras', 'tensorflow', 'keras_tuner'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
