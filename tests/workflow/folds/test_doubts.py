"""Labels that folds doubt: all in a file, the surest in the report, and when they say little."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig
from kerasapps.data.load import load_texts
from kerasapps.data.splits import Splits
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow.doubts.doubt import LabelDoubt
from kerasapps.workflow.doubts.given_again import share_given_again
from kerasapps.workflow.folds.cross import OutOfFold
from kerasapps.workflow.folds.doubts import Doubts
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


def test_a_table_has_texts_where_there_are_some() -> None:
    picture = LabelDoubt("a.png", "train", "cat", "dog", 0.9)
    text = dataclasses.replace(picture, text="a cat")
    for doubts, last in (((picture,), "Confidence"), ((picture, text), "Text")):
        table = Doubts.of(doubts, 1.0).table()
        assert table.columns[-1] == last
        assert {len(row) for row in table.rows} == {len(table.columns)}
