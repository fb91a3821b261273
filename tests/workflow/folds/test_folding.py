from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import kerasapps
from kerasapps.config import RepeatConfig, TrainConfig
from kerasapps.errors import ConfigError
from kerasapps.workflow.folds.folding import Folding, check_folds


@pytest.fixture(scope="module")
def splits() -> kerasapps.data.Splits[Any]:
    return kerasapps.data.load_texts("builtin:reviews")


def test_every_example_but_those_for_the_test_is_judged_once(
    splits: kerasapps.data.Splits[Any],
) -> None:
    folding = Folding.of(splits, folds=4, seed=0)
    pool = [*splits.train.texts, *splits.validation.texts]
    judged = []
    for fold in range(4):
        each = folding.splits_of(fold)
        parts = [set(part.texts) for part in (each.train, each.validation, each.test)]
        assert sum(map(len, parts)) == len(set.union(*parts)) == len(set(pool))
        assert list(each.test.texts) == [pool[row] for row in folding.rows(fold)]
        share = len(each.validation) / (len(each.train) + len(each.validation))
        assert share == pytest.approx(len(splits.validation) / len(pool), abs=0.02)
        judged += list(each.test.texts)
    assert sorted(judged) == sorted(pool)
    assert not set(judged) & set(splits.test.texts)


def test_folds_differ_in_what_their_trainings_are_known_by(
    splits: kerasapps.data.Splits[Any],
) -> None:
    folding = Folding.of(splits, folds=3, seed=0)
    told = {folding.splits_of(fold).fingerprint for fold in range(3)} | {splits.fingerprint}
    assert len(told) == 4


def test_too_few_groups_are_refused(splits: kerasapps.data.Splits[Any]) -> None:
    one = {
        name: dataclasses.replace(part, contents=np.full(len(part), 5, np.uint64))
        for name, part in (("train", splits.train), ("validation", splits.validation))
    }
    options = {"train": TrainConfig()}
    with pytest.raises(ConfigError, match="1 group that must stay together, which fills 1 fold"):
        check_folds(RepeatConfig(folds=2), options, dataclasses.replace(splits, **one))
    check_folds(RepeatConfig(), options, dataclasses.replace(splits, **one))
