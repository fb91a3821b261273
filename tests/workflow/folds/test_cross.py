from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.config import CompressConfig, ModelConfig, TrainConfig
from kerasapps.data.rows.config import TabularConfig
from kerasapps.errors import ConfigError, TrainingError
from kerasapps.recipes.registry import TASKS
from kerasapps.workflow.folds import cross
from kerasapps.workflow.folds.cross import OutOfFold, cross_validate
from kerasapps.workflow.reading import read_splits

TASK = TASKS["tabular"]
OPTIONS = {
    **TASK.defaults,
    "model": ModelConfig(model="linear"),
    "tabular": TabularConfig(target="rich"),
    "train": TrainConfig(epochs=8, learning_rate=0.2, batch_size=16, precision="float32"),
}


def table(seed: int = 0) -> dict[str, list[object]]:
    """Rows whose answer one column gives away."""
    ages = np.random.default_rng(seed).permutation(np.linspace(20, 64, 90))
    return {
        "age": ages.tolist(),
        "job": ["cook", "smith", "clerk"] * 30,
        "rich": ["yes" if age > 42 else "no" for age in ages],
    }


def test_what_cannot_be_pruned_is_refused_before_a_fold_is_trained(tmp_path: Path) -> None:
    options = {**OPTIONS, "compress": CompressConfig(prune_share=0.5, prune_by="filters")}
    splits = read_splits(TASK, table(), options, tmp_path / "read")
    folder = tmp_path / "folds"
    with pytest.raises(ConfigError, match="linear has none that could be followed"):
        cross_validate(TASK, options, splits, folds=2, folder=folder, settings={})
    assert not list(folder.glob("*/training"))


def test_a_fold_is_pruned_under_the_attacks_that_its_training_ended_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    splits = read_splits(TASK, table(), OPTIONS, tmp_path / "read")
    options = {**OPTIONS, "compress": CompressConfig(prune_share=0.5)}
    rows = [SimpleNamespace(epoch=1)]
    plan = SimpleNamespace(model=OPTIONS["model"])
    before: Any = SimpleNamespace(plan=plan, taught_by=lambda given: ("taught", given))
    pruned = []

    def prune(network: object, experiment: object, *_: object, **__: object) -> None:
        pruned.append(experiment)
        raise KeyboardInterrupt

    monkeypatch.setattr(cross, "prepare_aside", lambda *_, **__: before)
    monkeypatch.setattr(cross, "start_network", lambda *_: ("network", "runtime"))
    monkeypatch.setattr(cross, "choose_pruner", lambda *_, **__: None)
    monkeypatch.setattr(cross, "fit_aside", lambda *_, **__: SimpleNamespace(rows=rows))
    monkeypatch.setattr(cross, "prune", prune)
    with pytest.raises(KeyboardInterrupt):
        cross_validate(TASK, options, splits, folds=2, folder=tmp_path / "folds", settings={})
    assert pruned == [("taught", rows)]


def test_answers_are_kept_where_there_is_one_an_example(tmp_path: Path) -> None:
    judging: Any = SimpleNamespace()
    for number, answers in enumerate((np.ones((4, 2)), ["a", "b", "c"])):
        place = tmp_path / str(number)
        place.mkdir()
        judged: Any = SimpleNamespace(answers=answers)
        cross._keep_answers(judged, judging, place, count=3)
        assert cross._read_answers(place) is None
    judged = SimpleNamespace(answers=SimpleNamespace(scores=np.ones((3, 2))))
    cross._keep_answers(judged, judging, place, count=3)
    np.testing.assert_array_equal(cross._read_answers(place), np.ones((3, 2)))


def test_a_fold_that_is_done_is_not_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained, train, judge = [], cross._train, cross.judge_network

    def interrupted(*args: object, place: Path, **options: object) -> None:
        trained.append(place.name)
        if trained == ["1", "2"]:
            raise KeyboardInterrupt
        train(*args, place=place, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(cross, "_train", interrupted)
    monkeypatch.setattr(
        cross, "judge_network", lambda *given: judge(*given).told_also("And so", "Warning: few.")
    )
    splits = read_splits(TASK, table(), OPTIONS, tmp_path / "read")

    def again() -> OutOfFold:
        return cross_validate(
            TASK, OPTIONS, splits, folds=2, folder=tmp_path / "folds", settings={}
        )

    with pytest.raises(KeyboardInterrupt):
        again()
    crossed = again()
    assert trained == ["1", "2", "2"]
    told = capsys.readouterr().err  # what to mind is not said of each fold
    assert "  Fold 1: accuracy 9" in told and told.count(". And so\n") == 3
    assert "Warning" not in told
    assert not list(tmp_path.glob("folds/*/training"))  # what is done needs no checkpoint

    # What no network has met is answered in the order of the examples.
    assert isinstance(crossed.answers, np.ndarray)
    labels = np.concatenate([splits.train.labels, splits.validation.labels])
    right = np.mean(crossed.answers.argmax(axis=1) == labels)
    assert right > 0.8
    sizes = [fold.examples for fold in crossed.figures.folds]
    weighted = np.average(
        [fold.figures["accuracy"] for fold in crossed.figures.folds], weights=sizes
    )
    assert right == pytest.approx(weighted)

    other = read_splits(TASK, table(seed=1), OPTIONS, tmp_path / "other")
    with pytest.raises(TrainingError, match="the data has changed since"):
        cross_validate(TASK, OPTIONS, other, folds=2, folder=tmp_path / "folds", settings={})
