"""How many labels networks give again, of classes, sets of labels and tags."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.data.load import load_tags
from kerasapps.workflow.doubts.given_again import share_given_again


def test_a_score_of_one_half_sets_no_label() -> None:
    """As `round` and `argmax` have it of a label and its contrary: what is even is not set."""
    part: Any = SimpleNamespace(labels=np.array([[1, 0]]))
    splits: Any = SimpleNamespace(train=part, validation=part)
    scores = np.array([[0.9, 0.5], [0.9, 0.5]])
    assert share_given_again(splits, scores) == 1
    scores[:, 0] = 0.5
    assert share_given_again(splits, scores) == 0


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
