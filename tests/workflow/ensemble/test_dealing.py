"""Folds of the training split, one a network: the other splits are no part of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.data.splits import Part, Target
from kerasapps.data.targets.several import part_splits
from kerasapps.errors import ConfigError
from kerasapps.workflow.ensemble.dealing import Dealing


@pytest.fixture(scope="module")
def splits() -> kerasapps.data.Splits[Any]:
    return kerasapps.data.load_texts("builtin:reviews")


def with_contents(splits: kerasapps.data.Splits[Any], contents: np.ndarray) -> Any:
    train = dataclasses.replace(splits.train, contents=contents.astype(np.uint64))
    return dataclasses.replace(splits, train=train)


def test_together_the_networks_learn_from_every_training_example_and_from_no_other(
    splits: kerasapps.data.Splits[Any],
) -> None:
    dealing, stopped, learnt = Dealing.of(splits, folds=3, seed=0), [], set[str]()
    share = np.bincount(splits.train.labels) / len(splits.train)
    for fold in range(3):
        each = dealing.splits_of(fold)
        assert sorted([*each.train.texts, *each.validation.texts]) == sorted(splits.train.texts)
        assert each.test is each.validation and each.judged_on == "validation"
        assert each.basis is splits.train and each.labels == splits.labels
        assert len(each.validation) == pytest.approx(len(splits.train) / 3, abs=1)
        here = np.bincount(each.validation.labels) / len(each.validation)
        np.testing.assert_allclose(here, share, atol=0.02)
        stopped += list(each.validation.texts)
        learnt |= set(each.train.texts)
    assert sorted(stopped) == sorted(splits.train.texts) and learnt == set(splits.train.texts)
    assert splits.basis is splits.train


def test_each_fold_is_known_by_its_own_name(splits: kerasapps.data.Splits[Any]) -> None:
    dealings = [Dealing.of(splits, folds=2, seed=0), Dealing.of(splits, folds=3, seed=0)]
    told = {each.splits_of(fold).fingerprint for each in dealings for fold in range(2)}
    assert len(told | {splits.fingerprint}) == 5


def test_copies_are_in_one_fold(splits: kerasapps.data.Splits[Any]) -> None:
    copies = with_contents(splits, np.arange(len(splits.train)) // 4)
    dealing = Dealing.of(copies, folds=3, seed=1)
    for fold in range(3):
        each = dealing.splits_of(fold)
        assert not set(each.train.contents.tolist()) & set(each.validation.contents.tolist())


def test_what_is_all_of_a_class_is_learnt_by_every_network(
    splits: kerasapps.data.Splits[Any],
) -> None:
    labels = np.array(splits.train.labels)
    labels[7] = labels.max() + 1
    train = dataclasses.replace(splits.train, labels=labels)
    dealing = Dealing.of(dataclasses.replace(splits, train=train), folds=3, seed=0)
    assert dealing.numbers[7] == -1 and (np.delete(dealing.numbers, 7) >= 0).all()
    for fold in range(3):
        assert train.texts[7] in list(dealing.splits_of(fold).train.texts)


def test_too_few_groups_are_refused(splits: kerasapps.data.Splits[Any]) -> None:
    pair = with_contents(splits, np.arange(len(splits.train)) % 2)
    with pytest.raises(ConfigError, match=r"are 2 groups that .* which fill 2 folds; use fewer"):
        Dealing.of(pair, folds=3, seed=0)


def test_one_of_several_answers_has_the_same_basis(splits: kerasapps.data.Splits[Any]) -> None:
    part = Part("stars", "number")
    target = Target("several", (), (part, Part("length", "number")))
    train, other = (
        dataclasses.replace(each, labels=np.linspace(0, 1, 2 * len(each)).reshape(-1, 2))
        for each in (splits.train, splits.validation)
    )
    several = dataclasses.replace(
        splits, train=train, validation=other, test=other, target=target, labels=()
    )
    alone = part_splits(Dealing.of(several, folds=2, seed=0).splits_of(1), part)
    np.testing.assert_array_equal(alone.basis.labels, train.labels[:, 0])
    assert len(alone.train) < len(alone.basis)
    assert part_splits(several, part).whole is None
