"""Labels that folds doubt: all in a file, the surest in the report, and when they say little."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.load import load_tags, load_texts
from kerasapps.data.splits import Splits
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow.deep.doubt import LabelDoubt
from kerasapps.workflow.folds.cross import OutOfFold
from kerasapps.workflow.folds.doubts import Doubts, share_given_again
from kerasapps.workflow.folds.figures import CrossValidated, Fold
from kerasapps.workflow.folds.folding import Folding
from kerasapps.workflow.folds.run import _doubts
from kerasapps.workflow.run import Run


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> Splits[Any]:
    return load_texts("builtin:reviews", load=LoadConfig(), folder=tmp_path_factory.mktemp("data"))


def answers_to(splits: Splits[Any], *, wrong: int) -> np.ndarray:
    """Of networks that are sure of all labels of training and validation but for the first few."""
    labels = np.concatenate([splits.train.labels, splits.validation.labels])
    answers = np.where(np.eye(2)[labels] == 1, 0.9, 0.1)
    answers[:wrong] = answers[:wrong, ::-1]
    return answers


def crossed(splits: Splits[Any], answers: np.ndarray) -> OutOfFold:
    fold = Fold(10, 1, 1.0, {"accuracy": 0.9})
    figures = CrossValidated((fold, fold), CLASSES.metric)
    return OutOfFold(figures, answers, Folding.of(splits, folds=2, seed=0))


def test_what_folds_doubt_is_told_listed_and_kept(
    splits: Splits[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = crossed(splits, answers_to(splits, wrong=12))
    doubts = _doubts(out, splits, Run(tmp_path))
    assert doubts is not None and doubts.total == 12
    assert [each.split for each in doubts.first] == ["train"] * len(doubts.first)
    lines = (tmp_path / "label_errors.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 13 and splits.train.origin(0) in "".join(lines)
    assert "Labels that may be wrong: 12, the surest first in" in capsys.readouterr().err
    assert doubts.warning == ""

    figures = dataclasses.replace(out.figures, doubts=doubts)
    values = json.loads(json.dumps(figures.to_dict()))
    again = CrossValidated.from_dict(values, CLASSES.metric)
    assert again.doubts is not None and again.doubts.to_dict() == doubts.to_dict()
    html = str(again.section().html)
    assert "Labels that may be wrong (12)" in html and splits.train.origin(0) in html


def test_networks_that_know_little_are_said_to(splits: Splits[Any], tmp_path: Path) -> None:
    count = len(splits.train) + len(splits.validation)
    answers = answers_to(splits, wrong=count // 2)
    assert share_given_again(splits, answers) == pytest.approx(0.5, abs=0.01)
    doubts = _doubts(crossed(splits, answers), splits, Run(tmp_path))
    assert doubts is not None and "only 50% of the labels" in doubts.warning
    assert doubts.warning in doubts.table().note


def test_nothing_is_written_where_nothing_is_doubted(splits: Splits[Any], tmp_path: Path) -> None:
    assert _doubts(crossed(splits, answers_to(splits, wrong=0)), splits, Run(tmp_path)) is None
    assert not [*tmp_path.iterdir()]


def test_of_tags_the_words_of_entities_count(tmp_path: Path) -> None:
    data = [(["Ana", "saw", f"bus {n}"], ["B-PER", "O", "O"]) for n in range(20)]
    splits = load_tags(data, folder=tmp_path)
    code = {tag: splits.labels.index(tag) for tag in splits.labels}
    person, outside = (np.eye(len(code))[code[tag]] for tag in ("B-PER", "O"))
    count = 20 - len(splits.test)
    answers = [np.stack([person, outside, outside]) for _ in range(count)]
    assert share_given_again(splits, answers) == 1
    answers[0] = np.stack([outside, outside, outside])  # of no entity
    answers[1] = np.stack([person, person, person])  # two too many
    found = 2 * (count - 1) / (count + count + 1)
    assert share_given_again(splits, answers) == pytest.approx(found)
    nothing = [np.stack([outside] * 3)] * count
    assert share_given_again(splits, nothing) == 0


def test_words_that_all_have_a_tag_are_all_counted() -> None:
    part: Any = SimpleNamespace(tags=[["NOUN", "VERB"]])
    splits: Any = SimpleNamespace(train=part, validation=part, labels=("NOUN", "VERB"))
    right = np.eye(2)
    assert share_given_again(splits, [right, right]) == 1
    assert share_given_again(splits, [right, right[::-1]]) == 0.5


def test_a_tag_that_no_network_knows_is_given_by_none() -> None:
    known: Any = SimpleNamespace(tags=[["NOUN", "VERB"]])
    other: Any = SimpleNamespace(tags=[["NOUN", "ODD"]])
    splits: Any = SimpleNamespace(train=known, validation=other, labels=("NOUN", "VERB"))
    for guess in np.eye(2):
        assert share_given_again(splits, [np.eye(2), np.stack([[1.0, 0.0], guess])]) == 0.75


def test_of_sets_the_labels_that_are_set_count() -> None:
    truth = np.array([[1, 0, 0, 0], [0, 1, 1, 0]])
    part: Any = SimpleNamespace(labels=truth)
    splits: Any = SimpleNamespace(train=part, validation=SimpleNamespace(labels=truth[:1]))
    scores = np.concatenate([truth, truth[:1]]).astype(float)
    assert share_given_again(splits, scores) == 1
    assert share_given_again(splits, np.zeros((3, 4))) == 0
    scores[2] = [0, 0, 0, 0.9]  # three of four that are set, and one that is not
    assert share_given_again(splits, scores) == pytest.approx(2 * 3 / (4 + 4))


def test_a_table_has_texts_where_there_are_some() -> None:
    picture = LabelDoubt("a.png", "train", "cat", "dog", 0.9)
    text = dataclasses.replace(picture, text="a cat")
    for doubts, last in (((picture,), "Confidence"), ((picture, text), "Text")):
        table = Doubts.of(doubts, 1.0).table()
        assert table.columns[-1] == last
        assert {len(row) for row in table.rows} == {len(table.columns)}
