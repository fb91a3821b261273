"""Which answers are believed, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kerasapps.data.audit import Audit
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.sources.places import Places
from kerasapps.data.splits import Splits
from kerasapps.workflow.self_training.labels import (
    Labelling,
    answers,
    believed,
    beside_labelled,
    sureness,
    tempered,
)

NAMES = ("cat", "dog", "owl")
SCORES = np.array([[0.9, 0.05, 0.05], [0.3, 0.4, 0.3], [0.02, 0.01, 0.97]])


def labelling(labels: list[int], *, total: int = 10) -> Labelling:
    return Labelling(np.arange(len(labels)), np.array(labels, np.int32), total, NAMES)


def test_a_temperature_makes_scores_less_sure_and_keeps_their_order() -> None:
    warm = tempered(SCORES, 2.0, kind="class")
    logits = np.log(SCORES) / 2
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert warm == pytest.approx(expected)
    assert (warm.max(axis=1) < SCORES.max(axis=1)).all()
    assert tempered(SCORES, 1.0, kind="class") == pytest.approx(SCORES)


def test_each_label_has_the_temperature_for_itself() -> None:
    warm = tempered(np.array([[0.9, 0.1]]), 2.0, kind="labels")
    assert warm[0, 0] == pytest.approx(1 / (1 + np.exp(-np.log(9) / 2)))
    assert warm[0].sum() == pytest.approx(1)


def test_only_sure_answers_are_believed() -> None:
    scores = np.array([[0.95, 0.05], [0.6, 0.4], [0.1, 0.9], [0.45, 0.55]])
    found = believed(scores, 0.9, kind="class", names=NAMES[:2])
    assert found.rows.tolist() == [0, 2]
    assert found.labels.tolist() == [0, 1]
    assert found.counts == {"cat": 1, "dog": 1}
    assert found.total == 4
    assert not len(believed(scores, 0.99, kind="class", names=NAMES[:2]).rows)


def test_a_class_of_which_nothing_is_sure_gets_its_share() -> None:
    cats, dogs = np.linspace(0.9, 0.99, 8), np.linspace(0.6, 0.7, 4)
    sure = np.concatenate([cats, dogs])
    scores = np.where(np.arange(12)[:, None] < 8, [[1.0, 0.0]], [[0.0, 1.0]])
    scores = np.where(scores == 1, sure[:, None], 1 - sure[:, None])
    found = believed(scores, 0.95, kind="class", names=NAMES[:2])
    # 4 of 12 reach the threshold, all of them cats: a third of the dogs is two, the likeliest.
    assert found.rows.tolist() == [4, 5, 6, 7, 10, 11]


def test_a_set_is_as_sure_as_its_least_sure_label() -> None:
    scores = np.array([[0.99, 0.02, 0.97], [0.99, 0.4, 0.01]])
    assert sureness(scores, kind="labels") == pytest.approx([0.97, 0.6])
    assert answers(scores, kind="labels").tolist() == [[1, 0, 1], [1, 0, 0]]
    found = believed(scores, 0.95, kind="labels", names=NAMES)
    assert found.rows.tolist() == [0]
    assert found.counts == {"cat": 1, "dog": 0, "owl": 1}
    assert found.collapse == ""


def test_how_many_are_labelled_is_said_with_what() -> None:
    assert labelling([2, 0, 2]).line == "3 of 10 (30.00 %): owl 2, cat 1, dog 0"


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([0, 1, 2], ""),
        ([], ""),
        ([1, 1], "every label is 'dog'"),
        ([0, 2], "no example got the label 'dog'"),
    ],
)
def test_a_collapse_is_named(labels: list[int], said: str) -> None:
    collapse = labelling(labels).collapse
    assert said in collapse
    assert bool(said) == bool(collapse)


def pictures(count: int, *, first: int = 0) -> PictureExamples:
    numbers = range(first, first + count)
    contents = np.array([*numbers], np.uint64)
    places = Places.of([Path(f"/photos/{number}.png") for number in numbers])
    return PictureExamples(places, (0,) * count, contents)


def test_what_is_labelled_stands_behind_what_was() -> None:
    train = pictures(4)
    splits = Splits(NAMES, train, pictures(2, first=4), pictures(2, first=6), Audit(""), "abc")
    others = pictures(5, first=10)
    found = Labelling(np.array([1, 3]), np.array([2, 1], np.int32), 5, NAMES)
    grown = beside_labelled(splits, others, found, weight=0.5)
    assert grown.train.labels == (0, 0, 0, 0, 2, 1)
    assert grown.train.contents.tolist() == [0, 1, 2, 3, 11, 13]
    assert [path.name for path in grown.train.paths][-2:] == ["11.png", "13.png"]
    assert grown.pseudo is not None
    assert (grown.pseudo.count, grown.pseudo.weight) == (2, 0.5)
    assert grown.fingerprint == splits.fingerprint
    other = Labelling(np.array([1, 3]), np.array([2, 2], np.int32), 5, NAMES)
    again = beside_labelled(splits, others, other, weight=0.5)
    assert again.pseudo is not None
    assert again.pseudo.digest != grown.pseudo.digest
    assert beside_labelled(splits, others, labelling([]), weight=1) is splits
