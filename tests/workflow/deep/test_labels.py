"""Wrong labels are found by networks that were not trained on them, and told with their place."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.load import load_tags, load_texts
from kerasapps.errors import ConfigError
from kerasapps.recipes.registry import find_task
from kerasapps.workflow.deep import check as checks
from kerasapps.workflow.deep import labels as module
from kerasapps.workflow.deep.check import DeepCheck, check_deep, check_place
from kerasapps.workflow.deep.labels import label_doubts
from kerasapps.workflow.doubts.lists import LABELS_FILE
from kerasapps.workflow.folds import cross


class Answering:
    """In the place of `cross_validate`: what networks would say, and what they were given."""

    def __init__(self, answers: object) -> None:
        self.answers = answers

    def __call__(self, task: object, options: object, splits: object, **_: object) -> Answering:
        self.splits, self.options = splits, options
        return self


@pytest.fixture(autouse=True)
def without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "start_tensorflow", lambda *_, **__: None)


def test_a_wrong_label_of_any_split_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    splits = load_texts("builtin:reviews", load=LoadConfig(), folder=tmp_path)
    given = np.concatenate([splits.train.labels, splits.test.labels, splits.validation.labels])
    probabilities = np.where(np.eye(2)[given] == 1, 0.9, 0.1)
    row = len(splits.train) + 3
    probabilities[row] = probabilities[row, ::-1]
    answering = Answering(probabilities)
    monkeypatch.setattr(cross, "cross_validate", answering)
    task = find_task("text_classification")
    found = label_doubts(task, splits, {}, minutes=5, seed=0, folder=tmp_path / "folds")
    (doubt,) = found.doubts
    assert found.given_again == 1 - 1 / len(given)
    assert (doubt.where, doubt.split) == (splits.test.origin(3), "test")
    assert doubt.label == splits.labels[given[row]] != doubt.suggested
    assert doubt.confidence == 0.9 and doubt.text == splits.test.excerpt(3)
    assert len(answering.splits.train) == len(splits.train) + len(splits.test)
    assert answering.splits.train.origin(row) == doubt.where
    assert answering.options["train"].time_budget == 1


def test_a_wrong_tag_is_told_with_its_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = [(["Ana", "saw", f"bus {n}"], ["B-PER", "O", "O"]) for n in range(60)]
    splits = load_tags(data, folder=tmp_path)
    count = len(splits.train) + len(splits.test) + len(splits.validation)
    true = [splits.labels.index(tag) for tag in ("B-PER", "O", "O")]
    answers = [np.where(np.eye(len(splits.labels))[true] == 1, 0.9, 0.05) for _ in range(count)]
    answers[0][1, [true[0], true[1]]] = 0.95, 0.01
    monkeypatch.setattr(cross, "cross_validate", Answering(answers))
    found = label_doubts(
        find_task("tagging"), splits, {}, minutes=5, seed=0, folder=tmp_path / "folds"
    )
    (doubt,) = found.doubts
    assert found.given_again == pytest.approx(2 * count / (count + count + 1))
    assert (doubt.label, doubt.suggested, doubt.text) == ("O", "B-PER", "saw")


@pytest.mark.parametrize("minutes", [0, 0.049, -1, float("nan"), float("inf")])
def test_minutes_that_nobody_can_wait_for_are_refused_before_data_are_read(
    minutes: float, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"^minutes must be a number of at least 0\.05, got "):
        check_deep(
            find_task("text_classification"),
            "nowhere",
            {},
            seed=0,
            folder=tmp_path,
            minutes=minutes,
        )


@pytest.mark.parametrize(
    ("labels", "folds", "said"),
    [
        ([n + 0.5 for n in range(60)], 5, "these texts have no labels that may be wrong"),
        (["a", "b"] * 30, 70, "the labels are looked at in 70 parts, and the 60 examples for"),
    ],
)
def test_what_has_no_labels_or_too_few_is_refused_before_texts_are_compared(
    labels: list[Any], folds: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "near_copies", lambda *_: pytest.fail("texts were compared"))
    monkeypatch.setattr(module, "FOLDS", folds)
    task = find_task("text_classification")
    data = ([f"text {n} of all" for n in range(len(labels))], labels)
    options = {"load": LoadConfig(), "text": task.options()}
    with pytest.raises(ConfigError, match=rf"^minutes: {said}.*; leave minutes out\.$"):
        check_deep(task, data, options, seed=0, folder=tmp_path, minutes=5)


def test_a_place_for_lists_is_tried_before_the_work(tmp_path: Path) -> None:
    check_place(tmp_path / "new" / "lists", what="--output")
    assert (tmp_path / "new" / "lists").is_dir()
    DeepCheck(Audit("here"), doubts=()).write(tmp_path)
    check_place(tmp_path, what="--output")
    (tmp_path / LABELS_FILE).write_text("my own notes", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"label_errors\.csv is there, and no list .*--output"):
        check_place(tmp_path, what="--output")
    with pytest.raises(ConfigError, match=r"is no folder \(--output\)"):
        check_place(tmp_path / LABELS_FILE, what="--output")
    with pytest.raises(ConfigError, match=r"cannot be written: .*\(--output\)"):
        check_place(Path("/proc/none"), what="--output")


@pytest.mark.slow  # trains five networks
def test_planted_labels_of_real_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    splits = load_texts("builtin:reviews", load=LoadConfig(), folder=tmp_path / "data")
    labels = splits.train.labels.copy()
    wrong = np.random.default_rng(0).permutation(len(labels))[:10]
    labels[wrong] = 1 - labels[wrong]
    planted = dataclasses.replace(splits, train=dataclasses.replace(splits.train, labels=labels))
    task = find_task("text_classification")
    found = label_doubts(task, planted, {}, minutes=2, seed=0, folder=tmp_path / "folds")
    named = [each.where for each in found.doubts if each.split == "train"]
    assert len({splits.train.origin(int(row)) for row in wrong} & {*named}) >= 5
    assert len(named) < len(labels) / 3
