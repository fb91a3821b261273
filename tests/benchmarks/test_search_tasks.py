"""The space, the division of the data, and one logged trial."""

from __future__ import annotations

from typing import Any

import keras_tuner
import numpy as np
import pytest
from search_curves import read_log
from search_ours import best_epoch
from search_tasks import (
    TASKS,
    TRAINING,
    VALIDATION,
    Choice,
    declare,
    defaults,
    divide,
)
from search_training import Trials


@pytest.mark.parametrize("task", TASKS)
def test_defaults_are_declared_and_within_the_space(task: str) -> None:
    space = TASKS[task].space
    hp = keras_tuner.HyperParameters()
    assert declare(space, hp) == defaults(space)
    for each in space:
        inside = (
            each.default in each.options
            if isinstance(each, Choice)
            else each.low <= each.default <= each.high
        )
        assert inside, each


def test_training_and_validation_share_nothing() -> None:
    numbers = np.arange(TRAINING + VALIDATION + 7)
    parts = divide(numbers, -numbers)
    assert len(parts["x"]) == TRAINING
    assert len(parts["val_x"]) == VALIDATION
    assert not set(parts["x"]) & set(parts["val_x"])
    assert np.array_equal(parts["y"], -parts["x"])
    with pytest.raises(ValueError, match="needed, got 5"):
        divide(numbers[:5], numbers[:5])


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Trials:
    folder = tmp_path_factory.mktemp("task")
    random = np.random.default_rng(0)
    arrays: Any = {
        "x": random.integers(1, 9, (32, 4), dtype=np.int32),
        "y": np.arange(32, dtype=np.int32) % 2,
        "val_x": random.integers(1, 9, (10, 4), dtype=np.int32),
        "val_y": np.arange(10, dtype=np.int32) % 2,
    }
    np.savez(folder / "arrays.npz", **arrays)
    return Trials("SST-2", arrays=folder / "arrays.npz", log=folder / "log.jsonl", seed=0)


def test_a_trial_is_logged_and_ends_when_told(trials: Trials) -> None:
    values = defaults(trials.task.space)
    heard: list[int] = []

    def report(epoch: int, figures: Any) -> bool:
        heard.append(epoch)
        return epoch < 2

    history = trials.fit(trials.build(values), values, epochs=5, report=report)
    assert heard == [1, 2]
    began, ended = read_log(trials._log)
    assert began == {"began": ended["began"]}
    assert (ended["state"], ended["epochs"]) == ("stopped", 2)
    assert ended["score"] == pytest.approx(max(history.history["val_accuracy"]))
    assert 0 < ended["training"] <= ended["ended"] - ended["began"]


def test_a_trial_that_raises_is_logged_as_failed(trials: Trials) -> None:
    values = defaults(trials.task.space)
    model = trials.build(values)

    def report(epoch: int, figures: Any) -> bool:
        raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        trials.fit(model, values, epochs=2, report=report)
    assert read_log(trials._log)[-1]["state"] == "failed"


def test_all_figures_are_of_the_best_epoch() -> None:
    history = {"val_accuracy": [0.5, 0.8, 0.7], "val_loss": [3.0, 2.0, 1.0]}
    assert best_epoch(history) == {"val_accuracy": 0.8, "val_loss": 2.0}
